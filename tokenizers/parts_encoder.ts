import { InputRangeError } from "../errors.ts";
import { AddedTokens, type Segment } from "./added_tokens.ts";
import { AlignedText, Growth } from "./aligned_text.ts";
import { ByteLevelEncoder } from "./byte_level_encoder.ts";
import { detached } from "./detached.ts";
import { barredTokens, type EncodeOptions } from "./encode_options.ts";
import { Encoding } from "./encoding.ts";
import type { IdList } from "./id_list.ts";
import { inPart } from "./in_part.ts";
import type { Model } from "./models/model.ts";
import { PieceTokenizer, type PieceTokens } from "./piece_tokens.ts";
import type { PipelineParts } from "./pipeline_parts.ts";
import type { PreTokenizer } from "./pre_tokenizers/pre_tokenizer.ts";
import { standsAlone, stretchesOf } from "./stretches.ts";

/** Maximum number of encoders with other allowed special tokens that one keeps. */
const MAX_RESTRICTED = 8;

/** Maximum number of stretches whose ids are kept, and the maximum length of one, in code units. */
const MAX_STRETCHES = 2 ** 17;
const MAX_STRETCH_LENGTH = 64;

/** A part of a text for which the model has no token. */
export interface UnknownPart {
  /** The part, as the text has it; one that the pipeline has added is as it adds it. */
  readonly symbol: string;
  /** Its start in the original text, in UTF-16 code units. */
  readonly start: number;
  /** Its end (exclusive). */
  readonly end: number;
}

/**
 * Encodes texts with the parts of a pipeline: splits them at added tokens, normalizes, splits into pieces and applies
 * the model. Adds no special tokens around a text.
 */
export class PartsEncoder {
  /** Encodes bytes; `undefined` if the parts are not plain byte-level BPE. */
  readonly bytes: ByteLevelEncoder | undefined;
  readonly #parts: PipelineParts;
  readonly #special: readonly string[];
  /** The encoders by the special tokens that they do not recognize. */
  readonly #restricted = new Map<string, PartsEncoder>();
  readonly #model: Model;
  readonly #preTokenizer: PreTokenizer | undefined;
  readonly #added: AddedTokens;
  readonly #memory: PieceTokenizer;
  /** The same, but without what has no token. */
  readonly #known: PieceTokenizer;
  /** Whether stretches between spaces have the same ids wherever they occur. */
  readonly #memorizes: boolean;
  /** The ids of the stretches that have been encoded. */
  readonly #stretches = new Map<string, readonly number[]>();

  /** Creates an encoder from parts. */
  constructor(parts: PipelineParts) {
    const { model, normalizer, preTokenizer, addedTokens = [] } = parts;
    this.#parts = parts;
    this.bytes = normalizer === undefined ? ByteLevelEncoder.of(model, preTokenizer) : undefined;
    this.#model = model;
    this.#preTokenizer = preTokenizer;
    this.#added = new AddedTokens(addedTokens, normalizer);
    this.#special = addedTokens.filter(({ special }) => special === true).map(({ content }) => content);
    this.#memory = new PieceTokenizer(model);
    this.#known = model.unknownId === undefined ? new PieceTokenizer(model, { leavesOutUnknown: true }) : this.#memory;
    this.#memorizes = model.isDeterministic && this.#added.cutsBeforeSpaces &&
      (normalizer?.isLocal ?? true) && preTokenizer?.cutsBeforeSpaces === true;
  }

  /** The encoder that recognizes only these special tokens in a text. */
  allowing(allowed: EncodeOptions["allowedSpecial"]): PartsEncoder {
    const barred = barredTokens(this.#special, allowed);
    if (barred.length === 0) return this;
    const key = JSON.stringify(barred);
    const known = this.#restricted.get(key);
    if (known !== undefined) return known;
    const tokens = new Set(barred);
    const restricted = new PartsEncoder({
      ...this.#parts,
      model: this.#model.without?.(tokens) ?? this.#model,
      addedTokens: this.#parts.addedTokens?.filter(({ content }) => !tokens.has(content)),
    });
    if (this.#restricted.size === MAX_RESTRICTED) this.#restricted.clear();
    this.#restricted.set(key, restricted);
    return restricted;
  }

  /** Whether cutting a text before a space leaves the added tokens of both parts unchanged. */
  get cutsBeforeSpaces(): boolean {
    return this.#added.cutsBeforeSpaces;
  }

  /** Appends the ids of a text. */
  append(text: string, list: IdList): void {
    if (this.bytes === undefined) {
      for (const ids of this.#knownStretches(text) ?? this.#idsOf(text)) list.append(ids);
    } else {
      for (const { id, text: segment } of this.#added.segments(text)) {
        list.append(id === undefined ? this.bytes.encode(segment.text) : [id]);
      }
    }
  }

  /**
   * Encodes a text with offsets.
   *
   * @param sequence The text's index in a pair.
   * @param names The tokens by id.
   */
  encoding(text: string, sequence: number, names: readonly (string | undefined)[]): Encoding {
    const ids: number[] = [];
    const tokens: string[] = [];
    const offsets: [number, number][] = [];
    const wordIds: number[] = [];
    // Hugging Face's library also shows the unknown text of a unigram model.
    const isUnigram = this.#model.type === "Unigram";
    for (const [word, { id, text: piece }] of this.#pieces(text).entries()) {
      const found = id === undefined ? this.#tokens(piece) : { ids: [id], starts: [0], ends: [piece.length] };
      for (let i = 0; i < found.ids.length; i++) {
        ids.push(found.ids[i]);
        const isAsWritten = id !== undefined || (isUnigram && found.ids[i] === this.#model.unknownId);
        tokens.push(isAsWritten ? piece.text.slice(found.starts[i], found.ends[i]) : names[found.ids[i]]!);
        offsets.push([piece.start(found.starts[i]), piece.end(found.ends[i] - 1)]);
        wordIds.push(word);
      }
    }
    const all = (value: number): number[] => new Array<number>(ids.length).fill(value);
    const masks = { attentionMask: all(1), specialTokensMask: all(0) };
    return new Encoding({
      ids,
      tokens,
      offsets,
      wordIds,
      typeIds: all(sequence),
      sequenceIds: all(sequence),
      ...masks,
    });
  }

  /** Yields the ids of a text's pieces. */
  *#idsOf(text: string): Generator<readonly number[], void, void> {
    for (const { id, text: piece } of this.#pieces(text)) yield id === undefined ? this.#tokens(piece).ids : [id];
  }

  /** The ids of a text's stretches, or `undefined` if the text must be encoded as a whole. */
  #knownStretches(text: string): (readonly number[])[] | undefined {
    if (!this.#memorizes) return undefined;
    const found: (readonly number[])[] = [];
    for (const stretch of stretchesOf(text)) {
      const ids = this.#stretches.get(stretch) ?? this.#learn(stretch);
      if (ids === undefined) return undefined;
      found.push(ids);
    }
    return found;
  }

  /** Encodes a stretch and keeps its ids; returns `undefined` if it cannot be encoded on its own. */
  #learn(stretch: string): readonly number[] | undefined {
    try {
      const normalized = this.#parts.normalizer?.normalize(AlignedText.of(stretch)).text ?? stretch;
      // How much a text may grow is a limit for all of it.
      if (!standsAlone(stretch, normalized) || normalized.length > 2 * stretch.length) return undefined;
      const ids = [...this.#idsOf(stretch)].flat();
      if (this.#stretches.size === MAX_STRETCHES) this.#stretches.clear();
      if (stretch.length <= MAX_STRETCH_LENGTH) this.#stretches.set(detached(stretch), ids);
      return ids;
    } catch (error) {
      // Encoding the whole text finds the place of the error in it.
      if (error instanceof InputRangeError) return undefined;
      throw error;
    }
  }

  /** The parts of the text for which the model has no token, with their places. */
  unknownParts(text: string): UnknownPart[] {
    if (this.bytes !== undefined) return [];
    const pieces = this.#pieces(text).filter(({ id }) => id === undefined);
    const parts = pieces.flatMap(({ text: piece }) => this.#unknownIn(piece, text));
    // Several tokens, such as those of its bytes, may stand for one character.
    return parts.filter(({ start, end }, i) => i === 0 || start !== parts[i - 1].start || end !== parts[i - 1].end);
  }

  /** The model's tokens of a piece. Adds the piece's place in the text to an error. */
  #tokens(piece: AlignedText): PieceTokens {
    try {
      return this.#memory.tokens(piece.text);
    } catch (error) {
      if (!(error instanceof InputRangeError) || piece.length === 0) throw error;
      throw new InputRangeError(`${error.message}, in the piece that starts at index ${piece.start(0)}`);
    }
  }

  /** The added tokens of a text and the pieces between them. */
  #pieces(text: string): Segment[] {
    const preTokenizer = this.#preTokenizer;
    const segments = this.#added.segments(text);
    if (preTokenizer === undefined) return segments;
    const growth = new Growth("split a text", AlignedText.of(text));
    return segments.flatMap((segment) => {
      if (segment.id !== undefined) return [segment];
      const pieces = inPart("pre_tokenizer", () => preTokenizer.split(segment.text));
      for (const piece of pieces) growth.add(piece.length);
      return pieces.map((text) => ({ id: undefined, text }));
    });
  }

  /** The parts of a piece that have no token, or only the unknown one. */
  #unknownIn(piece: AlignedText, text: string): UnknownPart[] {
    const { ids, starts, ends } = this.#known.tokens(piece.text);
    const parts: UnknownPart[] = [];
    const add = (from: number, to: number): void => {
      if (from >= to) return;
      const [start, end] = [piece.start(from), piece.end(to - 1)];
      parts.push({ symbol: start < end ? text.slice(start, end) : piece.text.slice(from, to), start, end });
    };
    let covered = 0;
    for (let i = 0; i < ids.length; i++) {
      add(covered, starts[i]);
      if (ids[i] === this.#model.unknownId) add(starts[i], ends[i]);
      covered = Math.max(covered, ends[i]);
    }
    add(covered, piece.length);
    return parts;
  }
}
