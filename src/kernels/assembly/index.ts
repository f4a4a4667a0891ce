// The kernels. Each takes addresses in the one memory; its last two operands are the worker's index and the number of
// workers. Kernels do not allocate, keep no state and know nothing about tensors.

export { additive_scores, additive_scores_backward } from "./additive_scores";
export { batched_matmul } from "./batched_product";
export { cho_gru_backward, cho_gru_forward, cho_gru_reset, cho_gru_update } from "./cho_gru";
export {
  cross_entropy,
  cross_entropy_columns,
  cross_entropy_losses,
  cross_entropy_slopes,
} from "./cross_entropy";
export { ctc_loss, ctc_loss_backward } from "./ctc_loss";
export { dynamic_step } from "./dynamic_evaluation";
export { add_product, add_scaled, affine, binary, clamp, fill, unary, unary_backward } from "./elementwise";
export { gru_backward, gru_forward } from "./gru";
export { layer_norm, layer_norm_backward, layer_norm_weights } from "./layer_norm";
export { add_bias, add_row_sums, copy_strided, gather_rows, scatter_add_rows, zero_spans } from "./layout";
export { log_softmax, log_softmax_backward } from "./log_softmax";
export { lstm_backward, lstm_forward } from "./lstm";
export { min_gru_backward, min_gru_forward } from "./min_gru";
export { mogrifier_backward, mogrifier_forward, mogrify } from "./mogrifier";
export { from_half, matmul_half, pack_columns, pack_weights, to_half } from "./native";
export { lstm_backward_by_columns, lstm_forward_by_columns } from "./native_lstm_columns";
export { adam_step, rmsprop_step, sgd_step } from "./optimizers";
export { pack, transpose_matrix } from "./packing";
export { picture_patches, picture_patches_backward } from "./pictures";
export { matmul, matmul_packed, product_scratch } from "./product";
export { qrnn_backward, qrnn_forward } from "./qrnn";
export { matmul_int8, pack_int8 } from "./quantized";
export { drop_weights, dropout, random_uniform } from "./random";
export { largest } from "./ranking";
export { max_pool, max_pool_backward, sum, sum_squares } from "./reductions";
export { rnn_backward, rnn_forward } from "./rnn";
export { softmax, softmax_backward, softmax_ragged } from "./softmax";
export { sru_backward, sru_forward } from "./sru";
