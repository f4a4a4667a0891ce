/**
 * Compares a training step of the Multi30k translator in docs/benchmarks.md with the same model in PyTorch, on the same
 * batch and from the same weights, one after the other and round by round, on an otherwise idle machine: `deno task
 * bench:translation-step [--rounds N] [--python PATH]` writes results/translation_step.md. Each measurement runs in its
 * own process.
 * @module
 */
import { CharTokenizer, type Engine, type SentencePair, Translator } from "../mod.ts";
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { padPairs } from "../tasks/translation/batches.ts";
import { evaluatePairs } from "../tasks/translation/learning.ts";
import { denoCommand, format, machine, median, path, runJSON, spread, table, writeResults } from "./support.ts";
import { type EngineSettings, startEngine } from "./training_step.ts";
import { CHOSEN } from "./translation/recipes.ts";

/** The arguments of a process that measures. */
interface Request extends EngineSettings {
  /** Folder with the model and the batch. */
  readonly folder: string;
}

/** Result of a measurement. */
interface Measurement {
  /** Median time of a step, in milliseconds. */
  readonly milliseconds: number;
  /** Loss of the batch before the first step, without dropout. */
  readonly loss: number;
  /** The backend and its version. */
  readonly version: string;
}

/** About as many pairs as a batch of 1,000 tokens has, with lengths typical of English and German captions. */
const SENTENCES = 64;
const [STEPS, WARM_UP] = [24, 5];
const FIRST_CHARACTER = 0x4e00;

/** Returns `count` distinct characters, used as tokens. */
function characters(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String.fromCodePoint(FIRST_CHARACTER + i));
}

/** Returns pairs of arbitrary tokens: 11 to 16 on one side, 13 or 14 on the other. */
function makePairs(): SentencePair[] {
  const tokens = characters(CHOSEN.vocabSize);
  const text = (row: number, length: number): string =>
    Array.from({ length }, (_, i) => tokens[(row * 7919 + i * 104729) % tokens.length]).join("");
  return Array.from({ length: SENTENCES }, (_, i) => ({
    source: text(2 * i, 11 + i % 6),
    target: text(2 * i + 1, 13 + i % 2),
  }));
}

/** Writes the model and the batch that all peers read. Returns the number of tokens on both sides of a step. */
async function prepare(folder: string): Promise<number> {
  const sourceTokenizer = CharTokenizer.train(characters(CHOSEN.vocabSize).join(""));
  const model = Translator.create({ sourceTokenizer, ...CHOSEN.model });
  await model.save(folder);
  const pairs = model.encode(makePairs());
  const places = Int32Array.from(pairs.sources, (_, i) => i);
  const { source, input, expected, steps } = padPairs(pairs, places, model.config.targetVocabSize - 1);
  const plain = ({ ids, lengths }: { ids: Int32Array; lengths: Int32Array }): object => ({
    ids: [...ids],
    lengths: [...lengths],
  });
  const batch = { source: plain(source), input: plain(input), expected: [...expected], steps: [...steps] };
  await Deno.writeTextFile(`${folder}/batch.json`, JSON.stringify(batch));
  return expected.length + source.lengths.reduce((sum, length) => sum + length, 0);
}

/** Measures a training step with the settings of `fit`. */
async function measure({ folder, threads, blas }: Request): Promise<Measurement> {
  const engine: Engine = await startEngine({ threads, blas });
  if (blas === "auto" && !engine.blas) throw new RangeError("expected a native library, found none");
  const model = await Translator.load(folder, { engine });
  const train = makePairs();
  const { loss } = await evaluatePairs(model.network, model.encode(train), {
    boundary: model.config.targetVocabSize - 1,
  });
  const { learningRate, labelSmoothing } = CHOSEN.fit as { learningRate: number; labelSmoothing: number };
  const settings = {
    epochs: STEPS,
    batchTokens: 32 * SENTENCES,
    learningRate,
    labelSmoothing,
    schedule: "constant",
  } as const;
  const times: number[] = [];
  for await (const event of model.fit({ train }, { ...settings, averaging: null })) {
    if (event.event === "step") times.push(event.milliseconds);
  }
  return { milliseconds: median(times.slice(WARM_UP)), loss, version: engine.gemm };
}

const OPTIONS = {
  rounds: { kind: "integer", min: 1, help: "measurements per peer; the median is reported", default: "5" },
  python: { kind: "path", value: "PATH", help: "Python with PyTorch", default: "/usr/bin/python3" },
} as const satisfies OptionSpecs;

const CORES = navigator.hardwareConcurrency;

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ rounds = 5, python = "/usr/bin/python3" }) => {
    const folder = await Deno.makeTempDir();
    const tokens = await prepare(folder);
    const elman = (threads: number, blas: EngineSettings["blas"]): string[] =>
      denoCommand(
        "translation_step.ts",
        ["--allow-read", "--allow-ffi"],
        JSON.stringify({ folder, threads, blas } satisfies Request),
      );
    const pytorch = (threads: number): string[] => [
      python,
      path("pytorch_translation.py"),
      JSON.stringify({ folder, threads }),
    ];
    const peers: Record<string, string[]> = {
      "Elman, 1 thread": elman(1, "off"),
      [`Elman, ${CORES} threads`]: elman(CORES, "off"),
      "Elman, native, 1 thread": elman(1, "auto"),
      [`Elman, native, ${CORES} threads`]: elman(CORES, "auto"),
      "PyTorch, 1 thread": pytorch(1),
      [`PyTorch, ${CORES} threads`]: pytorch(CORES),
    };
    const found = await compare(peers, rounds);
    await Deno.remove(folder, { recursive: true });
    const markdown = report(found, tokens, rounds);
    console.log(markdown);
    await writeResults("translation_step", { md: markdown });
    return 0;
  },
};

/** Collects all measurements of all peers, which take turns. */
async function compare(
  peers: Readonly<Record<string, readonly string[]>>,
  rounds: number,
): Promise<Map<string, Measurement[]>> {
  const found = new Map<string, Measurement[]>();
  for (let round = 1; round <= rounds; round++) {
    for (const [name, process] of Object.entries(peers)) {
      console.error(`round ${round} of ${rounds}: ${name}`);
      found.set(name, [...found.get(name) ?? [], await runJSON<Measurement>(process)]);
    }
  }
  return found;
}

/** Formats the report as Markdown. */
function report(found: ReadonlyMap<string, readonly Measurement[]>, tokens: number, rounds: number): string {
  const { os, arch, cores, deno } = machine();
  const rows = [...found].map(([name, measurements]) => {
    const { median, min, max } = spread(measurements.map(({ milliseconds }) => milliseconds));
    const [{ version, loss }] = measurements;
    const speed = tokens / median * 1e3;
    return [name, version, format(median, 1), format(min, 1), format(max, 1), format(speed), loss.toFixed(6)];
  });
  return [
    "# A training step of a translator",
    "",
    `\`deno task bench:translation-step\`, ${os} ${arch}, ${cores} cores, Deno ${deno}: medians of ${rounds} alternating processes. ` +
    `A step consists of the forward and backward pass, clipping and Adam on ${SENTENCES} pairs with ${
      format(tokens)
    } tokens. The model ` +
    `\`${JSON.stringify(CHOSEN.model)}\` has a vocabulary of ${
      format(CHOSEN.vocabSize)
    } tokens. All runs start from the same weights, so that ` +
    "their losses on the batch before the first step, without dropout, agree.",
    "",
    table(["peer", "backend", "ms / step", "min", "max", "tokens / s", "loss"], rows),
  ].join("\n");
}

if (import.meta.main) {
  if (Deno.args[0]?.startsWith("{")) {
    console.log(JSON.stringify(await measure(JSON.parse(Deno.args[0]))));
    Deno.exit(0);
  }
  Deno.exit(
    await runCommand(
      { name: "bench:translation-step", summary: "Compare a translator's training step with PyTorch's." },
      command,
      Deno.args,
    ),
  );
}
