/**
 * Profiles a training step: `deno task bench:profile --configuration 2 [--threads N] [--native]
 * [--precision bf16]`. Prints the time of each kernel, its share and, for products, its speed, as Markdown.
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import type { KernelName } from "../src/engine/mod.ts";
import type { Engine } from "../src/nn/mod.ts";
import configurations from "./configurations.json" with { type: "json" };
import { format, median, percent, table, time } from "./support.ts";
import { type Configuration, GATES, makeStep, nameOf, startEngine, stepFlops } from "./training_step.ts";

/** Time of one kind of call over all steps. */
interface Entry {
  milliseconds: number;
  calls: number;
  flops: number;
}

const STEPS = 20;

const OPTIONS = {
  configuration: {
    kind: "integer",
    min: 1,
    max: configurations.length,
    help: "index of the row in configurations.json",
    default: "2",
  },
  threads: { kind: "integer", min: 1, max: 64, help: "number of threads", default: "1" },
  native: { kind: "boolean", help: "use a native library for matrix products; needs --allow-ffi" },
  precision: {
    kind: "choice",
    choices: ["float32", "bf16"],
    help: "type of the numbers in native products",
    default: "float32",
  },
} as const satisfies OptionSpecs;

/** Returns the floating-point operations of a call's products; 0 if it has none. */
function flopsOf(
  kernel: KernelName,
  operands: readonly number[],
  { cell, batch, bptt, hidden }: Configuration,
): number {
  if (kernel === "matmul") return 2 * operands[2] * operands[3] * operands[4];
  if (kernel === "matmul_packed") return 2 * operands[0] * operands[1] * operands[2];
  return /^(?:rnn|gru|lstm)_(?:for|back)ward$/.test(kernel) ? 2 * bptt * batch * GATES[cell] * hidden ** 2 : 0;
}

/** Names a call in the table; products include their shapes. */
function labelOf(kernel: KernelName, operands: readonly number[]): string {
  if (kernel !== "matmul") return kernel;
  const [transposedA, transposedB, M, N, K] = operands;
  return `matmul [${M}, ${K}]${transposedA ? " (A^T)" : ""} x [${K}, ${N}]${transposedB ? " (B^T)" : ""}`;
}

/** Makes the engine record the time of each kind of kernel call; nested calls count as the inner one. */
function observe(engine: Engine, configuration: Configuration): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const run = engine.run.bind(engine);
  let inner = 0;
  engine.run = (kernel, ...operands) => {
    const outer = inner;
    inner = 0;
    const start = performance.now();
    run(kernel, ...operands);
    const milliseconds = performance.now() - start;
    const label = labelOf(kernel, operands);
    const entry = entries.get(label) ?? { milliseconds: 0, calls: 0, flops: 0 };
    entry.milliseconds += milliseconds - inner;
    entry.calls++;
    entry.flops += flopsOf(kernel, operands, configuration);
    entries.set(label, entry);
    inner = outer + milliseconds;
  };
  return entries;
}

function formatProfile(entries: ReadonlyMap<string, Entry>, total: number): string {
  const rows = [...entries].sort(([, a], [, b]) => b.milliseconds - a.milliseconds);
  const kernels = rows.reduce((sum, [, { milliseconds }]) => sum + milliseconds, 0);
  const row = (name: string, milliseconds: number, calls: string, speed: string): string[] => [
    name,
    format(milliseconds / STEPS, 3),
    percent(milliseconds / total),
    calls,
    speed,
  ];
  return table(["kernel", "ms / step", "share", "calls", "GFLOP/s"], [
    ...rows.map(([name, { milliseconds, calls, flops }]) =>
      row(name, milliseconds, format(calls / STEPS), flops === 0 ? "-" : format(flops / milliseconds / 1e6, 1))
    ),
    row("outside the kernels", total - kernels, "-", "-"),
    row("together", total, "-", "-"),
  ]);
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ configuration: number = 2, threads = 1, native = false, precision }) => {
    const configuration = configurations[number - 1] as Configuration;
    using engine = await startEngine({ threads, blas: native ? "auto" : "off", ...precision && { precision } });
    const step = makeStep(configuration, engine);
    const milliseconds = median(time(step, { runs: STEPS, warmUp: 5 }));
    const entries = observe(engine, configuration);
    const total = time(step, { runs: STEPS, warmUp: 0 }).reduce((sum, one) => sum + one);
    const gflops = format(stepFlops(configuration) / milliseconds / 1e6, 1);
    console.log(
      `${nameOf(configuration)}; threads: ${engine.threads}, products: ${engine.gemm}. ` +
        `A step takes ${format(milliseconds, 2)} ms without profiling, ${gflops} GFLOP/s of matrix products.\n`,
    );
    console.log(formatProfile(entries, total));
    return 0;
  },
};

if (import.meta.main) {
  Deno.exit(
    await runCommand(
      { name: "bench:profile", summary: "Show where the time of a training step goes." },
      command,
      Deno.args,
    ),
  );
}
