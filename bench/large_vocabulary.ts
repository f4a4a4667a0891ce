/**
 * Compares the exact, the adaptive and the sampled output layer of language models with large vocabularies, in Elman
 * and in PyTorch, on an otherwise idle machine: `deno task bench:large-vocabulary --python PATH [--seconds N]` trains
 * each of them for the same time and writes results/large_vocabulary.json and results/large_vocabulary.md after each.
 * Each measurement runs in its own process. `deno task bench:environment` installs the PyTorch.
 * @module
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { defaultCutoffs } from "../src/nn/adaptive_softmax.ts";
import { makeSource } from "./large_vocabulary/words.ts";
import { OUTPUTS, streamLength, type Work } from "./large_vocabulary/work.ts";
import { precisionRefusal, type Processor, readProcessor } from "./peers/processor.ts";
import {
  compare,
  findPeers,
  formatMissing,
  formatVersions,
  type Peer,
  type Result,
  type Versions,
} from "./peers/rounds.ts";
import { PYTORCH_SETTINGS, pyTorchName } from "./peers/settings.ts";
import { denoCommand, format, machine, path, sections, table, writeResults } from "./support.ts";
import type { EngineSettings } from "./training_step.ts";

const SIZES = {
  batch: 20,
  bptt: 35,
  windows: 5000,
  held: 10,
  width: 256,
  layers: 2,
  samples: 2000,
  learningRate: 0.002,
};
const VOCABULARIES = [33_278, 200_000];
const SEED = 1;
const CORES = navigator.hardwareConcurrency;

const OPTIONS = {
  seconds: { kind: "integer", min: 1, help: "training time of each model", default: "60" },
  rounds: { kind: "integer", min: 1, help: "measurements per peer; the median is reported", default: "1" },
  python: { kind: "path", value: "PATH", help: "Python with PyTorch 2.6 or later", default: "python3" },
  trial: { kind: "boolean", help: "print the results without writing them" },
  only: {
    kind: "choice",
    choices: ["webassembly", "native", "pytorch"],
    repeatable: true,
    help: "measure only this peer; can be repeated; writes nothing",
    default: "all",
  },
} as const satisfies OptionSpecs;

/** A text for each vocabulary. */
interface Text {
  readonly vocabulary: number;
  /** File with the ids. */
  readonly ids: string;
  /** Loss of the true probabilities on the streams that are held out. */
  readonly bound: number;
}

/** Draws the text of a vocabulary and writes its ids. */
async function prepare(folder: string, vocabulary: number): Promise<Text> {
  const { draw, loss } = makeSource(vocabulary, SEED);
  const lengthOf = (windows: number): number => SIZES.batch * streamLength(windows, SIZES as Work);
  const train = draw(lengthOf(SIZES.windows));
  const held = draw(lengthOf(SIZES.held));
  const ids = `${folder}/${vocabulary}`;
  await Deno.writeFile(ids, new Uint8Array(train.buffer));
  await Deno.writeFile(ids, new Uint8Array(held.buffer), { append: true });
  return { vocabulary, ids, bound: loss(held) };
}

function workOf({ vocabulary, ids }: Text, output: Work["output"], seconds: number): Work {
  return { ...SIZES, vocabulary, output, cutoffs: defaultCutoffs(vocabulary), seconds, ids };
}

/** A peer and the choice of `--only` that it belongs to. */
type Candidate = Peer<Work> & { readonly group: "webassembly" | "native" | "pytorch" };

/** Returns Elman's peers, then PyTorch in both precisions. */
function makePeers(python: string, processor: Processor): Candidate[] {
  const elman = (name: string, group: Candidate["group"], settings: EngineSettings): Candidate => ({
    name,
    label: name,
    group,
    command: denoCommand(
      "large_vocabulary/elman.ts",
      ["--allow-read", "--allow-run=cat", ...group === "native" ? ["--allow-ffi"] : []],
    ),
    settings: { ...settings },
  });
  const native = { threads: CORES, blas: "auto" } as const;
  return [
    elman("WebAssembly", "webassembly", { threads: CORES, blas: "off" }),
    elman("native", "native", native),
    {
      ...elman("native, bf16", "native", { ...native, precision: "bf16" }),
      refusal: precisionRefusal("bf16", processor),
    },
    ...(["float32", "bf16"] as const).map((setting): Candidate => ({
      name: pyTorchName(setting),
      label: "PyTorch",
      group: "pytorch",
      command: [python, path("large_vocabulary/pytorch.py")],
      settings: { threads: CORES, ...PYTORCH_SETTINGS[setting] },
      refusal: precisionRefusal(setting, processor),
    })),
  ];
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ seconds = 60, rounds = 1, python = "python3", trial = false, only = [] }) => {
    const folder = await Deno.makeTempDir();
    const texts: Text[] = [];
    for (const vocabulary of VOCABULARIES) texts.push(await prepare(folder, vocabulary));
    const works = texts.flatMap((text) => OUTPUTS.map((output) => workOf(text, output, seconds)));
    const processor = await readProcessor();
    const candidates = makePeers(python, processor).filter(({ group }) => only.length === 0 || only.includes(group));
    const { peers, ...versions } = await findPeers(candidates);
    let markdown = "";
    await compare(works, peers, {
      rounds,
      nameOf,
      save: async (results) => {
        const bounds = texts.map(({ bound }) => bound);
        const report: Report = { machine: machine(), processor, seconds, rounds, bounds, ...versions, results };
        markdown = formatReport(report);
        if (trial || only.length > 0) return;
        await writeResults("large_vocabulary", { json: JSON.stringify(report, null, 2), md: markdown });
      },
    });
    await Deno.remove(folder, { recursive: true });
    console.log(markdown);
    return 0;
  },
};

/** The results with what they depend on. */
interface Report extends Versions {
  readonly machine: Readonly<Record<string, unknown>>;
  readonly processor: Processor;
  readonly seconds: number;
  readonly rounds: number;
  /** Loss of the true probabilities, by vocabulary. */
  readonly bounds: readonly number[];
  readonly results: readonly Result<Work>[];
}

function nameOf({ vocabulary, output }: Work): string {
  return `${format(vocabulary)} words, ${output}`;
}

/** Formats the figures of all output layers for a vocabulary. */
function formatVocabulary({ results }: Report, vocabulary: number): string {
  const byOutput = OUTPUTS.map((output) =>
    results.find(({ work }) => work.vocabulary === vocabulary && work.output === output)?.peers ?? {}
  );
  const names = [...new Set(byOutput.flatMap((peers) => Object.keys(peers)))];
  const rows = names.map((name) => {
    const figures = (key: string): number[] => byOutput.map((peers) => peers[name]?.[key]?.median ?? NaN);
    return [
      name,
      ...figures("tokensPerSecond").map((speed) => format(speed)),
      ...figures("peakBytes").map((bytes) => format(bytes / 2 ** 20)),
      ...figures("loss").map((loss) => format(loss, 3)),
    ];
  });
  const columns = (unit: string): string[] => OUTPUTS.map((output) => `${output}, ${unit}`);
  return table(["peer", ...columns("tokens / s"), ...columns("MiB"), ...columns("loss")], rows);
}

/** Formats the report as Markdown. */
function formatReport(report: Report): string {
  const { seconds, rounds, bounds, results } = report;
  const { os, arch, cores, deno } = report.machine;
  const { processor, extensions } = report.processor;
  const { layers, width, batch, bptt, held, samples, learningRate } = SIZES;
  const times = rounds === 1 ? "" : ` Medians of ${rounds} rounds.`;
  return [
    "# Large vocabularies",
    `\`deno task bench:large-vocabulary --seconds ${seconds}${rounds === 1 ? "" : ` --rounds ${rounds}`}\`, ` +
    `${processor}, ${cores} cores, ${os} ${arch}, Deno ${deno}. Vector extensions: ${
      extensions.join(", ") || "unknown"
    }. An LSTM of ${layers} layers of ${width} with embeddings of ${width} trains for ${seconds} seconds in a process ` +
    `of its own, with batches of ${batch} x ${bptt} tokens and Adam at ${learningRate}, which changes only the ` +
    `embeddings that a step uses. Then it predicts ${
      format(held * batch * bptt)
    } tokens that it has not seen; the loss is in nats. ` +
    `Memory is the peak of the process while training. Each peer has ${cores} threads.${times}`,
    "The text is made from a seed: word r has a share of about 1 / r, and half of the words are one of four successors " +
    "of the word before. Real texts have fewer rare words, so the adaptive softmax would be faster with them. The cutoffs " +
    "are the default: 10 and 50 times the square root of the vocabulary size. The sampled output layer is the exact one, " +
    `trained on the words of a step and about ${format(samples)} random others, and evaluated with all words.`,
    formatVersions(report),
    sections(VOCABULARIES.map((vocabulary, i) => [
      `## ${format(vocabulary)} words\n\nCutoffs ${
        defaultCutoffs(vocabulary).map((cutoff) => format(cutoff)).join(" and ")
      }. The loss of the true probabilities ` +
      `is ${format(bounds[i], 3)}.`,
      formatVocabulary(report, vocabulary),
    ])),
    formatMissing(results, nameOf),
  ].filter((part) => part !== "").join("\n\n");
}

if (import.meta.main) {
  Deno.exit(
    await runCommand(
      { name: "bench:large-vocabulary", summary: "Compare the exact, the adaptive and the sampled softmax." },
      command,
      Deno.args,
    ),
  );
}
