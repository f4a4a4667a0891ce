import { CharTokenizer, Forecaster, SoundProcessor, SpeechRecognizer } from "@elman/elman";
import { CELLS, Engine, logSoftmax, tensor } from "@elman/elman/nn";
import { compare, copy, Dice, expect, given, INPUTS, randomize, sessionsOf, type Values } from "./support.ts";

const engine = new Engine();

async function checkForecaster(options: object, isRich = false): Promise<void> {
  const length = 60;
  const values = Float64Array.from({ length }, (_, t) => 2 + t % 7);
  const covariate = Float64Array.from(values, (value) => value / 3);
  const shop = (id: string): object => ({
    id,
    values,
    ...isRich && { known: [covariate], observed: [covariate], statics: [id] },
  });
  const names = isRich
    ? { knownNames: ["promo"], observedNames: ["weather"], staticNames: ["region"] }
    : { knownNames: [], observedNames: [], staticNames: [] };
  const data = { series: [shop("north"), shop("south")], period: 7, targetName: "sales", ...names };
  const model = Forecaster.create({
    data: data as never,
    horizon: 5,
    window: 4,
    step: 7,
    hidden: 6,
    members: 1,
    ...options,
    engine,
  });
  const { network } = model;
  const dice = new Dice(13, engine);
  randomize(network, dice);
  const session = (await sessionsOf(model)).get("model.onnx")!;
  const [{ rnn, ahead, statics }] = network.members;
  const width = rnn.input - statics.reduce((sum, { weight }) => sum + weight.shape[1], 0);
  const known = ahead[0]?.weight.shape[1] ?? 0;
  for (let i = 0; i < INPUTS; i++) {
    const [T, B] = [dice.integer(1, 9), dice.integer(1, 5)];
    const inputs = dice.floats(T * B * width);
    const lengths = dice.lengths(T, B);
    const own = [dice.floats(B * 28), dice.floats(B * 5), dice.floats(B * 5 * known)] as const;
    const places = statics.map(({ weight }) => dice.ids(B, weight.shape[0]));
    const outputs = expect(engine, () =>
      copy(network.forward({
        ...{ size: B, steps: T, inputs, lengths, values: own[0], naive: own[1], ahead: own[2], statics: places },
        scales: [],
      }, model.config.correction)));
    const named: Record<string, Values> = {
      inputs: given(inputs, T, B, width),
      lengths: given(lengths, B),
      values: given(own[0], B, 28),
      naive: given(own[1], B, 5),
      ahead: given(own[2], B, 5, known),
      ...Object.fromEntries(places.map((ids, i) => [`static_${i}`, given(ids, B)])),
    };
    await compare(session, named, { outputs });
  }
}

async function checkSpeech(options: object): Promise<void> {
  const processor = await SoundProcessor.fit([], { bands: 4 });
  const tokenizer = CharTokenizer.train("abc");
  const model = SpeechRecognizer.create({ processor, tokenizer, hidden: 6, ...options, engine });
  const { network, config: { input } } = model;
  const dice = new Dice(17, engine);
  randomize(network, dice);
  const session = (await sessionsOf(model)).get("model.onnx")!;
  for (let i = 0; i < INPUTS; i++) {
    const [T, B] = [dice.integer(1, 9), dice.integer(1, 5)];
    const [frames, lengths] = [dice.floats(T * B * input), dice.lengths(T, B)];
    const scores = expect(engine, () => {
      return copy(logSoftmax(network.forward(tensor(frames, [T, B, input], { engine }), lengths)));
    });
    const inputs = { frames: given(frames, T, B, input), lengths: given(lengths, B) };
    await compare(session, inputs, { log_probabilities: scores });
  }
}

for (const cell of CELLS) {
  for (const layers of [1, 2]) {
    Deno.test(`a forecaster of ${layers} ${cell} is the same in ONNX`, async () => {
      await checkForecaster({ cell, layers }, layers === 2);
    });
    for (const bidirectional of [false, true]) {
      const what = `${layers} ${cell} in ${bidirectional ? "two directions" : "one direction"}`;
      Deno.test(`a speech recognizer of ${what} is the same in ONNX`, async () => {
        await checkSpeech({ cell, layers, bidirectional, layerNorm: layers === 2, conv: bidirectional ? 3 : null });
      });
    }
  }
}

Deno.test("an ensemble of forecasters, and one without a linear map, are the same in ONNX", async () => {
  await checkForecaster({ members: 2, linear: false, correction: 0.3 }, true);
});
