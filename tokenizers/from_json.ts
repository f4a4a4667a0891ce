import { type AddedToken, addedTokenFromJSON, addedTokenToJSON } from "./added_tokens.ts";
import { ByteTokenizer } from "./byte.ts";
import { CHAR_PIPELINE, CharTokenizer, isSpecialSymbol } from "./char.ts";
import type { JSONFields } from "./json_fields.ts";
import { vocabularyFromJSON } from "./models/vocabulary_json.ts";
import { fileFields, pipelineFromJSON } from "./pipeline_json.ts";
import { PipelineTokenizer } from "./pipeline_tokenizer.ts";
import { tokensById } from "./tokens_by_id.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { type Pipeline, tokenizerJSON } from "./tokenizer_json.ts";
import { Vocabulary } from "./vocabulary.ts";
import { declaredWords, specialWords, WORD_PIPELINE, WordTokenizer } from "./word.ts";

/**
 * Builds a tokenizer from a `tokenizer.json` in Hugging Face's format. Returns a {@linkcode CharTokenizer},
 * {@linkcode WordTokenizer} or {@linkcode ByteTokenizer} if the file was written by one, otherwise a
 * {@linkcode PipelineTokenizer}. All fields but the model may be missing, and ids may have gaps.
 *
 * @param json The parsed file (the result of `JSON.parse`).
 * @throws {SyntaxError} If a field is missing or of the wrong type.
 * @throws {RangeError} If the version, a part's type or a field is not supported, two tokens share an id, or parts contradict
 * each other.
 *
 * @example Read a tokenizer back
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
  const file = fileFields(json);
  if (hasFields(file, new ByteTokenizer().toJSON())) {
    file.refuseOthers();
    return new ByteTokenizer();
  }
  if (isWordLevel(file, CHAR_PIPELINE)) {
    const vocabulary = readVocabulary(file, (symbols) => symbols.filter(isSpecialSymbol), () => []);
    if (vocabulary !== undefined) return new CharTokenizer(vocabulary);
  } else if (isWordLevel(file, WORD_PIPELINE)) {
    const vocabulary = readVocabulary(file, specialWords, declaredWords);
    if (vocabulary !== undefined) return new WordTokenizer(vocabulary);
  }
  return new PipelineTokenizer(pipelineFromJSON(file));
}

/** Whether a file has a WordLevel model and the same pipeline as one of Elman's own tokenizers. */
function isWordLevel(file: JSONFields, pipeline: Pipeline): boolean {
  const { model: _model, added_tokens: _added, ...others } = tokenizerJSON(pipeline, {});
  return file.object("model").raw("type") === "WordLevel" && hasFields(file, others);
}

function hasFields(file: JSONFields, expected: Record<string, unknown>): boolean {
  return Object.entries(expected).every(([field, value]) => same(file.raw(field), value));
}

/**
 * Reads the vocabulary of a WordLevel model, whose special symbols are declared as added tokens or have the place and
 * form of some; `undefined` if some ids are unused, or others are declared than `declaredOf` returns.
 */
function readVocabulary(
  file: JSONFields,
  specialsOf: (symbols: readonly string[]) => readonly string[],
  declaredOf: (vocabulary: Vocabulary) => readonly AddedToken[],
): Vocabulary | undefined {
  const model = file.object("model");
  const ids = vocabularyFromJSON(model);
  const byId = tokensById(ids, []);
  if (byId.length > ids.size) return undefined;
  const symbols = byId as string[];
  const declared = file.objects("added_tokens").map((token) => addedTokenFromJSON(token).content);
  if (!declared.every((symbol) => ids.has(symbol))) return undefined;
  const specials = declared.length > 0 ? declared : specialsOf(symbols);
  const unknown = model.string("unk_token");
  const options = unknown !== "" && ids.has(unknown) ? { unknown, specials } : { specials };
  const vocabulary = new Vocabulary(symbols, options);
  if (!same(file.raw("added_tokens"), declaredOf(vocabulary).map(addedTokenToJSON))) return undefined;
  file.refuseOthers();
  return vocabulary;
}

/** Whether two JSON values are equal, regardless of field order. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) =>
      Object.hasOwn(b, key) && same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
    );
}
