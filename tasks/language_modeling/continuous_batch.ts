import { chooseTokens } from "./batch_choice.ts";
import { CHUNK, Continuation, type FinishReason, type Prompt, promptIds } from "./continuation.ts";
import type { Completion } from "./generation.ts";
import type { GenerateOptions, GenerationState } from "./generation_options.ts";
import { planGeneration, type TextGenerator } from "./generation_plan.ts";
import { PromptReader } from "./prompt_reader.ts";
import { completionOf } from "./side_by_side.ts";
import type { TokenLogProbability } from "./token_log_probabilities.ts";
import { TokenStep } from "./token_step.ts";

/** Prompt tokens read between two steps, so that a long prompt does not hold up the other texts for long. */
const PROMPT_TOKENS = 512;
/**
 * Prompt tokens read at a time while no text is generated, for in WebAssembly more prompts side by side take less time
 * each: the number, and the multiplications that the recurrent layers may take, about a tenth of a second of one
 * thread.
 */
const IDLE = { tokens: 4096, products: 2.5e9 };

/** Options of `ContinuousBatch.prepare`. */
export interface PrepareOptions {
  /** Number of texts. Default: 1. */
  readonly count?: number;
  /** Whether later texts go on from their states; an unfinished character is left to them. Default: false. */
  readonly goesOn?: boolean;
}

/**
 * Continues texts that come and go, one step of the network for all of them at a time (continuous batching). Each text
 * is what `complete` returns for its prompt and seed alone: exactly in WebAssembly, whereas a native library may round
 * a batch differently.
 */
export class ContinuousBatch implements Disposable {
  #generator: TextGenerator;
  #step: TokenStep;
  /** The text in each row of the step; the result of an empty row is not used. */
  #rows: (BatchedText | undefined)[] = [undefined];
  /** Texts that pause, with their states once they have left their rows. */
  #held = new Map<BatchedText, GenerationState["arrays"] | undefined>();
  /** Texts whose prompts have not been read to the end, the first to come first. */
  #waiting: BatchedText[] = [];
  #prompts: PromptReader;
  #idleTokens: number;

  /** Starts without texts. */
  constructor(generator: TextGenerator) {
    this.#generator = generator;
    this.#idleTokens = idleTokens(generator.network);
    this.#step = new TokenStep(generator.network, 1);
    this.#prompts = new PromptReader(generator);
  }

  /** Number of texts that have not ended and do not pause. */
  get size(): number {
    return this.#waiting.length + this.#rows.filter((text) => text !== undefined).length;
  }

  /** Lets a text whose prompt has been read pause from the next step on, until `resume`. It keeps its state. */
  hold(text: BatchedText): void {
    if (!text.isFinished && !this.#held.has(text)) this.#held.set(text, undefined);
  }

  /** Lets a text go on that pauses; others are ignored. */
  resume(text: BatchedText): void {
    const state = this.#held.get(text);
    this.#held.delete(text);
    if (state !== undefined) this.#place(text, state);
  }

  /**
   * Prepares texts that continue a prompt, a text or its ids, with seeds that follow each other; `add` starts them.
   * Throws `RangeError` if an option is invalid or the prompt has symbols outside the vocabulary.
   */
  prepare(prompt: Prompt, options: GenerateOptions, { count = 1, goesOn }: PrepareOptions = {}): BatchedText[] {
    const plan = { ...planGeneration(this.#generator, options), goesOn };
    const ids = promptIds(this.#generator.tokenizer, prompt, plan);
    return Array.from(
      { length: count },
      (_, i) => new BatchedText(new Continuation(this.#generator, plan, ids, plan.seed + i), plan.state),
    );
  }

  /** Lets texts take part from the next step on. */
  add(texts: readonly BatchedText[]): void {
    for (const text of texts) this.#waiting.push(text);
  }

  /** Takes texts out before they have ended; those that have ended are ignored. */
  remove(texts: readonly BatchedText[]): void {
    const gone = new Set(texts);
    for (const text of this.#waiting) if (gone.has(text)) this.#prompts.forget(text);
    this.#waiting = this.#waiting.filter((text) => !gone.has(text));
    this.#rows = this.#rows.map((text) => text && gone.has(text) ? undefined : text);
    for (const text of texts) {
      this.#held.delete(text);
      text.release();
    }
  }

  /** Ends all texts with an error. */
  fail(error: unknown): void {
    const texts = this.#all();
    this.remove(texts);
    for (const text of texts) text.fail(error);
  }

  /** Reads a part of the prompts that wait, then computes the next token of every text whose prompt has been read. */
  step(): void {
    this.#setAside();
    this.#readPrompts();
    this.#shrink();
    if (this.#rows.every((text) => text === undefined)) return;
    for (const [row, text] of this.#rows.entries()) if (text) this.#step.ids[row] = text.token;
    this.#step.compute();
    chooseTokens(this.#step, this.#rows);
    for (const row of this.#rows.keys()) this.#endIfFinished(row);
  }

  /** Frees the memory; texts that have not ended stay as they are. */
  [Symbol.dispose](): void {
    this.remove(this.#all());
    this.#prompts[Symbol.dispose]();
    this.#step[Symbol.dispose]();
  }

  #all(): BatchedText[] {
    return [...new Set([...this.#waiting, ...this.#rows.filter((text) => text !== undefined), ...this.#held.keys()])];
  }

  /** Takes the texts that are to pause out of their rows. */
  #setAside(): void {
    if (this.#held.size === 0) return;
    for (const [row, text] of this.#rows.entries()) {
      if (text === undefined || !this.#held.has(text)) continue;
      this.#held.set(text, this.#step.carried.toArrays(row));
      this.#rows[row] = undefined;
    }
  }

  #readPrompts(): void {
    const isIdle = this.#rows.every((text) => text === undefined);
    for (let left = isIdle ? this.#idleTokens : PROMPT_TOKENS; left > 0 && this.#waiting.length > 0;) {
      const short = this.#shortPrompts(left);
      if (short.length > 1) {
        const states = this.#prompts.readTogether(short);
        this.#waiting.splice(0, short.length);
        for (const [i, state] of states.entries()) this.#place(short[i], state);
        for (const { prompt } of short) left -= prompt.length;
        continue;
      }
      const [text] = this.#waiting;
      // A prompt of one token costs something too.
      left -= Math.max(1, this.#prompts.advance(text));
      const state = this.#prompts.stateOf(text);
      if (state === undefined) continue;
      this.#waiting.shift();
      this.#place(text, state);
    }
  }

  /** The first texts that wait, for as long as their prompts are short enough to be read together. */
  #shortPrompts(most: number): BatchedText[] {
    let total = 0;
    const end = this.#waiting.findIndex((text) => !text.isShort || (total += text.prompt.length) > most);
    return this.#waiting.slice(0, end < 0 ? undefined : end);
  }

  /** Gives a text whose prompt has been read a row. */
  #place(text: BatchedText, state: GenerationState["arrays"]): void {
    const row = this.#freeRow();
    this.#rows[row] = text;
    this.#step.carried.restore(state, row);
    this.#endIfFinished(row);
  }

  /** Returns an empty row, after adding an eighth of the rows if there is none. */
  #freeRow(): number {
    const free = this.#rows.indexOf(undefined);
    if (free >= 0) return free;
    const { length } = this.#rows;
    const added = new Array<undefined>(Math.ceil(length / 8)).fill(undefined);
    // The new rows begin as copies of the first.
    this.#step.select([...this.#rows.keys(), ...added.map(() => 0)]);
    this.#rows.push(...added);
    return length;
  }

  /** Leaves out the empty rows once they are more than a quarter. */
  #shrink(): void {
    const used = [...this.#rows.keys()].filter((row) => this.#rows[row] !== undefined);
    if (used.length === 0 || this.#rows.length - used.length <= this.#rows.length / 4) return;
    this.#step.select(used);
    this.#rows = used.map((row) => this.#rows[row]);
  }

  #endIfFinished(row: number): void {
    const text = this.#rows[row];
    if (!text?.isFinished) return;
    this.#rows[row] = undefined;
    this.#held.delete(text);
    text.end(this.#step.carried.toArrays(row));
  }
}

/** A text of a `ContinuousBatch`. */
export class BatchedText {
  /** The state from which its prompt is read. */
  readonly start: GenerationState | undefined;
  /** The text when it has ended. Rejected if the model gives no next token; pending for ever if it is removed. */
  readonly ended: Promise<Completion>;
  /** Called for each token with the text that is now final, which may be empty, and at the end with the rest. */
  onPiece: ((piece: string) => void) | undefined;
  /** Called after the last piece, unless the text fails or is removed. */
  onEnd: (() => void) | undefined;
  #continuation: Continuation;
  #written = "";
  #error: unknown;
  #isReleased = false;
  #settle: PromiseWithResolvers<Completion> = Promise.withResolvers<Completion>();

  /** Starts before the first token. */
  constructor(continuation: Continuation, start: GenerationState | undefined) {
    this.#continuation = continuation;
    this.start = start;
    this.ended = this.#settle.promise;
    // Whoever removed the text does not wait for it.
    this.ended.catch(() => undefined);
  }

  /** The ids of the prompt. */
  get prompt(): Int32Array {
    return this.#continuation.prompt;
  }

  /** Number of ids before those of the prompt itself. */
  get lead(): number {
    return this.#continuation.lead;
  }

  /** The id of the last token. */
  get token(): number {
    return this.#continuation.token;
  }

  /** Number of tokens so far. */
  get tokens(): number {
    return this.#continuation.tokens;
  }

  /** Why the text ended; undefined if it has not. */
  get finishReason(): FinishReason | undefined {
    return this.#continuation.finishReason;
  }

  /** Whether it has ended or failed. */
  get isFinished(): boolean {
    return this.#error !== undefined || this.#continuation.isFinished;
  }

  /** Whether its options change logits. */
  get adjusts(): boolean {
    return this.#continuation.adjusts;
  }

  /** The sampling temperature. */
  get temperature(): number {
    return this.#continuation.temperature;
  }

  /** The observer of the prompt. */
  get observe(): Continuation["observe"] {
    return this.#continuation.observe;
  }

  /** Whether its prompt can be read at once and together with others: it has something to read, and no observer. */
  get isShort(): boolean {
    return this.prompt.length > 1 && this.prompt.length <= CHUNK + 1 && this.observe === undefined;
  }

  /**
   * Returns the log-probabilities of the tokens since the last call, if they are asked for; the completion has those
   * that have not been taken.
   */
  takeLogprobs(): readonly TokenLogProbability[] | undefined {
    return this.#continuation.takeLogprobs();
  }

  /** Changes logits as its options ask. Returns whether it could; an error ends this text alone. */
  adjust(logits: Float32Array, hidden: () => Float32Array): boolean {
    return this.#attempt(() => this.#continuation.adjust(logits, hidden));
  }

  /**
   * Chooses the next token from the probabilities, or from the logits at temperature 0; an error ends this text alone.
   */
  choose(values: Float32Array): void {
    this.#attempt(() => {
      const piece = this.#continuation.draw(values);
      this.#written += piece;
      this.onPiece?.(piece);
    });
  }

  /** Ends the text with an error. */
  fail(error: unknown): void {
    this.#settle.reject(error);
  }

  /** Ends the text with these values of the recurrent state. */
  end(arrays: GenerationState["arrays"]): void {
    try {
      if (this.#error !== undefined) throw this.#error;
      const text = this.#continuation;
      const completion = completionOf(text, this.#written, text.stateAt(arrays));
      this.onPiece?.(completion.text.slice(this.#written.length));
      this.onEnd?.();
      this.#settle.resolve(completion);
    } catch (error) {
      this.#settle.reject(error);
    }
    this.release();
  }

  /** Frees the memory of its cache. */
  release(): void {
    if (!this.#isReleased) this.#continuation[Symbol.dispose]();
    this.#isReleased = true;
  }

  #attempt(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      this.#error = error;
      return false;
    }
  }
}

function idleTokens({ rnn, embedding }: TextGenerator["network"]): number {
  // Native libraries are as fast with the prompts of one step.
  if (embedding.weight.engine.packing !== "panels") return PROMPT_TOKENS;
  const size = rnn.parameters().reduce((sum, { size }) => sum + size, 0);
  return Math.max(PROMPT_TOKENS, Math.min(IDLE.tokens, Math.floor(IDLE.products / size)));
}
