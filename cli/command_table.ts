import type { Command } from "./arguments/mod.ts";

/** A command as the overview names it; the rest of it is loaded when it is asked for. */
export interface CommandRow {
  /** Its name. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** Command lines that show what it is good for. */
  readonly examples: readonly string[];
  /** Loads it. */
  readonly load: () => Promise<Command>;
}

/** Every command, in the order of the overview. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: "train-lm",
    summary: "train a recurrent language model on a text, and keep it in a directory",
    examples: [
      "elman train-lm",
      "elman train-lm --data novel.txt --hidden 512 --dropout 0.3",
      "elman train-lm --resume models/novel-lstm --epochs 20",
    ],
    load: async () => (await import("./commands/language_modeling/train.ts")).trainCommand,
  },
  {
    name: "generate",
    summary: "continue a prompt with a trained language model",
    examples: [
      "elman generate --model models/novel-lstm",
      'elman generate --model models/novel-lstm --prompt "It was" --temperature 0.5',
      'elman generate --model models/novel-lstm --count 3 --stop "." --json',
    ],
    load: async () => (await import("./commands/language_modeling/generate.ts")).generateCommand,
  },
  {
    name: "train-sentiment",
    summary: "train a recurrent classifier on labelled texts, and keep it in a directory",
    examples: [
      "elman train-sentiment",
      "elman train-sentiment --data reviews.csv --test-fraction 0.1",
      "elman train-sentiment --data mails.tsv --text-column body --label-column kind",
    ],
    load: async () => (await import("./commands/classification/train.ts")).trainSentimentCommand,
  },
  {
    name: "classify",
    summary: "tell the labels of texts, or of each line of standard input, with a trained classifier",
    examples: [
      'elman classify --model models/reviews-lstm "A fine film."',
      'elman classify --model models/reviews-lstm --explain "Not a fine film."',
      "elman classify --model models/reviews-lstm --tsv - < texts.txt",
    ],
    load: async () => (await import("./commands/classification/classify.ts")).classifyCommand,
  },
  {
    name: "train-translation",
    summary: "train an encoder and decoder with attention on sentence pairs, and keep it in a directory",
    examples: [
      "elman train-translation --from en --to it",
      "elman train-translation --src train.en --tgt train.de --joint",
      "elman train-translation --data pairs.tsv --test-fraction 0.05",
    ],
    load: async () => (await import("./commands/translation/train.ts")).trainTranslationCommand,
  },
  {
    name: "translate",
    summary: "translate sentences, or each line of standard input, with a trained model",
    examples: [
      'elman translate --model models/train-lstm "A dog runs."',
      'elman translate --model models/train-lstm --n-best 3 "A dog runs."',
      "elman translate --model models/train-lstm - < test.en > test.de",
    ],
    load: async () => (await import("./commands/translation/translate.ts")).translateCommand,
  },
  {
    name: "evaluate",
    summary: "measure a trained model: how well it predicts a text, tells labels, or translates",
    examples: [
      "elman evaluate --model models/novel-lstm --data other.txt",
      "elman evaluate --model models/reviews-lstm --data test.csv --json",
      "elman evaluate --model models/train-lstm --src test.en --tgt test.de",
    ],
    load: async () => (await import("./commands/evaluate.ts")).evaluateCommand,
  },
  {
    name: "score",
    summary: "measure translations by references: BLEU, chrF, chrF++ and exact matches",
    examples: [
      "elman score --hyp found.de --ref test.de",
      "elman score --hyp - --ref one.de --ref two.de < found.de",
      "elman score --hyp found.de --ref test.de --sentence --json",
    ],
    load: async () => (await import("./commands/translation/score.ts")).scoreCommand,
  },
  {
    name: "train-tokenizer",
    summary: "train a tokenizer on a text, and keep it in a tokenizer.json",
    examples: [
      "elman train-tokenizer --data novel.txt",
      "elman train-tokenizer --data novel.txt --model unigram --vocab-size 4000",
      'elman train-tokenizer --data - --special "<pad>" < novel.txt',
    ],
    load: async () => (await import("./commands/train_tokenizer.ts")).trainTokenizerCommand,
  },
  {
    name: "tokenize",
    summary: "turn text from standard input into ids, tokens and offsets, or ids into text",
    examples: [
      "elman tokenize --tokenizer tokenizer.json < novel.txt",
      "elman tokenize --tokenizer models/novel-lstm --json < novel.txt",
      "elman tokenize --tokenizer tokenizer.json --decode < ids.txt",
    ],
    load: async () => (await import("./commands/tokenize.ts")).tokenizeCommand,
  },
];
