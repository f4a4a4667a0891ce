import { InputRangeError, InputTypeError } from "../../errors.ts";
import { count, describeValue } from "../../src/schema/mod.ts";
import { CarriedState, inference, type Tensor, tensor } from "../../src/nn/mod.ts";
import { argmax } from "../data/argmax.ts";
import { probabilitiesOf } from "../labels/mod.ts";
import type { VectorClassification, VectorClassifier } from "./model.ts";
import type { VectorClassifierMember } from "./network.ts";

/** Options of `VectorWatch`. */
export interface VectorWatchOptions {
  /**
   * Number of frames over which the states are averaged, older ones fading out, for models that pool by the mean.
   * Default: all frames.
   */
  readonly span?: number;
}

/**
 * Classifies a sequence while it arrives: a step for each frame, in constant memory. The model must read forward only,
 * and pool by the last state, the mean or the maximum. After the last frame, the probabilities are those that
 * `classify` returns for the sequence. Dispose of it to free its memory at once.
 *
 * @example
 * ```ts
 * import { VectorClassifier } from "@elman/elman";
 * import { vectorSequence } from "@elman/elman/data";
 * import { FrameProcessor, VectorWatch } from "@elman/elman/tasks";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const sequence = vectorSequence([[0, 1], [1, 0], [2, 0]], { label: "a" });
 * const processor = FrameProcessor.fit([sequence]);
 * const model = VectorClassifier.create({ processor, labels: ["a", "b"], hidden: 4, bidirectional: false });
 * const watch = new VectorWatch(model);
 * for (const frame of [[0, 1], [1, 0]]) watch.next(Float32Array.from(frame));
 * const { probabilities } = watch.next(Float32Array.of(2, 0));
 * assertAlmostEquals(probabilities.a, (await model.classify(sequence)).probabilities.a, 1e-5);
 * watch[Symbol.dispose]();
 * ```
 */
export class VectorWatch implements Disposable {
  #model: VectorClassifier;
  #span: number;
  #members: readonly MemberWatch[];
  #before: Float32Array | undefined;

  /** Throws `RangeError` if the model cannot classify a sequence while it arrives. */
  constructor(model: VectorClassifier, { span = Infinity }: VectorWatchOptions = {}) {
    if (!(span >= 1)) throw new InputRangeError(`watch: expected a span of at least 1 frame, found ${span}`);
    refuseWholeReaders(model);
    this.#model = model;
    this.#span = span;
    this.#members = model.network.members.map((member) => new MemberWatch(member, model.config.pooling === "max"));
  }

  /**
   * Reads the next frame, and classifies the sequence up to it. Throws `TypeError` or `RangeError`, and reads nothing,
   * if it is no frame of finite values.
   */
  next(frame: Float32Array): VectorClassification {
    const { processor, network: { engine }, config: { labels, temperature } } = this.#model;
    if (!(frame instanceof Float32Array)) {
      throw new InputTypeError(`watch: expected a frame as a Float32Array, found ${describeValue(frame)}`);
    }
    if (frame.length !== processor.channels) {
      throw new InputRangeError(`watch: expected ${count(processor.channels, "value")} a frame, found ${frame.length}`);
    }
    const wrong = frame.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) throw new InputRangeError(`watch: expected finite values of a frame, found ${wrong}`);
    const both = Float32Array.from([...this.#before ?? [], ...frame]);
    const { frames } = processor.inputsOf({ frames: both, length: both.length / frame.length });
    this.#before = frame.slice();
    const inputs = frames.subarray(frames.length - processor.width);
    const logits = inference(
      () => this.#members.map((member) => member.read(tensor(inputs, [1, processor.width], { engine }), this.#span)),
      { engine },
    );
    const mean = logits[0].map((_, i) => logits.reduce((sum, row) => sum + row[i], 0) / logits.length);
    const p = probabilitiesOf(mean, temperature);
    const best = argmax(p);
    const probabilities = Object.fromEntries(labels.map((label, i) => [label, p[i]]));
    return { label: labels[best], confidence: p[best], probabilities };
  }

  /** Frees the states. */
  [Symbol.dispose](): void {
    for (const member of this.#members) member[Symbol.dispose]();
  }
}

/** Throws `RangeError` if a model needs a whole sequence, with what to train in its place. */
function refuseWholeReaders({ config: { bidirectional, pooling, conv }, processor }: VectorClassifier): void {
  const refuse = (found: string, remedy: string): never => {
    throw new InputRangeError(
      `watch: expected a model that needs no later frames, found ${found}; train one with ${remedy}`,
    );
  };
  if (bidirectional) refuse("a bidirectional one", "--unidirectional");
  if (conv) refuse("one with a convolution over time", "no --conv");
  if (pooling === "attention" || pooling === "concat") refuse(`the pooling ${pooling}`, "--pooling mean, max or last");
  if (processor.toJSON().scaling === "sequence") refuse("one that scales whole sequences", "--scaling data");
}

/** The state of one member of an ensemble. */
class MemberWatch implements Disposable {
  #member: VectorClassifierMember;
  #isMaximum: boolean;
  #carried: CarriedState;
  #pooled: Float32Array | undefined;
  #frames = 0;

  constructor(member: VectorClassifierMember, isMaximum: boolean) {
    this.#member = member;
    this.#isMaximum = isMaximum;
    this.#carried = CarriedState.zeros(member.rnn, 1);
  }

  /** Reads the inputs `[1, I]` of a frame, and returns the logits of the sequence up to it. */
  read(inputs: Tensor, span: number): Float32Array {
    const { output, state } = this.#member.step(inputs, this.#carried.state);
    this.#carried.carry(state);
    const values = output.toArray();
    const share = this.#member.isLast ? 1 : Math.max(1 / ++this.#frames, 1 / span);
    const before = this.#pooled ?? values;
    this.#pooled = values.map((value, i) =>
      this.#isMaximum ? Math.max(before[i], value) : before[i] + share * (value - before[i])
    );
    const { engine } = this.#member.classifier.weight;
    return Float32Array.from(
      this.#member.classifier.forward(tensor(this.#pooled, [1, values.length], { engine })).toArray(),
    );
  }

  [Symbol.dispose](): void {
    this.#carried[Symbol.dispose]();
  }
}
