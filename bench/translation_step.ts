/**
 * Compares a training step of the Multi30k translator in docs/benchmarks.md with the same model in PyTorch, on the same
 * batch and from the same weights, one after the other and round by round, on an otherwise idle machine: `deno task
 * bench:translation-step --python PATH [--rounds N]` writes results/translation_step.json and results/translation_step.md
 * after each round. Each measurement runs in its own process. `deno task bench:environment` installs the PyTorch.
 * @module
 */
import { CharTokenizer, type Engine, type SentencePair, Translator } from "../mod.ts";
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { padPairs } from "../tasks/translation/batches.ts";
import { evaluatePairs } from "../tasks/translation/learning.ts";
import { bfloat16Refusal, type Processor, readProcessor } from "./peers/processor.ts";
import {
  compare,
  findPeers,
  formatMissing,
  formatUnsteady,
  formatVersions,
  type Peer,
  type Result,
  type Versions,
} from "./peers/rounds.ts";
import { bestSetting, PYTORCH_SETTINGS, pyTorchName } from "./peers/settings.ts";
import { denoCommand, format, machine, median, path, table, writeResults } from "./support.ts";
import { type EngineSettings, startEngine, type Targets } from "./training_step.ts";
import { CHOSEN } from "./translation/recipes.ts";

/** The work that all peers do. */
interface Work {
  /** Folder with the model and the batch. */
  readonly folder: string;
}

/** A request for a measurement or for the version. */
type Request = EngineSettings & (Work | { readonly kind: "version" });

/** Result of a measurement. */
interface Measurement {
  /** Median time of a step, in milliseconds. */
  readonly milliseconds: number;
  /** Loss of the batch before the first step, without dropout. */
  readonly loss: number;
}

/** About as many pairs as a batch of 1,000 tokens has, with lengths typical of English and German captions. */
const SENTENCES = 64;
const [STEPS, WARM_UP] = [15, 5];
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

/** Answers a request on an engine of its own. */
async function answer(request: Request): Promise<Measurement | { readonly version: string }> {
  const { threads, blas, precision } = request;
  const engine = await startEngine({ threads, blas, ...precision && { precision } });
  return "kind" in request ? { version: engine.gemm } : await measure(request, engine);
}

/** Measures a training step with the settings of `fit`. */
async function measure({ folder }: Work, engine: Engine): Promise<Measurement> {
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
  return { milliseconds: median(times.slice(WARM_UP)), loss };
}

const OPTIONS = {
  rounds: { kind: "integer", min: 1, help: "measurements per peer; the median is reported", default: "5" },
  python: { kind: "path", value: "PATH", help: "Python with PyTorch 2.6 or later", default: "python3" },
  trial: { kind: "boolean", help: "print the results without writing them" },
} as const satisfies OptionSpecs;

const CORES = navigator.hardwareConcurrency;

/** The ratios to PyTorch's speed that the project aims at. */
const TARGETS: Targets = { webAssembly: 0.38, native: 1.35, bf16: 1.4 };

/** Returns Elman's peers, then PyTorch in each setting. */
function makePeers(python: string, processor: Processor): Peer<Work>[] {
  const elman = (name: string, settings: EngineSettings): Peer<Work> => ({
    name,
    label: name,
    command: denoCommand("translation_step.ts", ["--allow-read", "--allow-ffi"]),
    settings: { ...settings },
  });
  const native = { threads: CORES, blas: "auto" } as const;
  return [
    elman("WebAssembly, 1 thread", { threads: 1, blas: "off" }),
    elman("WebAssembly", { threads: CORES, blas: "off" }),
    elman("native", native),
    { ...elman("native, bf16", { ...native, precision: "bf16" }), refusal: bfloat16Refusal(processor) },
    ...Object.entries(PYTORCH_SETTINGS).map(([setting, settings]): Peer<Work> => ({
      name: pyTorchName(setting),
      label: "PyTorch",
      command: [python, path("pytorch_translation.py")],
      settings: { threads: CORES, ...settings },
    })),
  ];
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ rounds = 5, python = "python3", trial = false }) => {
    const folder = await Deno.makeTempDir();
    const tokens = await prepare(folder);
    const processor = await readProcessor();
    const { peers, ...versions } = await findPeers(makePeers(python, processor));
    let markdown = "";
    await compare<Work>([{ folder }], peers, {
      rounds,
      nameOf: () => "translator",
      save: async ([{ peers, missing }]) => {
        const report: Report = { machine: machine(), processor, rounds, tokens, ...versions, peers, missing };
        markdown = formatReport(report);
        if (!trial) await writeResults("translation_step", { json: JSON.stringify(report, null, 2), md: markdown });
      },
    });
    await Deno.remove(folder, { recursive: true });
    console.log(markdown);
    return 0;
  },
};

/** The results with what they depend on. */
interface Report extends Versions, Omit<Result<unknown>, "work"> {
  readonly machine: Readonly<Record<string, unknown>>;
  readonly processor: Processor;
  readonly rounds: number;
  /** Tokens of a step, on both sides. */
  readonly tokens: number;
}

/** Formats the ratios to PyTorch's best settings. */
function formatRatios(peers: Report["peers"]): string {
  const figure = (name: string): number => peers[name]?.milliseconds?.median ?? NaN;
  const [float32, all] = [bestSetting(figure, "float32"), bestSetting(figure)];
  const rows = [
    ["WebAssembly / best float32", float32, "WebAssembly", TARGETS.webAssembly],
    ["native / best float32", float32, "native", TARGETS.native],
    ["native, bf16 / best of all", all, "native, bf16", TARGETS.bf16],
  ] as const;
  return table(
    ["ratio of speeds", "value", "target", "PyTorch's setting"],
    rows.map(([name, best, peer, target]) => [
      name,
      format(best.value / figure(peer), 2),
      format(target, 2),
      best.setting,
    ]),
  );
}

/** Formats the report as Markdown. */
function formatReport(report: Report): string {
  const { machine, rounds, tokens, peers, missing } = report;
  const { os, arch, cores, deno } = machine;
  const { processor, extensions } = report.processor;
  const rows = Object.entries(peers).map(([name, { milliseconds, loss }]) => {
    const { median = NaN, min, max } = milliseconds ?? {};
    const speed = format(tokens / median * 1e3);
    return [name, format(median, 1), format(min, 1), format(max, 1), speed, loss?.median.toFixed(6) ?? "-"];
  });
  return [
    "# A training step of a translator",
    `\`deno task bench:translation-step\`, ${processor}, ${cores} cores, ${os} ${arch}, Deno ${deno}: medians of ` +
    `${rounds} alternating processes. Vector extensions: ${
      extensions.join(", ") || "unknown"
    }. A step consists of the ` +
    `forward and backward pass, clipping and Adam on ${SENTENCES} pairs with ${format(tokens)} tokens. The model ` +
    `\`${JSON.stringify(CHOSEN.model)}\` has a vocabulary of ${format(CHOSEN.vocabSize)} tokens. All runs start from ` +
    `the same weights, so that their losses on the batch before the first step, without dropout, agree; those in bfloat16 are rounded. Unless its name says otherwise, a peer has ${cores} threads, and ` +
    "PyTorch's Adam is fused.",
    formatVersions(report),
    table(["peer", "ms / step", "min", "max", "tokens / s", "loss"], rows),
    formatRatios(peers),
    formatUnsteady([{ work: null, peers, missing }], "milliseconds", () => "translator"),
    formatMissing([{ work: null, peers, missing }], () => "translator"),
  ].filter((part) => part !== "").join("\n\n");
}

if (import.meta.main) {
  if (Deno.args[0]?.startsWith("{")) {
    console.log(JSON.stringify(await answer(JSON.parse(Deno.args[0]))));
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
