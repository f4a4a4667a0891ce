/**
 * Trains Elman on one piece of work of `bench:large-vocabulary`: `deno run bench/large_vocabulary/elman.ts
 * '{"vocabulary":200000,...,"threads":2,"blas":"off"}'`. Prints a `Measurement`.
 */
import {
  CarriedState,
  type ClassSample,
  ClassSampler,
  type Engine,
  inference,
  Random,
  training,
} from "../../src/nn/mod.ts";
import { Adam } from "../../src/optim/mod.ts";
import { complete } from "../../src/schema/mod.ts";
import { LANGUAGE_MODELING, LanguageNetwork } from "../../tasks/language_modeling/mod.ts";
import { peakBytes } from "../support.ts";
import { type EngineSettings, startEngine } from "../training_step.ts";
import { type Measurement, streamLength, type Work } from "./work.ts";

/** A request for a measurement or for the version. */
type Request = EngineSettings & (Work | { readonly kind: "version" });

/** Returns the ids [T, B] of a window of parallel streams, and those that follow. */
type Window = (index: number) => readonly [inputs: Int32Array, targets: Int32Array];

/** Reads streams of some windows from the file, from position `start` on. */
function windowsOf(ids: Int32Array, start: number, windows: number, work: Work): Window {
  const { batch, bptt } = work;
  const length = streamLength(windows, work);
  const at = (index: number): Int32Array =>
    Int32Array.from(
      { length: bptt * batch },
      (_, i) => ids[start + (i % batch) * length + index + Math.floor(i / batch)],
    );
  return (index) => [at(index % windows * bptt), at(index % windows * bptt + 1)];
}

function makeNetwork({ vocabulary, output, cutoffs, width, layers }: Work, engine: Engine): LanguageNetwork {
  const sizes = { vocabSize: vocabulary, embed: width, hidden: width, layers };
  const given = { ...sizes, ...output === "adaptive" && { softmax: output, cutoffs } };
  return new LanguageNetwork(complete(LANGUAGE_MODELING.model, given, "bench"), { engine, seed: 1 });
}

/** Returns a function that draws the sample for the targets of a step, or undefined if all words take part. */
function samplesOf(
  work: Work,
  ids: Int32Array,
  engine: Engine,
): (targets: Int32Array) => ClassSample | undefined {
  const { vocabulary, output, samples, batch, windows } = work;
  if (output !== "sampled") return () => undefined;
  const counts = new Float64Array(vocabulary);
  for (const id of ids.subarray(0, batch * streamLength(windows, work))) counts[id]++;
  const sampler = new ClassSampler({ counts, samples });
  const random = new Random(2, { engine });
  return (targets) => sampler.draw(targets, random);
}

async function measure(work: Work, engine: Engine): Promise<Measurement> {
  const { batch, bptt, windows, held, seconds, learningRate } = work;
  const ids = new Int32Array((await Deno.readFile(work.ids)).buffer);
  const network = makeNetwork(work, engine);
  const optimizer = new Adam(network.parameters(), { learningRate, lazy: true });
  const read = windowsOf(ids, 0, windows, work);
  const draw = samplesOf(work, ids, engine);
  using carried = CarriedState.zeros(network.rnn, batch);
  const start = performance.now();
  let steps = 0;
  for (; performance.now() < start + seconds * 1e3; steps++) {
    const [inputs, targets] = read(steps);
    training(() => {
      optimizer.zeroGradients();
      const sample = draw(targets);
      const { loss, state } = network.loss(inputs, targets, bptt, batch, carried.state, { sample });
      loss.backward();
      optimizer.step();
      carried.carry(state);
    }, { engine });
  }
  const tokensPerSecond = steps * batch * bptt / (performance.now() - start) * 1e3;
  const peak = await peakBytes();
  const last = windowsOf(ids, batch * streamLength(windows, work), held, work);
  return { tokensPerSecond, peakBytes: peak, loss: evaluate(network, last, work), steps };
}

/** Returns the mean loss of the streams that are held out. */
function evaluate(network: LanguageNetwork, read: Window, { batch, bptt, held }: Work): number {
  const { engine } = network.embedding.weight;
  using carried = CarriedState.zeros(network.rnn, batch);
  let sum = 0;
  for (let index = 0; index < held; index++) {
    const [inputs, targets] = read(index);
    inference(() => {
      const { loss, state } = network.loss(inputs, targets, bptt, batch, carried.state);
      sum += loss.item();
      carried.carry(state);
    }, { engine });
  }
  return sum / held;
}

if (import.meta.main) {
  const request: Request = JSON.parse(Deno.args[0]);
  const { threads, blas, precision } = request;
  using engine = await startEngine({ threads, blas, ...precision && { precision } });
  const isVersion = "kind" in request;
  const answer = isVersion
    ? { version: `${engine.build} kernels, products: ${engine.gemm}` }
    : await measure(request, engine);
  console.log(JSON.stringify(answer));
}
