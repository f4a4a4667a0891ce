import { InputRangeError } from "../../errors.ts";
import { describeValue } from "../../src/schema/mod.ts";
import { CarriedState, inference, logSoftmax } from "../../src/nn/mod.ts";
import type { StreamDecoder } from "../../tokenizers/mod.ts";
import { inputsOf, padFrames } from "../batching/mod.ts";
import { expectSamples } from "../data/audio/mod.ts";
import type { ModelParts } from "../task_model/mod.ts";
import { scoresOf } from "./batches.ts";
import { BLANK } from "./network.ts";
import { type LabelStream, planSearch, type SearchOptions, type SearchPlan } from "./search/mod.ts";
import type { SoundStream } from "./sound_processor.ts";
import type { SpeechTypes } from "./task.ts";
import { wholeSoundReason } from "./whole_sound.ts";

/** Seconds of samples that are read at a time, so that the memory does not depend on how many arrive together. */
const PART = 10;

/**
 * Transcribes a sound while it arrives; `listen` of a `SpeechRecognizer` makes one: the recurrent layers keep their
 * state between its parts. The text is that of the whole sound.
 *
 * @example
 * ```ts
 * import { CharTokenizer, SoundProcessor, SpeechRecognizer } from "@elman/elman";
 * import type { Transcriber } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const processor = await SoundProcessor.fit([], { normalization: "running" });
 * const tokenizer = CharTokenizer.train("abc");
 * const model = SpeechRecognizer.create({ processor, tokenizer, hidden: 4, bidirectional: false });
 * using transcriber: Transcriber = await model.listen();
 * assertEquals(transcriber.push(new Float32Array(100)), ""); // Too little for a frame.
 * ```
 */
export class Transcriber implements Disposable {
  #parts: ModelParts<SpeechTypes>;
  #stream: SoundStream;
  #states: readonly CarriedState[];
  #decoder: StreamDecoder;
  #plan: SearchPlan;
  #labels: LabelStream;
  /** White space that is held back; undefined before the first text. */
  #space: string | undefined;

  private constructor(parts: ModelParts<SpeechTypes>, stream: SoundStream, plan: SearchPlan) {
    this.#parts = parts;
    this.#stream = stream;
    this.#states = parts.network.layers.map((layer) => CarriedState.zeros(layer, 1));
    this.#decoder = parts.processors.tokenizer.decoder();
    this.#plan = plan;
    this.#labels = plan.stream();
  }

  /** @internal */
  static async start(parts: ModelParts<SpeechTypes>, options: SearchOptions): Promise<Transcriber> {
    const { config, processors: { processor, tokenizer } } = parts;
    const action = "transcribe a stream";
    const reason = wholeSoundReason({ config, processor });
    if (reason !== undefined) {
      throw new InputRangeError(
        `${action}: expected a model that hears a sound as it arrives, found one that ${reason}`,
      );
    }
    const { nBest = 1 } = options;
    if (nBest > 1) throw new InputRangeError(`${action}: expected nBest to be 1, found ${describeValue(nBest)}`);
    const stream = await processor.stream();
    return new Transcriber(parts, stream, planSearch(action, options, { tokenizer, blank: BLANK }));
  }

  /**
   * Takes further samples, of the processor's rate, and returns the text that is certain with them. Throws `TypeError`
   * or `RangeError` if they are no finite floats, and takes none of them.
   */
  push(samples: Float32Array): string {
    expectSamples(samples, "hear a sound");
    const size = PART * this.#parts.processors.processor.rate;
    let text = "";
    for (let at = 0; at < samples.length; at += size) text += this.#read(samples.subarray(at, at + size));
    return text;
  }

  #read(samples: Float32Array): string {
    const { network, processors: { processor } } = this.#parts;
    const { engine } = network;
    const frames = this.#stream.push(samples);
    if (frames.length === 0) return "";
    const padded = padFrames([frames], processor.width);
    const [scores] = inference(
      () => scoresOf(logSoftmax(network.read(inputsOf(padded, engine), this.#states)), padded.lengths),
      { engine },
    );
    return this.#trimmed(this.#decode(this.#labels.push(scores)));
  }

  /** Returns the rest of the text, which was not certain before the end. */
  end(): string {
    return this.#trimmed(this.#decode(this.#labels.end()) + this.#decoder.flush());
  }

  #decode(labels: readonly number[]): string {
    return labels.map((label) => this.#decoder.push(label - 1)).join("");
  }

  /** Leaves out white space at the beginning, and holds it back at the end until text follows. */
  #trimmed(added: string): string {
    const text = this.#space === undefined ? added.trimStart() : this.#space + added;
    const kept = text.trimEnd();
    if (kept !== "" || this.#space !== undefined) this.#space = text.slice(kept.length);
    return kept;
  }

  /** Releases the memory of the states and of the search. */
  [Symbol.dispose](): void {
    for (const state of this.#states) state[Symbol.dispose]();
    this.#plan[Symbol.dispose]();
  }
}
