import { labelsOf, splitTexts } from "../../mod.ts";
import { argmax } from "../../tasks/data/argmax.ts";
import { AUTO } from "../../tasks/data/encodings.ts";
import { readLabelledTexts } from "../../tasks/data/mod.ts";
import { path, runJSON } from "../support.ts";
import type { Cell, Chosen, Job } from "./elman.ts";
import { confusionOf } from "./figures.ts";

/** A text and its label. */
type Text = Awaited<ReturnType<typeof readLabelledTexts>>["texts"][number];

/** The texts of a job, and their labels. */
async function textsOf({ split: { train, valid, test, encoding } }: Job) {
  // Without one, a file is read as the command reads it.
  const options = { encoding: encoding ?? AUTO };
  const read = async (file: string): Promise<readonly Text[]> => (await readLabelledTexts(file, options)).texts;
  const texts = {
    train: await read(train),
    test: await read(test),
    valid: valid === undefined ? [] : await read(valid),
  };
  return { ...texts, labels: labelsOf([...texts.train, ...texts.test]) };
}

/** Predicts the most frequent label of the training texts for every test text. */
export async function predictMajority(job: Job): Promise<Cell> {
  const { train, test, labels } = await textsOf(job);
  const counts = labels.map((own) => train.filter(({ label }) => label === own).length);
  const most = argmax(counts);
  const given = test.map(({ label }) => labels.indexOf(label));
  return { confusion: confusionOf(labels.length, given, given.map(() => most)), seconds: 0 };
}

/** How fastText is trained. */
export interface FastTextOptions {
  /** The Python that has fastText. */
  readonly python: string;
  /** The arguments of `train_supervised`. */
  readonly options?: Chosen;
  /** Minutes of automatic tuning. Default: none. */
  readonly minutes?: number;
}

/** The least letters of a text without white space that is a sequence of symbols. */
const SEQUENCE_LETTERS = 10;

/** Trains fastText, in a process of its own. Symbol sequences are divided into letters, which are its words. */
export async function trainFastText(job: Job, { python, options = {}, minutes }: FastTextOptions): Promise<Cell> {
  const { train, valid, test, labels } = await textsOf(job);
  const areSequences = train.every(({ text }) => !/\s/.test(text.trim()) && text.length >= SEQUENCE_LETTERS);
  const write = async (name: string, texts: readonly Text[]): Promise<string> => {
    const lines = texts.map(({ text, label }) => {
      const words = areSequences ? [...text.trim().toUpperCase()] : text.trim().split(/\s+/);
      return `__label__${labels.indexOf(label)} ${words.join(" ")}\n`;
    });
    await Deno.writeTextFile(`${job.folder}/fasttext.${name}`, lines.join(""));
    return `${job.folder}/fasttext.${name}`;
  };
  const isTuned = minutes !== undefined;
  const held = isTuned && valid.length === 0 ? splitTexts(train, { validFraction: 0.1, seed: job.seed }) : undefined;
  const request = {
    train: await write("train", held?.train ?? train),
    test: await write("test", test),
    threads: job.threads,
    options: isTuned
      ? { autotuneValidationFile: await write("valid", held?.valid ?? valid), autotuneDuration: 60 * minutes }
      : options,
  };
  const { given, predicted, seconds, chosen } = await runJSON<Predictions>(
    [python, path("classification/train_fasttext.py"), JSON.stringify(request)],
    { minutes: 60 + 2 * (minutes ?? 0) },
  );
  return { confusion: confusionOf(labels.length, given, predicted), seconds, ...chosen && { chosen } };
}

/** The output of the Python script. */
interface Predictions {
  readonly given: readonly number[];
  readonly predicted: readonly number[];
  readonly seconds: number;
  readonly chosen?: Chosen;
}
