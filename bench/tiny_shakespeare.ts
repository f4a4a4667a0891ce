/**
 * Compares what a few minutes of training on two cores buy on tiny Shakespeare: character n-grams, Elman's LSTM, the
 * same LSTM in PyTorch and small Transformers in PyTorch. `deno task bench:tiny-shakespeare --data input.txt` runs one
 * after the other on an otherwise idle machine and writes bench/results/tiny_shakespeare.md. The text is
 * `data/tinyshakespeare/input.txt` of https://github.com/karpathy/char-rnn.
 * @module
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { ngramLosses } from "./language_models/ngram.ts";
import { denoCommand, format, machine, path, runJSON, table, writeResults } from "./support.ts";

/** The report of a training script, on its last line. */
interface Outcome {
  readonly valid_loss: number;
  readonly seconds: number;
  readonly parameters?: number;
  readonly torch?: string;
}

/** A model, and the command that trains it. */
interface Contender {
  readonly name: string;
  readonly command: readonly string[];
}

const OPTIONS = {
  data: { kind: "path", value: "FILE", help: "text of tiny Shakespeare" },
  python: { kind: "path", value: "PATH", help: "Python with PyTorch", default: "python3" },
  seconds: { kind: "integer", min: 1, help: "training time of each Transformer", default: "180" },
} as const satisfies OptionSpecs;

const RECIPE = ["--tokenizer", "char", "--lr", "0.004", "--schedule", "cosine", "--warmup", "100", "--dropout", "0.1"];

/** Elman's LSTMs. The larger one needs native matrix products to finish within two minutes. */
function lstms(data: string, folder: string): Contender[] {
  const train = (name: string, permissions: readonly string[], ...args: string[]): Contender => ({
    name,
    command: denoCommand(
      "../cli/main.ts",
      ["--v8-flags=--max-semi-space-size=4", "--allow-read", "--allow-write", ...permissions],
      ...[
        "train-lm",
        "--data",
        data,
        "--json",
        "--out",
        `${folder}/${name.replaceAll(/\W+/g, "-")}`,
        ...RECIPE,
        ...args,
      ],
    ),
  });
  const native = ["--allow-env=INIT_CWD,ELMAN_BLAS", "--allow-ffi"];
  return [
    train("Elman, LSTM of 384, native products", native, "--hidden", "384", "--epochs", "4"),
    train("Elman, LSTM of 256, WebAssembly", ["--allow-env=INIT_CWD"], "--hidden", "256", "--epochs", "2"),
  ];
}

/** The larger LSTM and two Transformers in PyTorch, each with its own batch size and learning rate. */
function pytorch(python: string, data: string, seconds: number): Contender[] {
  const transformer = (layers: number, width: number, ...args: string[]): Contender => ({
    name: `PyTorch, Transformer of ${layers} layers of ${width}`,
    command: [
      ...[python, path("pytorch_char_transformer.py"), "--data", data, "--seconds", String(seconds)],
      ...["--layers", String(layers), "--width", String(width), ...args],
    ],
  });
  return [
    {
      name: "PyTorch, LSTM of 384",
      command: [
        ...[python, path("pytorch_char_lm.py"), "--data", data, ...RECIPE, "--hidden", "384", "--epochs", "4"],
        ...["--threads", String(navigator.hardwareConcurrency)],
      ],
    },
    transformer(2, 128, "--context", "64", "--batch", "16", "--lr", "0.005"),
    transformer(4, 128, "--context", "64", "--batch", "12", "--lr", "0.003"),
  ];
}

/** Returns the best loss of character n-grams of order 4 to 7. */
async function ngramRow(data: string): Promise<string[]> {
  const characters = Array.from(await Deno.readTextFile(data));
  const start = performance.now();
  const split = characters.length - Math.floor(characters.length * 0.1);
  const found = ngramLosses(characters.slice(0, split), [characters.slice(split)], [4, 5, 6, 7]);
  const { order, losses: [loss] } = found.toSorted((a, b) => a.losses[0] - b.losses[0])[0];
  return [`character ${order}-grams, Witten-Bell`, format(loss, 3), format((performance.now() - start) / 1e3), "-"];
}

async function compare(data: string, python: string, seconds: number): Promise<void> {
  const folder = await Deno.makeTempDir();
  const rows = [await ngramRow(data)];
  let torch = "not measured";
  for (const { name, command } of [...lstms(data, folder), ...pytorch(python, data, seconds)]) {
    const outcome = await runJSON<Outcome>(command);
    torch = outcome.torch ?? torch;
    rows.push([name, format(outcome.valid_loss, 3), format(outcome.seconds), format(outcome.parameters)]);
    console.log(rows.at(-1)!.join("  "));
  }
  await Deno.remove(folder, { recursive: true });
  await writeResults("tiny_shakespeare", { md: report(rows, torch) });
}

function report(rows: readonly string[][], torch: string): string {
  const { os, arch, cores, deno } = machine();
  return [
    "# tiny Shakespeare in minutes",
    `\`deno task bench:tiny-shakespeare --data input.txt\`: validation loss in nats per character on the last tenth of the ` +
    `text, and the seconds of training. ${os} ${arch}, ${cores} cores, Deno ${deno}, PyTorch ${torch} with ${cores} ` +
    "threads. One run each, seed 1.",
    table(["model", "nats", "seconds", "parameters"], rows),
    "The LSTMs carry their state through the whole text. The Transformers predict only with at least half a context " +
    "before them. Their learning rates and batch sizes are the best of several runs of 60 seconds.",
  ].join("\n\n");
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ data, python = "python3", seconds = 180 }) => {
    if (data === undefined) throw new RangeError("compare: expected --data FILE");
    await compare(data, python, seconds);
    return 0;
  },
};

if (import.meta.main) {
  Deno.exit(
    await runCommand(
      {
        name: "bench:tiny-shakespeare",
        summary: "Compare language models that train for minutes on tiny Shakespeare.",
      },
      command,
      Deno.args,
    ),
  );
}
