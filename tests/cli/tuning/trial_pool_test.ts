import { assertEquals, assertRejects } from "@std/assert";
import type { TrialJob } from "../../../cli/tuning/trial.ts";
import { openPool } from "../../../cli/tuning/trial_pool.ts";
import { CLASSIFIER_PROGRAM } from "../../../tasks/classification/program.ts";
import type { LabelledData } from "../../../tasks/classification/labelled_plan.ts";
import { reviewCorpus } from "../../../tasks/default_data/mod.ts";

const DATA: LabelledData = {
  corpus: reviewCorpus({ train: 300, valid: 30, test: 0 }),
  files: [],
  sequences: { alphabet: null, window: null },
};
const FIELDS = { plan: {}, model: { hidden: 4, embed: 4, wide: false }, fit: { adversarial: 0, patience: null } };

function job(epochs: number): TrialJob {
  return { fields: FIELDS, epochs, share: 1, seed: 0 };
}

for (const size of [1, 2]) {
  Deno.test(`a search goes on after trainings that were aborted, with ${size} at a time`, async () => {
    const engine = { threads: "1", blas: "off", precision: undefined } as const;
    const setup = { program: CLASSIFIER_PROGRAM, data: DATA, reading: {}, task: "classification", size, engine };
    await using pool = await openPool(setup);
    assertEquals(pool.size, size);
    const late = new AbortController();
    const long = Array.from({ length: size }, () => pool.train(job(5000), late.signal));
    setTimeout(() => late.abort(new RangeError("late")), 300);
    for (const training of long) await assertRejects(() => training, RangeError, "late");
    const { signal } = new AbortController();
    const next = await Promise.all(Array.from({ length: size }, () => pool.train(job(1), signal)));
    assertEquals(next.map(({ figures }) => figures !== null), next.map(() => true));
  });
}
