// Measures training on several processes beside the cost model of docs/distributed.md. Each part is measured by itself
// and kept in bench/results/distributed.json; the page shows all of them: `deno task bench:distributed PART...`, where
// the parts are
//
//   machine   all-reduces of 1 KiB to 64 MiB between 2 and 4 ranks of this machine
//   overhead  steps of two ranks of one thread beside one process of two threads
//   network   all-reduces between nodes, each a network namespace behind a limited link
//   training  steps between those nodes
//   loss      losses after equal steps, on generated reviews or the text that --text names
//
// Needs openmpi-bin or mpich; `network` and `training` need root, iproute2 and Open MPI.

import { measureLosses } from "./distributed/loss.ts";
import { type Launcher, type Network, withNetwork } from "./distributed/network.ts";
import { readProcessor } from "./peers/processor.ts";
import { type Exchanges, type Results, type Steps, writePage } from "./distributed/page.ts";

const RESULTS = new URL("results/distributed.json", import.meta.url);
const LAUNCHERS: readonly Launcher[] = [
  { program: "mpirun.openmpi", options: ["--oversubscribe", "--bind-to", "none", "--quiet"] },
  { program: "mpirun.mpich", options: [] },
];
const NETWORKS: readonly Network[] = [
  { name: "namespaces without a limit" },
  { name: "1 Gbit/s", rate: "1gbit" },
  { name: "100 Mbit/s", rate: "100mbit" },
];
const RANKS = [2, 4];
/** Milliseconds after which ranks have certainly come to a stop. */
const MOST_MS = 240_000;
const PERMISSIONS = ["--allow-ffi", "--allow-env", "--allow-read"];

/** How often ranks are started until they end well: launchers fail now and then on a machine that is busy. */
const ATTEMPTS = 3;

/** Runs a script on ranks, and returns what rank 0 prints; undefined without the launcher. */
async function launch<T>(...of: Parameters<typeof attempt>): Promise<T | undefined> {
  for (let i = 1; i < ATTEMPTS; i++) {
    try {
      return await attempt<T>(...of);
    } catch (error) {
      console.error((error as Error).message);
    }
  }
  return await attempt<T>(...of);
}

async function attempt<T>(
  { program, options }: Launcher,
  ranks: number,
  script: string,
  args: readonly string[] = [],
): Promise<T | undefined> {
  const path = decodeURIComponent(new URL(`distributed/${script}`, import.meta.url).pathname);
  const words = [Deno.execPath(), "run", "-q", "--no-check", ...PERMISSIONS, path, ...args];
  try {
    const { stdout, success } = await new Deno.Command(program, {
      signal: AbortSignal.timeout(MOST_MS),
      args: [...options, "-n", String(ranks), ...words],
      env: { OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1", NO_COLOR: "1" },
      stderr: "inherit",
    }).output();
    if (!success) throw new RangeError(`${program} ${script}: expected ranks that end well, found some that failed`);
    return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.warn(`skip ${program}: expected this launcher, found none`);
    return undefined;
  }
}

async function measureMachine(): Promise<Exchanges[]> {
  const found: Exchanges[] = [];
  for (const launcher of LAUNCHERS) {
    for (const ranks of RANKS) {
      const own = await launch<Exchanges>(launcher, ranks, "exchange_ranks.ts");
      if (own) found.push({ ...own, network: `${own.name}, shared memory` });
    }
  }
  return found;
}

async function measureOverhead(): Promise<Steps[]> {
  const found: Steps[] = [];
  const batch = "32";
  for (const launcher of LAUNCHERS) {
    for (const [ranks, threads] of [[1, "2"], [2, "1"]] as const) {
      const own = await launch<Steps>(launcher, ranks, "training_ranks.ts", [batch, threads, "float32"]);
      if (own) found.push({ ...own, network: own.name });
    }
  }
  return found;
}

async function measureNetworks<T extends Steps | Exchanges>(
  networks: readonly Network[],
  script: string,
  args: readonly string[],
): Promise<T[]> {
  const found: T[] = [];
  for (const network of networks) {
    for (const ranks of RANKS) {
      await withNetwork(network, ranks, async (launcher) => {
        const own = await launch<T>(launcher, ranks, script, args);
        if (own) found.push({ ...own, network: network.name });
      });
      console.error(`${network.name}, ${ranks} nodes: done`);
    }
  }
  return found;
}

const PARTS: Readonly<Record<Exclude<keyof Results, "states">, () => Promise<unknown>>> = {
  machine: measureMachine,
  overhead: measureOverhead,
  network: async () => await measureNetworks<Exchanges>(NETWORKS, "exchange_ranks.ts", []),
  training: async () =>
    await measureNetworks<Steps>(NETWORKS.filter(({ rate }) => rate), "training_ranks.ts", [
      ...["x4", "1"],
      ...["alone", "float32", "overlap", "bf16", "local"],
    ]),
  loss: async () => await measureLosses(textPath),
};

const at = Deno.args.indexOf("--text");
const textPath = at < 0 ? undefined : Deno.args[at + 1];
const parts = at < 0 ? Deno.args : Deno.args.toSpliced(at, 2);
const unknown = parts.find((part) => !Object.hasOwn(PARTS, part));
if (unknown !== undefined) throw new RangeError(`expected some of ${Object.keys(PARTS).join(", ")}, found ${unknown}`);
const results: Record<string, unknown> = await Deno.readTextFile(RESULTS).then(JSON.parse, () => ({}));
/** Describes this machine and its load: processes that others run make the figures those of a busy machine. */
async function stateOfMachine(): Promise<string> {
  const load = Deno.build.os === "windows" ? "?" : Deno.loadavg()[0].toFixed(1);
  const { processor } = await readProcessor();
  return `${navigator.hardwareConcurrency} x ${processor}, load ${load} before`;
}

const states = (results.states ?? {}) as Record<string, string>;
for (const part of parts as (keyof typeof PARTS)[]) {
  const state = await stateOfMachine();
  const start = performance.now();
  results[part] = await PARTS[part]();
  console.error(`${part}: ${((performance.now() - start) / 1e3).toFixed(0)} s`);
  states[part] = state;
  results.states = states;
  await Deno.writeTextFile(RESULTS, `${JSON.stringify(results)}\n`);
}
await writePage(results as Results);
