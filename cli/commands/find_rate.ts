import type { Given } from "../../src/schema/mod.ts";
import { RATE_STEPS, type RateSearch } from "../../src/train/mod.ts";
import { type GivenOptions, type OptionSpecs, UsageError } from "../arguments/mod.ts";
import { drawChartFile } from "../charts/mod.ts";
import { jsonLine, writeErrorLine, writeLine } from "../terminal/mod.ts";
import { expectWritable, saveDrawing } from "./drawing_file.ts";
import { STANDARD_OUTPUT } from "./output_file.ts";

/** Options of the training commands that search for a learning rate. */
export const FIND_RATE_OPTIONS = {
  "find-lr": {
    kind: "boolean",
    group: "training",
    help: `Suggest a learning rate by ${RATE_STEPS} steps with a rising one (Smith 2017); nothing is saved.`,
  },
  plot: {
    kind: "path",
    group: "training",
    value: "FILE",
    help: "Draw the losses of --find-lr as SVG; - writes it to standard output, alone.",
  },
} as const satisfies OptionSpecs;

/** Options without effect, or with another one, beside `--find-lr`. */
const OTHERS = [
  "resume",
  "log-every",
  "autotune",
  "folds",
  "out",
  "tensorboard",
  "lr",
  "schedule",
  "epochs",
  "max-steps",
  "minutes",
  "watch",
  "warmup",
  "lr-end",
  "decay",
  "decay-every",
  "decay-after",
  "patience",
  "averaging",
  "average-last",
  "average-after",
  "save-every",
  "sample-every",
  "sample-prompt",
  "sample-length",
] as const;

/** Number of lines of the curve, and length of the longest bar. */
const [ROWS, BAR] = [24, 40];

/** A model that is ready for training. */
interface Ready {
  // deno-lint-ignore no-explicit-any
  readonly model: any;
  readonly corpus: unknown;
  readonly fit: Given;
}

/**
 * Throws `UsageError` if an option is given that has no effect with or without `--find-lr`, and `RangeError` if the
 * drawing has no place.
 */
export async function checkRateOptions(values: GivenOptions): Promise<void> {
  const { "find-lr": isAsked, plot, json } = values as { "find-lr"?: boolean; plot?: string; json?: boolean };
  if (!isAsked && plot !== undefined) throw new UsageError("--plot: expected --find-lr with it, found none");
  if (!isAsked) return;
  const other = OTHERS.find((name) => values[name] !== undefined);
  if (other !== undefined) throw new UsageError(`--find-lr: expected this option or --${other}, found both`);
  if (plot !== undefined) await expectWritable({ option: "--plot", file: plot, json });
}

/** Searches for a learning rate and shows the losses. Returns the exit code. */
export async function showRates({ model, corpus, fit }: Ready, values: GivenOptions): Promise<number> {
  const { plot, json, quiet } = values as { plot?: string; json?: boolean; quiet?: boolean };
  const isSilent = json || quiet;
  if (!isSilent) writeErrorLine(`Training a copy of the model for at most ${RATE_STEPS} steps.`);
  const { notes: _, ...settings } = fit;
  const search: RateSearch = await model.findRate(corpus, settings);
  if (json) jsonLine({ event: "done", lr: search.suggested, steps: search.steps });
  else if (plot !== STANDARD_OUTPUT) { for (const line of searchLines(search)) writeLine(line); }
  if (plot !== undefined) await saveDrawing(plot, await drawSearch(search), isSilent);
  return 0;
}

/** Draws the averages of the losses as bars, with the suggested rate below. */
export function searchLines({ steps, suggested }: RateSearch): string[] {
  const every = Math.max(1, Math.ceil(steps.length / ROWS));
  const rows = steps.filter((_, i) => i % every === 0);
  const losses = rows.map(({ smooth }) => smooth);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  return [
    "rate    loss",
    ...rows.map(({ rate, smooth }) => {
      const length = 1 + Math.round((BAR - 1) * (smooth - low) / (high - low || 1));
      return `${rate.toExponential(1)}  ${smooth.toFixed(3).padEnd(7)} ${"#".repeat(length)}`;
    }),
    "",
    suggested === null
      ? "The loss did not fall at any rate."
      : `Suggested: --lr ${Number(suggested.toPrecision(2))}, a tenth of the rate with the lowest loss.`,
  ];
}

async function drawSearch({ steps }: RateSearch): Promise<string> {
  return await drawChartFile({
    title: "Loss by learning rate",
    x: "learning rate",
    y: "loss (nats)",
    hasLogX: true,
    lines: [
      { index: 0, points: steps.map(({ rate: x, loss: y }) => ({ x, y })), isPale: true },
      { index: 0, points: steps.map(({ rate: x, smooth: y }) => ({ x, y })) },
    ],
  });
}
