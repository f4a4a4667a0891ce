import { type Chart, type ChartLine, drawChart, escapeMarkup, type Point } from "../charts/mod.ts";
import type { HistoryLine } from "../../src/train/mod.ts";
import { AXES, type Axis } from "./axes.ts";
import type { ReportRun } from "./report_run.ts";

/** Most points of a line; of more, neighbors are averaged. */
const MOST_POINTS = 400;

/** Share of a curve over which the smooth line averages. */
const SMOOTHING = 1 / 30;

/** A figure that is drawn over the steps. */
interface Curve {
  readonly title: string;
  /** The label of the vertical axis. */
  readonly unit: string;
  readonly isLog?: boolean;
  /** Whether a smooth line is drawn over the pale values. */
  readonly isNoisy?: boolean;
  /** Whether there are only a few values, each of which has a dot. */
  readonly isSparse?: boolean;
  /** Returns the value of a line of the history; undefined if it has none. */
  readonly value: (line: HistoryLine) => unknown;
}

/** The curves of every task. */
const CURVES: readonly Curve[] = [
  { title: "Training loss", unit: "nats", isNoisy: true, value: ({ loss }) => loss },
  { title: "Validation loss", unit: "nats", isSparse: true, value: ({ validation }) => lossOf(validation) },
  {
    title: "Validation loss of the network alone",
    unit: "nats",
    isSparse: true,
    value: ({ validation }) => {
      const own = figureOf(validation, "loss");
      return own === lossOf(validation) ? undefined : own;
    },
  },
];

/** The curves of the steps that follow the validation figures. */
const COURSE: readonly Curve[] = [
  { title: "Learning rate", unit: "rate", value: ({ lr }) => lr },
  { title: "Gradient norm before clipping", unit: "norm", isLog: true, isNoisy: true, value: (line) => line.grad_norm },
  { title: "Speed", unit: "per second", isNoisy: true, value: (line) => line.tokens_per_second },
  { title: "Memory", unit: "MiB", value: (line) => line.engine_mib },
];

/**
 * Draws the curves of all runs over an axis, those of one figure over each other. Figures that no run has are left out.
 * Default: over the steps.
 */
export async function drawCurves(runs: readonly ReportRun[], axis: Axis = AXES[0]): Promise<string[]> {
  const figures: string[] = [];
  const places = new Map(runs.map((run) => [run, axis.placesOf(run, runs)]));
  for (const curve of [...CURVES, ...measuredCurves(runs), ...COURSE]) {
    const lines = runs.flatMap((run) => linesOf(run, curve, places.get(run)!));
    if (lines.length === 0) continue;
    const { title, unit, isLog } = curve;
    const chart: Chart = { title: `${title} by ${axis.name}`, x: axis.labelFor(runs), y: unit, isLog, lines };
    figures.push(`<figure><h3>${escapeMarkup(title)}</h3>${await drawChart(chart)}</figure>`);
  }
  return figures;
}

/** Figures of a validation that have curves of their own. */
const LOSSES: readonly string[] = ["loss", "validLoss"];

/** The curves of the validation figures other than the loss, unless they repeat it. */
function measuredCurves(runs: readonly ReportRun[]): Curve[] {
  const names = new Set<string>();
  for (const { facts } of runs) {
    for (const { validation } of facts.run?.history ?? []) {
      const figures = (validation ?? {}) as Record<string, unknown>;
      for (const [name, value] of Object.entries(figures)) {
        const isRepeated = name === "objective" &&
          Object.entries(figures).some(([other, figure]) => other !== name && figure === value);
        if (typeof value === "number" && !LOSSES.includes(name) && !isRepeated) names.add(name);
      }
    }
  }
  return [...names].map((name) => ({
    title: `Validation: ${name}`,
    unit: name,
    isSparse: true,
    value: ({ validation }) => figureOf(validation, name),
  }));
}

/**
 * The loss of the predictions: for a classifier with a linear part, that of the network and the linear part together.
 */
function lossOf(validation: unknown): unknown {
  return figureOf(validation, "validLoss") ?? figureOf(validation, "loss");
}

function figureOf(validation: unknown, name: string): unknown {
  return (validation as Record<string, unknown> | null | undefined)?.[name];
}

function linesOf(
  { facts, index }: ReportRun,
  { value, isNoisy, isSparse }: Curve,
  placeOf: (line: HistoryLine) => number | undefined,
): ChartLine[] {
  const points = (facts.run?.history ?? []).flatMap((line): Point[] => {
    const [x, y] = [placeOf(line), value(line)];
    return typeof y === "number" && x !== undefined ? [{ x, y }] : [];
  });
  if (points.length === 0) return [];
  const shown = thinned(points);
  if (!isNoisy) return [{ index, points: shown, hasDots: isSparse && shown.length <= 60 }];
  return [{ index, points: shown, isPale: true }, { index, points: smoothed(shown) }];
}

/** Averages neighbors until there are few enough points. */
function thinned(points: readonly Point[]): readonly Point[] {
  const size = Math.ceil(points.length / MOST_POINTS);
  if (size === 1) return points;
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const part = points.slice(i * size, (i + 1) * size);
    return { x: part[part.length - 1].x, y: part.reduce((sum, { y }) => sum + y, 0) / part.length };
  });
}

/** Averages each point with those before it, with weights that fall exponentially. */
function smoothed(points: readonly Point[]): Point[] {
  const keep = 1 - 1 / Math.max(1, points.length * SMOOTHING);
  let [sum, weight] = [0, 0];
  return points.map(({ x, y }) => {
    [sum, weight] = [keep * sum + y, keep * weight + 1];
    return { x, y: sum / weight };
  });
}
