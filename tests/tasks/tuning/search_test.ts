import { assert, assertEquals } from "@std/assert";
import {
  expectSeconds,
  type Found,
  type Rung,
  Search,
  type SearchOptions,
  type Trained,
  type Trial,
} from "../../../tasks/tuning/mod.ts";
import { VirtualTime } from "./virtual_time.ts";

const RUNGS: Rung[] = [
  { epochs: 1, share: 1, seed: 0 },
  { epochs: 3, share: 1, seed: 0 },
  { epochs: 9, share: 1, seed: 0 },
  { epochs: 9, share: 1, seed: 1 },
];

/** The result and the course of a search. */
interface Outcome {
  readonly found: Found;
  readonly trials: readonly Trial[];
  readonly ended: number;
}

/** How the candidates of a test behave. */
interface World extends Partial<SearchOptions> {
  /** The objective of a candidate that is trained in a round; null if training fails. */
  readonly objective?: (candidate: number, rung: Rung) => number | null;
  /** Seconds of an epoch. */
  readonly cost?: (candidate: number) => number;
}

/** Searches in virtual time; training stops at the end, as the command line's does. */
async function search({ objective = (candidate) => candidate, cost = () => 1, ...options }: World): Promise<Outcome> {
  const time = new VirtualTime();
  const end = options.end ?? 1e6;
  const train = async (candidate: number, rung: Rung): Promise<Trained | undefined> => {
    const seconds = cost(candidate) * rung.epochs * rung.share;
    await time.sleep(Math.min(seconds, end - time.now()));
    if (time.now() >= end) return undefined;
    const found = objective(candidate, rung);
    return { figures: found === null ? null : { objective: found, loss: 1 }, seconds };
  };
  const usual = { candidates: 9, rungs: RUNGS, workers: 1, secondsPerEpoch: 1 };
  const searching = new Search({ ...usual, now: time.now, train, ...options, end });
  const found = await time.run(searching.run());
  return { found, trials: searching.trials, ended: time.now() };
}

/** The candidates of the trials of a round. */
function candidatesOf({ trials }: Outcome, { epochs, seed }: Rung): number[] {
  return trials.filter((trial) => trial.epochs === epochs && trial.seed === seed).map(({ candidate }) => candidate);
}

Deno.test("each round continues with the default and the best third of the others", async () => {
  const outcome = await search({});
  assertEquals(RUNGS.map((rung) => candidatesOf(outcome, rung)), [
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
    [0, 8, 7, 6],
    [0, 8],
    [0, 8],
  ]);
  assertEquals(outcome.found, { candidate: 8, figures: { objective: 8, loss: 1 } });
});

Deno.test("a search gives the same result with any number of workers if there is time for everything", async () => {
  const objective = (candidate: number) => (candidate * 7) % 9;
  const outcomes = await Promise.all([1, 2, 5].map((workers) => search({ workers, objective })));
  for (const { found, trials } of outcomes) {
    assertEquals(found, outcomes[0].found);
    assertEquals(trials.length, outcomes[0].trials.length);
  }
  assert(outcomes[1].ended < outcomes[0].ended, "two workers take less time than one");
});

Deno.test("a search ends in time, even if training takes longer than expected", async () => {
  for (const workers of [1, 3]) {
    for (const end of [2, 5, 10, 20, 60]) {
      for (const slow of [1, 4]) {
        const outcome = await search({ workers, end, cost: (candidate) => slow * (1 + candidate % 3) });
        assert(outcome.ended <= end, `${outcome.ended} of ${end} seconds`);
        if (end >= 20) assert(outcome.found.candidate !== 0, "there is time to find something better");
      }
    }
  }
});

Deno.test("with little time, a round leaves candidates out, and all rounds have their share", async () => {
  const outcome = await search({ candidates: 27, end: 48 });
  const [first, second, third] = RUNGS.map((rung) => candidatesOf(outcome, rung));
  assert(first.length >= 9 && first.length < 27, `${first}`);
  assert(second.length >= 2 && second.length < first.length, `${second}`);
  assertEquals(third.slice(0, 1), [0]);
  assertEquals(outcome.found.candidate, Math.max(...second));
});

Deno.test("an expensive candidate takes more of a round's time than a cheap one", async () => {
  const tries = async (costly: number): Promise<number> => {
    const outcome = await search({ end: 60, cost: (candidate) => candidate > 5 ? costly : 1 });
    return candidatesOf(outcome, RUNGS[1]).length;
  };
  assert(await tries(4) < await tries(1));
});

Deno.test("the default wins unless another candidate is better", async () => {
  assertEquals((await search({ objective: () => 0.5 })).found.candidate, 0);
  assertEquals((await search({ objective: (candidate) => candidate === 3 ? 0.6 : 0.5 })).found.candidate, 3);
  const late = await search({ objective: (candidate, { epochs }) => candidate === 0 && epochs > 1 ? 9 : candidate });
  assertEquals(late.found.candidate, 0, "the default stays to the last round even if it begins as the worst");
});

Deno.test("the default stays unless it is beaten by more than its standard error", async () => {
  const best = async (objective: number): Promise<number> => {
    const of = (candidate: number): number => candidate === 3 ? objective : candidate === 0 ? 0.5 : 0.4;
    return (await search({ objective: of, errorOf: (usual) => usual / 10 })).found.candidate;
  };
  assertEquals([await best(0.4), await best(0.54), await best(0.56)], [0, 0, 3]);
  // If its training fails, the best of the others is taken.
  const failed = (candidate: number) => candidate === 0 ? null : candidate / 100;
  assertEquals((await search({ objective: failed, errorOf: () => 1 })).found.candidate, 8);
});

Deno.test("equal objectives are decided by the loss, but for the default", async () => {
  const time = new VirtualTime();
  const train = async (candidate: number): Promise<Trained> => {
    await time.sleep(1);
    return { figures: { objective: candidate === 0 ? usual : 0.5, loss: candidate === 2 ? 0.3 : 0.4 }, seconds: 1 };
  };
  let usual = 0.4;
  const options = { candidates: 3, rungs: RUNGS, workers: 1, secondsPerEpoch: 1, end: 1e6, now: time.now };
  assertEquals((await time.run(new Search({ ...options, train }).run())).candidate, 2);
  usual = 0.5;
  assertEquals((await time.run(new Search({ ...options, train }).run())).candidate, 0);
});

Deno.test("the loss decides who goes on, the objective who wins", async () => {
  // Candidates 1 to 3 have the lowest losses, of which 2 has the best objective; 8 has the best objective of all.
  const objectives = [0, 0.1, 0.3, 0.2, 0, 0, 0, 0, 0.9];
  const time = new VirtualTime();
  const train = async (candidate: number): Promise<Trained> => {
    await time.sleep(1);
    const loss = candidate > 0 && candidate < 4 ? candidate / 10 : 1;
    return { figures: { objective: objectives[candidate], loss }, seconds: 1 };
  };
  const usual = { candidates: 9, rungs: [RUNGS[0], RUNGS[1]], workers: 1, secondsPerEpoch: 1, end: 1e6, now: time.now };
  const searching = new Search({ ...usual, train });
  assertEquals((await time.run(searching.run())).candidate, 2);
  assertEquals(searching.trials.slice(9).map(({ candidate }) => candidate), [0, 1, 2, 3]);
});

Deno.test("luck with one seed does not win", async () => {
  const objective = (candidate: number, { epochs, seed }: Rung): number => {
    if (epochs < 9) return candidate;
    return (candidate === 26 ? [0.9, 0.1] : candidate === 25 ? [0.8, 0.8] : [0.6, 0.6])[seed];
  };
  assertEquals((await search({ candidates: 27, objective })).found.candidate, 25);
});

Deno.test("a candidate whose training fails loses", async () => {
  const outcome = await search({ objective: (candidate) => candidate > 5 ? null : candidate });
  assertEquals(outcome.found.candidate, 5);
  assertEquals(candidatesOf(outcome, RUNGS[0]).length, 9);
  const none = await search({ objective: () => null });
  assertEquals(none.found, { candidate: 0, figures: undefined });
});

Deno.test("with one candidate, nothing is trained", async () => {
  const { found, trials } = await search({ candidates: 1 });
  assertEquals([found, trials], [{ candidate: 0, figures: undefined }, []]);
});

Deno.test("a round is announced when its first trial begins, and not if there is no time for it", async () => {
  const announced = async (end: number): Promise<[epochs: number, candidates: number][]> => {
    const rounds: [number, number][] = [];
    await search({ end, onRung: ({ epochs }, candidates) => rounds.push([epochs, candidates]) });
    return rounds;
  };
  assertEquals(await announced(1e6), [[1, 9], [3, 4], [9, 2], [9, 2]]);
  assertEquals(await announced(14), [[1, 9], [3, 2]]);
});

Deno.test("without time for anything, the default is chosen", async () => {
  const { found, ended } = await search({ end: 0.5 });
  assertEquals([found.candidate, found.figures, ended], [0, undefined, 0]);
});

Deno.test("an interrupted search goes on to the result of one that was not, and repeats nothing", async () => {
  const whole = await search({ workers: 2 });
  for (const done of [0, 1, 5, 9, 11, whole.trials.length]) {
    const known = whole.trials.slice(0, done);
    const rest = await search({ workers: 2, known });
    assertEquals(rest.found, whole.found);
    const key = ({ candidate, epochs, seed }: Trial): string => `${candidate} ${epochs} ${seed}`;
    assertEquals(new Set(rest.trials.map(key)).size, rest.trials.length);
    assertEquals(rest.trials.map(key).sort(), whole.trials.map(key).sort());
  }
});

Deno.test("time that is left is spent on more candidates, which compete with the first ones", async () => {
  const drawn = (most: number) => {
    let count = 9;
    return () => count = Math.min(most, 2 * count);
  };
  const outcome = await search({ end: 500, drawMore: drawn(27) });
  assertEquals(candidatesOf(outcome, RUNGS[0]).sort((a, b) => a - b), Array.from({ length: 27 }, (_, i) => i));
  assertEquals(outcome.found.candidate, 26);
  assert(
    outcome.trials.every((trial, i) =>
      !outcome.trials.slice(0, i).some(({ candidate, epochs, seed }) =>
        candidate === trial.candidate && epochs === trial.epochs && seed === trial.seed
      )
    ),
    "no trial is repeated",
  );
  const short = await search({ end: 70, drawMore: drawn(10_000) });
  assert(short.ended <= 70 && short.trials.length > 17, `${short.trials.length} trials in ${short.ended} s`);
});

Deno.test("a late candidate with fewer seeds than others does not win by luck", async () => {
  const trial = (candidate: number, seed: number, objective: number): Trial => ({
    candidate,
    ...RUNGS[2],
    seed,
    figures: { objective, loss: 1 },
    seconds: 9,
  });
  const known = [trial(0, 0, 1), trial(0, 1, 1), trial(1, 0, 5), trial(1, 1, 5), trial(2, 0, 99)];
  assertEquals((await search({ candidates: 3, known, end: 0 })).found.candidate, 1);
});

Deno.test("more epochs take longer, but need no more preparation; more data need both", () => {
  const trial = (share: number, seconds: number, preparation?: number): Trial => ({
    ...{ candidate: 0, epochs: 2, share, seed: 0, figures: null },
    ...{ seconds, preparation },
  });
  assertEquals(expectSeconds([trial(0.5, 8, 6)], { epochs: 2, share: 0.5 }), 8);
  assertEquals(expectSeconds([trial(0.5, 8, 6)], { epochs: 9, share: 0.5 }), 6 + 9);
  assertEquals(expectSeconds([trial(0.5, 8, 6)], { epochs: 9, share: 1 }), 12 + 18);
  assertEquals(expectSeconds([trial(0.5, 8, 6), trial(0.5, 6, 4)], { epochs: 2, share: 0.5 }), 7);
  assertEquals(expectSeconds([trial(1, 8)], { epochs: 9, share: 1 }), 36);
});
