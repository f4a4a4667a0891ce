import { InputRangeError, InputTypeError } from "../../errors.ts";
import { count, describeValue, expectKinds } from "../../src/schema/mod.ts";
import { pausing } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import type { Frames } from "../batching/mod.ts";
import { expectHearable, type Recording, type Sound } from "../data/audio/mod.ts";
import {
  type EngineChoice,
  expectTokenizer,
  type FitOptions,
  type Prepared,
  type Task,
  TaskModel,
} from "../task_model/mod.ts";
import { speedsOf } from "./augmentation.ts";
import { readSounds, type SoundInputs } from "./batches.ts";
import {
  expectSpeechCorpus,
  expectUtterances,
  fingerprintOf,
  framesNeeded,
  labelsOf,
  type SpeechCorpus,
  type Utterance,
} from "./corpus.ts";
import { FeatureCache } from "./feature_cache.ts";
import { greedyLabels } from "./greedy.ts";
import type { SpeechConfig, SpeechInitialisation, SpeechSettings } from "./hyperparameters.ts";
import { speechEvent, SpeechLearning, type TrainingSound, type ValidationSound } from "./learning.ts";
import { addErrors, compareTexts, errorRate, type Errors } from "./measures.ts";
import { BLANK } from "./network.ts";
import { planSearch, SEARCH_KINDS, type SearchOptions } from "./search/mod.ts";
import { SoundProcessor } from "./sound_processor.ts";
import { drawSpectrogram, type HeardSound } from "./spectrogram.ts";
import { SPEECH_RECOGNITION, type SpeechTypes } from "./task.ts";
import { bestTranscript, type Transcript, transcriptOf } from "./transcript.ts";
import { withoutMerging } from "./without_merging.ts";
import { Transcriber } from "./transcriber.ts";

/** Options of `SpeechRecognizer.create`. */
export interface SpeechRecognizerOptions
  extends Partial<Omit<SpeechConfig, "input" | "vocabSize">>, Partial<SpeechInitialisation>, EngineChoice {
  /** Makes the network's inputs of sounds; `SoundProcessor.fit` makes one for training sounds. */
  readonly processor: SoundProcessor;
  /** Divides texts into the symbols that the network writes. */
  readonly tokenizer: Tokenizer;
}

/**
 * Options of a speech recognizer's `fit`.
 *
 * @example
 * ```ts
 * import type { SpeechFitOptions } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const options: SpeechFitOptions = { epochs: 20, batch: 32, speed: 0.15, timeMasks: 4 };
 * assertEquals(options.speed, 0.15);
 * ```
 */
export type SpeechFitOptions = FitOptions<SpeechSettings>;

/** The transcript of an utterance beside what was said. */
export interface ComparedTranscript extends Transcript {
  /** The spoken text. */
  readonly reference: string;
  /** The errors in words. */
  readonly wordErrors: Errors;
  /** The errors in characters. */
  readonly characterErrors: Errors;
}

/** The evaluation of a speech recognizer. */
export interface SpeechEvaluation {
  /** Word error rate: the errors of all utterances by the words of all references. */
  readonly wer: number;
  /** Character error rate. */
  readonly cer: number;
  /** The errors in words of all utterances. */
  readonly words: Errors;
  /** The errors in characters of all utterances. */
  readonly characters: Errors;
  /** The transcripts, in the order of the utterances. */
  readonly transcripts: readonly ComparedTranscript[];
}

/**
 * A recurrent speech recognizer: transcribes what is said in a sound. It is trained by connectionist temporal
 * classification (CTC, Graves et al. 2006), so that nothing has to say when a symbol is spoken.
 *
 * @example
 * ```ts
 * import { CharTokenizer, SoundProcessor, SpeechRecognizer } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * // A low, a middle and a high tone for the letters l, m and h.
 * const PITCHES: Record<string, number> = { l: 0.1, m: 0.3, h: 0.8 };
 * const speak = (text: string) => ({
 *   text,
 *   sound: {
 *     samples: Float32Array.from(
 *       { length: 1200 * text.length },
 *       (_, i) => Math.sin(i * PITCHES[text[Math.floor(i / 1200)]]),
 *     ),
 *     rate: 8000,
 *   },
 * });
 * const train = ["lmh", "hml", "mlhm", "hlmh", "lhl", "mhm"].map(speak);
 * const options = { rate: 8000, bands: 12, normalization: "running" } as const;
 * const processor = await SoundProcessor.fit(train.map(({ sound }) => sound), options);
 * const tokenizer = CharTokenizer.train("lmh");
 * const size = { hidden: 16, layers: 1, bidirectional: false, dropout: 0 };
 * const model = SpeechRecognizer.create({ processor, tokenizer, ...size });
 * await model.fit(train, { epochs: 60, batch: 3, learningRate: 0.02, speed: 0, bandMasks: 0, timeMasks: 0 });
 *
 * const { sound } = speak("hmhl");
 * assertEquals((await model.transcribe(sound)).text, "hmhl");
 * using transcriber = await model.listen();
 * const parts = [sound.samples.slice(0, 2000), sound.samples.slice(2000)].map((part) => transcriber.push(part));
 * assertEquals(parts.join("") + transcriber.end(), "hmhl");
 * ```
 */
export class SpeechRecognizer extends TaskModel<SpeechTypes> {
  /** The task. */
  static readonly task: Task<SpeechTypes> = SPEECH_RECOGNITION;
  #features = new FeatureCache();

  /** Creates an untrained recognizer. Throws `TypeError` or `RangeError` if an option is invalid. */
  static create(options: SpeechRecognizerOptions): SpeechRecognizer {
    const action = "create a speech recognizer";
    const { processor, tokenizer: given, ...rest } = expectTokenizer(action, options, "tokenizer");
    const tokenizer = withoutMerging(given);
    if (!(processor instanceof SoundProcessor)) {
      throw new InputTypeError(
        `${action}: expected a sound processor, as SoundProcessor.fit makes, found ${describeValue(processor)}`,
      );
    }
    return TaskModel.make(SpeechRecognizer, { processor, tokenizer }, rest, {
      input: processor.width,
      vocabSize: tokenizer.size,
    });
  }

  /** Makes the network's inputs of sounds. */
  get processor(): SoundProcessor {
    return this.processors.processor;
  }

  /** Divides texts into symbols. */
  get tokenizer(): Tokenizer {
    return this.processors.tokenizer;
  }

  /** Prepares utterances. Throws `RangeError` if a text has a symbol that the tokenizer lacks. */
  protected override async prepare(
    data: SpeechCorpus | readonly Utterance[],
    settings: SpeechSettings,
  ): Promise<Prepared<SpeechTypes>> {
    const { processor, tokenizer } = this;
    const corpus = expectSpeechCorpus("fit", data);
    const speeds = speedsOf(settings);
    const train: TrainingSound[] = [];
    for (const utterance of corpus.train) {
      const sound = await this.#trainingSound(utterance, speeds);
      if (sound) train.push(sound);
    }
    const valid = corpus.valid && await this.#validationSounds(corpus.valid);
    if (train.length === 0) {
      throw new InputRangeError("fit: expected an utterance with enough frames for its text, found none");
    }
    const longest = train.reduce((most, { length }) => Math.max(most, length), 0);
    return {
      noun: "the utterances",
      fingerprint: await fingerprintOf([corpus.train, corpus.valid]),
      step: `batches of ${count(settings.batch, "utterance")} of up to ${count(longest, "frame")}`,
      learning: (network, communicator) =>
        new SpeechLearning(network, { train, valid, processor, tokenizer }, settings, communicator),
      largestBatch: (learning: SpeechLearning) => learning.largestBatch,
      event: (event) => speechEvent(event),
    };
  }

  /** Transcribes a sound. */
  transcribe(sound: Sound | Recording, options?: SearchOptions): Promise<Transcript>;
  /** Transcribes several sounds in batches. */
  transcribe(sounds: readonly (Sound | Recording)[], options?: SearchOptions): Promise<Transcript[]>;
  async transcribe(
    given: Sound | Recording | readonly (Sound | Recording)[],
    options: SearchOptions = {},
  ): Promise<Transcript | Transcript[]> {
    if (!Array.isArray(given)) return (await this.transcribe([given as Sound], options))[0];
    for (const sound of given) expectHearable(sound, "transcribe");
    return await this.#transcribe("transcribe", given, options);
  }

  /**
   * Begins to transcribe a sound while it arrives, at constant memory; beam search writes what all beginnings of texts
   * that are left have in common. Throws `RangeError` if the model reads sounds backwards too, or normalizes them by
   * figures of the whole sound.
   */
  async listen(options: SearchOptions = {}): Promise<Transcriber> {
    const { config, network, processors } = this;
    return await Transcriber.start({ config, network, processors, task: SPEECH_RECOGNITION }, options);
  }

  /**
   * Draws a sound as SVG: its spectrogram, and the probabilities of the symbols that greedy search finds, over time.
   */
  async draw(sound: Sound | Recording): Promise<string> {
    expectHearable(sound, "draw");
    const { tokenizer, processor: { frameSeconds } } = this;
    return drawSpectrogram({ ...await this.inspect(sound), tokenizer, frameSeconds });
  }

  /**
   * Returns what the network hears in a sound, for pictures.
   *
   * @internal
   */
  async inspect(sound: Sound | Recording): Promise<HeardSound> {
    const { processor } = this;
    const features = await processor.features(sound);
    const inputs = processor.inputsOf(features);
    const heard = [{ length: inputs.length, inputs: () => inputs }];
    const [{ scores }] = await Array.fromAsync(readSounds(this.network, heard, processor.width));
    const labels = greedyLabels(scores, BLANK);
    const { bands, featureSeconds } = processor;
    return { features, bands, featureSeconds, scores, labels };
  }

  /** Transcribes utterances and compares the transcripts with their texts. */
  async evaluate(
    utterances: readonly Utterance[],
    options: SearchOptions & { /** Stops the evaluation. */ readonly signal?: AbortSignal } = {},
  ): Promise<SpeechEvaluation> {
    const { signal, ...search } = expectKinds("evaluate", options, { ...SEARCH_KINDS, signal: AbortSignal });
    expectUtterances("evaluate", utterances);
    if (utterances.length === 0) throw new InputRangeError("evaluate: expected at least 1 utterance, found none");
    const found = await this.#transcribe("evaluate", utterances.map(({ sound }) => sound), search, signal);
    const transcripts = utterances.map(({ text: reference }, i): ComparedTranscript => {
      const transcript = found[i];
      const { words, characters } = compareTexts(reference, transcript.text);
      return { ...transcript, reference, wordErrors: words, characterErrors: characters };
    });
    const words = addErrors(transcripts.map(({ wordErrors }) => wordErrors));
    const characters = addErrors(transcripts.map(({ characterErrors }) => characterErrors));
    return { wer: errorRate(words), cer: errorRate(characters), words, characters, transcripts };
  }

  async #transcribe(
    action: string,
    sounds: readonly (Sound | Recording)[],
    options: SearchOptions,
    signal?: AbortSignal,
  ): Promise<Transcript[]> {
    const { tokenizer, processor } = this;
    const plan = planSearch(action, options, { tokenizer, blank: BLANK });
    const pause = pausing({ signal });
    const transcripts: Transcript[] = [];
    const heard = sounds.map((sound): SoundInputs => ({
      length: processor.framesOf(sound),
      inputs: () => processor.encode(sound),
    }));
    try {
      for await (const { place, scores } of readSounds(this.network, heard, processor.width)) {
        const found = await plan.search(scores, pause);
        transcripts[place] = bestTranscript(
          found.map((one) => transcriptOf(tokenizer, one, scores, processor.frameSeconds)),
        );
        await pause();
      }
    } finally {
      plan[Symbol.dispose]();
    }
    return transcripts;
  }

  /** Prepares a sound at the speeds that leave frames enough; returns undefined if its own does not. */
  async #trainingSound({ sound, text }: Utterance, speeds: readonly number[]): Promise<TrainingSound | undefined> {
    const { processor } = this;
    const labels = labelsOf(this.tokenizer, text);
    if (!("read" in sound)) this.#features.refresh(sound);
    const features = (speed: number): Promise<Float32Array> => this.#features.of(processor, sound, speeds[speed]);
    const needed = framesNeeded(labels);
    if (needed > processor.framesOf(sound)) return undefined;
    // The speeds ascend.
    const fitting = speeds.filter((speed) => processor.framesOf(sound, speed) >= needed).length;
    // Those that can be kept are computed now.
    if (!("read" in sound)) { for (let speed = 0; speed < fitting; speed++) await features(speed); }
    return { length: processor.framesOf(sound, speeds[0]), speeds: fitting, labels, features };
  }

  async #validationSounds(utterances: readonly Utterance[]): Promise<ValidationSound[]> {
    const sounds: ValidationSound[] = [];
    for (const { sound, text } of utterances) {
      if (!("read" in sound)) this.#features.refresh(sound);
      const read = async (): Promise<Frames> => this.processor.inputsOf(await this.#features.of(this.processor, sound));
      // The inputs of a sound that is kept are, too.
      const kept = "read" in sound ? undefined : await read();
      const length = kept?.length ?? this.processor.framesOf(sound);
      sounds.push({ length, inputs: () => kept ?? read(), labels: labelsOf(this.tokenizer, text), text });
    }
    return sounds;
  }
}
