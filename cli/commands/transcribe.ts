import process from "node:process";
import { addAbortSignal } from "node:stream";
import { InputRangeError, isInputError } from "../../errors.ts";
import { complete } from "../../src/schema/mod.ts";
import {
  isSilent,
  joinSamples,
  RAW_FORMATS,
  type RawFormat,
  rawSamples,
  readSound,
  resampleParts,
  secondsOf,
  type Sound,
} from "../../tasks/data/audio/mod.ts";
import { nameOf, STANDARD_INPUT } from "../../tasks/data/file_system.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { spokenDigits } from "../../tasks/default_data/mod.ts";
import { readSearch, SEARCH_FILES } from "../../tasks/speech/search_files.ts";
import { unwritableWords } from "../../tasks/speech/unknown_symbols.ts";
import { wholeSoundReason } from "../../tasks/speech/whole_sound.ts";
import { type SearchOptions, SpeechRecognizer, type Transcript } from "../../tasks/speech/mod.ts";
import {
  type Command,
  fieldsOf,
  optionsOf,
  type OptionSpecs,
  refuseContradictions,
  UsageError,
  type Values,
} from "../arguments/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";
import { interruptible, jsonLine, startProgram, writeErrorLine, writeLine, writeOut } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { expectDrawable, saveDrawing } from "./drawing_file.ts";
import { STANDARD_OUTPUT as PICTURE_OUTPUT } from "./output_file.ts";
import { MODEL_OPTION } from "./model_option.ts";
import { isQuiet, openModel, QUIET_OPTION } from "./open_model.ts";

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  sample: {
    kind: "choice",
    group: "data",
    choices: ["digits"],
    help: "Transcribe some digits that a synthesizer speaks, instead of files.",
  },
  ...optionsOf(SEARCH_FILES),
  times: {
    kind: "boolean",
    group: "answers",
    help: "Print each word on a line with its start, its end in seconds and its confidence.",
  },
  plot: {
    kind: "path",
    group: "answers",
    value: "FILE",
    help:
      "Draw one sound as SVG: its spectrogram and the probabilities of symbols; - writes it to standard output, alone.",
  },
  format: {
    kind: "choice",
    group: "data",
    choices: RAW_FORMATS,
    default: "s16le",
    help: "Format of the samples on standard input: integers of 16 bits or floats of 32, one channel.",
  },
  rate: {
    kind: "integer",
    group: "data",
    min: 1000,
    max: 192_000,
    default: "the model's",
    help: "Samples a second on standard input; others than the model's are resampled.",
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per sound and nothing else." },
  ...QUIET_OPTION,
} as const satisfies OptionSpecs;

type TranscribeValues = Values<typeof OPTIONS>;

/** Sounds are transcribed together, before the first text is written, up to this many, or these seconds. */
const [MOST_SOUNDS, MOST_SECONDS] = [64, 600];

/** Makes the command that transcribes sounds. */
export function makeTranscribeCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "[FILE...]",
    options: OPTIONS,
    run: async (values, files) => {
      if (files.length === 0 && values.sample === undefined) {
        throw new UsageError("expected sounds to transcribe, or - for samples on standard input");
      }
      if (files.length > 0 && values.sample !== undefined) {
        throw new UsageError("--sample: expected this option or files, found both");
      }
      if (files.includes(STANDARD_INPUT) && files.length > 1) {
        throw new UsageError(`expected - alone or files, found ${files.length} operands with -`);
      }
      for (const option of ["rate", "format"] as const) {
        if (values[option] === undefined || files[0] === STANDARD_INPUT) continue;
        throw new UsageError(`--${option}: expected samples on standard input, named -, with it, found none`);
      }
      const { plot } = values;
      if (plot !== undefined && files[0] === STANDARD_INPUT) {
        throw new UsageError("--plot: expected a file with a sound, found samples on standard input");
      }
      if (plot !== undefined) {
        await expectDrawable({ option: "--plot", file: plot, json: values.json, texts: files, noun: "sound" });
      }
      const fields = fieldsOf(SEARCH_FILES, values);
      refuseContradictions(SEARCH_FILES, fields);
      if (values.times && !values.json && Number(fields.nBest ?? 1) > 1) {
        throw new UsageError("--times: expected --json with it and --n-best, found none");
      }
      const model = await openModel(values, {
        ...{ tasks, task: "speech-recognition", operands: files },
        load: (directory, options) => SpeechRecognizer.load(directory, options),
      });
      const search = await readSearch(complete(SEARCH_FILES, fields, "transcribe"), verifying(values));
      for (const line of unwritableWords(model.tokenizer, search.lexicon)) writeErrorLine(`warning: ${line}`);
      if (plot !== undefined) {
        await saveDrawing(plot, await model.draw(await readSound(files[0], { startProgram })), isQuiet(values));
      }
      if (plot === PICTURE_OUTPUT) return 0;
      if (files[0] === STANDARD_INPUT) return await transcribeInput(model, search, values);
      if (values.sample === undefined) return await transcribeFiles(model, files, { search, values });
      await transcribeSample(model, search, values);
      return 0;
    },
  };
}

/** Transcribes files; one that cannot be read is reported, and the others are transcribed. Returns the exit code. */
async function transcribeFiles(
  model: SpeechRecognizer,
  files: readonly string[],
  { search, values }: { readonly search: SearchOptions; readonly values: TranscribeValues },
): Promise<number> {
  let [code, seconds] = [0, 0];
  const block: { readonly file: string; readonly sound: Sound }[] = [];
  const finish = async (): Promise<void> => {
    const heard = block.splice(0);
    const transcripts = await model.transcribe(heard.map(({ sound }) => sound), search);
    transcripts.forEach((transcript, i) => write(heard[i].file, transcript, { ...values, many: files.length > 1 }));
    seconds = 0;
  };
  for (const file of files) {
    const sound = await readOne(file, model.processor.rate, values);
    if (sound === undefined) {
      code = 1;
      continue;
    }
    block.push({ file, sound });
    seconds += secondsOf(sound);
    if (block.length === MOST_SOUNDS || seconds >= MOST_SECONDS) await finish();
  }
  await finish();
  return code;
}

/** Reads a sound; reports one that cannot be read, is silent or has another rate than the model. */
async function readOne(file: string, rate: number, values: TranscribeValues): Promise<Sound | undefined> {
  try {
    const sound = await readSound(file, { startProgram });
    if (sound.rate !== rate && !isQuiet(values)) {
      writeErrorLine(`${nameOf(file)}: resampled from ${sound.rate} to ${rate} Hz.`);
    }
    if (isSilent(sound)) writeErrorLine(`warning: ${nameOf(file)}: expected something to hear, found silence`);
    return sound;
  } catch (error) {
    if (!isInputError(error)) throw error;
    writeErrorLine(`error: ${error.message}`);
    return undefined;
  }
}

/** Number of synthesized utterances, and the seed of their voices, which no training has by default. */
const [SAMPLES, SAMPLE_SEED] = [3, 7];

async function transcribeSample(
  model: SpeechRecognizer,
  search: SearchOptions,
  values: TranscribeValues,
): Promise<void> {
  const options = { seed: SAMPLE_SEED, utterances: SAMPLES, voices: SAMPLES, validFraction: 0, testFraction: 0 };
  for (const { sound, text } of spokenDigits(options).train) {
    write(text, await model.transcribe(sound, search), { ...values, many: true });
  }
}

/**
 * Transcribes samples as they arrive, or all at the end if the model needs the whole sound. Ctrl-C ends the input,
 * and the text of what has arrived is written. Returns the exit code.
 */
async function transcribeInput(
  model: SpeechRecognizer,
  search: SearchOptions,
  values: TranscribeValues,
): Promise<number> {
  // Options of the search that do not fit the model are refused before anything is read.
  await model.transcribe([], search);
  return await interruptible(
    (signal) => transcribeUntil(signal, model, { search, values }),
    isQuiet(values) ? undefined : "Finishing the text; press Ctrl-C to quit at once.",
  );
}

/** Transcribes the samples that arrive until a signal stops the reading. Throws its reason if none have arrived. */
async function transcribeUntil(
  stop: AbortSignal,
  model: SpeechRecognizer,
  { search, values }: { readonly search: SearchOptions; readonly values: TranscribeValues },
): Promise<void> {
  const { rate } = model.processor;
  const { json, times, format = "s16le", rate: own = rate } = values;
  const samples = resampleParts(inputSamples(format, stop), own, rate);
  if (!isQuiet(values)) {
    const resampled = own === rate ? "" : `, resampled to ${rate} Hz`;
    writeErrorLine(`Reading samples of one channel (${format}) at ${own} Hz${resampled}.`);
  }
  const asksForAll = json || times || (search.nBest ?? 1) > 1;
  const reason = asksForAll ? undefined : wholeSoundReason(model);
  if (reason !== undefined && !isQuiet(values)) {
    writeErrorLine(`The text comes when the samples end, since the model ${reason}.`);
  }
  if (asksForAll || reason !== undefined) {
    const whole = joinSamples(await Array.fromAsync(samples));
    return write(STANDARD_INPUT, await model.transcribe({ samples: whole, rate }, search), { ...values, many: false });
  }
  const transcriber = await model.listen(search);
  let isBegun = false;
  try {
    for await (const part of samples) {
      const text = transcriber.push(part);
      writeOut(text);
      isBegun ||= text !== "";
    }
    isBegun = true;
    writeOut(transcriber.end());
  } finally {
    transcriber[Symbol.dispose]();
    // An error is reported on a line of its own, after what has been heard.
    if (isBegun) writeLine("");
  }
}

/**
 * The samples on standard input, until a signal stops it. If there are none then, throws its reason. Throws
 * `RangeError` if there are none without a signal, or another file.
 */
async function* inputSamples(format: RawFormat, stop: AbortSignal): AsyncGenerator<Float32Array, void, void> {
  try {
    yield* rawSamples(inputUntil(stop), format);
  } catch (error) {
    if (!isInputError(error)) throw error;
    stop.throwIfAborted();
    throw new InputRangeError(`read standard input: ${error.message}`);
  }
}

/** The bytes of standard input, until a signal stops it, also while none arrive. */
async function* inputUntil(stop: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* addAbortSignal(stop, process.stdin);
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

/** Writes a transcript: its text, after the file's name if there are several; its words with their times; or JSON. */
function write(
  file: string,
  { text, words, logProbability, alternatives = [] }: Transcript,
  { json, times, many }: TranscribeValues & { readonly many: boolean },
): void {
  const others = alternatives.map(({ text, logProbability, words }) => ({
    text,
    log_probability: logProbability,
    ...times && { words },
  }));
  if (json) {
    const more = { ...times && { words }, ...others.length > 0 && { alternatives: others } };
    return jsonLine({ file, text, log_probability: logProbability, ...more });
  }
  if (!times) {
    for (const found of [text, ...others.map(({ text }) => text)]) writeLine(many ? `${file}\t${found}` : found);
    return;
  }
  for (const { word, start, end, confidence } of words) {
    writeLine([...many ? [file] : [], start.toFixed(2), end.toFixed(2), confidence.toFixed(3), word].join("\t"));
  }
}
