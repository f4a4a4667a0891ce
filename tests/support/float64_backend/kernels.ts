import type { KernelName } from "../../../src/engine/mod.ts";
import * as attention from "./attention.ts";
import * as cho_gru from "./cho_gru.ts";
import * as ctc_loss from "./ctc_loss.ts";
import * as elementwise from "./elementwise.ts";
import * as gru from "./gru.ts";
import * as layer_norm from "./layer_norm.ts";
import * as layout from "./layout.ts";
import * as linear_recurrence from "./linear_recurrence.ts";
import * as lstm from "./lstm.ts";
import * as mogrifier from "./mogrifier.ts";
import * as optimizers from "./optimizers.ts";
import type { Operands } from "./numbers.ts";
import * as pictures from "./pictures.ts";
import { batched_matmul, matmul, matmul_packed, pack } from "./products.ts";
import * as quantized from "./quantized.ts";
import * as random from "./random.ts";
import * as reductions from "./reductions.ts";
import * as rnn from "./rnn.ts";
import * as softmax from "./softmax.ts";

/** The backend has no native library, so no caller runs the kernels that need one. */
function withoutLibrary(): never {
  throw new RangeError("run a kernel: expected one without a native library, found one that needs it");
}

/** The kernels of native products. */
export const NATIVE_KERNELS = {
  cross_entropy_columns: withoutLibrary,
  cross_entropy_losses: withoutLibrary,
  cross_entropy_slopes: withoutLibrary,
  from_half: withoutLibrary,
  lstm_backward_by_columns: withoutLibrary,
  lstm_forward_by_columns: withoutLibrary,
  matmul_half: withoutLibrary,
  pack_columns: withoutLibrary,
  to_half: withoutLibrary,
};

/** Every kernel in double precision; what it computes is documented in `src/kernels/assembly/`. */
export const FLOAT64_KERNELS: { readonly [Kernel in KernelName]: (...operands: Operands<Kernel>) => void } = {
  ...attention,
  ...cho_gru,
  ...ctc_loss,
  ...elementwise,
  ...gru,
  ...layer_norm,
  ...layout,
  ...linear_recurrence,
  lstm_backward: lstm.lstm_backward,
  lstm_forward: lstm.lstm_forward,
  ...mogrifier,
  ...optimizers,
  ...pictures,
  ...{ batched_matmul, matmul, matmul_packed, pack, pack_weights: pack },
  ...NATIVE_KERNELS,
  ...quantized,
  ...random,
  ...reductions,
  ...rnn,
  ...softmax,
};
