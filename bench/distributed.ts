// Times all-reduces of 1 KiB to 64 MiB between 2 and 4 ranks of this machine, fits the cost model of
// docs/distributed.md to them, and writes what it predicts for networks: `deno task bench:distributed`. Needs
// openmpi-bin or mpich.

import { costOf, fitLink, type Link, MODELS, NETWORKS, NODES, speedup, type Timing } from "./distributed/model.ts";

const RESULTS = new URL("results/distributed.md", import.meta.url);
const LAUNCHERS = [
  { program: "mpirun.openmpi", options: ["--oversubscribe", "--bind-to", "none", "--quiet"] },
  { program: "mpirun.mpich", options: [] },
];

interface Measured {
  readonly name: string;
  readonly size: number;
  readonly rows: readonly { readonly bytes: number; readonly float32: number; readonly bf16: number }[];
}

async function measure({ program, options }: typeof LAUNCHERS[number], ranks: number): Promise<Measured | undefined> {
  const script = decodeURIComponent(new URL("distributed_ranks.ts", import.meta.url).pathname);
  const permissions = ["--allow-ffi", "--allow-env", "--allow-read"];
  const words = [Deno.execPath(), "run", "-q", "--no-check", ...permissions, script];
  try {
    const { stdout, success } = await new Deno.Command(program, {
      args: [...options, "-n", String(ranks), ...words],
      env: { OMPI_ALLOW_RUN_AS_ROOT: "1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1", NO_COLOR: "1" },
      stderr: "inherit",
    }).output();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
  } catch {
    console.warn(`skip ${program}: expected this launcher, found none`);
    return undefined;
  }
}

function sizeText(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes / 1024} KiB` : `${bytes / 2 ** 20} MiB`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => i === 0 ? "---" : "---:")), ...rows.map(line)].join("\n");
}

function describeMeasured({ name, size, rows }: Measured, link: Link): string {
  const timings = rows.map(({ bytes, float32, bf16 }) => {
    const predicted = costOf({ bytes, nodes: size }, link) * 1e3;
    return [sizeText(bytes), float32.toFixed(3), predicted.toFixed(3), bf16.toFixed(3)];
  });
  const fitted = `latency ${(link.latency * 1e6).toFixed(0)} us, bandwidth ${(link.bandwidth / 1e9).toFixed(2)} GB/s`;
  return `### ${name}, ${size} ranks\n\nFitted: ${fitted}.\n\n` +
    table(["size", "float32, ms", "model, ms", "bf16, ms"], timings);
}

function describePredictions(): string {
  const parts = Object.entries(MODELS).map(([name, model]) => {
    const rows = NODES.map((nodes) => [
      String(nodes),
      ...Object.values(NETWORKS).flatMap((link) => [
        speedup(model, nodes, link).toFixed(1),
        speedup({ ...model, bytes: model.bytes / 2 }, nodes, link).toFixed(1),
      ]),
    ]);
    const heads = Object.keys(NETWORKS).flatMap((network) => [network, `${network}, bf16`]);
    return `### ${name}\n\n${table(["nodes", ...heads], rows)}`;
  });
  return parts.join("\n\n");
}

const parts: string[] = [];
for (const launcher of LAUNCHERS) {
  for (const ranks of [2, 4]) {
    const measured = await measure(launcher, ranks);
    if (!measured) continue;
    const timings = measured.rows.map(({ bytes, float32 }): Timing => ({ bytes, seconds: float32 / 1e3 }));
    parts.push(describeMeasured(measured, fitLink(timings, ranks)));
  }
}
const processors = `${navigator.hardwareConcurrency} processors`;
await Deno.writeTextFile(
  RESULTS,
  `# Exchanging gradients\n\nMade by \`deno task bench:distributed\`, on a machine with ${processors}.\n\n` +
    "## All-reduces between processes of one machine\n\nMedian times. The model is fitted to the column `float32`; with " +
    `more ranks than processors, the ranks also wait for each other.\n\n${
      parts.join("\n\n")
    }\n\n## Predicted speedup\n\n` +
    "How many times as many steps per second as on one node, with the same batch on each node, for networks with a " +
    `latency of 50 us. These are predictions of the model, not measurements.\n\n${describePredictions()}\n`,
);
console.log(`wrote ${decodeURIComponent(RESULTS.pathname)}`);
