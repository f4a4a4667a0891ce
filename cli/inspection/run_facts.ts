import { readDirectory } from "../../src/formats/mod.ts";
import { type Given, parseJSON } from "../../src/schema/mod.ts";
import { type HistoryLine, type PlanChange, readHistory } from "../../src/train/mod.ts";
import { finiteFigures } from "../../tasks/task_model/model_card.ts";

/** The training run that left its state in a model's directory. */
export interface RunFacts {
  /** The model and its data in one line; undefined if an earlier version trained it. */
  readonly introduction?: string;
  /** The settings. */
  readonly settings: Given;
  /** The options of the data. */
  readonly data: Given;
  /** Number of steps taken; 0 for a linear model, whose training has none. */
  readonly steps: number;
  /** Number of completed epochs. */
  readonly epochs: number;
  /** Seconds of training; undefined without a history. */
  readonly seconds?: number;
  /** The epoch with the best validation figures; undefined without a history, or if the training has no steps. */
  readonly bestEpoch?: number;
  /** The best validation figures; undefined if nothing was measured. */
  readonly best?: Given;
  /** The directory of the model from which the run started; undefined if it started from random parameters. */
  readonly startedFrom?: string;
  /** The changes of the plan with which the run was resumed. */
  readonly changes: readonly PlanChange[];
  /** The lines of the history; empty without one. */
  readonly history: readonly HistoryLine[];
}

/** The file with the state of a run. */
const STATE = "training_state.json";

/** The part of a training state that is shown. */
export interface RunState {
  readonly settings?: Given;
  readonly progress?: { readonly step?: number; readonly epoch?: number };
  readonly best?: { readonly measured?: Given } | null;
  readonly notes?: { readonly introduction?: unknown; readonly plan?: { readonly data?: Given } };
  readonly changes?: readonly PlanChange[];
}

/** Reads what is known about the run in a directory; undefined if it has neither a training state nor a history. */
export async function readRun(
  directory: string,
  { verify }: { readonly verify?: boolean },
): Promise<RunFacts | undefined> {
  const files = await readDirectory(directory, [], { optional: [STATE], verify });
  const bytes = files.get(STATE);
  const history = await readHistory(directory);
  if (!bytes && history.length === 0) return undefined;
  const json = bytes && parseJSON(new TextDecoder().decode(bytes), `read ${directory}/${STATE}: expected JSON`);
  // A training without steps has no state; its notes stand in the history.
  const notes = history.find(({ event }) => event === "run")?.notes ?? undefined;
  return runFactsOf((json ?? { notes }) as RunState, history);
}

/** Summarizes a run by its state and its history. */
export function runFactsOf(
  { settings = {}, progress, best, notes, changes = [] }: RunState,
  history: readonly HistoryLine[],
): RunFacts {
  const data = notes?.plan?.data ?? {};
  const last = history.findLast(({ event }) => event === "step" || event === "epoch");
  const epochs = history.filter(({ event }) => event === "epoch");
  // An epoch that a number of steps or minutes cut short has a line, but the state does not count it.
  const later = epochs.findLast(({ step }) => step > (progress?.step ?? 0));
  const bestLine = epochs.findLast((line) => line.best === true && line.validation);
  const isCounted = bestLine === undefined || bestLine.epoch <= (progress?.epoch ?? 0);
  const [kept, shown] = [best?.measured, bestLine?.validation as Given | undefined];
  // The state has the figures of the share of the validation data that later epochs were compared on.
  const measured = isCounted ? kept ?? shown : shown;
  return {
    ...(typeof notes?.introduction === "string" && { introduction: notes.introduction }),
    settings,
    data,
    steps: Math.max(progress?.step ?? 0, last?.step ?? 0),
    epochs: Math.max(progress?.epoch ?? 0, later?.epoch ?? 0),
    ...(typeof last?.seconds === "number" && { seconds: last.seconds }),
    ...(bestLine && bestLine.step > 0 && { bestEpoch: bestLine.epoch }),
    ...(measured && { best: distinct(measured) }),
    ...(typeof data.initFrom === "string" && { startedFrom: data.initFrom }),
    changes,
    history,
  };
}

/** The numbers of a measurement, without the objective if it is one of the others. */
function distinct(measured: Given): Given {
  const { objective, ...others } = finiteFigures(measured);
  return Object.values(others).includes(objective) ? others : { objective, ...others };
}
