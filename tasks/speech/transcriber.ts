import { InputRangeError } from "../../errors.ts";
import { CarriedState, inference, logSoftmax } from "../../src/nn/mod.ts";
import type { StreamDecoder } from "../../tokenizers/mod.ts";
import { inputsOf, padFrames } from "../batching/mod.ts";
import type { ModelParts } from "../task_model/mod.ts";
import { scoresOf } from "./batches.ts";
import { likeliestClasses } from "./greedy.ts";
import { BLANK } from "./network.ts";
import type { SoundStream } from "./sound_processor.ts";
import type { SpeechTypes } from "./task.ts";

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
  /** The class of the last frame: a symbol that lasts is written once. */
  #last = BLANK;
  /** White space that is held back; undefined before the first text. */
  #space: string | undefined;

  private constructor(parts: ModelParts<SpeechTypes>, stream: SoundStream) {
    this.#parts = parts;
    this.#stream = stream;
    this.#states = parts.network.layers.map((layer) => CarriedState.zeros(layer, 1));
    this.#decoder = parts.processors.tokenizer.decoder();
  }

  /** @internal */
  static async start(parts: ModelParts<SpeechTypes>): Promise<Transcriber> {
    const { bidirectional, conv } = parts.config;
    if (bidirectional || conv !== null) {
      const found = bidirectional ? "in both directions" : "through a convolution";
      throw new InputRangeError(
        `transcribe a stream: expected a model that reads forward only, found one that reads ${found}`,
      );
    }
    return new Transcriber(parts, await parts.processors.processor.stream());
  }

  /** Takes further samples, of the processor's rate, and returns the text that they add. */
  push(samples: Float32Array): string {
    const { network, processors: { processor } } = this.#parts;
    const { engine } = network;
    const frames = this.#stream.push(samples);
    if (frames.length === 0) return "";
    const padded = padFrames([frames], processor.width);
    const [scores] = inference(
      () => scoresOf(logSoftmax(network.read(inputsOf(padded, engine), this.#states)), padded.lengths),
      { engine },
    );
    let text = "";
    for (const found of likeliestClasses(scores)) {
      if (found !== BLANK && found !== this.#last) text += this.#decoder.push(found - 1);
      this.#last = found;
    }
    return this.#trimmed(text);
  }

  /** Returns the rest of the text, if the last symbols are part of a character. */
  end(): string {
    return this.#trimmed(this.#decoder.flush());
  }

  /** Leaves out white space at the beginning, and holds it back at the end until text follows. */
  #trimmed(added: string): string {
    const text = this.#space === undefined ? added.trimStart() : this.#space + added;
    const kept = text.trimEnd();
    if (kept !== "" || this.#space !== undefined) this.#space = text.slice(kept.length);
    return kept;
  }

  /** Releases the memory of the states. */
  [Symbol.dispose](): void {
    for (const state of this.#states) state[Symbol.dispose]();
  }
}
