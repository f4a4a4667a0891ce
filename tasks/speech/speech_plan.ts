import { InputRangeError } from "../../errors.ts";
import { Random } from "../../src/nn/mod.ts";
import {
  abbreviate,
  choiceOrPath,
  describeValue,
  integer,
  nullable,
  number,
  path,
  type Schema,
  string,
} from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { describeSeconds, isAudio, secondsOf } from "../data/audio/mod.ts";
import { groupIn } from "../data/vector_sequences/folders.ts";
import { needingData } from "../data/fields.ts";
import { FILE, FRACTIONS } from "../data/mod.ts";
import { spokenDigits } from "../default_data/spoken_digits/mod.ts";
import { readTokenizer, trainModel, vocabularyFields, type VocabularyPlan } from "../processors/mod.ts";
import { holdOut } from "../task_model/hold_out.ts";
import { count, type DataSet, type Host } from "../task_model/mod.ts";
import type { SpeechCorpus } from "./corpus.ts";
import { type Manifest, type ManifestFields, readManifest, type UtteranceFile, withoutEnding } from "./manifest.ts";
import { type Normalization, NORMALIZATIONS, SOUND_OPTIONS, type SoundOptions } from "./sound_processor.ts";
import { UtteranceReader } from "./utterance_reader.ts";

/** The source of utterances, their split, and how sounds and texts are processed. */
export interface SpeechPlan extends Omit<ManifestFields, "group">, VocabularyPlan, Omit<SoundOptions, "normalization"> {
  /** The list of utterances, or a folder; null for generated ones. */
  readonly data: string | null;
  /** List of validation utterances. */
  readonly valid: string | null;
  /** List of test utterances. */
  readonly test: string | null;
  /** The column, or the part of a file's name, that tells who speaks; the utterances of a speaker stay together. */
  readonly group: string | null;
  /** Share of the utterances used for validation if there is no validation list. Default: 0.1. */
  readonly validFraction: number;
  /** Share of the utterances used for testing if there is no test list. Default: 0. */
  readonly testFraction: number;
  /** Kind of tokenizer to train, or the path of a tokenizer file. Default: "char". */
  readonly tokenizer: string;
  /** How features are normalized; null for what suits the direction of reading. */
  readonly normalization: Normalization | null;
  /** Most memory for the sounds and their features, in GiB. Default: 8. */
  readonly maxMemory: number;
  /** Seed of the split and of the generated utterances. Default: 1. */
  readonly seed: number;
}

/** The kinds of tokenizer that can be trained on the texts. */
export const TOKENIZERS = ["char", "word", "bpe", "unigram"] as const;

/** The schema of the columns of a list of utterances. */
export const MANIFEST_FIELDS: Schema<Omit<ManifestFields, "group">> = {
  pathColumn: nullable(string({
    group: "data",
    value: "NAME",
    defaultText: "path, audio, file or similar",
    help: "Column of the paths of sounds, which are relative to the list's folder.",
  })),
  textColumn: nullable(string({
    group: "data",
    value: "NAME",
    defaultText: "text, transcript or sentence",
    help: "Column of the texts.",
  })),
};

/** The schema of the source, the split and the processing of utterances. */
export const SPEECH_PLAN: Schema<SpeechPlan> = {
  data: nullable(path({
    ...FILE,
    help: "List of sounds and texts (TSV, CSV or JSON Lines), or a folder in which a.txt has the text of a.wav.",
  })),
  valid: nullable(
    path({ ...FILE, needs: ["data"], help: "Validation utterances.", defaultText: "a share of the data" }),
  ),
  test: nullable(path({ ...FILE, needs: ["data"], help: "Test utterances, transcribed once after training." })),
  ...needingData(MANIFEST_FIELDS),
  group: nullable(string({
    group: "data",
    value: "NAME",
    needs: ["data"],
    help: "Column that tells who speaks, or the part of the names of the files that does, by its beginning or its " +
      "number; the utterances of a speaker stay in one part of the data.",
  })),
  ...FRACTIONS,
  tokenizer: choiceOrPath(TOKENIZERS, {
    group: "data",
    value: "KIND",
    default: "char",
    help: `Tokenizer to train (${TOKENIZERS.join(", ")}), or the path of a tokenizer file.`,
  }),
  ...vocabularyFields(TOKENIZERS),
  rate: SOUND_OPTIONS.rate,
  bands: SOUND_OPTIONS.bands,
  stack: SOUND_OPTIONS.stack,
  deltas: SOUND_OPTIONS.deltas,
  normalization: nullable({
    ...SOUND_OPTIONS.normalization,
    default: null,
    defaultText: "utterance; running with --unidirectional",
    choices: NORMALIZATIONS,
  }),
  dither: SOUND_OPTIONS.dither,
  maxMemory: number({
    group: "data",
    above: 0,
    default: 8,
    isFree: true,
    help: "Most memory for the sounds and their features, in GiB; sounds beyond it are read again for each batch.",
  }),
  seed: integer({ group: "data", min: 0, default: 1, help: "Seed of the split and of the generated utterances." }),
};

/** Utterances, and the columns of the list of those for training. */
export interface SpeechData {
  readonly corpus: SpeechCorpus;
  readonly dataFormat?: Manifest["dataFormat"];
}

/** Reads or generates utterances, and splits them. */
export async function readSpeechData(plan: SpeechPlan, host: Host = {}): Promise<DataSet<SpeechData>> {
  if (plan.data === null) return generatedData(plan);
  const whole = await readManifest(plan.data, plan);
  const { dataFormat } = whole;
  const read = async (path: string | null): Promise<Manifest | undefined> =>
    path === null ? undefined : await readManifest(path, plan, dataFormat);
  const [valid, test] = [await read(plan.valid), await read(plan.test)];
  const split = splitFiles(whole.files, {
    valid: valid ? 0 : plan.validFraction,
    test: test ? 0 : plan.testFraction,
    group: plan.group,
    seed: plan.seed,
  });
  const reader = new UtteranceReader(plan, host);
  // Validation utterances are read after each epoch, so they come first to what memory there is.
  const heard = { valid: await reader.read(valid?.files ?? split.valid), train: await reader.read(split.train) };
  const corpus = { train: heard.train!, valid: heard.valid, test: await reader.read(test?.files ?? split.test) };
  const notes = [describeUtterances(plan.data, corpus, dataFormat), ...reader.notes];
  const warnings = [whole, valid, test].flatMap((list) => list?.warnings ?? []);
  return {
    data: { corpus, dataFormat },
    notes,
    warnings: [...warnings, ...reader.remarks.warnings, ...wordless(corpus)],
  };
}

/** Returns a warning of utterances without a text. */
function wordless({ train, valid = [], test = [] }: SpeechCorpus): string[] {
  const found = [...train, ...valid, ...test].filter(({ text }) => text.trim() === "");
  return found.length === 0 ? [] : [`${count(found.length, "utterance")} without a text, such as ${found[0].source}`];
}

/** Generates the digits of the demonstration. */
function generatedData({ seed, validFraction, testFraction }: SpeechPlan): DataSet<SpeechData> {
  const { train, valid, test } = spokenDigits({ seed, validFraction, testFraction });
  const corpus = {
    train,
    ...valid.length > 0 && { valid },
    ...test.length > 0 && { test },
  };
  const notes = [describeUtterances("Synthesized digits", corpus)];
  return { data: { corpus }, notes, warnings: [] };
}

/** Describes a corpus: the number of utterances and minutes of each part, and the columns of their list. */
function describeUtterances(path: string, corpus: SpeechCorpus, columns: Manifest["dataFormat"] = null): string {
  const parts = (["train", "valid", "test"] as const).flatMap((part) => {
    const own = corpus[part];
    if (own === undefined) return [];
    const seconds = own.reduce((sum, { sound }) => sum + secondsOf(sound), 0);
    const noun = { train: "training", valid: "validation", test: "test" }[part];
    return [`${count(own.length, `${noun} utterance`)} (${describeSeconds(seconds)})`];
  });
  return `${path}: ${parts.join(", ")}${describeColumns(columns)}.`;
}

/** Names the columns of a list, if it has any. */
export function describeColumns(columns: Manifest["dataFormat"]): string {
  if (columns === null) return "";
  const [path, text] = [columns.pathColumn, columns.textColumn].map((name = "") => abbreviate(name, 40));
  return ` (columns ${path} and ${text})`;
}

/** The files of each part. */
interface SplitFiles {
  readonly train: readonly UtteranceFile[];
  readonly valid?: readonly UtteranceFile[];
  readonly test?: readonly UtteranceFile[];
}

/** Splits files at random; those of a group stay together. Throws `RangeError` if a part would be empty. */
function splitFiles(
  files: readonly UtteranceFile[],
  { valid, test, group, seed }: { valid: number; test: number; group: string | null; seed: number },
): SplitFiles {
  // The formats of one recording, such as a.wav and a.flac, have the same speaker.
  const recordingOf = (path: string): string => isAudio(path) ? withoutEnding(path) : path;
  const speakerOf = ({ path, speaker }: UtteranceFile): string =>
    speaker ?? (group === null ? recordingOf(path) : speakerIn(path, group));
  const groups = [...Map.groupBy(files, speakerOf).values()];
  const draws = new Random(seed).uniform(groups.length);
  const order = groups.map((own, i) => ({ own, draw: draws[i] })).sort((a, b) => a.draw - b.draw);
  const countOf = (share: number): number => share === 0 ? 0 : Math.max(1, Math.round(share * files.length));
  const sizes = [countOf(valid), countOf(test)];
  const { parts: [forValid, forTest], left } = holdOut(order.map(({ own }) => own), sizes);
  const leavesSome = sizes[0] + sizes[1] < files.length;
  if (!leavesSome || valid > 0 && forValid.length === 0 || test > 0 && forTest.length === 0) {
    throw new InputRangeError(
      `split utterances: expected more ${group === null ? "sounds" : "groups"} for shares of ${
        describeValue(valid)
      } and ${describeValue(test)}, found ${groups.length}; ` +
        "--valid FILE names others for validation, --valid-fraction 0 trains without",
    );
  }
  return { train: left.flat(), ...valid > 0 && { valid: forValid }, ...test > 0 && { test: forTest } };
}

/** Returns the part of a file's name that tells who speaks, as the list has no column of that name. */
function speakerIn(path: string, group: string): string {
  try {
    return groupIn(path, group);
  } catch (error) {
    if (!(error instanceof InputRangeError)) throw error;
    throw new InputRangeError(`--group: expected a column of the list, or ${error.message.replace("expected ", "")}`);
  }
}

/** Makes the tokenizer of a plan, with the vocabulary of the training texts. */
export async function makeTokenizer(plan: SpeechPlan, { train }: SpeechCorpus): Promise<Tokenizer> {
  const { tokenizer: kind, minCount } = plan;
  if (!(TOKENIZERS as readonly string[]).includes(kind)) return await readTokenizer(kind);
  const limits = { vocabSize: plan.vocabSize ?? undefined, minCount: minCount ?? (kind === "char" ? 1 : undefined) };
  return await trainModel(kind as typeof TOKENIZERS[number], separated(train.map(({ text }) => text)), limits);
}

/** Yields texts with a space between them, if any has one: a symbol that no text has would never be written. */
async function* separated(texts: readonly string[]): AsyncGenerator<string, void, void> {
  const separator = texts.some((text) => /\s/.test(text)) ? " " : "";
  for (const text of texts) yield await Promise.resolve(text.trim() + separator);
}
