import type { HistoryLine } from "../../src/train/mod.ts";
import { lastAtMost } from "../../tasks/data/places.ts";
import type { ReportRun } from "./report_run.ts";

/** A horizontal axis of the curves. */
export interface Axis {
  /** Its name. */
  readonly name: "step" | "time" | "epoch";
  /** Returns its label for some runs. */
  readonly labelFor: (runs: readonly ReportRun[]) => string;
  /** Returns the function that places the lines of a run's history; undefined for lines without a place. */
  readonly placesOf: (run: ReportRun, runs: readonly ReportRun[]) => (line: HistoryLine) => number | undefined;
}

/** The horizontal axes, the first of which is shown until the reader chooses. */
export const AXES: readonly Axis[] = [
  { name: "step", labelFor: () => "step", placesOf: () => ({ step }) => step },
  {
    name: "time",
    labelFor: (runs) => timeUnit(runs).name,
    placesOf: (_run, runs) => {
      const { seconds: unit } = timeUnit(runs);
      return ({ seconds }) => typeof seconds === "number" ? seconds / unit : undefined;
    },
  },
  {
    name: "epoch",
    labelFor: () => "epoch",
    placesOf: ({ facts: { run } }) => epochsAt(run?.history ?? [], run?.epochs),
  },
];

/** Lets the reader choose an axis. */
export function axisChoice(axes: readonly Axis[]): string {
  const choices = axes.map(({ name }, i) =>
    `<label><input type="radio" name="axis" value="${name}"${i === 0 ? " checked" : ""}> ${name}</label>`
  );
  return `<fieldset class="axis"><legend>Curves by</legend>${choices.join("")}</fieldset>`;
}

/** The unit of time in which the longest run has a short number. */
function timeUnit(runs: readonly ReportRun[]): { readonly name: string; readonly seconds: number } {
  const longest = Math.max(0, ...runs.map(({ facts }) => facts.run?.seconds ?? 0));
  if (longest < 180) return { name: "seconds", seconds: 1 };
  return longest < 3 * 3600 ? { name: "minutes", seconds: 60 } : { name: "hours", seconds: 3600 };
}

/**
 * Returns the function that computes the epochs completed at a line's step, with fractions, from the ends of epochs.
 * How long an epoch is that was cut short can be told from those before it alone. If it was resumed, its last end
 * counts.
 */
function epochsAt(history: readonly HistoryLine[], completed = 0): (line: HistoryLine) => number | undefined {
  const lines = history.filter(({ event, epoch }) => event === "epoch" && epoch <= completed);
  const ends = [...new Map(lines.map(({ step, epoch }) => [epoch, { step, epoch }])).values()];
  const marks = [{ step: 0, epoch: 0 }, ...ends];
  return ({ step }) => {
    if (ends.length === 0) return undefined;
    // Beyond the last mark, epochs go on as between the last two.
    const before = lastAtMost(marks.length - 1, (mark) => marks[mark].step, step - 1);
    const [from, to] = [marks[before], marks[before + 1]];
    if (to.step === from.step) return to.epoch;
    return from.epoch + (to.epoch - from.epoch) * (step - from.step) / (to.step - from.step);
  };
}
