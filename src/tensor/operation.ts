/** The attributes of an operation that has none. */
export type NoAttributes = Readonly<Record<never, never>>;

/** The dimension of a reduction, and its factor. */
export interface ReductionAttributes {
  /** The dimension that is removed; undefined for all of them. */
  readonly dimension: number | undefined;
  /** The factor of the sum. */
  readonly scale: number;
}

/** Attributes of recurrent layers. */
export interface RecurrentAttributes {
  /** The cell, such as `lstm`; the name of the class for a cell that is not the library's own. */
  readonly cell: string;
  /** The activation function of an `rnn`: `tanh` or `relu`. */
  readonly nonlinearity?: string;
  /** Number of rounds of a `mogrifier`. */
  readonly rounds?: number;
  /** Number of stacked layers. */
  readonly layers: number;
  /** Number of directions. */
  readonly directions: 1 | 2;
  /**
   * The parameters of each layer and direction, by their role, such as `weightIH`; null or undefined for those that it
   * does not have.
   */
  readonly weights: readonly Readonly<Record<string, Recorded | null | undefined>>[];
}

/** The attributes of each operation, by its name. */
export interface OperationAttributes {
  /** The maximum over equal parts of the steps of x within the lengths. */
  readonly adaptiveMaxPool: { readonly regions: number };
  /** Attention scores v . tanh(q + k) of queries, keys and v. */
  readonly additiveScores: NoAttributes;
  /** a + b. */
  readonly add: NoAttributes;
  /** x scale + shift. */
  readonly affine: { readonly scale: number; readonly shift: number };
  /** x with its dimensions of extent 1 repeated. */
  readonly broadcast: NoAttributes;
  /** Tensors one behind the other. */
  readonly concat: { readonly dimension: number };
  /** Values from JavaScript. */
  readonly constant: { readonly values: ArrayLike<number> };
  /** The convolution over time of x, filters and bias. */
  readonly convolve: NoAttributes;
  /** The convolution of pictures x, filters and bias. */
  readonly convolve2d: { readonly stride: number; readonly padding: number };
  /** The cross-entropy of logits. */
  readonly crossEntropy: NoAttributes;
  /** The loss of connectionist temporal classification. */
  readonly ctcLoss: NoAttributes;
  /** a / b. */
  readonly div: NoAttributes;
  /** Whole numbers, each divided and rounded up. */
  readonly divideUp: { readonly divisor: number };
  /** Attention scores q . k of queries and keys. */
  readonly dotScores: NoAttributes;
  /** x times a random mask. */
  readonly dropout: NoAttributes;
  /** e^x. */
  readonly exp: NoAttributes;
  /** The loss of forecasts, which is computed in JavaScript. */
  readonly forecastLoss: NoAttributes;
  /** Rows of x by whole numbers, of which negative ones stand for zeros. */
  readonly gather: { readonly lead: readonly number[] };
  /** The normalization of x, with weight and bias. */
  readonly layerNorm: { readonly epsilon: number };
  /** x W^T + b of x, weight and bias. */
  readonly linear: NoAttributes;
  /** The cross-entropy of x W^T + b. */
  readonly linearCrossEntropy: NoAttributes;
  /** log(x). */
  readonly log: NoAttributes;
  /** The logarithm of the softmax over the last dimension. */
  readonly logSoftmax: NoAttributes;
  /** Zeros in place of the steps beyond the lengths. */
  readonly maskSteps: NoAttributes;
  /** The product of matrices a and b. */
  readonly matmul: NoAttributes;
  /** The maximum over windows of steps, of x and lengths. */
  readonly maxPool: { readonly size: number };
  /** The maximum over the steps of x within the lengths. */
  readonly maxSteps: NoAttributes;
  /** The mean of x. */
  readonly mean: Pick<ReductionAttributes, "dimension">;
  /** The mean over the steps of x within the lengths. */
  readonly meanSteps: NoAttributes;
  /** The sums of values, weighted by weights. */
  readonly mixSteps: NoAttributes;
  /** a b. */
  readonly mul: NoAttributes;
  /** A penalty on activations. */
  readonly penalty: NoAttributes;
  /** x with its dimensions in another order. */
  readonly permute: { readonly order: readonly number[] };
  /** Recurrent layers over x, of the given lengths and initial states h, c and x; null for those not given. */
  readonly recurrent: RecurrentAttributes;
  /** One recurrent layer in one direction over packed rows. */
  readonly recurrentLayer: { readonly cell: string };
  /** max(x, 0). */
  readonly relu: NoAttributes;
  /** Whole numbers, each repeated. */
  readonly repeatEach: { readonly times: number };
  /** x in another shape. */
  readonly reshape: NoAttributes;
  /** The logistic function. */
  readonly sigmoid: NoAttributes;
  /** A part of x. */
  readonly slice: { readonly dimension: number; readonly start: number; readonly end: number };
  /** The softmax over the last dimension of x, within the lengths if they are given. */
  readonly softmax: NoAttributes;
  /** a - b. */
  readonly sub: NoAttributes;
  /** The sum of x. */
  readonly sum: ReductionAttributes;
  /** The hyperbolic tangent. */
  readonly tanh: NoAttributes;
}

/** The part of a tensor that the tape uses. */
export interface Recorded {
  /** Whether `backward` computes its gradient. */
  requiresGradient: boolean;
  /** Whether a gradient has been computed. */
  readonly hasGradient: boolean;
  /** The tensor whose values these are. */
  readonly origin?: object;
}

/** An input or an output of an operation: a tensor, whole numbers, or null for one that is not given. */
export type Operand<T extends Recorded = Recorded> = T | Int32Array | null;

/** An operation as a run recorded it. */
export type RecordedOperation<T extends Recorded = Recorded> = {
  readonly [N in keyof OperationAttributes]: {
    /** The operation. */
    readonly name: N;
    /** Its attributes. */
    readonly attributes: OperationAttributes[N];
    /** Its inputs. */
    readonly inputs: readonly Operand<T>[];
    /** Its outputs. */
    readonly outputs: readonly Operand<T>[];
  };
}[keyof OperationAttributes];
