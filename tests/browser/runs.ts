// Two training runs as `report` reads them, made by hand.

import type { ReportRun } from "../../cli/report/mod.ts";
import type { HistoryLine } from "../../src/train/mod.ts";

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
      pictures: index === 0 ? [{ name: "weights.svg", svg }] : [],
    };
  });
}
