/**
 * Compares Elman, PyTorch and TensorFlow.js on the same work, one after the other and round by round, on an otherwise
 * idle machine: `deno task bench:peers [--rounds N] [--python PATH] [--tfjs FOLDER] [--only PEER]`. Each measurement
 * runs in its own process. Missing peers are named and skipped. Prints Markdown tables and, unless `--only` is given,
 * writes `results/peers.json` and `results/peers.md`.
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import configurations from "./configurations.json" with { type: "json" };
import type { Measurement, Work } from "./peers/elman.ts";
import { formatPeers, type PeerName, type Result } from "./peers/tables.ts";
import { denoCommand, machine, path, runJSON, spread, writeResults } from "./support.ts";
import type { Configuration } from "./training_step.ts";

/** A library with the settings under which it is measured. */
interface Peer {
  readonly name: PeerName;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly settings?: Readonly<Record<string, string | number>>;
  readonly runs: (work: Work) => boolean;
}

/** Candidates for a Python with PyTorch: not every Python sees the system's packages. */
const PYTHONS = ["python3", "/usr/bin/python3"];

const OPTIONS = {
  rounds: { kind: "integer", min: 1, help: "measurements per peer; the median is reported", default: "5" },
  python: { kind: "path", value: "PATH", help: "Python with PyTorch", default: PYTHONS.join(" or ") },
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

const GENERATION: readonly Work[] = [
  { vocabulary: 65, embed: 128, hidden: 256, tokens: 1000 },
  { vocabulary: 10000, embed: 650, hidden: 650, tokens: 100 },
].map((sizes) => ({ kind: "generate", cell: "LSTM", layers: 2, batch: 1, bptt: 1, ...sizes }));

const TRAINING: readonly Work[] = (configurations as Configuration[]).map((sizes) => ({ kind: "train", ...sizes }));

const CORES = navigator.hardwareConcurrency;

/** Returns all requested peers. */
function candidates(python: string, tfjs: string | undefined, only: readonly string[]): Peer[] {
  const always = (): boolean => true;
  const isTraining = ({ kind }: Work): boolean => kind === "train";
  const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);
  const elman = denoCommand("peers/elman.ts", ["--allow-run=cat"]);
  const native = denoCommand("peers/elman.ts", ["--allow-run=cat", "--allow-ffi"]);
  const pytorch = [python, path("peers/pytorch.py")];
  const peers: Peer[] = [];
  if (isWanted("elman")) {
    peers.push(
      { name: "Elman, 1 thread", command: elman, settings: { threads: 1, blas: "off" }, runs: always },
      { name: "Elman", command: elman, settings: { threads: CORES, blas: "off" }, runs: always },
      {
        name: "Elman, int8",
        command: elman,
        settings: { threads: CORES, blas: "off", precision: "int8" },
        runs: (work) => !isTraining(work),
      },
    );
  }
  if (isWanted("native")) {
    peers.push({
      name: "Elman, native",
      command: native,
      settings: { threads: CORES, blas: "auto" },
      runs: isTraining,
    });
  }
  if (isWanted("pytorch")) {
    peers.push(
      { name: "PyTorch, 1 thread", command: pytorch, settings: { threads: 1 }, runs: always },
      { name: "PyTorch", command: pytorch, settings: { threads: CORES }, runs: always },
    );
  }
  if (isWanted("tfjs")) {
    // TensorFlow.js takes minutes per step for the gradients of the large vocabulary.
    const runs = (work: Work): boolean => isTraining(work) && work.cell === "LSTM" && work.vocabulary < 1000;
    peers.push({ name: "TensorFlow.js", command: ["node", path("peers/tfjs.mjs")], cwd: tfjs, runs });
  }
  return peers;
}

async function ask<T>({ command, cwd, settings }: Peer, question: object): Promise<T> {
  return await runJSON<T>([...command, JSON.stringify({ ...question, ...settings })], cwd);
}

/** Returns the first Python that has PyTorch. */
async function findPython(): Promise<string> {
  for (const python of PYTHONS) {
    const found = await runJSON([python, path("peers/pytorch.py"), '{"kind":"version"}']).catch(() => undefined);
    if (found !== undefined) return python;
  }
  return PYTHONS[0];
}

/** Returns the versions of the available peers; names the others. */
async function findVersions(peers: readonly Peer[]): Promise<Map<PeerName, string>> {
  const versions = new Map<PeerName, string>();
  for (const peer of peers) {
    try {
      versions.set(peer.name, (await ask<{ version: string }>(peer, { kind: "version" })).version);
    } catch (error) {
      console.error(`${peer.name} is skipped: ${(error as Error).message}`);
    }
  }
  return versions;
}

/** Measures all work with all peers, `rounds` times. */
async function compare(peers: readonly Peer[], rounds: number): Promise<Result[]> {
  const all = [...TRAINING, ...GENERATION];
  const found = all.map((): Map<PeerName, Measurement[]> => new Map());
  for (let round = 1; round <= rounds; round++) {
    for (const [i, work] of all.entries()) {
      for (const peer of peers.filter(({ runs }) => runs(work))) {
        console.error(`round ${round} of ${rounds}, ${work.kind} ${i + 1} of ${all.length}: ${peer.name}`);
        try {
          const measurement = await ask<Measurement>(peer, work);
          found[i].set(peer.name, [...found[i].get(peer.name) ?? [], measurement]);
        } catch (error) {
          console.error(`${peer.name} failed: ${(error as Error).message}`);
        }
      }
    }
  }
  return all.map((work, i) => ({
    work,
    peers: Object.fromEntries([...found[i]].map(([name, measurements]) => [name, summarize(measurements)])),
  }));
}

/** Returns the spread of each figure. */
function summarize(measurements: readonly Measurement[]): Result["peers"][PeerName] {
  const keys = Object.keys(measurements[0]) as (keyof Measurement)[];
  return Object.fromEntries(keys.map((key) => {
    const values = measurements.map((measurement) => measurement[key]).filter((value) => typeof value === "number");
    return [key, values.length === 0 ? null : spread(values)];
  }));
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ rounds = 5, python, tfjs, only = [] }) => {
    const peers = candidates(python ?? await findPython(), tfjs, only);
    const versions = await findVersions(peers);
    const present = peers.filter(({ name }) => versions.has(name));
    if (present.length === 0) throw new RangeError("compare: expected at least one peer, found none");
    const results = await compare(present, rounds);
    const report = { machine: machine(), rounds, versions: Object.fromEntries(versions), results };
    const markdown = formatPeers(report);
    console.log(markdown);
    if (only.length === 0) await writeResults("peers", { json: JSON.stringify(report, null, 2), md: markdown });
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
