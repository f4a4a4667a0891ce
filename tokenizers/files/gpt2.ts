import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { brief, JSONFields } from "../json_fields.ts";
import { readVocabulary } from "../models/vocabulary_json.ts";
import { linesOf } from "./lines.ts";
import { bpeJSON } from "../tokenizer_json.ts";
import { tokenizerFile } from "./tokenizer_file.ts";
import { checkOptions, type Kinds, TEXT } from "../options.ts";

/** The inputs of {@linkcode gpt2JSON}. */
export interface GPT2Files {
  /** The contents of `vocab.json`: the tokens and their ids. */
  readonly vocab: string;
  /** The contents of `merges.txt`: an optional line that starts with `#version`, then one merge per line. */
  readonly merges: string;
}

const KINDS: Kinds<GPT2Files> = { vocab: TEXT, merges: TEXT };

const END_OF_TEXT = "<|endoftext|>";

/**
 * Converts GPT-2's `vocab.json` and `merges.txt` (Radford et al. 2019) to a `tokenizer.json`. If the vocabulary
 * contains `<|endoftext|>`, it becomes a special token.
 *
 * @throws {SyntaxError} If `vocab.json` is not a JSON object of numbers, or a line of `merges.txt` is not a merge.
 * @throws {RangeError} If an id is not an integer of at least 0 or occurs twice, or a merge takes or makes a token that
 * the vocabulary lacks.
 *
 * @example
 * ```ts
 * import { gpt2JSON, PipelineTokenizer } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const vocab = '{"b": 0, "e": 1, "Ġ": 2, "be": 3, "Ġbe": 4}';
 * const merges = "#version: 0.2\nb e\nĠ be\n";
 * const tokenizer = PipelineTokenizer.fromJSON(gpt2JSON({ vocab, merges }));
 * assertEquals([...tokenizer.encode("be be")], [3, 4]);
 * ```
 */
export function gpt2JSON(options: GPT2Files): Record<string, unknown> {
  const { vocab, merges } = checkOptions("read a tokenizer", options, KINDS, ["vocab", "merges"]);
  const vocabulary = readVocabulary(new JSONFields(parseJSON(vocab), "vocab.json"));
  const endOfText = vocabulary.get(END_OF_TEXT);
  const byteLevel = (isPrefixed: boolean, trimsOffsets: boolean): unknown => ({
    type: "ByteLevel",
    add_prefix_space: isPrefixed,
    trim_offsets: trimsOffsets,
    use_regex: true,
  });
  return tokenizerFile({
    addedTokens: endOfText === undefined ? [] : [{ id: endOfText, content: END_OF_TEXT, special: true }],
    preTokenizer: byteLevel(false, true),
    postProcessor: byteLevel(true, false),
    decoder: byteLevel(true, true),
    model: bpeJSON({
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      vocab: vocabulary,
      merges: readMerges(merges, vocabulary),
    }),
  });
}

function parseJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputSyntaxError(
      `read a tokenizer: vocab.json: expected JSON, found an error: ${(error as Error).message}`,
    );
  }
}

function readMerges(text: string, vocabulary: ReadonlyMap<string, number>): [left: string, right: string][] {
  const lines = linesOf(text);
  const first = lines[0]?.startsWith("#version") ? 1 : 0;
  return lines.slice(first).map((line, index) => {
    const place = `read a tokenizer: merges.txt: line ${first + index + 1}`;
    const [left, right, ...rest] = line.split(" ");
    if (!left || !right || rest.length > 0) {
      throw new InputSyntaxError(`${place}: expected two tokens with a space between them, found ${brief(line)}`);
    }
    const unknown = [left, right, left + right].find((token) => !vocabulary.has(token));
    if (unknown !== undefined) {
      throw new InputRangeError(`${place}: expected tokens of vocab.json, found ${brief(unknown)}`);
    }
    return [left, right];
  });
}
