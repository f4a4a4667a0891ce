import { layerContract } from "../support/layer_contract.ts";
import { recurrentContract } from "../support/recurrent_contract.ts";
import { LAYERS, RECURRENT_LAYERS } from "./layers/mod.ts";

for (const [name, cases] of Object.entries(LAYERS)) layerContract(name, cases);
for (const [name, subject] of Object.entries(RECURRENT_LAYERS)) recurrentContract(name, subject);
