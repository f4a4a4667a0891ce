import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ctcLoss, inference, tensor } from "../../../../src/nn/mod.ts";
import { type FrameScores, greedyLabels } from "../../../../tasks/speech/greedy.ts";
import { PrefixSearch, searchPrefixes } from "../../../../tasks/speech/search/prefix_beam.ts";
import type { PrefixScorer } from "../../../../tasks/speech/search/scorer.ts";
import { randomScores, sequencesOf } from "./cases.ts";

const ALL = { blank: 0, beam: 1000, prune: Infinity };

function ctcLogProbabilities({ values, frames, classes }: FrameScores, sequences: readonly number[][]): number[] {
  return sequences.map((labels) =>
    inference(() => -ctcLoss(tensor(values, [frames, 1, classes]), [labels], { blank: 0 }).toArray()[0])
  );
}

for (const seed of [1, 2, 3]) {
  Deno.test(`a beam that is never full gives each label sequence its CTC probability, seed ${seed}`, () => {
    const scores = randomScores({ frames: 4, classes: 3, seed });
    const found = searchPrefixes(scores, { ...ALL, nBest: 1000 });
    const sequences = sequencesOf(4, [1, 2]);
    const expected = ctcLogProbabilities(scores, sequences);
    const possible = sequences.map((labels, i) => ({ key: labels.join(), log: expected[i] }))
      .filter(({ log }) => log > -Infinity).sort((a, b) => b.log - a.log);
    assertEquals(found.map(({ labels }) => labels.map(({ label }) => label).join()), possible.map(({ key }) => key));
    found.forEach(({ logProbability }, i) => assertAlmostEquals(logProbability, possible[i].log, 1e-5));
    assertAlmostEquals(found.reduce((sum, { logProbability }) => sum + Math.exp(logProbability), 0), 1, 1e-5);
  });
}

Deno.test("labels with many alignments win over those of the likeliest alignment", () => {
  // The likeliest alignment is two blanks, 0.36; the other three, 0.64 together, all mean "a".
  const logs = [0.6, 0.4, 0.6, 0.4].map(Math.log);
  const scores = { values: Float32Array.from(logs), frames: 2, classes: 2 };
  assertEquals(greedyLabels(scores, 0), []);
  const [best] = searchPrefixes(scores, ALL);
  assertEquals(best.labels.map(({ label }) => label), [1]);
  assertAlmostEquals(best.logProbability, Math.log(0.64), 1e-6);
});

Deno.test("the frames of labels are those of the likeliest alignment", () => {
  const path = [0, 1, 1, 0, 1, 2, 2, 2, 0];
  const classes = 3;
  const values = new Float32Array(path.length * classes).fill(Math.log(0.01));
  path.forEach((label, t) => values[t * classes + label] = Math.log(0.98));
  const scores = { values, frames: path.length, classes };
  const [{ labels }] = searchPrefixes(scores, { ...ALL, beam: 5 });
  assertEquals(labels, greedyLabels(scores, 0));
  assertEquals(labels.map(({ start, end }) => [start, end]), [[1, 3], [4, 5], [5, 8]]);
});

Deno.test("a beam of 1 follows the best prefix, and pruned classes are never found", () => {
  const scores = randomScores({ frames: 6, classes: 4, seed: 5 });
  assertEquals(searchPrefixes(scores, { ...ALL, beam: 1, nBest: 9 }).length, 1);
  const onlyBest = searchPrefixes(scores, { ...ALL, prune: 0, nBest: 1000 });
  assert(onlyBest.some(({ labels }) => labels.length > 0));
  const best = new Set(greedyLabels(scores, 0).map(({ label }) => label));
  for (const { labels } of onlyBest) for (const { label } of labels) assert(best.has(label));
  assert(searchPrefixes(scores, { ...ALL, nBest: 1000 }).length > onlyBest.length);
});

Deno.test("a scorer changes the ranking, and its end counts", () => {
  const scores = randomScores({ frames: 4, classes: 3, seed: 2 });
  const plain = searchPrefixes(scores, { ...ALL, nBest: 1000 });
  const scorer: PrefixScorer<number> = {
    most: 3,
    begin: () => 0,
    extend: (length, label) => ({ state: length + 1, score: label === 2 ? 3 : -Infinity }),
    end: (length) => length === 2 ? 10 : 0,
  };
  const found = searchPrefixes(scores, { ...ALL, nBest: 1000, scorer });
  assertEquals(found.map(({ labels }) => labels.map(({ label }) => label).join("")), ["22", "2", ""]);
  for (const { labels, logProbability, score } of found) {
    const same = plain.find((one) => one.labels.map((l) => l.label).join() === labels.map((l) => l.label).join())!;
    assertAlmostEquals(logProbability, same.logProbability, 1e-9);
    assertAlmostEquals(score, logProbability + 3 * labels.length + (labels.length === 2 ? 10 : 0), 1e-9);
  }
});

Deno.test("a scorer extends each prefix once and prepares the prefixes of a frame together", () => {
  const scores = randomScores({ frames: 8, classes: 3, seed: 4 });
  const extended: string[] = [];
  const prepared: string[][] = [];
  const scorer: PrefixScorer<string> = {
    begin: () => "",
    extend: (state, label) => {
      extended.push(state + label);
      return { state: state + label, score: 0 };
    },
    end: () => 0,
    prepare: (states) => prepared.push([...states]),
  };
  searchPrefixes(scores, { ...ALL, beam: 4, scorer });
  assertEquals(new Set(extended).size, extended.length);
  assertEquals([prepared.length, prepared[0], prepared[8].length], [9, [""], 4]);
});

Deno.test("if no prefix may end, the best ones are returned; no frames have no labels", () => {
  const scores = randomScores({ frames: 4, classes: 3, seed: 1 });
  const scorer: PrefixScorer<null> = {
    begin: () => null,
    extend: () => ({ state: null, score: 0 }),
    end: () => -Infinity,
  };
  assertEquals(searchPrefixes(scores, { ...ALL, scorer }), searchPrefixes(scores, ALL));
  const empty = { values: new Float32Array(0), frames: 0, classes: 3 };
  assertEquals(searchPrefixes(empty, ALL), [{ labels: [], logProbability: 0, score: 0 }]);
  const broken = { values: new Float32Array(6).fill(NaN), frames: 2, classes: 3 };
  assertEquals(searchPrefixes(broken, ALL), [{ labels: [], logProbability: -Infinity, score: -Infinity }]);
});

/** Prefix beam search as the paper writes it, with a score added by each label. */
function searchNaively(
  { values, frames, classes }: FrameScores,
  beam: number,
  scoreOf: (prefix: string) => number,
): [prefix: string, probability: number][] {
  let live = new Map([["", [1, 0]]]);
  for (let t = 0; t < frames; t++) {
    const next = new Map<string, number[]>();
    const add = (prefix: string, ends: 0 | 1, probability: number): void => {
      const sums = next.get(prefix) ?? [0, 0];
      sums[ends] += probability;
      next.set(prefix, sums);
    };
    for (const [prefix, [blank, label]] of live) {
      add(prefix, 0, (blank + label) * Math.exp(values[t * classes]));
      for (let c = 1; c < classes; c++) {
        const p = Math.exp(values[t * classes + c]);
        const isRepeated = prefix.endsWith(`${c}`);
        if (isRepeated) add(prefix, 1, label * p);
        add(`${prefix}${c}`, 1, (isRepeated ? blank : blank + label) * p);
      }
    }
    const rank = ([prefix, [blank, label]]: [string, number[]]): number => Math.log(blank + label) + scoreOf(prefix);
    live = new Map([...next].sort((a, b) => rank(b) - rank(a)).slice(0, beam));
  }
  return Array.from(live, ([prefix, [blank, label]]) => [prefix, Math.log(blank + label)]);
}

for (const most of [undefined, 1.5]) {
  Deno.test(`a narrow beam keeps what the algorithm keeps, with scores of up to ${most ?? 0}`, () => {
    const added = (prefix: string, label: number): number =>
      Math.cos(7 * prefix.length + label) * 1.5 + (most ?? 0) - 1.5;
    const scoreOf = (prefix: string): number =>
      Array.from(prefix).reduce((sum, label, i) => sum + added(prefix.slice(0, i), Number(label)), 0);
    const scorer: PrefixScorer<string> = {
      most,
      begin: () => "",
      extend: (state, label) => ({ state: `${state}${label}`, score: added(state, label) }),
      end: () => 0,
    };
    for (let seed = 1; seed <= 20; seed++) {
      const scores = randomScores({ frames: 7, classes: 5, seed });
      const beam = 1 + seed % 6;
      const found = searchPrefixes(scores, { ...ALL, beam, nBest: beam, scorer });
      const expected = searchNaively(scores, beam, scoreOf);
      assertEquals(
        found.map(({ labels }) => labels.map(({ label }) => label).join("")),
        expected.map(([prefix]) => prefix),
      );
      found.forEach(({ logProbability }, i) => assertAlmostEquals(logProbability, expected[i][1], 1e-9));
    }
  });
}

/** Returns some frames of scores. */
function part({ values, classes, frames }: FrameScores, start: number, end: number): FrameScores {
  const last = Math.min(frames, end);
  return { values: values.subarray(start * classes, last * classes), classes, frames: last - start };
}

Deno.test("labels that are certain early begin what the whole sound has, however it is cut", () => {
  // Less is certain with a wide beam, and more with a margin.
  for (const [beam, margin, least] of [[1, Infinity, 590], [4, Infinity, 100], [16, Infinity, 40], [16, 1, 590]]) {
    const scores = randomScores({ frames: 1500, classes: 4, seed: beam });
    const options = { ...ALL, beam, margin };
    const whole = searchPrefixes(scores, options)[0].labels;
    for (const size of [1, 7, 1500]) {
      const search = new PrefixSearch(options);
      const certain: number[] = [];
      for (let start = 0; start < scores.frames; start += size) {
        search.push(part(scores, start, start + size));
        certain.push(...search.takeCertain());
      }
      const [{ labels }] = search.end();
      assertEquals([...certain, ...labels.map(({ label }) => label)], whole.map(({ label }) => label));
      assertEquals(labels, whole.slice(certain.length));
      assert(certain.length >= least, `beam ${beam}, margin ${margin}: ${certain.length} of ${whole.length}`);
    }
  }
});
