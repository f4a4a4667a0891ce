import { InputRangeError, InputTypeError } from "../../errors.ts";
import { count, describeValue, expectKinds } from "../../src/schema/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import type { Sound } from "../data/audio/mod.ts";
import {
  type EngineChoice,
  expectTokenizer,
  type FitOptions,
  type Prepared,
  type Task,
  TaskModel,
} from "../task_model/mod.ts";
import { speedsOf } from "./augmentation.ts";
import { readSounds } from "./batches.ts";
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
import { type FrameScores, greedyLabels } from "./greedy.ts";
import type { SpeechConfig, SpeechInitialisation, SpeechSettings } from "./hyperparameters.ts";
import { speechEvent, SpeechLearning, type TrainingSound, type ValidationSound } from "./learning.ts";
import { addErrors, compareTexts, errorRate, type Errors } from "./measures.ts";
import { BLANK } from "./network.ts";
import { planSearch, SEARCH_KINDS, type SearchOptions } from "./search/mod.ts";
import { SoundProcessor } from "./sound_processor.ts";
import { drawSpectrogram } from "./spectrogram.ts";
import { SPEECH_RECOGNITION, type SpeechTypes } from "./task.ts";
import { bestTranscript, type Transcript, transcriptOf } from "./transcript.ts";
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
    const { processor, tokenizer, ...rest } = expectTokenizer(action, options, "tokenizer");
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
    const train: TrainingSound[] = [];
    for (const utterance of corpus.train) train.push(await this.#trainingSound(utterance, speedsOf(settings)));
    const valid = corpus.valid && await this.#validationSounds(corpus.valid);
    const trainable = train.filter((sound) => this.#fits(sound));
    if (trainable.length === 0) {
      throw new InputRangeError("fit: expected an utterance with enough frames for its text, found none");
    }
    const longest = trainable.reduce((most, { features: [own] }) => Math.max(most, processor.countFrames(own)), 0);
    return {
      noun: "the utterances",
      fingerprint: fingerprintOf([corpus.train, corpus.valid]),
      step: `batches of ${count(settings.batch, "utterance")} of up to ${count(longest, "frame")}`,
      learning: (network, communicator) =>
        new SpeechLearning(network, { train: trainable, valid, processor, tokenizer }, settings, communicator),
      largestBatch: (learning: SpeechLearning) => learning.largestBatch,
      event: (event) => speechEvent(event),
    };
  }

  /** Transcribes a sound. */
  transcribe(sound: Sound, options?: SearchOptions): Promise<Transcript>;
  /** Transcribes several sounds in batches. */
  transcribe(sounds: readonly Sound[], options?: SearchOptions): Promise<Transcript[]>;
  async transcribe(given: Sound | readonly Sound[], options: SearchOptions = {}): Promise<Transcript | Transcript[]> {
    if (!Array.isArray(given)) return (await this.transcribe([given as Sound], options))[0];
    return await this.#transcribe("transcribe", given, options);
  }

  /**
   * Begins to transcribe a sound while it arrives, at constant memory. Throws `RangeError` if the model reads sounds
   * backwards too, or normalizes them by figures of the whole sound.
   */
  async listen(): Promise<Transcriber> {
    return await Transcriber.start({
      config: this.config,
      network: this.network,
      processors: this.processors,
      task: SPEECH_RECOGNITION,
    });
  }

  /**
   * Draws a sound as SVG: its spectrogram, and the probabilities of the symbols that greedy search finds, over time.
   */
  async draw(sound: Sound): Promise<string> {
    const { processor, tokenizer } = this;
    const features = await processor.features(sound);
    const [scores] = await readSounds(this.network, [processor.inputsOf(features)], processor.width);
    const labels = greedyLabels(scores, BLANK);
    const { bands, frameSeconds } = processor;
    return drawSpectrogram({ features, bands, scores, labels, tokenizer, frameSeconds });
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

  async #read(sounds: readonly Sound[], signal?: AbortSignal): Promise<FrameScores[]> {
    const { processor } = this;
    const inputs = [];
    for (const sound of sounds) inputs.push(await processor.encode(sound));
    return await readSounds(this.network, inputs, processor.width, signal);
  }

  async #transcribe(
    action: string,
    sounds: readonly Sound[],
    options: SearchOptions,
    signal?: AbortSignal,
  ): Promise<Transcript[]> {
    const { tokenizer, processor: { frameSeconds } } = this;
    const plan = planSearch(action, options, { tokenizer, blank: BLANK });
    const breather = new Breather();
    const transcripts: Transcript[] = [];
    try {
      for (const scores of await this.#read(sounds, signal)) {
        const found = plan.search(scores);
        transcripts.push(bestTranscript(found.map((one) => transcriptOf(tokenizer, one, scores, frameSeconds))));
        signal?.throwIfAborted();
        await breather.breathe();
      }
    } finally {
      plan[Symbol.dispose]();
    }
    return transcripts;
  }

  async #trainingSound({ sound, text }: Utterance, speeds: readonly number[]): Promise<TrainingSound> {
    const features = [];
    for (const speed of speeds) features.push(await this.#features.of(this.processor, sound, speed));
    return { features, labels: labelsOf(this.tokenizer, text) };
  }

  async #validationSounds(utterances: readonly Utterance[]): Promise<ValidationSound[]> {
    const sounds: ValidationSound[] = [];
    for (const { sound, text } of utterances) {
      const inputs = this.processor.inputsOf(await this.#features.of(this.processor, sound));
      sounds.push({ inputs, labels: labelsOf(this.tokenizer, text), text });
    }
    return sounds;
  }

  /** Whether a sound has enough frames for its labels at its own speed, and one at the fastest. */
  #fits({ features, labels }: TrainingSound): boolean {
    const frames = this.processor.countFrames(features[features.length >> 1]);
    return framesNeeded(labels) <= frames && this.processor.countFrames(features.at(-1)!) > 0;
  }
}
