import { CarriedState, inference } from "../../src/nn/mod.ts";
import { type PromptObserver, readPromptChunk } from "./continuation.ts";
import type { GenerationState } from "./generation_options.ts";
import type { TextGenerator } from "./generation_plan.ts";
import { isEqual } from "./side_by_side.ts";

/** Tokens of prompts side by side that are read in one pass of the network. */
const TOGETHER = 512;

/** A text whose prompt is read. */
export interface PromptedText {
  /** The ids of the prompt. */
  readonly prompt: Int32Array;
  /** The state from which it is read; undefined for zeros. */
  readonly start: GenerationState | undefined;
  /** Takes the parts of the prompt as they are read. */
  readonly observe: PromptObserver | undefined;
}

/** Reads prompts chunk by chunk. Texts in a row with the same prompt, such as those of one request, are read once. */
export class PromptReader implements Disposable {
  #network: TextGenerator["network"];
  #carried: CarriedState;
  /** The text that is being read, or was read last. */
  #text: PromptedText | undefined;
  #next = 0;

  /** Starts with nothing read. */
  constructor({ network }: TextGenerator) {
    this.#network = network;
    this.#carried = CarriedState.zeros(network.rnn, 1);
  }

  /** Reads the next chunk of a text's prompt; returns its number of tokens. */
  advance(text: PromptedText): number {
    if (!this.#continues(text)) {
      if (text.start) this.#carried.restore(text.start.arrays);
      else this.#carried.clear();
      this.#next = 0;
    }
    this.#text = text;
    const from = this.#next;
    if (from < text.prompt.length - 1) {
      this.#next = readPromptChunk(this.#network, text.prompt, from, this.#carried, text.observe);
    }
    return this.#next - from;
  }

  /** The state before the last id of the prompt; undefined if it has not been read so far. */
  stateOf(text: PromptedText): GenerationState["arrays"] | undefined {
    return this.#text === text && this.#next >= text.prompt.length - 1 ? this.#carried.toArrays() : undefined;
  }

  /** Reads short prompts side by side, equal ones once; returns the states before their last ids. */
  readTogether(texts: readonly PromptedText[]): GenerationState["arrays"][] {
    const heads: PromptedText[] = [];
    const places = texts.map((text) => {
      const same = heads.findIndex((head) => hasSamePrompt(head, text));
      return same >= 0 ? same : heads.push(text) - 1;
    });
    const states = this.#readHeads(heads);
    return places.map((place) => states[place]);
  }

  /**
   * Reads different prompts side by side, some steps at a time: the intermediate results of all tokens at once would
   * not fit into the caches.
   */
  #readHeads(heads: readonly PromptedText[]): GenerationState["arrays"][] {
    const lengthOf = (b: number): number => heads[b].prompt.length - 1;
    const states: GenerationState["arrays"][] = [];
    // Those that have tokens left, in the order of the rows.
    let rows = [...heads.keys()];
    const carried = CarriedState.zeros(this.#network.rnn, rows.length);
    try {
      for (const [b, { start }] of heads.entries()) if (start) carried.restore(start.arrays, b);
      for (let from = 0; rows.length > 0;) {
        const left = rows.map((b) => lengthOf(b) - from);
        const T = Math.min(Math.max(...left), Math.max(1, Math.floor(TOGETHER / rows.length)));
        this.#readSteps(rows.map((b) => heads[b].prompt.subarray(from, lengthOf(b))), T, carried);
        from += T;
        const going = [...rows.keys()].filter((row) => left[row] > T);
        for (const [row, b] of rows.entries()) if (left[row] <= T) states[b] = carried.toArrays(row);
        if (going.length === rows.length) continue;
        rows = going.map((row) => rows[row]);
        if (going.length > 0) carried.select(going);
      }
      return states;
    } finally {
      carried[Symbol.dispose]();
    }
  }

  /** Reads up to T ids of each sequence. */
  #readSteps(sequences: readonly Int32Array[], T: number, carried: CarriedState): void {
    const B = sequences.length;
    const ids = new Int32Array(T * B);
    const lengths = sequences.map(({ length }) => Math.min(length, T));
    for (const [b, own] of sequences.entries()) {
      for (let t = 0; t < lengths[b]; t++) ids[t * B + b] = own[t];
    }
    const read = (): void => carried.carry(this.#network.read(ids, T, B, carried.state, lengths).state);
    inference(read, { engine: this.#network.embedding.weight.engine });
  }

  /** Forgets a text that was removed. */
  forget(text: PromptedText): void {
    if (this.#text === text) this.#text = undefined;
  }

  /** Frees the memory. */
  [Symbol.dispose](): void {
    this.#carried[Symbol.dispose]();
  }

  /** Whether what has been read is the beginning of this text's prompt, too. A cache must see all of its own prompt. */
  #continues(text: PromptedText): boolean {
    const last = this.#text;
    if (last === text) return true;
    return last !== undefined && text.observe === undefined && hasSamePrompt(last, text);
  }
}

function hasSamePrompt(a: PromptedText, b: PromptedText): boolean {
  return a.start === b.start && isEqual(a.prompt, b.prompt);
}
