import { InputRangeError } from "../../errors.ts";
import { linesOf } from "./lines.ts";
import { tokenizerFile } from "./tokenizer_file.ts";
import { checkOptions, FLAG, type Kinds, TEXT } from "../options.ts";

/** The inputs of {@linkcode bertJSON}. */
export interface BERTFiles {
  /** The contents of `vocab.txt`: one token per line; the line number from 0 is the id. */
  readonly vocab: string;
  /** Whether to lowercase texts and strip accents, as uncased models do. Default: true. */
  readonly lowercase?: boolean;
}

const KINDS: Kinds<BERTFiles> = { vocab: TEXT, lowercase: FLAG };

const UNKNOWN = "[UNK]";
const CLASS = "[CLS]";
const SEPARATOR = "[SEP]";
const WHITE_SPACE = /\p{White_Space}/u;
const SPECIAL = ["[PAD]", UNKNOWN, CLASS, SEPARATOR, "[MASK]"];

/**
 * Converts BERT's `vocab.txt` (Devlin et al. 2019) to the `tokenizer.json` of bert-base-uncased; with
 * `lowercase: false`, to that of bert-base-cased. As in Hugging Face's library, white space at the end of a
 * line does not count, a token in several lines gets the id of the last one, and the other ids are unused.
 *
 * @throws {RangeError} If `[UNK]`, `[CLS]` or `[SEP]` is missing.
 *
 * @example
 * ```ts
 * import { bertJSON, PipelineTokenizer } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##seen"].join("\n");
 * const tokenizer = PipelineTokenizer.fromJSON(bertJSON({ vocab }));
 * assertEquals(tokenizer.encoding("Unseen").tokens, ["[CLS]", "un", "##seen", "[SEP]"]);
 * ```
 */
export function bertJSON(options: BERTFiles): Record<string, unknown> {
  const { vocab, lowercase = true } = checkOptions("read a tokenizer", options, KINDS, ["vocab"]);
  const vocabulary = new Map(linesOf(vocab).map((line, id) => [trimmedEnd(line), id]));
  const idOf = (token: string): number => {
    const id = vocabulary.get(token);
    if (id === undefined) {
      throw new InputRangeError(`read a tokenizer: vocab.txt: expected the token "${token}", found none`);
    }
    return id;
  };
  const inTemplate = (token: string): unknown => ({ id: token, ids: [idOf(token)], tokens: [token] });
  for (const token of [UNKNOWN, CLASS, SEPARATOR]) idOf(token);
  return tokenizerFile({
    addedTokens: SPECIAL.filter((token) => vocabulary.has(token))
      .map((content) => ({ id: idOf(content), content, special: true }))
      .sort((a, b) => a.id - b.id),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    preTokenizer: { type: "BertPreTokenizer" },
    postProcessor: {
      type: "TemplateProcessing",
      single: [special(CLASS, 0), sequence("A", 0), special(SEPARATOR, 0)],
      pair: [special(CLASS, 0), sequence("A", 0), special(SEPARATOR, 0), sequence("B", 1), special(SEPARATOR, 1)],
      special_tokens: { [CLASS]: inTemplate(CLASS), [SEPARATOR]: inTemplate(SEPARATOR) },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      unk_token: UNKNOWN,
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary),
    },
  });
}

/** A line without the white space at its end, which `trimEnd` defines in another way. */
function trimmedEnd(line: string): string {
  let end = line.length;
  while (end > 0 && WHITE_SPACE.test(line[end - 1])) end--;
  return line.slice(0, end);
}

function special(token: string, typeId: number): unknown {
  return { SpecialToken: { id: token, type_id: typeId } };
}

function sequence(id: "A" | "B", typeId: number): unknown {
  return { Sequence: { id, type_id: typeId } };
}
