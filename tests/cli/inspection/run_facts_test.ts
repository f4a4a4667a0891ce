import { assertEquals } from "@std/assert";
import { describeBest, runFactsOf } from "../../../cli/inspection/mod.ts";
import type { HistoryLine } from "../../../src/train/mod.ts";

function epoch(epoch: number, step: number, validation: Record<string, number> = { loss: 2 }): HistoryLine {
  return { event: "epoch", epoch, step, best: true, validation };
}

Deno.test("an epoch that was cut short does not count as completed", () => {
  const epochsOf = (state: object, history: readonly HistoryLine[]): number => runFactsOf(state, history).epochs;
  assertEquals(epochsOf({ progress: { step: 200, epoch: 0 } }, [epoch(1, 200)]), 0);
  assertEquals(epochsOf({ progress: { step: 14, epoch: 2 } }, [epoch(1, 7), epoch(2, 14)]), 2);
  // Since the last checkpoint, the history has gone on.
  assertEquals(epochsOf({ progress: { step: 9, epoch: 1 } }, [epoch(1, 7), epoch(2, 14)]), 2);
  assertEquals(epochsOf({}, [epoch(1, 7), epoch(2, 14)]), 2);
});

Deno.test("the best loss of a classifier with a linear part is that of its predictions", () => {
  const bestOf = (validation: Record<string, number>) => runFactsOf({}, [epoch(1, 7, validation)]).best;
  assertEquals(bestOf({ loss: 0.7, validLoss: 0.1, accuracy: 0.9, objective: 0.1 }), { loss: 0.1, accuracy: 0.9 });
  assertEquals(bestOf({ loss: 0.7, validLoss: 0.1, accuracy: 0.9, objective: 0.5 }), {
    objective: 0.5,
    loss: 0.1,
    accuracy: 0.9,
  });
  assertEquals(bestOf({ loss: 2, objective: 2 }), { loss: 2 });
});

Deno.test("the figures of a state are its numbers, without what the model has learned beside them", () => {
  const measured = { objective: 2, loss: 2, correction: 0.5, calibration: [1, 2], blend: { network: 1 } };
  assertEquals(runFactsOf({ best: { measured } }, []).best, { loss: 2, correction: 0.5 });
});

Deno.test("the best figures are those that the state has measured again, unless it does not count their epoch", () => {
  const figures = (loss: number): Record<string, number> => ({ loss, objective: loss });
  const state = { progress: { step: 14, epoch: 2 }, best: { measured: figures(3) } };
  const history = [epoch(1, 7, figures(2)), { ...epoch(2, 14, figures(4)), best: false }];
  const again = runFactsOf(state, history);
  assertEquals([again.best, again.bestEpoch], [{ loss: 3 }, 1]);
  // An epoch that was cut short.
  const later = runFactsOf(state, [...history, epoch(3, 16, figures(1))]);
  assertEquals([later.best, later.bestEpoch], [{ loss: 1 }, 3]);
});

Deno.test("the best figures come after an epoch, or in one that was cut short", () => {
  assertEquals(describeBest({ best: { loss: 2 }, bestEpoch: 3, epochs: 3 }), "loss 2, after epoch 3");
  assertEquals(describeBest({ best: { loss: 2 }, bestEpoch: 3, epochs: 2 }), "loss 2, in epoch 3");
  assertEquals(describeBest({ best: { loss: 2 }, epochs: 2 }), "loss 2");
  assertEquals(describeBest({ epochs: 2 }), "");
});
