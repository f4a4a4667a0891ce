import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { MusicModel } from "../../../tasks/music/mod.ts";
import { MUSIC_PROGRAM } from "../../../tasks/music/program.ts";
import { inTempDir } from "../../support/command.ts";
import { allSteps, stepTokenizer, TUNE_TOKENIZER, TUNES } from "./made_music.ts";

const PITCHES = [60, 61, 62, 63];
const TOKENIZER = await stepTokenizer(60, 63);

/** A small model after a few steps, so that its probabilities are uneven. */
async function trained(): Promise<MusicModel> {
  const model = MusicModel.create({ tokenizer: TOKENIZER, embed: 6, hidden: 8, dropout: 0 });
  const pieces = Array.from({ length: 8 }, (_, i) => `60 62 . 61 . . ${i % 2 ? "60 63 ." : "61 62 63 ."}`);
  await model.fit(pieces, { epochs: 8, batch: 4, bptt: 8, transpose: 0, learningRate: 0.03 });
  return model;
}

const MODEL = await trained();

/** The probability of one piece. */
async function probability(text: string, transpose = 0): Promise<number> {
  const { perToken, tokens } = await MODEL.evaluate([text], { transpose });
  return Math.exp(-perToken * tokens);
}

Deno.test("the probabilities of all possible steps sum to 1, for the first step and for pairs of steps", async () => {
  const steps = allSteps(PITCHES);
  assertEquals(steps.length, 16);
  const first = await Promise.all(steps.map((step) => probability(step)));
  assertAlmostEquals(first.reduce((sum, p) => sum + p, 0), 1, 1e-5);
  const all = await Promise.all(steps.flatMap((a) => steps.map((b) => probability(`${a} ${b}`))));
  assertAlmostEquals(all.reduce((sum, p) => sum + p, 0), 1, 1e-5);
  assert(Math.max(...first) > 3 * Math.min(...first), "expected a model with uneven probabilities");
});

Deno.test("averaged over transpositions, a token has the mean of its probabilities, and the sum is at most 1", async () => {
  const [rest] = await Promise.all(["."].map((step) => probability(step)));
  assertAlmostEquals(await probability(".", 1), rest, 1e-6);
  assert(Math.abs(await probability("61 .", 1) - await probability("61 .")) > 1e-4);
  const all = await Promise.all(allSteps(PITCHES).map((step) => probability(step, 1)));
  const sum = all.reduce((sum, p) => sum + p, 0);
  assert(sum > 0.4 && sum < 1 + 1e-6, `${sum}`);
});

Deno.test("the likelihood is averaged over whole numbers of semitones up to an octave", async () => {
  for (const transpose of [-1, 0.5, 13, NaN]) {
    const words = "evaluate: expected transpose to be a whole number of at least 0 and at most 12, found";
    await assertRejects(() => MODEL.evaluate(["61 ."], { transpose }), RangeError, words);
  }
});

Deno.test("the likelihood is that of single pieces, with and without the first steps", async () => {
  const pieces = ["60 62 . 61 . .", "61 . 60 63 .", "63 ."];
  const all = await MODEL.evaluate(pieces);
  assertEquals([all.pieces, all.steps, all.tokens, all.notes], [3, 6, 13, 7]);
  const losses = await Promise.all(pieces.map(async (piece) => -Math.log(await probability(piece))));
  const firsts = await Promise.all(["60 62 .", "61 .", "63 ."].map(async (step) => -Math.log(await probability(step))));
  const sum = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  assertAlmostEquals(all.perStep, sum(losses) / 6, 1e-4);
  assertAlmostEquals(all.perLaterStep, (sum(losses) - sum(firsts)) / 3, 1e-4);
  assertAlmostEquals(all.perNote, sum(losses) / 7, 1e-4);
  assertAlmostEquals(all.perToken, sum(losses) / 13, 1e-4);
});

Deno.test("an invalid piece, or one with unknown tokens, is named", async () => {
  const rejects = (text: string, message: string): Promise<unknown> =>
    assertRejects(() => MODEL.evaluate(["60 .", text]), RangeError, message);
  await rejects("62 60 .", 'expected music in piece 2, found "60" at token 2, where it is impossible');
  await rejects("60 62", "expected a whole piece, found piece 2 of 2 tokens without an end");
  await rejects("", "expected a whole piece, found piece 2 of 0 tokens without an end");
  await rejects("60 99 .", 'expected tokens that the model knows, found "99" in piece 2');
  await assertRejects(() => MODEL.evaluate([]), RangeError, "expected at least 1 piece, found none");
});

Deno.test("a tune ends with a token of its own, and its header comes first", async () => {
  const model = MusicModel.create({ tokenizer: TUNE_TOKENIZER, embed: 6, hidden: 8 });
  const { tokens, steps, perStep } = await model.evaluate(TUNES.slice(0, 2));
  const words = TUNES.slice(0, 2).join(" ").split(" ").length;
  assertEquals(tokens, words + 2);
  assertEquals(steps, TUNES.slice(0, 2).join(" ").split("|").length - 1);
  assert(Number.isFinite(perStep));
  await assertRejects(
    () => model.evaluate([TUNES[0].replace(/^\S+ /, "")]),
    RangeError,
    "where it is impossible",
  );
});

Deno.test("a run reports what its best epoch has measured of the validation pieces, and of how many", async () => {
  await inTempDir(async (directory) => {
    const likelihood = await MODEL.evaluate(["60 62 . 61 ."]);
    const kept = {
      event: "epoch",
      epoch: 1,
      loss: 1,
      validLoss: 1,
      isBest: true,
      likelihood,
      validationShare: 0.25,
    } as const;
    // No token of the second piece is known: measuring it would throw.
    const data = { train: ["60 ."], valid: ["60 62 . 61 .", "99 ."] };
    const context = { plan: {} as never, directory, last: kept, kept };
    const { lines, fields } = await MUSIC_PROGRAM.conclude(MODEL, data as never, context);
    assertEquals(fields.valid_nats_per_step, likelihood.perStep);
    assertEquals(lines[0].endsWith("1 piece, 2 time steps, 25.00 % of the data."), true, lines[0]);
  });
});

Deno.test("parts of a corpus that are unknown, and pieces that are no texts, are refused", async () => {
  const corpus = { train: ["60 62 ."], vaild: ["60 61 ."] };
  await assertRejects(async () => await MODEL.fit(corpus as never), TypeError, "did you mean valid?");
  await assertRejects(() => MODEL.evaluate("60 62 ." as never), TypeError, "expected pieces to be a text or a list");
});
