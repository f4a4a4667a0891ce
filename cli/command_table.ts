import type { TaskEntry } from "../tasks/registry.ts";
import type { Command } from "./arguments/mod.ts";

/** A command as the overview names it; the rest of it is loaded when it is asked for. */
export interface CommandRow {
  /** Its name. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Command lines that show what it is good for, without the program. */
  readonly examples: readonly string[];
  /** Loads it; the options may depend on the arguments. */
  readonly load: (args: readonly string[]) => Promise<Command>;
}

/** Every command, in the order of the overview, for models of these tasks. */
export function makeCommandTable(tasks: readonly TaskEntry[]): readonly CommandRow[] {
  return [...trainCommands(tasks), ...verbs(tasks), evaluateCommand(tasks), ...TOOLS];
}

/** The commands that train, as the tasks' entries say. */
function trainCommands(tasks: readonly TaskEntry[]): CommandRow[] {
  return tasks.flatMap(({ commands, load }) =>
    commands.map(({ demo, ...introduction }): CommandRow => ({
      ...introduction,
      load: async () =>
        (await import("./commands/train.ts")).makeTrainCommand(await load(), introduction.name, { demo, tasks }),
    }))
  );
}

/** What trained models do. */
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
      summary: "Tell the labels of texts, or of each line of standard input.",
      examples: [
        'classify "A fine film."',
        'classify --model models/reviews-lstm --explain "Not a fine film."',
        "classify --model models/reviews-lstm --tsv - < texts.txt",
      ],
      load: async () => (await import("./commands/classify.ts")).makeClassifyCommand(tasks),
    },
    {
      name: "translate",
      summary: "Translate sentences, or each line of standard input.",
      examples: [
        'translate "3 hours ago"',
        'translate --model models/en-de --n-best 3 "A dog runs."',
        "translate --model models/en-de - < test.en > test.de",
      ],
      load: async () => (await import("./commands/translate.ts")).makeTranslateCommand(tasks),
    },
  ];
}

function evaluateCommand(tasks: readonly TaskEntry[]): CommandRow {
  return {
    name: "evaluate",
    summary: "Measure a trained model on files.",
    examples: [
      "evaluate --model models/novel-lstm --data other.txt",
      "evaluate --model models/reviews-lstm --data test.csv --json",
      "evaluate --model models/en-de --src test.en --tgt test.de",
    ],
    load: async (args) => await (await import("./commands/evaluate.ts")).makeEvaluateCommand(tasks, args),
  };
}

/** What else the command line does. */
const TOOLS: readonly CommandRow[] = [
  {
    name: "score",
    summary: "Measure translations by references: BLEU, chrF, chrF++ and exact matches.",
    examples: [
      "score --hyp found.de --ref test.de",
      "score --hyp - --ref one.de --ref two.de < found.de",
      "score --hyp found.de --ref test.de --sentence --json",
    ],
    load: async () => (await import("./commands/score.ts")).scoreCommand,
  },
  {
    name: "train-tokenizer",
    summary: "Train a tokenizer on a text, and keep it in a tokenizer.json.",
    examples: [
      "train-tokenizer --data novel.txt",
      "train-tokenizer --data novel.txt --model unigram --vocab-size 4000",
      'train-tokenizer --data - --special "<pad>" < novel.txt',
    ],
    load: async () => (await import("./commands/train_tokenizer.ts")).trainTokenizerCommand,
  },
  {
    name: "tokenize",
    summary: "Turn text from standard input into ids, tokens and offsets, or ids into text.",
    examples: [
      "tokenize --tokenizer tokenizer.json < novel.txt",
      "tokenize --tokenizer models/novel-lstm --json < novel.txt",
      "tokenize --tokenizer tokenizer.json --decode < ids.txt",
    ],
    load: async () => (await import("./commands/tokenize.ts")).tokenizeCommand,
  },
];
