// Trains the network of TensorFlow.js's example "lstm-text-generation" on one sentence, writes it to
// recipes/text_generation/ as `model.save("file://...")` does, and prints what it writes. Needs `npm install
// @tensorflow/tfjs` in a folder from which Node.js finds it.
//
// Run in this folder: node text_generation.mjs

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const tf = createRequire(import.meta.url)("@tensorflow/tfjs");

const TEXT = "to be or not to be that is the question ".repeat(2);
const LENGTH = 8;
const alphabet = [...new Set(TEXT)].sort().join("");
const V = alphabet.length;
let state = 1;
const next = () => (state = (state * 16807) % 2147483647) / 1073741823.5 - 1;

const model = tf.sequential();
model.add(tf.layers.lstm({ units: 16, returnSequences: true, inputShape: [LENGTH, V] }));
model.add(tf.layers.lstm({ units: 16, returnSequences: false }));
model.add(tf.layers.dense({ units: V, activation: "softmax" }));
model.setWeights(model.getWeights().map(({ shape, size }) => tf.tensor(Float32Array.from({ length: size }, () => next() / 3), shape)));

const encode = (text) => tf.oneHot(tf.tensor1d([...text].map((c) => alphabet.indexOf(c)), "int32"), V);
const starts = Array.from({ length: TEXT.length - LENGTH }, (_, i) => i);
const x = tf.stack(starts.map((i) => encode(TEXT.slice(i, i + LENGTH))));
const y = encode(starts.map((i) => TEXT[i + LENGTH]).join(""));
model.compile({ optimizer: tf.train.adam(0.02), loss: "categoricalCrossentropy" });
await model.fit(x, y, { epochs: 60, batchSize: 36, shuffle: false, verbose: 0 });

await model.save({
  save: ({ modelTopology, format, generatedBy, weightData, weightSpecs }) => {
    const weightsManifest = [{ paths: ["./weights.bin"], weights: weightSpecs }];
    const json = { modelTopology, format, generatedBy, convertedBy: null, weightsManifest };
    writeFileSync("recipes/text_generation/model.json", JSON.stringify(json));
    writeFileSync("recipes/text_generation/weights.bin", Buffer.from(weightData));
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
  },
});
let text = "to be or";
while (text.length < 40) {
  const scores = model.predict(tf.expandDims(encode(text.slice(-LENGTH)), 0)).dataSync();
  text += alphabet[scores.indexOf(Math.max(...scores))];
}
console.log(JSON.stringify(alphabet), JSON.stringify(text));
