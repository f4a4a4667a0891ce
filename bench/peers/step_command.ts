/**
 * The command of a comparison of training steps with PyTorch: it prepares a model and a batch and measures the peers;
 * called with a request as JSON, it answers as one of them. It knows nothing about the model.
 */
import type { Engine } from "../../mod.ts";
import { type Command, type OptionSpecs, runCommand } from "../../cli/arguments/mod.ts";
import { median } from "../support.ts";
import { startEngine } from "../training_step.ts";
import { compareSteps, type StepComparison, type StepMeasurement, type StepRequest } from "./step_comparison.ts";

/** A model whose training step is compared. */
export interface StepBench extends Omit<StepComparison, "units" | "step" | "command"> {
  /** The task of deno.json and what it does, in a sentence. */
  readonly name: string;
  readonly summary: string;
  /** Writes the model and the batch that all peers read. Returns the size of a step in units. */
  prepare(folder: string): Promise<number>;
  /** Says what a step of so many units consists of. */
  step(units: number): string;
  /** Measures a step of the prepared model. */
  measure(folder: string, engine: Engine): Promise<StepMeasurement>;
}

const OPTIONS = {
  rounds: { kind: "integer", min: 1, help: "measurements per peer; the median is reported", default: "5" },
  python: { kind: "path", value: "PATH", help: "Python with PyTorch 2.6 or later", default: "python3" },
  trial: { kind: "boolean", help: "print the results without writing them" },
} as const satisfies OptionSpecs;

/** Runs the command of a comparison, or answers one request. Returns the exit code. */
export async function runStepBench(bench: StepBench, args: readonly string[]): Promise<number> {
  if (args[0]?.startsWith("{")) {
    console.log(JSON.stringify(await answer(bench, JSON.parse(args[0]))));
    return 0;
  }
  const command: Command<typeof OPTIONS> = {
    options: OPTIONS,
    run: async ({ rounds = 5, python = "python3", trial = false }) => {
      const folder = await Deno.makeTempDir();
      const units = await bench.prepare(folder);
      const comparison = { ...bench, units, step: bench.step(units), command: `deno task ${bench.name}` };
      await compareSteps({ folder }, comparison, { rounds, python, trial });
      await Deno.remove(folder, { recursive: true });
      return 0;
    },
  };
  return await runCommand({ name: bench.name, summary: bench.summary }, command, args);
}

/** Answers a request on an engine of its own. */
async function answer(bench: StepBench, request: StepRequest): Promise<StepMeasurement | { readonly version: string }> {
  const { threads, blas, precision } = request;
  const engine = await startEngine({ threads, blas, ...precision && { precision } });
  return "kind" in request ? { version: engine.gemm } : await bench.measure(request.folder, engine);
}

/** Returns the median time of the steps of a training, in milliseconds, without the first ones. */
export async function medianStep(
  training: AsyncIterable<{ readonly event: string; readonly milliseconds?: number }>,
  warmUp: number,
): Promise<number> {
  const times: number[] = [];
  for await (const { event, milliseconds } of training) if (event === "step") times.push(milliseconds!);
  return median(times.slice(warmUp));
}
