// Two training runs as `report` reads them, made by hand.

import type { ReportRun } from "../../cli/report/mod.ts";
import type { HistoryLine } from "../../src/train/mod.ts";
import type { Picture } from "../../tasks/task_model/mod.ts";

const STEPS = 120;
const STEPS_OF_EPOCH = 20;

/** A history whose loss falls with some noise to `floor`. */
function history(floor: number, rate: number): HistoryLine[] {
  return Array.from({ length: STEPS }, (_, i): HistoryLine[] => {
    const [step, epoch] = [i + 1, Math.ceil((i + 1) / STEPS_OF_EPOCH)];
    const loss = floor + 2 * Math.exp(-i / 30);
    const noise = 0.15 * Math.sin(i * 12.9898 + floor);
    const figures = { loss: loss + noise, lr: rate * (1 - i / STEPS), grad_norm: 1 + loss * Math.exp(noise) };
    const line: HistoryLine = {
      event: "step",
      epoch,
      step,
      ...figures,
      tokens_per_second: 20_000 + 4000 * noise,
      engine_mib: 12,
    };
    if (step % STEPS_OF_EPOCH !== 0) return [line];
    const validation = { objective: loss + 0.1, loss: loss + 0.1, perplexity: Math.exp(loss + 0.1) };
    return [
      line,
      { event: "epoch", epoch, step, train_loss: loss, validation },
      { event: "sample", epoch, step, text: `the rain in spain after ${epoch} epochs\nstays mainly in the plain` },
    ];
  }).flat();
}

/** Pictures of every kind, as the tasks make them of a trained model. */
function allKinds(index: number): Picture[] {
  const points = Array.from({ length: 12 }, (_, i) => [i, Math.sin(i / 2 + index)]);
  const names = ["rain", "sun", "snow"];
  return [
    {
      kind: "matrix",
      title: "Confusion",
      note: "Rows are the true labels, columns the found ones.",
      axes: ["label", "found"],
      rows: names,
      columns: names,
      shades: names.map((_, r) => names.map((_, c) => r === c ? 0.9 : 0.05 * (1 + index))),
      texts: names.map((_, r) => names.map((_, c) => r === c ? "18" : "1")),
      hasErrors: true,
    },
    {
      kind: "chart",
      title: "Forecast",
      axes: ["day", "value"],
      layers: [
        { kind: "band", name: "80 %", color: 0, points: points.map(([x, y]) => [x, y - 0.3, y + 0.3]) },
        { kind: "guide", name: "seasonal naive", color: 0, points },
        { kind: "dotted line", name: "median", color: 0, points },
        { kind: "dots", name: "observed", color: 1, points, sizes: points.map((_, i) => i / 11) },
      ],
    },
    {
      kind: "passage",
      title: "Surprisal",
      tokens: Array.from("the rain\nin spain", (text, i) => [text, i % 5, `${i % 5} bits`]),
      most: 4,
      unit: "bits",
    },
    {
      kind: "table",
      title: "Worst errors",
      heads: ["text", "label", "probability"],
      rows: [["it is a fine day, one has to say, whatever they say", "sun", 0.0123], ["<b>", "rain", null]],
    },
  ];
}

/** Makes the runs, whose histories differ. */
export function smallRuns(): ReportRun[] {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><path d="M0 10L40 0" stroke="#000"/></svg>';
  const settings = [{ hidden: 128, learningRate: 0.01 }, { hidden: 256, learningRate: 0.005 }];
  return settings.map((own, index): ReportRun => {
    const lines = history(1.2 - index * 0.2, own.learningRate);
    return {
      name: `verses-${own.hidden}`,
      index,
      facts: {
        directory: `models/verses-${own.hidden}`,
        task: "language-modeling",
        noun: "language model",
        config: { cell: "lstm", embed: 64, hidden: own.hidden },
        layers: [],
        totals: { parameters: 90_000 * (index + 1), float32Bytes: 360_000, int8Bytes: 90_000, multiplyAdds: 90_000 },
        processors: [],
        files: [],
        run: {
          settings: { batch: 32, learningRate: own.learningRate, seed: 1 },
          data: { data: "verses.txt" },
          steps: STEPS,
          epochs: STEPS / STEPS_OF_EPOCH,
          seconds: 45 * (index + 1),
          changes: [],
          history: lines,
          best: { loss: 1.3 - index * 0.2 },
          bestEpoch: 6,
        },
      },
      record: { step: STEPS, pictures: allKinds(index) },
      pictures: index === 0 ? [{ name: "weights.svg", svg }] : [],
    };
  });
}
