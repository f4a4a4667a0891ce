// Kills training runs at random moments and resumes them: `deno task crash --kills 1000 --seed 7`. The kills are
// divided among the tasks. Fails if a run does not resume to the bits of a run that was never killed.

import { killAndResume, RUNS } from "./runs.ts";

const option = (name: string, otherwise: number): number => {
  const at = Deno.args.indexOf(name);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
};

/** Kills in one run, so that it has steps left. */
const AT_A_TIME = 10;

const [kills, seed] = [option("--kills", 60), option("--seed", Date.now() % 1e6)];
let [done, hits] = [0, 0];
for (let round = 0; done < kills; round++) {
  const count = Math.min(AT_A_TIME, kills - done);
  hits += await killAndResume(RUNS[round % RUNS.length], count, seed + round);
  done += count;
}
console.log(`${done} kills with seed ${seed}, ${hits} of them in a run under way: every run resumed to the same bits`);
