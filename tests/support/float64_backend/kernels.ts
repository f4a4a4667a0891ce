import type { KernelName } from "../../../src/engine/mod.ts";
import * as attention from "./attention.ts";
import * as elementwise from "./elementwise.ts";
import * as gru from "./gru.ts";
import * as layer_norm from "./layer_norm.ts";
import * as layout from "./layout.ts";
import * as lstm from "./lstm.ts";
import * as optimizers from "./optimizers.ts";
import type { Operands } from "./numbers.ts";
import { batched_matmul, matmul, matmul_packed, pack } from "./products.ts";
import * as quantized from "./quantized.ts";
import * as random from "./random.ts";
import * as reductions from "./reductions.ts";
import * as rnn from "./rnn.ts";
import * as softmax from "./softmax.ts";

/** The backend multiplies floats, so no caller runs the kernels for products of bfloat16 numbers. */
function withoutHalves(): never {
  throw new RangeError("run a kernel: expected one for floats, found one for bfloat16 numbers");
}

const HALVES = {
  matmul_half: withoutHalves,
  to_half: withoutHalves,
  cross_entropy_columns: withoutHalves,
  cross_entropy_losses: withoutHalves,
  cross_entropy_slopes: withoutHalves,
};

/** Every kernel in double precision; what it computes is documented in `src/kernels/assembly/`. */
export const FLOAT64_KERNELS: { readonly [Kernel in KernelName]: (...operands: Operands<Kernel>) => void } = {
  ...attention,
  ...elementwise,
  ...gru,
  ...layer_norm,
  ...layout,
  ...lstm,
  ...optimizers,
  ...{ batched_matmul, matmul, matmul_packed, pack, pack_weights: pack },
  ...HALVES,
  ...quantized,
  ...random,
  ...reductions,
  ...rnn,
  ...softmax,
};
