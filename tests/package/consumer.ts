import { CharTokenizer, LanguageModel, type Tokenizer } from "@elman/elman";
import { LSTM } from "@elman/elman/nn";
import { Adam } from "@elman/elman/optim";
import { writeDirectory } from "@elman/elman/formats";
import { presets } from "@elman/elman/tokenizers";
import { readLabelledTexts } from "@elman/elman/data";
import { main } from "@elman/elman/cli";

const tokenizer: Tokenizer = CharTokenizer.train("abc");
const model: LanguageModel = LanguageModel.create({ tokenizer, hidden: 8 });
const text: Promise<string> = model.complete("a", { maxTokens: 1 }).then((found) => found.text);
// @ts-expect-error: a hidden size is a number.
LanguageModel.create({ tokenizer, hidden: "8" });
export const used: unknown[] = [text, LSTM, Adam, writeDirectory, presets, readLabelledTexts, main];
