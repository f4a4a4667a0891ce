import { InputRangeError } from "../../errors.ts";
import type { Address, Engine } from "../engine/mod.ts";
import { describeValue, expectKind, expectKinds, type OptionKinds } from "../schema/mod.ts";
import { Scope } from "./scope.ts";
import { formatShape } from "./shape.ts";
import { allocateTensor, engineOf, type Tensor } from "./tensor.ts";

/** Options of `ctcLoss`. */
export interface CTCLossOptions {
  /** The number of frames of each of the B sequences, from 0 to T. Default: T for each. */
  readonly lengths?: Int32Array;
  /** The class of the blank. Default: 0. */
  readonly blank?: number;
  /**
   * Whether a sequence whose labels need more frames than it has counts as a loss of 0 instead of infinity. Its
   * gradient is 0 either way. Default: false.
   */
  readonly zeroInfinity?: boolean;
}

const KINDS: OptionKinds<CTCLossOptions> = { lengths: "list", blank: "number", zeroInfinity: "boolean" };

/**
 * Computes the loss of connectionist temporal classification (CTC, Graves et al. 2006), [B], in nats: -log of the
 * probability that logits[T, B, C] give each sequence its labels, summed over all alignments of labels and frames. In
 * an alignment a label lasts one frame or several, and blanks may stand between labels; between two equal labels one
 * must. The softmax over the classes is part of the loss.
 *
 * `labels` has the classes of each sequence in their order. Throws `RangeError` if the number of sequences, a label or
 * a length does not fit.
 *
 * @example
 * ```ts
 * import { ctcLoss, inference, tensor } from "@elman/elman/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * inference(() => {
 *   // Two frames and two classes of probability 1/2: "aa", "a-" and "-a" are alignments of "a".
 *   const [loss] = ctcLoss(tensor(new Float32Array(4), [2, 1, 2]), [[1]]).toArray();
 *   assertAlmostEquals(loss, -Math.log(3 / 4), 1e-6);
 * });
 * ```
 */
export function ctcLoss(logits: Tensor, labels: readonly ArrayLike<number>[], options: CTCLossOptions = {}): Tensor {
  const action = "ctc loss";
  const engine = engineOf(action, logits);
  const { blank = 0, zeroInfinity = false, lengths } = expectKinds(action, options, KINDS);
  const [T, B, C] = expectFrames(action, logits);
  if (lengths) checkFrames(action, lengths, B, T);
  checkLabels(action, labels, { B, C, blank });
  const S = labels.reduce((most, own) => Math.max(most, own.length), 0);
  const operands = [
    logits.address,
    engine.placeIntegers(lengths ?? new Int32Array(B).fill(T)),
    engine.placeIntegers(padded(labels, S)),
    engine.placeIntegers(Int32Array.from(labels, (own) => own.length)),
    allocateAlignments(engine, B * (T + 2) * (2 * S + 4)),
  ] as const;
  const losses = allocateTensor(engine, [B], action);
  engine.run("ctc_loss", T, B, C, S, blank, zeroInfinity ? 1 : 0, ...operands, losses.address);
  Scope.of(engine, action).record("ctcLoss", [logits], [losses], () => {
    engine.run(
      "ctc_loss_backward",
      ...[T, B, C, S, blank] as const,
      ...operands,
      losses.claimGradient(),
      logits.zeroedGradient(),
    );
  });
  return losses;
}

function allocateAlignments(engine: Engine, count: number): Address {
  return engine.arena.allocate(count * Float64Array.BYTES_PER_ELEMENT);
}

/** Returns the labels of all sequences, [B, S]. */
function padded(labels: readonly ArrayLike<number>[], S: number): Int32Array {
  const all = new Int32Array(labels.length * S);
  labels.forEach((own, b) => all.set(own, b * S));
  return all;
}

function expectFrames(action: string, { shape }: Tensor): readonly number[] {
  if (shape.length !== 3) throw new InputRangeError(`${action}: expected [T, B, C], found ${formatShape(shape)}`);
  return shape;
}

function checkFrames(action: string, lengths: Int32Array, B: number, T: number): void {
  expectKind(action, "lengths", lengths, Int32Array);
  if (lengths.length !== B) throw new InputRangeError(`${action}: expected ${B} lengths, found ${lengths.length}`);
  const wrong = lengths.find((length) => !(length >= 0 && length <= T));
  if (wrong !== undefined) throw new InputRangeError(`${action}: expected lengths from 0 to ${T}, found ${wrong}`);
}

/** The sizes that labels must fit. */
interface Fit {
  readonly B: number;
  readonly C: number;
  readonly blank: number;
}

function checkLabels(action: string, labels: readonly ArrayLike<number>[], { B, C, blank }: Fit): void {
  const expect = (holds: boolean, expected: string, found: unknown): void => {
    if (!holds) throw new InputRangeError(`${action}: expected ${expected}, found ${describeValue(found)}`);
  };
  expect(Number.isInteger(blank) && blank >= 0 && blank < C, `a blank from 0 to ${C - 1}`, blank);
  expect(labels.length === B, `labels for ${B} sequences`, labels.length);
  for (const own of labels) {
    for (let k = 0; k < own.length; k++) {
      const isLabel = Number.isInteger(own[k]) && own[k] >= 0 && own[k] < C && own[k] !== blank;
      expect(isLabel, `labels below ${C}, other than the blank ${blank}`, own[k]);
    }
  }
}
