import { BYTE_PIPELINE, byteSymbols, ByteTokenizer } from "./byte.ts";
import { CHAR_PIPELINE, CharTokenizer } from "./char.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { FORMAT_VERSION, type Pipeline, tokenizerJSON } from "./tokenizer_json.ts";
import { Vocabulary } from "./vocabulary.ts";
import { EOS, WORD_PIPELINE, WordTokenizer } from "./word.ts";

type Fields = Record<string, unknown>;

/** One kind of tokenizer.json: its model's type, what must stand around the model, and what makes a tokenizer of it. */
interface Format {
  readonly model: string;
  readonly pipeline: Pipeline;
  readonly read: (model: Fields) => Tokenizer;
}

const FORMATS: readonly Format[] = [
  { model: "WordLevel", pipeline: CHAR_PIPELINE, read: (model) => new CharTokenizer(readWordLevel(model, [])) },
  { model: "WordLevel", pipeline: WORD_PIPELINE, read: (model) => new WordTokenizer(readWordLevel(model, [EOS])) },
  { model: "BPE", pipeline: BYTE_PIPELINE, read: readBytes },
];

/**
 * The tokenizer that a `tokenizer.json` describes. It reads what the tokenizers here write, and what Hugging Face's
 * library writes for the same; a file with other parts (another normalizer, merges, added tokens) is refused rather
 * than read wrongly.
 *
 * @param json The file's contents after `JSON.parse`.
 * @throws {SyntaxError} If a field is missing or of the wrong type.
 * @throws {RangeError} If the version is another one, a part is of another kind, or the ids are not 0 to V - 1, each
 * once.
 *
 * @example Read back a tokenizer
 * ```ts
 * import { tokenizerFromJSON, WordTokenizer } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const file = JSON.stringify(WordTokenizer.train("to be or not to be"));
 * const tokenizer = tokenizerFromJSON(JSON.parse(file));
 * assertEquals(tokenizer.kind, "word");
 * assertEquals([...tokenizer.encodePrompt("to be")], [2, 3]);
 * ```
 */
export function tokenizerFromJSON(json: unknown): Tokenizer {
  const file = fields(json, "the file");
  for (const field of Object.keys(tokenizerJSON(CHAR_PIPELINE, {}))) {
    if (!Object.hasOwn(file, field)) throw new SyntaxError(`read a tokenizer: the field ${field} is missing`);
  }
  if (file.version !== FORMAT_VERSION) {
    throw new RangeError(`read a tokenizer: version: expected "${FORMAT_VERSION}", found ${brief(file.version)}`);
  }
  const model = fields(file.model, "model");
  const format = FORMATS.find((it) => it.model === model.type && same(it.pipeline.pre_tokenizer, file.pre_tokenizer));
  if (format === undefined) {
    throw new RangeError(
      "read a tokenizer: expected a character, word or byte tokenizer, " +
        `found model.type ${brief(model.type)} with pre_tokenizer ${brief(file.pre_tokenizer)}`,
    );
  }
  for (const [field, expected] of Object.entries(tokenizerJSON(format.pipeline, model))) {
    if (same(expected, file[field])) continue;
    throw new RangeError(`read a tokenizer: ${field}: expected ${brief(expected)}, found ${brief(file[field])}`);
  }
  return format.read(model);
}

function readWordLevel(model: Fields, specials: readonly string[]): Vocabulary {
  const symbols = readVocab(model.vocab);
  const unknown = model.unk_token;
  if (typeof unknown !== "string") {
    throw new SyntaxError(`read a tokenizer: model.unk_token: expected a string, found ${brief(unknown)}`);
  }
  return new Vocabulary(symbols, unknown !== "" && symbols.includes(unknown) ? { unknown, specials } : { specials });
}

function readBytes(model: Fields): ByteTokenizer {
  const symbols = readVocab(model.vocab);
  for (const field of ["continuing_subword_prefix", "end_of_word_suffix"]) {
    if ((model[field] ?? null) === null) continue;
    throw new RangeError(`read a tokenizer: model.${field}: expected null, found ${brief(model[field])}`);
  }
  if (!same(model.merges, [])) {
    throw new RangeError(
      `read a tokenizer: model.merges: expected [] (a byte tokenizer), found ${brief(model.merges)}`,
    );
  }
  if (!same(symbols, byteSymbols())) {
    throw new RangeError("read a tokenizer: model.vocab: expected the 256 bytes, each with its own value as its id");
  }
  return new ByteTokenizer();
}

/** The symbols by id. */
function readVocab(vocab: unknown): string[] {
  const entries = Object.entries(fields(vocab, "model.vocab"));
  const symbols: string[] = new Array(entries.length);
  for (const [symbol, id] of entries) {
    const place = `read a tokenizer: model.vocab: the id of ${brief(symbol)}`;
    if (typeof id !== "number") throw new SyntaxError(`${place}: expected a number, found ${brief(id)}`);
    if (!Number.isInteger(id) || id < 0 || id >= symbols.length) {
      throw new RangeError(`${place}: expected 0 to ${symbols.length - 1} without gaps, found ${id}`);
    }
    if (symbols[id] !== undefined) throw new RangeError(`${place}: ${id} is already that of ${brief(symbols[id])}`);
    symbols[id] = symbol;
  }
  return symbols;
}

function fields(value: unknown, name: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new SyntaxError(`read a tokenizer: ${name}: expected an object, found ${brief(value)}`);
}

/** Whether two JSON values are equal, whatever the order of their fields. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same((a as Fields)[key], (b as Fields)[key]));
}

/** A JSON value for a message, cut to a length that fits on a line. */
function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
