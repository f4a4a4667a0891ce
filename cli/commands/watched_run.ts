import { basename, resolve } from "node:path";
import type { Given } from "../../src/schema/mod.ts";
import { changesOf, type Checkpoint, readHistory, type TrainSettings } from "../../src/train/mod.ts";
import type { AnyProgram } from "../../tasks/task_model/mod.ts";
import { modelFactsOf, runFactsOf, type RunState } from "../inspection/mod.ts";
import { type Trial, Watch } from "../live/mod.ts";
import { jsonLine, writeErrorLine } from "../terminal/mod.ts";
import type { TrainingRun } from "../training/mod.ts";

/** A run that is about to begin. */
interface WatchedRun {
  readonly program: AnyProgram;
  // deno-lint-ignore no-explicit-any
  readonly model: any;
  readonly directory: string;
  readonly settings: TrainSettings;
  readonly fit: Given;
  readonly checkpoint?: Checkpoint;
  readonly run: TrainingRun;
  /** The model, the data and the engine. */
  readonly introduction: string;
  readonly values: { readonly watch?: number | true };
}

/** Opens the live page of a run if `--watch` asks for one. Throws `UsageError` if the port cannot be opened. */
export async function openWatch(watched: WatchedRun): Promise<Watch | undefined> {
  const { program, model, directory, settings, fit, checkpoint, run, introduction, values: { watch } } = watched;
  if (watch === undefined) return undefined;
  const known = modelFactsOf(model, program, directory);
  const notes = checkpoint?.notes ?? fit.notes;
  const changes = checkpoint && changesOf(checkpoint, settings);
  const state = { settings: { ...settings }, notes: notes as RunState["notes"], changes };
  return await Watch.open(watch, {
    name: basename(resolve(directory)),
    introduction,
    trial: trialOf(program, model),
    facts: async () => ({ ...known, files: [], run: runFactsOf(state, await readHistory(directory)) }),
    progress: () => run.progress(),
    stop: () => run.stop(),
  });
}

/** How the live page tries a model of a task; undefined if the task has no text to show. */
function trialOf({ sample, asking }: AnyProgram, model: unknown): Trial | undefined {
  if (sample) {
    const ask: Trial["ask"] = async (question) => await sample(model, { ...question, seed: newSeed() });
    return { kind: "sample", text: "Prompt", verb: "Sample", ask };
  }
  if (!asking) return undefined;
  const { text, verb } = asking;
  return { kind: "answer", text, verb, ask: async ({ prompt }) => await asking.answer(model, prompt, newSeed()) };
}

/** Draws a seed, so that each sample is another one. */
function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0];
}

/** Prints where the page is. With `--quiet`, too: the port may not be the expected one. */
export function announce({ url }: Watch, run: TrainingRun, { json, quiet }: { json?: boolean; quiet?: boolean }): void {
  if (json) jsonLine({ event: "watch", url });
  else if (quiet) writeErrorLine(`Watch at ${url}`);
  else run.say(`Watch at ${url}`);
}
