/** The model of the measurements of a server: an LSTM with 65 symbols and two layers of 256. */
import { CharTokenizer, type Engine, LanguageModel } from "../mod.ts";
import { SYMBOLS } from "./serving_requests.ts";

/** Makes the model with random weights. */
export function makeModel(engine: Engine): LanguageModel {
  const tokenizer = CharTokenizer.train(SYMBOLS);
  return LanguageModel.create({ tokenizer, embed: 128, hidden: 256, layers: 2, seed: 1, engine });
}
