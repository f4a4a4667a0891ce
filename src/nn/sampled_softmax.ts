import { InputRangeError } from "../../errors.ts";
import { describeValue, expectKind, expectKinds } from "../schema/mod.ts";
import type { Random } from "../tensor/mod.ts";

/** The classes over which `Linear.sampledLoss` computes the loss of a step. */
export interface ClassSample {
  /** Ids of the classes, ascending: those of the targets, and random others. */
  readonly classes: Int32Array;
  /** The targets as indexes of `classes`; negative targets stay negative. */
  readonly targets: Int32Array;
  /** The summand of the logit of each class: -log of its probability of being drawn. */
  readonly shifts: Float32Array;
}

/** Options of `ClassSampler`. */
export interface ClassSamplerOptions {
  /** How often each of the V classes is a target in the training data. */
  readonly counts: ArrayLike<number>;
  /** Mean number of random classes, below V. */
  readonly samples: number;
}

/**
 * Draws the classes of a sampled softmax (Bengio and Senécal 2008; Jean et al. 2015): the loss of a step is computed
 * over its own targets and a few random classes instead of all V, which saves most of the time of a large output layer.
 *
 * Each class is drawn at random with probability u = samples / V. With M targets, a class with the share f of the
 * training data's targets is in a sample with probability pi = 1 - (1 - u)(1 - f)^(M - 1), apart from the row whose
 * target it is. Since log pi is subtracted from its logit, training leads to the same logits as the softmax over all
 * classes: given a sample, y is the target with a probability proportional to p(y) / pi(y).
 *
 * @example
 * ```ts
 * import { ClassSampler, Linear, Random, tensor, training } from "@elman/elman/nn";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const sampler = new ClassSampler({ counts: new Float64Array(1000).fill(1), samples: 20 });
 * const sample = sampler.draw(Int32Array.of(7, 500, 7), new Random(1));
 * assertEquals([...sample.targets].map((i) => sample.classes[i]), [7, 500, 7]);
 * assert(sample.classes.length < 60);
 *
 * const readout = new Linear({ input: 4, output: 1000 });
 * training(() => {
 *   const loss = readout.sampledLoss(tensor(new Float32Array(12).fill(1), [3, 4]), sample);
 *   loss.backward();
 *   assert(loss.item() > 0);
 * });
 * ```
 */
export class ClassSampler {
  #shares: Float64Array;
  #chance: number;
  /** The place in the last sample of each class in it; those of other classes are old. */
  #places: Int32Array;
  /** The classes of the last sample; those after them are old. */
  #chosen: Int32Array;

  /** Throws `RangeError` if there are no targets, or if `samples` is not above 0 and below the number of classes. */
  constructor(options: ClassSamplerOptions) {
    const action = "sample classes";
    const { counts, samples } = expectKinds(action, options, { counts: "list", samples: "number" });
    const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
    if (!(total > 0 && total < Infinity)) {
      throw new InputRangeError(`${action}: expected counts with a positive sum, found ${describeValue(total)}`);
    }
    if (!(samples > 0 && samples < counts.length)) {
      throw new InputRangeError(
        `${action}: expected more than 0 and fewer than ${counts.length} samples of ${counts.length} classes, ` +
          `found ${describeValue(samples)}`,
      );
    }
    this.#shares = Float64Array.from(counts, (count) => count / total);
    this.#chance = samples / counts.length;
    this.#places = new Int32Array(counts.length);
    this.#chosen = new Int32Array(counts.length);
  }

  /** Draws the classes for the targets of a step. Throws `RangeError` if a target is not below V. */
  draw(targets: Int32Array, random: Random): ClassSample {
    expectKind("sample classes", "targets", targets, Int32Array);
    const V = this.#shares.length;
    const wrong = targets.find((target) => target >= V);
    if (wrong !== undefined) {
      throw new InputRangeError(`sample classes: expected targets below ${V}, found ${wrong}`);
    }
    const classes = random.lendUniform(V, (numbers) => this.#choose(numbers, targets));
    const rows = targets.reduce((count, target) => count + (target < 0 ? 0 : 1), 0);
    const shifts = new Float32Array(classes.length);
    for (let i = 0; i < shifts.length; i++) shifts[i] = -Math.log(this.#probability(classes[i], rows));
    return { classes, targets: targets.map((target) => target < 0 ? target : this.#places[target]), shifts };
  }

  /** Returns the targets and the classes whose random numbers are small, ascending, and notes their places. */
  #choose(numbers: Float32Array, targets: Int32Array): Int32Array {
    for (const target of targets) if (target >= 0) numbers[target] = 0;
    let count = 0;
    for (let id = 0; id < numbers.length; id++) {
      if (!(numbers[id] < this.#chance)) continue;
      this.#places[id] = count;
      this.#chosen[count++] = id;
    }
    return this.#chosen.slice(0, count);
  }

  /** The probability that a class is in the sample of a row with another target, of `rows` in all. */
  #probability(id: number, rows: number): number {
    return 1 - (1 - this.#chance) * (1 - this.#shares[id]) ** Math.max(0, rows - 1);
  }
}
