/**
 * Compares training in bfloat16 with that in float32: the same steps from the same seeds, on Penn Treebank and on the
 * default task of the translator. `deno task bench:precision --data FOLDER` writes bench/results/precision.md. The
 * folder has `ptb.train.txt` and `ptb.valid.txt`.
 * @module
 */
import { type Command, type OptionSpecs, runCommand, UsageError } from "../cli/arguments/mod.ts";
import { readProcessor } from "./peers/processor.ts";
import { table } from "./support.ts";

const REPORT = new URL("results/precision.md", import.meta.url);
const PROGRAM = new URL("../cli/main.ts", import.meta.url).pathname;
const SEEDS = [1, 2, 3] as const;
const PRECISIONS = ["float32", "bf16"] as const;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value) / values.length;

/** A training whose figure is compared. */
interface Trial {
  readonly name: string;
  /** The words before the figure in the output of the training. */
  readonly figure: string;
  readonly command: readonly string[];
}

const OPTIONS = {
  data: { kind: "path", value: "FOLDER", help: "folder with Penn Treebank" },
} as const satisfies OptionSpecs;

function trials(data: string): Trial[] {
  const texts = ["--data", `${data}/ptb.train.txt`, "--valid", `${data}/ptb.valid.txt`];
  return [
    {
      name: "Penn Treebank words, LSTM 2 x 200 (zaremba-small), 3,000 steps: validation perplexity",
      figure: "Validation perplexity",
      command: ["train-lm", ...texts, "--tokenizer", "word", "--preset", "zaremba-small", "--max-steps", "3000"],
    },
    {
      name: "phrases English to French, train-translation without options: validation BLEU",
      figure: "Validation BLEU",
      command: ["train-translation"],
    },
  ];
}

/** Trains once; returns the figure. */
async function run({ command, figure }: Trial, precision: string, seed: number): Promise<number> {
  const out = await Deno.makeTempDir();
  try {
    const args = [...command, "--precision", precision, "--seed", `${seed}`, "--out", `${out}/model`];
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--quiet", PROGRAM, ...args],
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    const found = text.match(new RegExp(`${figure} ([\\d.]+)`));
    if (!found) throw new SyntaxError(`train ${command[0]}: expected "${figure}", found ${text.slice(-300)}`);
    return Number(found[1]);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/** Trains with every seed and precision; returns the rows of the table. */
async function compare(trial: Trial): Promise<string[][]> {
  const figures: Record<string, number[]> = { float32: [], bf16: [] };
  for (const seed of SEEDS) {
    for (const precision of PRECISIONS) {
      const figure = await run(trial, precision, seed);
      figures[precision].push(figure);
      console.log(`${trial.name}: seed ${seed}, ${precision}: ${figure}`);
    }
  }
  const difference = (a: number, b: number): string => `${((b / a - 1) * 100).toFixed(2)} %`;
  const row = (name: string, a: number, b: number): string[] => [name, a.toFixed(3), b.toFixed(3), difference(a, b)];
  const { float32, bf16 } = figures;
  return [...SEEDS.map((seed, i) => row(`seed ${seed}`, float32[i], bf16[i])), row("mean", mean(float32), mean(bf16))];
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ data }) => {
    const { processor: name } = await readProcessor();
    const parts = [`${name}, \`deno task bench:precision\`.`];
    if (data === undefined) throw new UsageError("--data: expected the folder with Penn Treebank, found nothing");
    for (const trial of trials(data)) {
      const rows = await compare(trial);
      parts.push(`${trial.name}:`, table(["", "float32", "bf16", "difference"], rows));
    }
    await Deno.writeTextFile(REPORT, parts.join("\n\n") + "\n");
    return 0;
  },
};

if (import.meta.main) {
  const description = { name: "bench:precision", summary: "Compare training in bfloat16 with that in float32." };
  Deno.exit(await runCommand(description, command, Deno.args));
}
