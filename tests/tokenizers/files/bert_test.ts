import peers from "../../goldens/tokenizer_peers.json" with { type: "json" };
import { assertEquals, assertThrows } from "@std/assert";
import { bertJSON } from "../../../tokenizers/files/mod.ts";
import { PipelineTokenizer } from "../../../tokenizers/pipeline_tokenizer.ts";

const TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##seen", "Un", "é", "e"];
const VOCAB = TOKENS.map((token) => `${token}\n`).join("");

const added = (id: number, content: string): unknown => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

const special = (id: string, typeId: number): unknown => ({ SpecialToken: { id, type_id: typeId } });

Deno.test("bertJSON gives bert-base-uncased's tokenizer.json", () => {
  const [first, second] = ["A", "B"].map((id, typeId) => ({ Sequence: { id, type_id: typeId } }));
  assertEquals(bertJSON({ vocab: VOCAB }), {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: TOKENS.slice(0, 5).map((token, id) => added(id, token)),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [special("[CLS]", 0), first, special("[SEP]", 0)],
      pair: [special("[CLS]", 0), first, special("[SEP]", 0), second, special("[SEP]", 1)],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(TOKENS.map((token, id) => [token, id])),
    },
  });
});

Deno.test("a tokenizer from vocab.txt encodes with and without case", () => {
  const uncased = PipelineTokenizer.fromJSON(bertJSON({ vocab: VOCAB }));
  assertEquals(uncased.encoding("Unseen é x").ids, [2, 5, 6, 9, 1, 3]);
  const cased = PipelineTokenizer.fromJSON(bertJSON({ vocab: VOCAB, lowercase: false }));
  assertEquals(cased.encoding("Unseen é [MASK]").ids, [2, 7, 6, 8, 4, 3]);
});

Deno.test("vocab.txt may have CR LF and lack a final line end", () => {
  const json = bertJSON({ vocab: VOCAB });
  assertEquals(bertJSON({ vocab: VOCAB.replaceAll("\n", "\r\n") }), json);
  assertEquals(bertJSON({ vocab: VOCAB.trimEnd() }), json);
});

Deno.test("special tokens get the ids of their lines, in order, if present", () => {
  const { added_tokens } = bertJSON({ vocab: "[SEP]\na\n[CLS]\n[UNK]\n__proto__\n" });
  assertEquals(added_tokens, [added(0, "[SEP]"), added(2, "[CLS]"), added(3, "[UNK]")]);
});

Deno.test("lines end before white space, a token in several lines has the id of the last, and the other ids are unused", () => {
  const { text, ids } = peers.vocab_txt;
  const tokenizer = PipelineTokenizer.fromJSON(bertJSON({ vocab: text }));
  assertEquals(Object.fromEntries(tokenizer.parts.model.vocabulary), ids);
  assertEquals([tokenizer.size, tokenizer.unusedIds], [10, [1, 2]]);
  assertEquals([...tokenizer.encode("a b c")], [4, 3, 6, 7, 5]);
  assertEquals(tokenizer.decode([1, 3, 2, 6]), "a b");
});

Deno.test("a missing required special token is named", () => {
  for (const token of ["[UNK]", "[CLS]", "[SEP]"]) {
    assertThrows(
      () => bertJSON({ vocab: VOCAB.replace(`${token}\n`, "") }),
      RangeError,
      `read a tokenizer: vocab.txt: expected the token "${token}", found none`,
    );
  }
});
