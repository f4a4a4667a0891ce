import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { brief, type JSONFields } from "../json_fields.ts";

/**
 * Reads the tokens and ids of a model's `vocab` field.
 *
 * @throws {SyntaxError} If the field is not an object, or an id is not a number.
 * @throws {RangeError} If an id is not an integer of at least 0, or two tokens share one.
 */
export function vocabularyFromJSON(model: JSONFields): Map<string, number> {
  return readVocabulary(model.object("vocab"));
}

/** Like {@linkcode vocabularyFromJSON}, from the object itself. */
export function readVocabulary(vocab: JSONFields): Map<string, number> {
  const vocabulary = new Map<string, number>();
  const tokens = new Map<number, string>();
  for (const [token, id] of vocab.entries()) {
    const place = (): string => `read a tokenizer: ${vocab.path}: the id of ${brief(token)}`;
    if (typeof id !== "number") throw new InputSyntaxError(`${place()}: expected a number, found ${brief(id)}`);
    if (!Number.isSafeInteger(id) || id < 0) {
      throw new InputRangeError(`${place()}: expected a whole number of at least 0, found ${id}`);
    }
    const other = tokens.get(id);
    if (other !== undefined) {
      throw new InputRangeError(`${place()}: expected a unique id, found ${id}, also the id of ${brief(other)}`);
    }
    tokens.set(id, token);
    vocabulary.set(token, id);
  }
  return vocabulary;
}
