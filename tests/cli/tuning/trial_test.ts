import { assert, assertEquals } from "@std/assert";
import { runTrial, type TrialJob } from "../../../cli/tuning/trial.ts";
import type { AnyProgram } from "../../../tasks/task_model/mod.ts";

const JOB: TrialJob = { fields: { plan: {}, model: {}, fit: {} }, epochs: 3, share: 1, seed: 0 };

/** The figures of an epoch. */
interface Epoch {
  readonly objective: number;
  readonly loss: number;
  readonly isBest: boolean;
}

/** A program whose trainings have the given epochs, and need some milliseconds before the first step. */
function programOf(epochs: readonly Epoch[], milliseconds = 0): AnyProgram {
  const wait = (): void => {
    for (const start = performance.now(); performance.now() - start < milliseconds;);
  };
  async function* fit() {
    for (const epoch of epochs) {
      yield { event: "step", milliseconds: 0 };
      yield await Promise.resolve({ event: "epoch", ...epoch });
    }
  }
  return {
    plan: {},
    create: () => (wait(), Promise.resolve({ fit, [Symbol.dispose]() {} })),
    corpus: () => Promise.resolve([]),
    tuning: { part: (corpus: unknown) => corpus, figures: ({ objective, loss }: Epoch) => ({ objective, loss }) },
  } as unknown as AnyProgram;
}

Deno.test("a candidate has the objective of its best epoch, and the lowest loss of all", async () => {
  const epochs = [
    { objective: 0.9, loss: 0.7, isBest: true },
    { objective: 0.8, loss: 0.5, isBest: false },
    { objective: 0.7, loss: NaN, isBest: false },
  ];
  const figures = async (epochs: readonly Epoch[]) =>
    (await runTrial({ program: programOf(epochs), data: [], reading: {} }, JOB)).figures;
  assertEquals(await figures(epochs), { objective: 0.9, loss: 0.5 });
  assertEquals(await figures(epochs.slice(2)), null);
});

Deno.test("the time of a trial includes its preparation, which is told apart", async () => {
  const program = programOf([{ objective: 1, loss: 1, isBest: true }], 5);
  const { seconds, preparation } = await runTrial({ program, data: [], reading: {} }, JOB);
  assert(preparation! >= 0.005 && seconds >= preparation!, `${preparation} of ${seconds} s`);
});
