// Saves an untrained language model that a server can read.
import { CharTokenizer, LanguageModel } from "@elman/elman";

const tokenizer = CharTokenizer.train("abcdefgh \n");
await LanguageModel.create({ tokenizer, hidden: 16, initRange: 1.5, seed: 3 }).save("lm");
