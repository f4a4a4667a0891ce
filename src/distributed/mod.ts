/**
 * Training on several processes or machines: what connects them, how data are shared out among them, and how they find
 * out that they train the same model. This folder knows runs of floats and an engine's memory; it must not know about
 * tensors, layers or the training loop.
 * @module
 */
export type { Communicator, FloatRun, TransferPrecision } from "./communicator.ts";
export { SingleProcess } from "./single_process.ts";
export { createLocalCommunicators } from "./local.ts";
export { connectMPI, type MPIOptions } from "./native/connect.ts";
export { firstDifference, type Statement } from "./agreement.ts";
export { balance, rangeOf, type RankOf } from "./balance.ts";
export { shareRows, shareTexts } from "./share_rows.ts";
export { processorsOf } from "./processor_share.ts";
