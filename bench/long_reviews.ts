/**
 * Measures how long classifiers train on long texts with no options: reviews of about 230 words, each made of sentences
 * of SST-2, most of which have the review's label. `deno task bench:long-reviews --data FOLDER` writes
 * bench/results/long_reviews.md; FOLDER has sst2/stsa.binary.{train,test}.
 * @module
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { goToCallersDirectory } from "../cli/callers_directory.ts";
import { InputRangeError } from "../errors.ts";
import { Random } from "../src/nn/mod.ts";
import { readLabelledTexts } from "../tasks/data/mod.ts";
import { type Job, trainClassifier } from "./classification/elman.ts";
import { figureOf } from "./classification/figures.ts";
import { format, inTempFolder, machine, path, percent, table, writeResults } from "./support.ts";

const OPTIONS = {
  data: { kind: "path", value: "FOLDER", help: "folder with sst2/stsa.binary.train and sst2/stsa.binary.test" },
} as const satisfies OptionSpecs;

/** The words of a review, and the share of its sentences that have its label. */
const [WORDS, OWN_SHARE] = [230, 0.7];
const TEST_REVIEWS = 1000;
const THREADS = 2;

/** The measurements: the number of reviews, whether products are native, and the minutes that should suffice. */
const RUNS = [
  { reviews: 5000, isNative: false, minutes: 3 },
  { reviews: 25_000, isNative: true, minutes: 6 },
] as const;

/** A text with its label. */
type Sentence = Awaited<ReturnType<typeof readLabelledTexts>>["texts"][number];

/** Makes reviews, one a line, with their labels in turn. */
function reviewsOf(sentences: readonly Sentence[], { count, seed }: { count: number; seed: number }): string {
  const byLabel = [...Map.groupBy(sentences, ({ label }) => label)].sort(([a], [b]) => a < b ? -1 : 1);
  const random = new Random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.uniform(1)[0] * items.length)];
  return Array.from({ length: count }, (_, i) => {
    const [label, own] = byLabel[i % byLabel.length];
    const words: string[] = [];
    while (words.length < WORDS) {
      const from = random.uniform(1)[0] < OWN_SHARE ? own : pick(byLabel)[1];
      words.push(...pick(from).text.split(" "));
    }
    return `${label} ${words.slice(0, WORDS).join(" ")}\n`;
  }).join("");
}

/** Trains the defaults and the linear model alone on reviews. Returns a row of the table. */
async function measure({ reviews, isNative, minutes }: typeof RUNS[number], job: Job): Promise<string[]> {
  const network = await trainClassifier(job, { isNative, options: [] });
  const linear = await trainClassifier(job, { isNative, options: ["--model", "linear"] });
  return [
    format(reviews),
    isNative ? "native" : "WebAssembly",
    ...[network.seconds, 60 * minutes].map((seconds) => format(seconds)),
    percent(figureOf(network.confusion, "accuracy")),
    format(linear.seconds),
    percent(figureOf(linear.confusion, "accuracy")),
  ];
}

/** Makes reviews of the sentences in a folder of data, and measures all rows. */
async function measureAll(data: string, folder: string): Promise<string[][]> {
  const write = async (part: "train" | "test", count: number, seed: number): Promise<string> => {
    const { texts } = await readLabelledTexts(`${data}/sst2/stsa.binary.${part}`);
    const file = `${folder}/${part}.${count}.txt`;
    await Deno.writeTextFile(file, reviewsOf(texts, { count, seed }));
    return file;
  };
  const test = await write("test", TEST_REVIEWS, 1);
  const rows: string[][] = [];
  for (const [i, run] of RUNS.entries()) {
    const split = { train: await write("train", run.reviews, i + 2), test };
    rows.push(await measure(run, { split, seed: 1, folder, threads: THREADS }));
    console.log(rows.at(-1)!.join("  "));
  }
  return rows;
}

function report(rows: readonly (readonly string[])[]): string {
  const { cores, os, arch, deno } = machine();
  const headings = ["reviews", "products", "seconds", "at most", "accuracy", "linear model, seconds", "its accuracy"];
  return [
    "# Long reviews",
    "",
    `\`deno task bench:long-reviews --data FOLDER\`: the whole time of \`train-classifier\` without options, with ` +
    `${THREADS} threads, on ${cores} cores, ${os} ${arch}, Deno ${deno}. A review has ${WORDS} words: sentences of ` +
    `SST-2's training file, of which ${percent(OWN_SHARE)} are drawn from those with its label and the others from ` +
    `all. Accuracies are those on ${format(TEST_REVIEWS)} reviews of sentences of the test file. Real reviews have ` +
    "more different words; accuracies on them differ.",
    "",
    table(headings, rows),
  ].join("\n");
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ data }) => {
    if (data === undefined) throw new InputRangeError("measure long reviews: expected --data FOLDER");
    const rows = await inTempFolder((folder) => measureAll(data, folder));
    await writeResults("long_reviews", { md: report(rows) });
    console.log(`\nWrote ${path("results/long_reviews.md")}`);
    return 0;
  },
};

if (import.meta.main) {
  goToCallersDirectory();
  Deno.exit(
    await runCommand(
      { name: "bench:long-reviews", summary: "Measure how long classifiers train on long texts." },
      command,
      Deno.args,
    ),
  );
}
