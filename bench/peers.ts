/**
 * Elman, PyTorch and TensorFlow.js on the same training steps, alternating, one after the other on an otherwise idle
 * machine: `deno task bench:peers [--rounds N] [--tfjs FOLDER]`, where FOLDER has TensorFlow.js installed. Prints a Markdown table
 * and writes `bench/results/peers.json`. A peer that is not there is named and left out.
 */
import { parseArgs } from "@std/cli/parse-args";
import type { Configuration } from "./elman_step.ts";

interface Measurement {
  readonly milliseconds: number;
  readonly tokensPerSecond: number;
  readonly share?: number;
}

interface Peer {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly runs: (configuration: Configuration) => boolean;
}

interface Row {
  readonly configuration: Configuration;
  readonly medians: Readonly<Record<string, Measurement>>;
}

const PYTHONS = ["/usr/bin/python3", "python3"];

function path(name: string): string {
  return decodeURIComponent(new URL(name, import.meta.url).pathname);
}

async function output(command: readonly string[], cwd?: string): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(command[0], { args: command.slice(1), cwd, stderr: "null" })
      .output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    return undefined;
  }
}

async function findPeers(tfjs: string | undefined): Promise<Peer[]> {
  const everything = (): boolean => true;
  const peers: Peer[] = [
    { name: "Elman", command: [Deno.execPath(), "run", path("elman_step.ts")], runs: everything },
  ];
  let python: string | undefined;
  for (const candidate of PYTHONS) {
    python ??= await output([candidate, "-c", "import torch"]) === undefined ? undefined : candidate;
  }
  if (python) {
    for (const threads of ["1", "2"]) {
      peers.push({
        name: `PyTorch, ${threads} thread${threads === "1" ? "" : "s"}`,
        command: [python, path("pytorch_step.py"), "{}", threads],
        runs: everything,
      });
    }
  } else console.error("PyTorch is not installed: left out.");
  if (tfjs) {
    // Its gradients of the large vocabulary take minutes a step.
    const runs = ({ cell, vocabulary }: Configuration): boolean => cell === "LSTM" && vocabulary < 1000;
    peers.push({ name: "TensorFlow.js wasm", command: ["node", path("tfjs_step.mjs")], cwd: tfjs, runs });
  } else console.error("TensorFlow.js is left out: name the folder that has it with --tfjs.");
  return peers;
}

async function measure(peer: Peer, configuration: Configuration): Promise<Measurement | undefined> {
  const json = JSON.stringify(configuration);
  const command = peer.command.includes("{}")
    ? peer.command.map((part) => part === "{}" ? json : part)
    : [...peer.command, json];
  const lines = (await output(command, peer.cwd))?.trim().split("\n");
  return lines && JSON.parse(lines[lines.length - 1]);
}

function median(values: readonly Measurement[]): Measurement {
  return [...values].sort((a, b) => a.milliseconds - b.milliseconds)[values.length >> 1];
}

async function compare(peers: readonly Peer[], configuration: Configuration, rounds: number): Promise<Row> {
  const results = new Map<string, Measurement[]>();
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers.filter((peer) => peer.runs(configuration))) {
      const measurement = await measure(peer, configuration);
      if (measurement) results.set(peer.name, [...results.get(peer.name) ?? [], measurement]);
    }
  }
  return { configuration, medians: Object.fromEntries([...results].map(([name, all]) => [name, median(all)])) };
}

function formatRow({ configuration, medians }: Row, names: readonly string[]): string {
  const { cell, vocabulary, embed, hidden, layers, batch, bptt } = configuration;
  const cells = names.map((name) =>
    medians[name] ? Math.round(medians[name].tokensPerSecond).toLocaleString("en") : "-"
  );
  const pytorch = Math.max(
    ...Object.entries(medians).filter(([name]) => name.startsWith("PyTorch"))
      .map(([, { tokensPerSecond }]) => tokensPerSecond),
  );
  const ratio = medians.Elman && pytorch > 0 ? (medians.Elman.tokensPerSecond / pytorch).toFixed(2) : "-";
  const share = medians.Elman?.share === undefined ? "-" : `${Math.round(medians.Elman.share * 100)} %`;
  return `| ${cell} ${[vocabulary, embed, hidden, layers, batch, bptt].join(", ")} | ${
    cells.join(" | ")
  } | ${ratio} | ${share} |`;
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["rounds", "tfjs"] });
  const configurations: Configuration[] = JSON.parse(await Deno.readTextFile(path("configurations.json")));
  const peers = await findPeers(options.tfjs as string | undefined);
  const names = peers.map(({ name }) => name);
  console.log("Tokens per second of a full training step; Elman on one thread.\n");
  console.log(
    `| cell V, E, H, layers, B, T | ${names.join(" | ")} | Elman / best PyTorch | share of the matrix kernel |`,
  );
  console.log(`|---|${"---:|".repeat(names.length + 2)}`);
  const rows: Row[] = [];
  for (const configuration of configurations) {
    rows.push(await compare(peers, configuration, Number(options.rounds ?? 5)));
    console.log(formatRow(rows[rows.length - 1], names));
  }
  await Deno.mkdir(path("results/"), { recursive: true });
  await Deno.writeTextFile(path("results/peers.json"), JSON.stringify(rows, null, 2) + "\n");
}
