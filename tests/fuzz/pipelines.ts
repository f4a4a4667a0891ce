// Valid `tokenizer.json` documents that have every type of every part between them.

const UNKNOWN = "<unk>";
const LETTERS = Object.fromEntries(
  [UNKNOWN, ..."Thecatsnïvdog'2 日本▁Ġ", "##a", "the", "▁the"].map((token, id) => [token, id]),
);

const NORMALIZERS = [
  { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  { type: "ByteLevel" },
  { type: "Lowercase" },
  ...["NFC", "NFD", "NFKC", "NFKD", "Nmt", "StripAccents"].map((type) => ({ type })),
  { type: "Prepend", prepend: "▁" },
  { type: "Replace", pattern: { String: " " }, content: "▁" },
  { type: "Replace", pattern: { Regex: "a+|[0-9]{2,3}" }, content: "aa" },
  { type: "Strip", strip_left: true, strip_right: false },
];

const PRE_TOKENIZERS = [
  { type: "BertPreTokenizer" },
  { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  { type: "CharDelimiterSplit", delimiter: "a" },
  { type: "Digits", individual_digits: true },
  { type: "FixedLength", length: 5 },
  { type: "Kmer", k: 3, stride: 1 },
  { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  { type: "Punctuation", behavior: "Isolated" },
  { type: "Split", pattern: { Regex: "\\p{L}+|\\p{N}{1,3}|\\s+(?!\\S)|[^a-z]" }, behavior: "Removed", invert: false },
  { type: "UnicodeScripts" },
  { type: "Whitespace" },
  { type: "WhitespaceSplit" },
];

const MODELS = [
  { type: "WordLevel", vocab: LETTERS, unk_token: UNKNOWN },
  {
    type: "BPE",
    ...{ dropout: null, unk_token: UNKNOWN, continuing_subword_prefix: null, end_of_word_suffix: null },
    ...{ fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab: LETTERS, merges: [["t", "h"]] },
  },
  {
    type: "WordPiece",
    unk_token: UNKNOWN,
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: LETTERS,
  },
  { type: "Unigram", unk_id: 0, byte_fallback: false, vocab: Object.keys(LETTERS).map((token, id) => [token, -id]) },
];

const POST_PROCESSORS = [
  { type: "BertProcessing", sep: ["T", 1], cls: ["h", 2] },
  { type: "RobertaProcessing", sep: ["T", 1], cls: ["h", 2], trim_offsets: true, add_prefix_space: true },
  { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "T", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
    special_tokens: { T: { id: "T", ids: [1], tokens: ["T"] } },
  },
  null,
];

const DECODERS = [
  { type: "BPEDecoder", suffix: "</w>" },
  { type: "ByteFallback" },
  { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  { type: "CTC", pad_token: "<pad>", word_delimiter_token: "|", cleanup: true },
  { type: "Fuse" },
  { type: "Kmer", stride: 1 },
  { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  { type: "Replace", pattern: { String: "▁" }, content: " " },
  { type: "Strip", content: " ", start: 1, stop: 0 },
  { type: "WordPiece", prefix: "##", cleanup: true },
];

const TRUNCATION = { direction: "Right", max_length: 12, strategy: "LongestFirst", stride: 0 };
const PADDING = {
  ...{ strategy: { Fixed: 12 }, direction: "Right", pad_to_multiple_of: null },
  ...{ pad_id: 0, pad_type_id: 0, pad_token: UNKNOWN },
};
const ADDED = {
  ...{ id: 0, content: UNKNOWN, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
};

function sequence(type: string, field: string, members: readonly unknown[], start: number): unknown {
  const chosen = [members[start % members.length], members[(start + 3) % members.length]];
  return start % 2 === 0 ? chosen[0] : { type, [field]: chosen };
}

/** Valid documents that have every type of every part between them. */
export const PIPELINES: readonly unknown[] = Array.from({ length: 26 }, (_, i) => ({
  version: "1.0",
  truncation: i % 5 === 0 ? TRUNCATION : null,
  padding: i % 7 === 0 ? PADDING : null,
  added_tokens: i % 3 === 0 ? [ADDED] : [],
  normalizer: sequence("Sequence", "normalizers", NORMALIZERS, i),
  pre_tokenizer: sequence("Sequence", "pretokenizers", PRE_TOKENIZERS, i),
  post_processor: POST_PROCESSORS[i % POST_PROCESSORS.length],
  decoder: sequence("Sequence", "decoders", DECODERS, i),
  model: MODELS[i % MODELS.length],
}));
