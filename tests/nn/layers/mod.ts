/**
 * The subjects of the contracts: the cases of every layer, and every recurrent layer.
 * @module
 */
import { ChoGRU, GRU, LSTM, MinGRU, MogrifierLSTM, QRNN, RNN, SRU } from "../../../src/nn/mod.ts";
import type { LayerCase, Named } from "../../support/layer_contract.ts";
import type { RecurrentSubject } from "../../support/recurrent_case.ts";
import { adaptiveSoftmaxCases } from "./adaptive_softmax.ts";
import { attentionCases } from "./attention.ts";
import { attentionPoolingCases } from "./attention_pooling.ts";
import { convolutionCases } from "./convolution.ts";
import { dropoutCases, lockedDropoutCases } from "./dropout.ts";
import { embeddingCases } from "./embedding.ts";
import { layerNormCases } from "./layer_norm.ts";
import { linearCases } from "./linear.ts";
import { minGRUCases } from "./min_gru.ts";

export const LAYERS: Named<Named<LayerCase>> = {
  "Embedding": embeddingCases,
  "Linear": linearCases,
  "AdaptiveSoftmax": adaptiveSoftmaxCases,
  "Dropout": dropoutCases,
  "LockedDropout": lockedDropoutCases,
  "LayerNorm": layerNormCases,
  "Attention": attentionCases,
  "AttentionPooling": attentionPoolingCases,
  "Convolution": convolutionCases,
  "minGRU, composed from primitive operations": minGRUCases,
};

export const RECURRENT_LAYERS: Named<RecurrentSubject> = {
  "RNN": { cell: "rnn_tanh", make: (o) => new RNN(o) },
  "RNN with relu": { cell: "rnn_relu", make: (o) => new RNN({ ...o, nonlinearity: "relu" }) },
  "LSTM": { cell: "lstm", make: (o) => new LSTM(o) },
  "LSTM with a projection": { cell: "lstm", isProjected: true, make: (o) => new LSTM(o) },
  "GRU": { cell: "gru", make: (o) => new GRU(o) },
  "Cho's GRU": { cell: "chogru", make: (o) => new ChoGRU(o) },
  "QRNN": { cell: "qrnn", make: (o) => new QRNN(o) },
  "SRU": { cell: "sru", make: (o) => new SRU(o) },
  "minGRU": { cell: "mingru", make: (o) => new MinGRU(o) },
  "Mogrifier LSTM": { cell: "mogrifier", rounds: 2, make: (o) => new MogrifierLSTM({ ...o, rounds: 2 }) },
};
