import { checkEquality } from "../support/ranks.ts";
import { TRAININGS } from "../tasks/distributed_cases.ts";

for (const [name, train] of Object.entries(TRAININGS)) {
  Deno.test(`${name}: 2, 3 and 4 ranks have the losses of one over 50 steps`, async () => {
    await checkEquality(train, [2, 3, 4], 50);
  });
}
