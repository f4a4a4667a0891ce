/**
 * Measures how time and memory grow with lengths, batches and corpora: `deno task bench:costs [--large] [--quick]`.
 * Each point is measured in its own process with one thread. Prints a description of the curves and writes
 * `results/costs.json`, `costs.md` and `costs.svg`.
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { type Curve, describe, drawCurves } from "./curves.ts";
import type { Measurement, Work } from "./peers/elman.ts";
import { denoCommand, format, machine, median, runJSON, sections, table, writeResults } from "./support.ts";

const OPTIONS = {
  large: { kind: "boolean", help: "also train on a text of 1 GB" },
  quick: { kind: "boolean", help: "measure the three smallest points of each curve only, and write nothing" },
} as const satisfies OptionSpecs;

/** The fields used from the last line of `train-lm --json`. */
interface Done {
  readonly tokens_per_second: number;
  readonly peak_rss_mib: number;
}

/** The model for all curves. */
const MODEL: Work = {
  kind: "train",
  cell: "LSTM",
  vocabulary: 65,
  embed: 64,
  hidden: 128,
  layers: 1,
  batch: 32,
  bptt: 64,
};
const BPTT = [16, 32, 64, 128, 256, 512, 1024, 2048];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const TOKENS = [100, 1_000, 10_000, 100_000];
const MEGABYTES = [1, 10, 100];
const STEPS = 100;
const ROUNDS = 3;

async function measure(work: Partial<Work>): Promise<Measurement> {
  console.error(`measure ${JSON.stringify(work)}`);
  const request = { ...MODEL, ...work, threads: 1, blas: "off" };
  return await runJSON(denoCommand("peers/elman.ts", ["--allow-run=cat"], JSON.stringify(request)));
}

/** Measurements of each point, round by round. */
type Found<T> = readonly (readonly [number, T[]])[];

/** Measures the points one after the other, several times over, because the machine may be slow for a while. */
async function collect<T>(inputs: readonly number[], point: (x: number) => Promise<T>): Promise<Found<T>> {
  const found = inputs.map((x): [number, T[]] => [x, []]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [x, results] of found) results.push(await point(x));
  }
  return found;
}

function curve<T>(
  [title, x, y, expected]: readonly [string, string, string, Curve["expected"]],
  found: Found<T>,
  figure: (result: T) => number | null | undefined,
): Curve {
  const medianOf = (results: readonly T[]): number => median(results.map((result) => figure(result) ?? NaN));
  return { title, x, y, expected, points: found.map(([x, results]) => [x, medianOf(results)]) };
}

const mebibytes = (bytes: number | null | undefined): number => (bytes ?? NaN) / 2 ** 20;

async function trainingCurves(bptts: readonly number[], batches: readonly number[]): Promise<Curve[]> {
  const byBptt = await collect(bptts, (bptt) => measure({ bptt }));
  const byBatch = await collect(batches, (batch) => measure({ batch }));
  return [
    curve(["Training time", "bptt", "us per token", "flat"], byBptt, ({ microseconds }) => microseconds),
    curve(["Activations", "bptt", "MiB", "linear"], byBptt, ({ arenaBytes }) => mebibytes(arenaBytes)),
    curve(["Activations", "batch", "MiB", "linear"], byBatch, ({ arenaBytes }) => mebibytes(arenaBytes)),
    curve(["Engine memory, training", "bptt", "MiB", "linear"], byBptt, ({ engineBytes }) => mebibytes(engineBytes)),
    curve(["Engine memory, training", "batch", "MiB", "linear"], byBatch, ({ engineBytes }) => mebibytes(engineBytes)),
  ];
}

async function generationCurves(counts: readonly number[]): Promise<Curve[]> {
  const found = await collect(
    counts,
    (before) => measure({ kind: "generate", batch: 1, bptt: 1, before, tokens: 2000 }),
  );
  const x = "text length in tokens";
  return [
    curve(["Generation time", x, "us per token", "flat"], found, ({ microseconds }) => microseconds),
    curve(["Engine memory, generation", x, "MiB", "flat"], found, ({ engineBytes }) => mebibytes(engineBytes)),
    curve(["Process memory, generation", x, "MiB", "flat"], found, ({ peakBytes }) => mebibytes(peakBytes)),
  ];
}

/** Writes a text of the given number of megabytes, in lines of words that do not repeat within a megabyte. */
async function writeText(file: string, megabytes: number): Promise<void> {
  let text = "";
  for (let i = 1; text.length < 1e6; i++) text += (i * 2654435761 % 2 ** 32).toString(36) + (i % 12 === 0 ? "\n" : " ");
  const bytes = new TextEncoder().encode(text.slice(0, 1e6));
  using output = await Deno.open(file, { write: true, create: true, truncate: true });
  const writer = output.writable.getWriter();
  for (let i = 0; i < megabytes; i++) await writer.write(bytes);
  writer.releaseLock();
}

/** Trains on a text of the given number of megabytes for a fixed number of steps, through the command line. */
async function train(megabytes: number): Promise<Done> {
  console.error(`train on ${megabytes} MB`);
  const directory = await Deno.makeTempDir();
  try {
    const data = `${directory}/text.txt`;
    await writeText(data, megabytes);
    const { embed, hidden, layers, batch, bptt } = MODEL;
    const numbers = { embed, hidden, layers, batch, bptt, "max-steps": STEPS, "valid-fraction": 0, threads: 1 };
    const options = Object.entries(numbers).map(([name, value]) => `--${name}=${value}`);
    // The flags of the task train-lm.
    const flags = ["--v8-flags=--max-semi-space-size=4", `--allow-read=${directory}`, `--allow-write=${directory}`];
    const command = denoCommand("../cli/main.ts", flags, "train-lm", `--data=${data}`, ...options);
    return await runJSON<Done>([...command, `--out=${directory}/model`, "--json"], { cwd: directory });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function corpusCurves(megabytes: readonly number[]): Promise<Curve[]> {
  const found = await collect(megabytes, train);
  return [
    curve(["Training time", "text size in MB", "us per token", "flat"], found, (done) => 1e6 / done.tokens_per_second),
    curve(["Process memory, training", "text size in MB", "MiB", "flat"], found, ({ peak_rss_mib }) => peak_rss_mib),
  ];
}

function formatCurves(curves: readonly Curve[]): string {
  return sections(curves.map((one) => [
    `**${one.title}, ${one.y}, by ${one.x}**: ${describe(one)}.`,
    table(
      [one.x, ...one.points.map(([x]) => format(x))],
      [[one.y, ...one.points.map(([, y]) => format(y, 2))]],
    ),
  ]));
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ large = false, quick = false }) => {
    const some = (values: readonly number[]): readonly number[] => quick ? values.slice(0, 3) : values;
    const curves = [
      ...await trainingCurves(some(BPTT), some(BATCHES)),
      ...await generationCurves(some(TOKENS)),
      ...await corpusCurves(some(large ? [...MEGABYTES, 1000] : MEGABYTES)),
    ];
    const markdown = formatCurves(curves);
    console.log(markdown);
    if (quick) return 0;
    const json = JSON.stringify({ machine: machine(), model: MODEL, curves }, null, 2);
    await writeResults("costs", { json, md: markdown, svg: drawCurves(curves) });
    return 0;
  },
};

if (import.meta.main) {
  Deno.exit(
    await runCommand(
      { name: "bench:costs", summary: "Show how time and memory grow with lengths, batches and corpora." },
      command,
      Deno.args,
    ),
  );
}
