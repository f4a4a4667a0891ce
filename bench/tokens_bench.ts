/** Times generating tokens and encoding text. */
import { ByteTokenizer, CharTokenizer, LanguageModel, type Tokenizer, WordTokenizer } from "../mod.ts";
import { startEngine } from "./training_step.ts";

const MODELS = [
  { vocabulary: 65, embed: 128, hidden: 256, layers: 2, count: 1000 },
  { vocabulary: 10000, embed: 650, hidden: 650, layers: 2, count: 50 },
];

for (const { vocabulary, count, ...sizes } of MODELS) {
  const text = Array.from({ length: vocabulary }, (_, i) => String.fromCodePoint(0x4e00 + i)).join("");
  const tokenizer = CharTokenizer.train(text);
  const group = `${count} tokens of LSTM ${vocabulary}, ${sizes.embed}, ${sizes.hidden} x ${sizes.layers}, batch 1`;
  const variants = [
    { name: "1 thread", threads: 1, precision: "float32" },
    { name: "all threads", threads: navigator.hardwareConcurrency, precision: "float32" },
    { name: "all threads, int8", threads: navigator.hardwareConcurrency, precision: "int8" },
  ] as const;
  for (const { name, threads, precision } of variants) {
    const engine = await startEngine({ threads, blas: "off" });
    const model = LanguageModel.create({ tokenizer, ...sizes, engine });
    model.quantize(precision);
    Deno.bench({ name: `${group}, ${name}`, group, baseline: name === "1 thread", n: 5, warmup: 2 }, async () => {
      await model.complete("", { maxTokens: count, seed: 1 });
    });
  }
  const engine = await startEngine({ threads: navigator.hardwareConcurrency, blas: "off" });
  const model = LanguageModel.create({ tokenizer, ...sizes, engine });
  const prompts = Array.from({ length: 8 }, () => "");
  Deno.bench({ name: `${group}, all threads, 8 texts side by side`, group, n: 5, warmup: 2 }, async () => {
    await model.completeAll(prompts, { maxTokens: count, seed: 1 });
  });
}

const MEGABYTES = 4;
const WORDS = Array.from({ length: 5000 }, (_, i) => (i * 7919 % 99991).toString(36));
/** Returns text whose word frequencies fall as in natural language. */
function makeText(characters: number): string {
  const parts: string[] = [];
  for (let length = 0, i = 0; length < characters; i++) {
    const word = WORDS[Math.floor(WORDS.length ** ((i * 0.618034) % 1)) - 1];
    parts.push(word, i % 12 === 11 ? "\n" : " ");
    length += word.length + 1;
  }
  return parts.join("");
}

const text = makeText(MEGABYTES * 1e6);
const tokenizers: Record<string, Tokenizer> = {
  bytes: new ByteTokenizer(),
  characters: CharTokenizer.train(text),
  words: WordTokenizer.train(text),
};
for (const [name, tokenizer] of Object.entries(tokenizers)) {
  const group = `encode ${MEGABYTES} MB`;
  Deno.bench({ name: `${group} as ${name}`, group, baseline: name === "bytes", n: 5, warmup: 1 }, () => {
    tokenizer.encode(text);
  });
}
