import type { TaskEntry } from "../tasks/registry.ts";
import type { Command } from "./arguments/mod.ts";

/** A command as the overview lists it. The rest of the command is loaded on demand. */
export interface CommandRow {
  readonly name: string;
  /** Description in one sentence. */
  readonly summary: string;
  /** Example command lines, without the program name. */
  readonly examples: readonly string[];
  /** Loads the command. Its options may depend on the arguments. */
  readonly load: (args: readonly string[]) => Promise<Command>;
}

/** Lists every command for models of these tasks, in the order of the overview. */
export function makeCommandTable(tasks: readonly TaskEntry[]): readonly CommandRow[] {
  const models = [
    ...verbs(tasks),
    evaluateCommand(tasks),
    ...inspections(tasks),
    exportCommand(tasks),
    importCommand(tasks),
    serveCommand(tasks),
  ];
  return [...trainCommands(tasks), ...models, ...TOOLS];
}

/**
 * The training commands that the tasks declare. Several tasks may share one, which then has the first one's summary.
 */
function trainCommands(tasks: readonly TaskEntry[]): CommandRow[] {
  const declared = tasks.flatMap((task) => task.commands.map((command) => ({ task, command })));
  return [...Map.groupBy(declared, ({ command }) => command.name)].map(([name, own]): CommandRow => {
    const [{ command: { summary, demo } }] = own;
    return {
      name,
      summary,
      examples: own.flatMap(({ command }) => command.examples),
      load: async (args) => {
        const { makeTrainCommand } = await import("./commands/train_command.ts");
        const { chooseTask } = await import("./commands/choose_task.ts");
        const entries = own.map(({ task }) => task);
        return makeTrainCommand(name, { entries, chosen: await chooseTask(entries, args), demo, tasks });
      },
    };
  });
}

/** The commands that use trained models. */
function verbs(tasks: readonly TaskEntry[]): readonly CommandRow[] {
  return [
    {
      name: "generate",
      summary: "Continue a prompt with a trained language model.",
      examples: [
        'generate "The jury said"',
        "generate --model models/novel-lstm --temperature 0.5 --max-tokens 500",
        'generate --model models/novel-lstm --count 3 --stop "." --json',
      ],
      load: async () => (await import("./commands/generate.ts")).makeGenerateCommand(tasks),
    },
    {
      name: "classify",
      summary: "Classify texts or sequences of numbers with a trained classifier.",
      examples: [
        'classify "A fine film."',
        'classify --model models/reviews-lstm --explain "Not a fine film."',
        "classify --model models/gestures-lstm gestures.jsonl",
      ],
      load: async (args) => (await import("./commands/classify_command.ts")).makeClassifyCommand(tasks, args),
    },
    {
      name: "watch",
      summary: "Classify a video or other frames while they arrive.",
      examples: [
        "watch --model models/clips-lstm clip.mp4 --timeline out.svg",
        "watch --model models/clips-lstm --span 30 - < camera.mkv",
        "watch --model models/clips-lstm --json clip.gif",
      ],
      load: async () => (await import("./commands/watch.ts")).makeWatchCommand(tasks),
    },
    {
      name: "scan",
      summary: "Find a label in long sequences with a trained classifier.",
      examples: [
        "scan --model models/promoter-other-lstm genome.fa --out sites.bed",
        "scan --model models/promoter-other-lstm genome.fa --both-strands --threshold 0.9",
        "scan --model models/splice-lstm --label EI --step 1 - < gene.fa > sites.bed",
      ],
      load: async () => (await import("./commands/scan.ts")).makeScanCommand(tasks),
    },
    {
      name: "translate",
      summary: "Translate sentences, or each line of standard input, with a trained translator.",
      examples: [
        'translate "3 hours ago"',
        'translate --model models/en-de --n-best 3 "A dog runs."',
        "translate --model models/en-de - < test.en > test.de",
      ],
      load: async () => (await import("./commands/translate.ts")).makeTranslateCommand(tasks),
    },
    {
      name: "forecast",
      summary: "Forecast what follows time series with a trained forecaster.",
      examples: [
        "forecast --data sales.csv --plot fan.svg",
        "forecast --model models/sales-lstm --data sales.csv --quantiles 0.05,0.5,0.95 --out forecast.csv",
        "forecast --model models/sales-lstm --data sales.csv --backtest 5 --plot backtest.svg --quiet",
      ],
      load: async () => (await import("./commands/forecast.ts")).makeForecastCommand(tasks),
    },
    {
      name: "transcribe",
      summary: "Transcribe sounds with a trained speech recognizer.",
      examples: [
        "transcribe a.wav b.flac",
        "transcribe --model models/an4-lstm --times --json a.wav",
        "transcribe --model models/commands-lstm - < samples.raw",
      ],
      load: async () => (await import("./commands/transcribe.ts")).makeTranscribeCommand(tasks),
    },
    {
      name: "compose",
      summary: "Compose or continue music with a trained model of music.",
      examples: [
        "compose --key D --meter 6/8 --bars 16 --out tune.mid --out tune.abc",
        "compose --model models/folk --prime start.abc --temperature 0.9 --out tune.abc",
        "compose --model models/folk --count 10 --most-repeats 2 --out tunes/tune.mid",
      ],
      load: async () => (await import("./commands/compose.ts")).makeComposeCommand(tasks),
    },
    {
      name: "harmonize",
      summary: "Add voices to a melody with a trained model of piano rolls.",
      examples: [
        "harmonize --model models/chorales melody.mid --out chorale.mid",
        "harmonize --model models/chorales --best-of 200 melody.mid --out chorale.mid",
        "harmonize --model models/chorales --voices 3 --json melody.abc --out trio.mid",
      ],
      load: async () => (await import("./commands/harmonize.ts")).makeHarmonizeCommand(tasks),
    },
  ];
}

function evaluateCommand(tasks: readonly TaskEntry[]): CommandRow {
  return {
    name: "evaluate",
    summary: "Evaluate a trained model of any task on files.",
    examples: [
      "evaluate --model models/novel-lstm --data other.txt --per-line --json",
      "evaluate --model models/reviews-lstm --data test.csv --json",
      "evaluate --model models/sales-lstm --data sales.csv --folds 5",
    ],
    load: async (args) => await (await import("./commands/evaluate.ts")).makeEvaluateCommand(tasks, args),
  };
}

/** The commands that show what was trained. */
function inspections(tasks: readonly TaskEntry[]): readonly CommandRow[] {
  return [
    {
      name: "info",
      summary: "Show a model's layers, memory, tokenizer and training.",
      examples: [
        "info models/novel-lstm",
        "info models/novel-lstm --json",
        'info models/novel-lstm --gradient-flow "The jury said on Friday that it had" --plot - > flow.svg',
      ],
      load: async () => (await import("./commands/info.ts")).makeInfoCommand(tasks),
    },
    {
      name: "report",
      summary: "Write a page that compares training runs.",
      examples: [
        "report models/novel-lstm",
        "report models/novel-lstm models/novel-gru --out report.html",
        "report models/novel-lstm --out - > report.html",
      ],
      load: async () => (await import("./commands/report.ts")).makeReportCommand(tasks),
    },
  ];
}

function exportCommand(tasks: readonly TaskEntry[]): CommandRow {
  return {
    name: "export",
    summary: "Write a trained model as a file of another program, such as ONNX Runtime.",
    examples: [
      "export --model models/novel-lstm --format onnx --int8 --out novel.onnx",
      "export --model models/reviews-lstm --format pytorch --network-alone --json",
      "export --model models/novel-lstm --format safetensors --max-shard-size 500MB",
    ],
    load: async () => (await import("./commands/export.ts")).makeExportCommand(tasks),
  };
}

function serveCommand(tasks: readonly TaskEntry[]): CommandRow {
  return {
    name: "serve",
    summary: "Serve trained models over HTTP, with OpenAI's interface.",
    examples: [
      "serve --model models/novel-lstm",
      "serve --model novel=models/novel-lstm --model reviews=models/reviews-lstm --port 8080 --log",
      "serve --model models/en-de --host 0.0.0.0 --open --max-running 16",
    ],
    load: async () => (await import("./commands/serve.ts")).makeServeCommand(tasks),
  };
}

function importCommand(tasks: readonly TaskEntry[]): CommandRow {
  return {
    name: "import",
    summary: "Make a model of a file of PyTorch, safetensors, Keras, TensorFlow.js or ONNX.",
    examples: [
      "import --from model.pt --task language-modeling --tokenizer tokenizer.json --dry-run",
      "import --from model.pt --task language-modeling --tokenizer tokenizer.json --out models/mine",
      "import --from model.safetensors --task classification --tokenizer tokenizer.json --labels no,yes --out models/mine",
    ],
    load: async () => (await import("./commands/import.ts")).makeImportCommand(tasks),
  };
}

/** The commands that do not depend on a task. */
const TOOLS: readonly CommandRow[] = [
  {
    name: "score",
    summary: "Score translations against references with BLEU, chrF, chrF++ and exact match.",
    examples: [
      "score --hyp found.de --ref test.de",
      "score --hyp - --ref one.de --ref two.de < found.de",
      "score --hyp found.de --ref test.de --per-line --json",
    ],
    load: async () => (await import("./commands/score.ts")).scoreCommand,
  },
  {
    name: "train-tokenizer",
    summary: "Train a tokenizer on a text and save it as tokenizer.json.",
    examples: [
      "train-tokenizer --data novel.txt",
      "train-tokenizer --data novel.txt --model unigram --vocab-size 4000",
      'train-tokenizer --data - --special "<pad>" < novel.txt',
    ],
    load: async () => (await import("./commands/train_tokenizer.ts")).trainTokenizerCommand,
  },
  {
    name: "tokenize",
    summary: "Encode text from standard input as token ids, or decode ids to text.",
    examples: [
      "tokenize --tokenizer tokenizer.json < novel.txt",
      "tokenize --tokenizer models/novel-lstm --json < novel.txt",
      "tokenize --tokenizer tokenizer.json --decode < ids.txt",
    ],
    load: async () => (await import("./commands/tokenize.ts")).tokenizeCommand,
  },
];
