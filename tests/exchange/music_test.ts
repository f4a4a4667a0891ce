import { MusicModel, PipelineTokenizer, presets } from "@elman/elman";
import { CELLS, Engine, logSoftmax, type RecurrentState, reshape, type Tensor } from "@elman/elman/nn";
import { assertAlmostEquals } from "@std/assert";
import {
  compare,
  copy,
  Dice,
  expect,
  given,
  INPUTS,
  nextStates,
  place,
  randomize,
  randomStates,
  runSession,
  sessionsOf,
  type Values,
} from "./support.ts";

const engine = new Engine();
const TOKENIZERS = {
  abc: await PipelineTokenizer.train(["M:3/4 K:D B:2 @2 A2 ^A | @1 [DF]3 |]"], presets.abc()),
  events: await PipelineTokenizer.train(
    ["Bar Pos_0 Pitch_60 Vel_20 Dur_4 Pos_8 Pitch_64 Vel_20 Dur_4"],
    presets.events(),
  ),
  steps: await PipelineTokenizer.train(["60 64 ."], presets.steps({ lowest: 60, highest: 67 })),
};

interface Options {
  readonly notation: keyof typeof TOKENIZERS;
  readonly logProbabilities?: boolean;
  readonly int8?: boolean;
  readonly [option: string]: unknown;
}

/** Compares all graphs of a model with its network. */
async function check({ notation, logProbabilities = false, int8 = false, ...options }: Options): Promise<void> {
  const model = MusicModel.create({ tokenizer: TOKENIZERS[notation], embed: 6, hidden: 7, ...options, engine });
  const { network } = model;
  const dice = new Dice(19, engine);
  randomize(network, dice);
  const sessions = await sessionsOf(model, { logProbabilities, int8 });
  const { vocabSize: V, features: C, insideFeatures: I } = model.notation.rules;
  const H = network.language.rnn.projected;
  const scoresName = logProbabilities ? "log_probabilities" : "logits";
  const scored = (logits: Tensor, ...shape: number[]): Record<string, Values> => ({
    [scoresName]: copy(reshape(logProbabilities ? logSoftmax(logits) : logits, shape)),
  });
  const run = (suffix: string, inputs: Record<string, Values>, outputs: Record<string, Values>): Promise<void> => {
    const session = sessions.get(`model${suffix}.onnx`)!;
    return compare(session, inputs, outputs, int8 ? { tolerance: 0.3 } : {});
  };
  // Half of the inputs are for each of the two graphs.
  for (let i = 0; i < 2 * INPUTS; i++) {
    const isStep = i % 2 === 1;
    const [T, B, N] = [isStep ? 1 : dice.integer(1, 9), dice.integer(1, 5), dice.integer(1, 12)];
    const lead = isStep ? [B] : [T, B];
    const [ids, features] = [dice.ids(T * B, V), dice.floats(T * B * C)];
    const states = randomStates({ ...network.language.rnn.stateShapes(B) }, dice);
    const rows = given(dice.ids(N, T * B), N);
    const inside = given(dice.floats(N * I), N, I);
    const outputs = expect(engine, (): Record<string, Values> => {
      const own = Object.fromEntries(Object.entries(states).map(([key, one]) => [key, place(one, engine)]));
      const { hidden, state } = network.read({ T, B, ids, features }, own as unknown as RecurrentState);
      if (I === 0) return { ...scored(network.score(hidden), ...lead, V), ...nextStates(state) };
      if (isStep) return { hidden: copy(reshape(hidden, [B, H])), ...nextStates(state) };
      const bans = new Float32Array(N * V);
      const places = { rows: rows.values as Int32Array, inside: inside.values as Float32Array, bans };
      return { ...scored(network.decode(hidden, places), N, V), ...nextStates(state) };
    });
    const inputs = { ids: given(ids, ...lead), features: given(features, ...lead, C), ...states };
    await run(isStep ? "_step" : "", I > 0 && !isStep ? { ...inputs, rows, inside } : inputs, outputs);
    if (I === 0) continue;
    const shared = given(dice.floats(N * H), N, H);
    const token = expect(engine, () => scored(network.score(place(shared, engine), place(inside, engine)), N, V));
    await run("_token", { hidden: shared, inside }, token);
  }
}

for (const cell of CELLS) {
  for (const layers of [1, 2]) {
    Deno.test(`a music model of ${layers} ${cell} is the same in ONNX`, async () => {
      await check({ notation: "steps", cell, layers, logProbabilities: layers === 2 });
      await check({ notation: layers === 1 ? "abc" : "events", cell, layers });
    });
  }
}

Deno.test("a music model of layers that differ in size, and one in 8 bits, are the same in ONNX", async () => {
  await check({ notation: "steps", hidden: [5, 8] });
  await check({ notation: "abc", hidden: [8, 5, 3], cell: "gru", logProbabilities: true });
  for (const notation of ["steps", "events"] as const) await check({ notation, int8: true });
});

/** A piece, token by token: the scores of a graph, as probabilities of the tokens that are possible. */
async function likelihoodOf(model: MusicModel, piece: Int32Array): Promise<number> {
  const sessions = await sessionsOf(model);
  const { rules } = model.notation;
  const reader = rules.start();
  let states = randomStates({ ...model.network.language.rnn.stateShapes(1) }, new Dice(1, engine));
  for (const { values } of Object.values(states)) values.fill(0);
  let [before, sum] = [rules.begin, 0];
  let scored: Record<string, { readonly data: unknown }> = {};
  for (const id of piece) {
    if (reader.startsGroup) {
      const features = new Float32Array(rules.features);
      reader.describe(features);
      const inputs = { ids: given(Int32Array.of(before), 1), features: given(features, 1, rules.features), ...states };
      scored = await runSession(sessions.get("model_step.onnx")!, inputs);
      const next = scored;
      states = Object.fromEntries(
        Object.entries(states).map(([name, { shape }]) => [
          name,
          given(next[`${name}_next`].data as Float32Array, ...shape),
        ]),
      );
    }
    let logits = scored.logits?.data as Float32Array;
    if (rules.insideFeatures > 0) {
      const inside = new Float32Array(rules.insideFeatures);
      reader.describeInside(inside);
      const hidden = scored.hidden.data as Float32Array;
      const inputs = { hidden: given(hidden, 1, hidden.length), inside: given(inside, 1, inside.length) };
      logits = (await runSession(sessions.get("model_token.onnx")!, inputs)).logits.data as Float32Array;
    }
    const allowed = new Uint8Array(rules.vocabSize);
    reader.allow(allowed);
    const total = logits.reduce((total, logit, other) => total + (allowed[other] === 1 ? Math.exp(logit) : 0), 0);
    sum += Math.log(total) - logits[id];
    reader.read(id);
    before = id;
  }
  return sum / piece.length;
}

Deno.test("ONNX Runtime measures the likelihood of pieces that evaluate does, with the readers of the notation", async () => {
  const pieces = { steps: "60 64 67 . 60 64 67 . 62 . . 61 65 .", abc: "M:3/4 K:D B:2 @2 A2 ^A | @1 [DF]3 |]" };
  for (const [notation, text] of Object.entries(pieces)) {
    const tokenizer = TOKENIZERS[notation as keyof typeof pieces];
    const model = MusicModel.create({ tokenizer, embed: 6, hidden: 7, engine });
    randomize(model.network, new Dice(23, engine));
    const { perToken } = await model.evaluate([text]);
    const { end } = model.notation;
    const ids = Int32Array.from([...tokenizer.encode(text), ...end === undefined ? [] : [end]]);
    assertAlmostEquals(await likelihoodOf(model, ids), perToken, 1e-5);
  }
});
