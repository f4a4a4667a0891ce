import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  type Dimension,
  freeDimensions,
  merge,
  planRungs,
  readRecord,
  sampleCandidates,
  tableOfTrials,
  type TuningRecord,
  writeRecord,
} from "../../../tasks/tuning/mod.ts";
import { choice, integer } from "../../../src/schema/mod.ts";

const NONE = { plan: {}, model: {}, fit: {} };

const SPACE: readonly Dimension[] = [
  { choices: [{ model: { hidden: 32 } }, { model: { hidden: 128 } }] },
  { choices: [{ fit: { learningRate: 0.001 } }] },
  { choices: [{ plan: { tokenizer: "kmer", k: 3 } }] },
];

Deno.test("the first candidate is the default, and no two candidates are the same", () => {
  const candidates = sampleCandidates(SPACE, 8, 1);
  assertEquals(candidates[0], { plan: {}, model: {}, fit: {} });
  assertEquals(new Set(candidates.map((candidate) => JSON.stringify(candidate))).size, 8);
  assertEquals(sampleCandidates(SPACE, 8, 1), candidates);
  assertNotEquals(sampleCandidates(SPACE, 8, 2), candidates);
});

Deno.test("a small space is searched completely", () => {
  assertEquals(sampleCandidates(SPACE, 50, 1).length, 3 * 2 * 2);
  assertEquals(sampleCandidates([], 50, 1).length, 1);
});

Deno.test("fields that are given leave the space, with those that belong to them", () => {
  const free = (...given: string[]): readonly Dimension[] => freeDimensions(SPACE, { given, inEffect: NONE });
  assertEquals(free("hidden"), SPACE.slice(1));
  assertEquals(free("k", "epochs"), SPACE.slice(0, 2));
  assertEquals(free("hidden", "learningRate", "tokenizer"), []);
});

Deno.test("what is in effect anyway is no choice", () => {
  const space = [
    { choices: [{ model: { hidden: 32 } }, { model: { hidden: 64 } }] },
    { choices: [{ fit: { lazy: true } }] },
    { choices: [{ plan: { k: 3 }, model: { conv: 5 } }] },
  ];
  const inEffect = { plan: { k: 3 }, model: { hidden: 64 }, fit: { lazy: true } };
  const free = freeDimensions(space, { given: [], inEffect });
  assertEquals(free, [{ choices: [{ model: { hidden: 32 } }] }, space[2]]);
});

Deno.test("a candidate's fields replace those of a preset and keep the others", () => {
  const given = { plan: { data: "a.csv" }, model: { hidden: 64, embed: 8 }, fit: {} };
  assertEquals(merge(given, { model: { hidden: 32 } }), { ...given, model: { hidden: 32, embed: 8 } });
});

const USUAL = { epochs: 10, secondsPerEpoch: 1, seconds: 400, examples: 5000 };

Deno.test("with enough time, the last rounds train as long as a full training, the last two with other seeds", () => {
  const { rungs, candidates } = planRungs(USUAL);
  assertEquals(rungs.map(({ epochs }) => epochs), [1, 3, 10, 10, 10]);
  assertEquals(rungs.map(({ share }) => share), [1, 1, 1, 1, 1]);
  assertEquals(rungs.map(({ seed }) => seed), [0, 0, 0, 1, 2]);
  assert(candidates > 27 && candidates <= 81, `${candidates}`);
});

Deno.test("with little time, the first rounds train on a share of the data, of no fewer than 1,000 examples", () => {
  const { rungs } = planRungs({ ...USUAL, secondsPerEpoch: 60, seconds: 600, examples: 25_000 });
  assertEquals(rungs[0].epochs, 1);
  assert(rungs[0].share < 0.2 && rungs[0].share * 25_000 >= 1000);
  const small = planRungs({ ...USUAL, secondsPerEpoch: 60, seconds: 600, examples: 1500 });
  assert(small.rungs.every(({ share }) => share * 1500 >= 1000));
  const lengths = small.rungs.filter(({ seed }) => seed === 0).map(({ epochs, share }) => epochs * share);
  assertEquals(lengths, [...new Set(lengths)].sort(), "no two rounds train equally long");
});

Deno.test("without time for an epoch of three candidates, there is no search", () => {
  assertEquals(planRungs({ ...USUAL, seconds: 2.9 }), { rungs: [], candidates: 0 });
  assert(planRungs({ ...USUAL, seconds: 3 }).candidates >= 2);
  assertEquals(planRungs({ ...USUAL, secondsPerEpoch: NaN }).candidates, 0);
});

const RECORD: TuningRecord = {
  command: "train-classifier",
  minutes: 2,
  given: { plan: { data: "a.csv" }, model: {}, fit: {} },
  fingerprint: 7,
  seconds: 12.5,
  secondsPerEpoch: 1.5,
  rungs: [{ epochs: 1, share: 0.5, seed: 0 }, { epochs: 3, share: 1, seed: 0 }],
  candidates: [{}, { model: { hidden: 32 } }, { plan: { tokenizer: "kmer", k: 3 } }],
  trials: [
    { candidate: 0, epochs: 1, share: 0.5, seed: 0, figures: { objective: 0.8, loss: 0.4 }, seconds: 1 },
    { candidate: 1, epochs: 1, share: 0.5, seed: 0, figures: { objective: 0.9, loss: 0.3 }, seconds: 2 },
    { candidate: 2, epochs: 1, share: 0.5, seed: 0, figures: null, seconds: 0 },
    { candidate: 1, epochs: 3, share: 1, seed: 0, figures: { objective: 0.95, loss: 0.2 }, seconds: 9 },
    { candidate: 1, epochs: 3, share: 1, seed: 1, figures: { objective: 0.85, loss: 0.2 }, seconds: 9 },
  ],
  chosen: 1,
  figures: { objective: 0.9, loss: 0.2 },
  isFinished: false,
};

Deno.test("a record is read as it was written", () => {
  assertEquals(readRecord(writeRecord(RECORD), "tuning.json"), RECORD);
  const open = { ...RECORD, chosen: null, figures: null };
  assertEquals(readRecord(writeRecord(open), "tuning.json"), open);
  const planned = { ...RECORD, last: { model: { hidden: 32, members: 5 } } };
  assertEquals(readRecord(writeRecord(planned), "tuning.json"), planned);
});

Deno.test("a damaged record is an error that names the file", () => {
  const change = (part: object): string => writeRecord({ ...RECORD, ...part });
  for (
    const text of [
      "{",
      "[]",
      '{"format": "elman"}',
      change({ seconds: -1 }),
      change({ rungs: [{ epochs: 0, share: 1, seed: 0 }] }),
      change({ candidates: RECORD.candidates.slice(0, 2) }),
      change({ candidates: [1, 2, 3] }),
      change({ chosen: 3 }),
      change({ last: 5 }),
      change({ trials: [{ ...RECORD.trials[0], figures: { objective: "high" } }] }),
    ]
  ) {
    const error = assertThrows(() => readRecord(text, "m/tuning.json")) as Error;
    assert(error instanceof RangeError || error instanceof SyntaxError, text);
    assert(error.message.startsWith("read m/tuning.json: expected "), error.message);
  }
});

Deno.test("the table lists the chosen candidate, then the others by length of training and figure", () => {
  const schema = {
    hidden: integer({ help: "Hidden size." }),
    tokenizer: choice(["kmer"], { help: "Tokenizer." }),
    k: integer({ help: "Letters." }),
  };
  const { candidates, trials } = RECORD;
  const show = (objective: number): string => objective.toFixed(2);
  assertEquals(tableOfTrials({ candidates, trials, chosen: 1, heading: "accuracy", show, schema }).split("\n"), [
    "accuracy  epochs  seeds  seconds  options",
    "    0.90       3      2     20.0  --hidden 32",
    "    0.80    0.50      1      1.0  default",
    "  failed    0.50      1      0.0  --tokenizer kmer --k 3",
  ]);
});
