import { layerContract } from "../support/layer_contract.ts";
import { recurrentContract } from "../support/recurrent_contract.ts";
import { LAYERS, RECURRENT_LAYERS } from "./layers/mod.ts";
import { weightDropoutCases } from "./layers/weight_dropout.ts";

const HAVE_RECURRENT_WEIGHTS = ["rnn_tanh", "rnn_relu", "lstm", "gru"];

for (const [name, cases] of Object.entries(LAYERS)) layerContract(name, cases);
for (const [name, subject] of Object.entries(RECURRENT_LAYERS)) {
  recurrentContract(name, subject);
  if (HAVE_RECURRENT_WEIGHTS.includes(subject.cell)) {
    layerContract(`${name} with weight dropout`, weightDropoutCases(subject));
  }
}
