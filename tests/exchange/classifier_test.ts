import { CharTokenizer, Classifier, FrameProcessor, VectorClassifier } from "@elman/elman";
import { vectorSequence } from "@elman/elman/data";
import { CELLS, Engine, logSoftmax, tensor } from "@elman/elman/nn";
import { type FrameOptions, POOLINGS } from "@elman/elman/tasks";
import { compare, copy, Dice, expect, given, INPUTS, randomize, sessionsOf } from "./support.ts";

const engine = new Engine();
const tokenizer = CharTokenizer.train("abcdefghijklmnopqrstuvwxyz .,");
const V = tokenizer.size;
const labels = ["a", "b", "c"];

async function checkTexts(options: object, logProbabilities = false): Promise<void> {
  const model = Classifier.create({
    tokenizer,
    labels,
    architecture: "network",
    embed: 5,
    hidden: 6,
    members: 1,
    ...options,
    engine,
  });
  const dice = new Dice(5, engine);
  randomize(model.network, dice);
  const session = (await sessionsOf(model, { logProbabilities })).get("model.onnx")!;
  for (let i = 0; i < INPUTS; i++) {
    const [T, B] = [dice.integer(1, 12), dice.integer(1, 5)];
    const [ids, lengths] = [dice.ids(T * B, V), dice.lengths(T, B)];
    const scores = expect(engine, () => {
      const { logits } = model.network.forward(ids, lengths);
      return copy(logProbabilities ? logSoftmax(logits) : logits);
    });
    const inputs = { ids: given(ids, T, B), lengths: given(lengths, B) };
    await compare(session, inputs, { [logProbabilities ? "log_probabilities" : "logits"]: scores });
  }
}

async function checkVectors(options: object, width = 3, frames: FrameOptions = {}): Promise<void> {
  const steps = [0, 1].map((step) => Array.from({ length: width }, (_, i) => i + step));
  const processor = FrameProcessor.fit([vectorSequence(steps)], frames);
  const model = VectorClassifier.create({ processor, labels, hidden: 6, members: 1, ...options, engine });
  const { input } = model.config;
  const dice = new Dice(7, engine);
  randomize(model.network, dice);
  const session = (await sessionsOf(model)).get("model.onnx")!;
  for (let i = 0; i < INPUTS; i++) {
    const [T, B] = [dice.integer(1, 12), dice.integer(1, 5)];
    const [inputs, lengths] = [dice.floats(T * B * input), dice.lengths(T, B)];
    const logits = expect(engine, () => {
      return copy(model.network.forward(tensor(inputs, [T, B, input], { engine }), lengths));
    });
    await compare(session, { frames: given(inputs, T, B, input), lengths: given(lengths, B) }, { logits });
  }
}

for (const [i, cell] of CELLS.entries()) {
  for (const layers of [1, 2]) {
    for (const bidirectional of [false, true]) {
      const pooling = POOLINGS[(i + layers + (bidirectional ? 2 : 0)) % POOLINGS.length];
      const what = `${layers} ${cell} ${bidirectional ? "in two directions" : "in one direction"}, ${pooling}`;
      Deno.test(`a classifier of texts is the same in ONNX: ${what}`, async () => {
        await checkTexts({ cell, layers, bidirectional, pooling }, layers === 2);
      });
      Deno.test(`a classifier of vectors is the same in ONNX: ${what}`, async () => {
        await checkVectors({ cell, layers, bidirectional, pooling });
      });
    }
  }
}

Deno.test("every pooling, convolutions and ensembles of classifiers are the same in ONNX", async () => {
  for (const pooling of POOLINGS) await checkTexts({ pooling, bidirectional: true, conv: 3, convPool: 2 });
  await checkTexts({ conv: 4, convPool: 1, members: 3 });
  await checkTexts({ poolRegions: 3, bidirectional: true });
  await checkTexts({ poolRegions: 5, conv: 3, convPool: 2, pooling: "max" });
  await checkTexts({ conv: 2, convPool: 5, pooling: "attention", members: 2, bidirectional: true });
  await checkVectors({ conv: 3, convPool: 3, members: 2, pooling: "max" });
});

Deno.test("a classifier of pictures is the same in ONNX", async () => {
  await checkVectors({ pictureFilters: 2, pooling: "mean" }, 90, { kind: "picture", picture: [9, 10] });
});
