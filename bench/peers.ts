/**
 * Compares Elman, PyTorch in each of its settings, and TensorFlow.js on the same work, on an otherwise idle machine:
 * `deno task bench:peers --python PATH [--rounds N] [--rows N,N] [--tfjs FOLDER] [--only PEER]`. `deno task
 * bench:environment` installs the PyTorch. The peers of a row follow each other, in reverse order in every second
 * round, each in its own process. Peers that cannot start and measurements that fail are reported with their reasons.
 * Prints Markdown tables and, if all rows and peers are asked for, writes `results/peers.json` and `results/peers.md`
 * after each row.
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { InputRangeError } from "../errors.ts";
import configurations from "./configurations.json" with { type: "json" };
import type { Work } from "./peers/elman.ts";
import { precisionRefusal, type Processor, readProcessor } from "./peers/processor.ts";
import { compare, findPeers, type Peer } from "./peers/rounds.ts";
import { PYTORCH_SETTINGS, pyTorchName } from "./peers/settings.ts";
import { describe, formatPeers, type Report } from "./peers/tables.ts";
import { denoCommand, machine, path, writeResults } from "./support.ts";
import type { Configuration } from "./training_step.ts";

const GENERATION: readonly Work[] = [
  { vocabulary: 65, embed: 128, hidden: 256, tokens: 1000 },
  { vocabulary: 10000, embed: 650, hidden: 650, tokens: 100 },
].map((sizes) => ({ kind: "generate", cell: "LSTM", layers: 2, batch: 1, bptt: 1, ...sizes }));

const TRAINING: readonly Work[] = (configurations as Configuration[]).map((sizes) => ({ kind: "train", ...sizes }));

const ROWS = [...TRAINING, ...GENERATION];

const OPTIONS = {
  rounds: { kind: "integer", min: 1, help: "measurements per peer; the median is reported", default: "5" },
  rows: {
    kind: "string",
    value: "N,N",
    help: `rows to measure: 1 to ${TRAINING.length} are training, the others generation`,
    default: "all",
  },
  python: { kind: "path", value: "PATH", help: "Python with PyTorch 2.6 or later", default: "python3" },
  tfjs: {
    kind: "path",
    value: "FOLDER",
    help: "folder where TensorFlow.js is installed",
    default: "skip TensorFlow.js",
  },
  only: {
    kind: "choice",
    choices: ["elman", "native", "pytorch", "tfjs"],
    repeatable: true,
    help: "measure only this peer; can be repeated",
    default: "all",
  },
} as const satisfies OptionSpecs;

const CORES = navigator.hardwareConcurrency;

/** A peer and the choice of `--only` that it belongs to. */
type Candidate = Peer<Work> & { readonly group: "elman" | "native" | "pytorch" | "tfjs" };

const isTraining = ({ kind }: Work): boolean => kind === "train";

/** Returns Elman's peers. */
function elmanPeers(processor: Processor): Candidate[] {
  const engine = (
    name: string,
    group: "elman" | "native",
    settings: Peer<Work>["settings"],
    runs?: Peer<Work>["runs"],
  ): Candidate => {
    const permissions = ["--allow-run=cat", ...group === "native" ? ["--allow-ffi"] : []];
    return { name, label: name, group, command: denoCommand("peers/elman.ts", permissions), settings, runs };
  };
  const [one, all, native] = [
    { threads: 1, blas: "off" },
    { threads: CORES, blas: "off" },
    { threads: CORES, blas: "auto" },
  ];
  return [
    engine("WebAssembly, 1 thread", "elman", one),
    engine("WebAssembly", "elman", all),
    engine("int8", "elman", { ...all, quantize: "int8" }, (work) => !isTraining(work)),
    engine("native", "native", native, isTraining),
    {
      ...engine("native, bf16", "native", { ...native, precision: "bf16" }, isTraining),
      refusal: precisionRefusal("bf16", processor),
    },
  ];
}

/** Returns a peer for each setting of PyTorch. */
function pyTorchPeers(python: string, processor: Processor): Candidate[] {
  return Object.entries(PYTORCH_SETTINGS).map(([setting, settings]) => ({
    name: pyTorchName(setting),
    label: "PyTorch",
    group: "pytorch",
    command: [python, path("peers/pytorch.py")],
    settings: { threads: CORES, ...settings },
    refusal: precisionRefusal(settings.precision, processor),
    runs: (work) => isTraining(work) || settings.fused !== false,
  }));
}

/** Returns TensorFlow.js, which takes minutes per step for the gradients of a large vocabulary. */
function tfjsPeer(cwd: string): Candidate {
  const runs = (work: Work): boolean => isTraining(work) && work.cell === "LSTM" && work.vocabulary < 1000;
  return {
    name: "TensorFlow.js",
    label: "TensorFlow.js",
    group: "tfjs",
    command: ["node", path("peers/tfjs.mjs")],
    cwd,
    runs,
  };
}

/** Returns the rows of a list of numbers. */
function chooseRows(rows: string): Work[] {
  return rows.split(",").map((text) => {
    const row = ROWS[Number(text) - 1];
    if (row === undefined) throw new InputRangeError(`compare: expected rows from 1 to ${ROWS.length}, found ${text}`);
    return row;
  });
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ rounds = 5, rows, python = "python3", tfjs, only = [] }) => {
    const isWanted = ({ group }: Candidate): boolean => only.length === 0 || only.includes(group);
    const works = rows === undefined ? ROWS : chooseRows(rows);
    const processor = await readProcessor();
    const all = [
      ...elmanPeers(processor),
      ...pyTorchPeers(python, processor),
      ...tfjs === undefined ? [] : [tfjsPeer(tfjs)],
    ];
    const { peers, versions, skipped } = await findPeers(all.filter(isWanted));
    const isComplete = only.length === 0 && rows === undefined;
    let markdown = "";
    await compare(works, peers, {
      rounds,
      nameOf: describe,
      save: async (results) => {
        const report: Report = { machine: { ...machine(), ...processor }, rounds, versions, skipped, results };
        markdown = formatPeers(report);
        if (isComplete) await writeResults("peers", { json: JSON.stringify(report, null, 2), md: markdown });
      },
    });
    console.log(markdown);
    return 0;
  },
};

if (import.meta.main) {
  Deno.exit(
    await runCommand(
      { name: "bench:peers", summary: "Compare Elman with PyTorch and TensorFlow.js." },
      command,
      Deno.args,
    ),
  );
}
