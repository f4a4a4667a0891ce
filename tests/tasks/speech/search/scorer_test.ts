import { assertAlmostEquals, assertEquals } from "@std/assert";
import { combineScorers, type PrefixScorer } from "../../../../tasks/speech/search/scorer.ts";
import { wordBonus } from "../../../../tasks/speech/search/word_scorer.ts";

/** Scores each label by its number, excludes label 9 and scores the end by the number of labels. */
function counting(prepared: number[][] = [], most?: number): PrefixScorer<number> {
  return {
    most,
    begin: () => 0,
    extend: (state, label) => ({ state: state + 1, score: label === 9 ? -Infinity : label }),
    end: (state) => state,
    prepare: (states) => prepared.push([...states]),
  };
}

/** The scores of labels, and that of the end. */
function scoresOf<S>(scorer: PrefixScorer<S>, labels: readonly number[]): number[] {
  let state = scorer.begin();
  const scores = labels.map((label) => {
    const next = scorer.extend(state, label);
    state = next.state;
    return next.score;
  });
  return [...scores, scorer.end(state)];
}

Deno.test("combined scorers add their weighted scores, also at the end", () => {
  const scorer = combineScorers([{ scorer: counting() }, { scorer: counting(), weight: 0.5 }]);
  assertEquals(scoresOf(scorer, [2, 4]), [3, 6, 3]);
});

Deno.test("a scorer of weight 0 still excludes, and an excluded label is not shown to the scorers that follow", () => {
  let shown = 0;
  const last: PrefixScorer<null> = {
    begin: () => null,
    extend: () => ({ state: null, score: shown++ }),
    end: () => 0,
  };
  const scorer = combineScorers([{ scorer: counting(), weight: 0 }, { scorer: last }]);
  assertEquals([scorer.extend(scorer.begin(), 9).score, shown], [-Infinity, 0]);
  assertEquals([scorer.extend(scorer.begin(), 5).score, shown], [0, 1]);
});

Deno.test("combined scorers prepare their own states and can add the sum of what each can add", () => {
  const [first, second]: number[][][] = [[], []];
  const scorer = combineScorers([
    { scorer: counting(first, 3) },
    { scorer: counting(second, 4), weight: 0.5 },
    { scorer: wordBonus(["", "a", " "], -1) },
  ]);
  const start = scorer.begin();
  scorer.prepare!([start, scorer.extend(start, 1).state]);
  assertEquals([first, second, scorer.most], [[[0, 1]], [[0, 1]], 5]);
});

Deno.test("the bonus is added once for each word, when it ends", () => {
  const texts = ["", "a", "b", " ", " a b"];
  const scorer = wordBonus(texts, 1.5);
  assertEquals(scoresOf(scorer, [3, 1, 2, 3, 3, 1]), [0, 0, 0, 1.5, 0, 0, 1.5]);
  assertEquals(scoresOf(scorer, [1, 4, 3]), [0, 3, 1.5, 0]);
  assertAlmostEquals(scorer.most!, 3);
  assertEquals([wordBonus(texts, -2).most, scoresOf(scorer, [])], [0, [0]]);
});
