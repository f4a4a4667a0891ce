// Writes tensorflow_js.json: networks as TensorFlow.js saves them, with inputs and outputs. Needs `npm install
// @tensorflow/tfjs` in a folder from which Node.js finds it.
//
// Run in this folder: node tensorflow_js_networks.mjs

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const tf = createRequire(import.meta.url)("@tensorflow/tfjs");

const [T, B, V, I] = [5, 3, 7, 2];
const { embedding, lstm, gru, simpleRNN, dense, bidirectional, timeDistributed, dropout } = tf.layers;
const steps = { returnSequences: true };
const logistic = { recurrentActivation: "sigmoid" };
const numbers = { inputShape: [T, I] };

const CASES = {
  // The default gates of TensorFlow.js are hard sigmoids.
  text_generation: [
    lstm({ units: 4, inputShape: [T, V], ...steps }),
    lstm({ units: 3 }),
    dense({ units: V, activation: "softmax" }),
  ],
  lstm: [embedding({ inputDim: V, outputDim: 3, inputLength: T }), lstm({ units: 3, ...logistic, ...steps })],
  gru: [gru({ units: 3, ...numbers, ...logistic, ...steps }), gru({ units: 2 })],
  simple_rnn: [simpleRNN({ units: 3, ...numbers, ...steps }), simpleRNN({ units: 2, activation: "relu" })],
  bidirectional: [
    bidirectional({ layer: gru({ units: 3, ...logistic, ...steps }), mergeMode: "concat", ...numbers }),
    timeDistributed({ layer: dense({ units: 3 }) }),
    dropout({ rate: 0.5 }),
    bidirectional({ layer: lstm({ units: 2 }), mergeMode: "concat" }),
  ],
};

let state = 1;
/** Numbers from -1 to 1. */
function next() {
  state = (state * 16807) % 2147483647;
  return state / 1073741823.5 - 1;
}

const cases = {};
for (const [name, layers] of Object.entries(CASES)) {
  const model = tf.sequential({ layers });
  model.setWeights(model.getWeights().map(({ shape, size }) => tf.tensor(Float32Array.from({ length: size }, next), shape)));
  const isIds = model.inputs[0].shape.length === 2;
  const shape = [B, ...model.inputs[0].shape.slice(1)];
  const length = shape.reduce((a, b) => a * b);
  const data = Array.from({ length }, () => isIds ? Math.floor((next() + 1) / 2 * V) : Math.round(next() * 1000) / 1000);
  const output = model.predict(tf.tensor(data, shape));
  let saved;
  await model.save({
    save: (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    },
  });
  const { weightData, weightSpecs, ...model_ } = saved;
  cases[name] = {
    model: { ...model_, weightsManifest: [{ paths: ["./weights.bin"], weights: weightSpecs }] },
    weights: Buffer.from(weightData).toString("base64"),
    input: { shape, data },
    output: { shape: output.shape, data: [...output.dataSync()].map((value) => Number(value.toPrecision(7))) },
  };
}
const lines = Object.entries(cases).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
writeFileSync(
  "tensorflow_js.json",
  `{"tensorflow.js": "${tf.version.tfjs}", "cases": {\n${lines.join(",\n")}\n}}\n`,
);
