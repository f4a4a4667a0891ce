import { GRU, LSTM, RNN } from "../../src/nn/mod.ts";
import { layerContract } from "../support/layer_contract.ts";
import { recurrentContract } from "../support/recurrent_contract.ts";
import { attentionCases } from "./layers/attention.ts";
import { attentionPoolingCases } from "./layers/attention_pooling.ts";
import { dropoutCases, lockedDropoutCases } from "./layers/dropout.ts";
import { embeddingCases } from "./layers/embedding.ts";
import { layerNormCases } from "./layers/layer_norm.ts";
import { linearCases } from "./layers/linear.ts";
import { minGRUCases } from "./layers/min_gru.ts";

layerContract("Embedding", embeddingCases);
layerContract("Linear", linearCases);
layerContract("Dropout", dropoutCases);
layerContract("LockedDropout", lockedDropoutCases);
layerContract("LayerNorm", layerNormCases);
layerContract("Attention", attentionCases);
layerContract("AttentionPooling", attentionPoolingCases);
layerContract("minGRU, composed from primitive operations", minGRUCases);

recurrentContract("RNN", { cell: "rnn_tanh", make: (o) => new RNN(o) });
recurrentContract("RNN with relu", { cell: "rnn_relu", make: (o) => new RNN({ ...o, nonlinearity: "relu" }) });
recurrentContract("LSTM", { cell: "lstm", make: (o) => new LSTM(o) });
recurrentContract("LSTM with a projection", { cell: "lstm", isProjected: true, make: (o) => new LSTM(o) });
recurrentContract("GRU", { cell: "gru", make: (o) => new GRU(o) });
