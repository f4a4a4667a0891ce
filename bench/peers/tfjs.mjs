// Measures TensorFlow.js (WebAssembly backend) in Node.js: microseconds per token of a training step of an LSTM.
//   npm install @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
//   node .../bench/peers/tfjs.mjs '{"kind":"train","cell":"LSTM",...}'
// The backend has no gradient of an embedding, so the input is already embedded, which favors TensorFlow.js.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";

const RUNS = 3;

// The packages are resolved from the working directory.
const require = createRequire(join(process.cwd(), "package.json"));
const tf = require("@tensorflow/tfjs");
const { setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");

async function measure({ vocabulary, embed, hidden, layers, batch, bptt }) {
  setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist/"));
  await tf.setBackend("wasm");
  await tf.ready();
  const model = tf.sequential();
  for (let layer = 0; layer < layers; layer++) {
    const inputShape = layer === 0 ? { inputShape: [bptt, embed] } : {};
    model.add(
      tf.layers.lstm({ units: hidden, returnSequences: true, recurrentInitializer: "glorotUniform", ...inputShape }),
    );
  }
  model.add(tf.layers.dense({ units: vocabulary, activation: "softmax" }));
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "sparseCategoricalCrossentropy" });
  const x = tf.randomNormal([batch, bptt, embed]);
  const y = tf.randomUniform([batch, bptt, 1], 0, vocabulary, "int32").toFloat();
  const times = [];
  for (let run = 0; run <= RUNS; run++) {
    const start = performance.now();
    await model.trainOnBatch(x, y);
    if (run > 0) times.push(performance.now() - start);
  }
  const milliseconds = times.sort((a, b) => a - b)[RUNS >> 1];
  return { microseconds: milliseconds * 1e3 / (batch * bptt), peakBytes: null };
}

const work = JSON.parse(process.argv[2]);
console.log(JSON.stringify(work.kind === "version" ? { version: tf.version_core } : await measure(work)));
