"""Writes tokenizer_peers.json beside this file: python3 tests/goldens/tokenizer_peers.py

Needs `tokenizers` 0.23.3 and `tiktoken` 0.14.0 from PyPI. The tests read the committed file and never run this script.

unused_ids: [case], tokenizers whose ids have gaps or whose vocabularies have duplicates, each with
    name       what is unusual
    json       the tokenizer.json that is read
    saved      the model that Hugging Face's library writes after reading it
    text       an input
    ids        its ids
    decoded    the text of each id from 0 to the largest, alone; "" for an id that no token has
    all        the text of all these ids together

vocab_txt: {text, ids}: the ids that WordPiece reads from a vocab.txt whose lines have duplicates and
white space at their ends

tiktoken: {ranks, texts, encodings}: a small .tiktoken file, and for each encoding {pattern, special, ids, ordinary}: the
pattern as tiktoken has it, the special tokens, and the ids of the texts with all special tokens allowed and with none
"""

import base64
import collections
import json
import pathlib
import tempfile

import tiktoken
from tiktoken_ext import openai_public
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

HERE = pathlib.Path(__file__).parent

FILE = {
    "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
    "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
}
FLAGS = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}


def word_piece(vocab):
    return {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocab}


def byte_symbols():
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return {**{byte: chr(byte) for byte in visible}, **{byte: chr(0x100 + i) for i, byte in enumerate(hidden)}}


def unused_ids():
    symbols = byte_symbols()
    byte_vocab = {symbols[byte]: 3 * byte + 1 for byte in range(256)} | {"ab": 900, "<|end|>": 1000}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    end = {"id": 1000, "content": "<|end|>", **FLAGS}
    unigram = [["<unk>", 0.0], ["a", -1.0], ["b", -2.0], ["a", -3.0], ["ab", -9.0]]
    return [
        ("WordLevel", {"model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "a": 1, "b": 3}, "unk_token": "[UNK]"}},
         "a b c a"),
        ("WordPiece", {"model": word_piece({"[UNK]": 2, "a": 1, "b": 3, "##b": 6}), "decoder":
                       {"type": "WordPiece", "prefix": "##", "cleanup": False}}, "ab a b c"),
        ("BPE", {"model": {"type": "BPE", "vocab": {"a": 0, "b": 2, "ab": 5}, "merges": [["a", "b"]]}}, "ab a b c"),
        ("byte-level BPE with an added token beyond a gap",
         {"model": {"type": "BPE", "vocab": byte_vocab, "merges": [["a", "b"]]}, "pre_tokenizer": byte_level,
          "decoder": byte_level, "added_tokens": [end]}, "ab é<|end|> ab"),
        ("added tokens in the vocabulary beyond a gap",
         {"model": word_piece({"[UNK]": 0, "a": 1, "[SEP]": 9, "[CLS]": 12}),
          "added_tokens": [{"id": 9, "content": "[SEP]", **FLAGS}, {"id": 12, "content": "[CLS]", **FLAGS}],
          "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 9], "cls": ["[CLS]", 12]}}, "a b [SEP] a"),
        ("Unigram with a duplicate", {"model": {"type": "Unigram", "unk_id": 0, "vocab": unigram}}, "ab b c a"),
    ]


def case(name, parts, text):
    file = {**FILE, **parts}
    tokenizer = Tokenizer.from_str(json.dumps(file))
    size = max(tokenizer.get_vocab().values()) + 1
    decode = lambda ids: tokenizer.decode(ids, skip_special_tokens=False)
    return {
        "name": name, "json": file, "saved": json.loads(tokenizer.to_str())["model"], "text": text,
        "ids": tokenizer.encode(text).ids, "decoded": [decode([id]) for id in range(size)],
        "all": decode(list(range(size))),
    }


def vocab_txt():
    text = "[UNK]\na\nb \na\n[CLS]\n[SEP]\nb\u3000\nc\n\u2028\nd\ufeff\n"
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        return {"text": text, "ids": dict(sorted(WordPiece.read_file(file.name).items()))}


TEXTS = [
    "", " ", "\n", "Hello, World! It's 12345678 o'clock.", "DON'T they'LL i'vE we'Re 'sPQ 'ſ", "camelCase HTTPServer XMLÉcole",
    "  leading and trailing   ", "tabs\t\tand\r\nlines \n\n \n  x", "1 22 333 4444 55555", "a/b//c\n/path/to\n\n",
    "漢字かな 한국어 e\u0301 a\u0308\u0323", "👨‍👩‍👧 🇩🇪 !!!???\n...", "aaaaaaaaaaaa abababababab      ", "\u00a0\u2003\u3000x\u0085y",
    "<|endoftext|>", "a<|endoftext|> b<|im_end|><|eot_id|><|fim_prefix|><|endofprompt|>", "<|endoftext", "٣٤٥ Ⅷ ½ ²",
]


def small_ranks():
    """The 256 bytes and 250 merges learned from the texts, and a few long tokens."""
    words = [[bytes([byte]) for byte in text.encode()] for text in TEXTS * 2 if "<|" not in text]
    tokens = [bytes([byte]) for byte in range(256)]
    for _ in range(250):
        pairs = collections.Counter(pair for word in words for pair in zip(word, word[1:]))
        left, right = max(sorted(pairs), key=lambda pair: pairs[pair])
        tokens.append(left + right)
        for k, word in enumerate(words):
            merged = []
            for symbol in word:
                if merged and merged[-1] == left and symbol == right:
                    merged[-1] = left + right
                else:
                    merged.append(symbol)
            words[k] = merged
    tokens += [b"HTTPServer", b"     ", b"\n\n\n"]
    return {token: rank for rank, token in enumerate(dict.fromkeys(tokens))}


def tiktoken_goldens():
    ranks = small_ranks()
    openai_public.load_tiktoken_bpe = openai_public.data_gym_to_mergeable_bpe_ranks = lambda *_, **__: ranks
    contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    after = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    word = r"|[^\r\n\p{L}\p{N}]?\p{L}+|"
    reserved = [f"<|reserved_special_token_{i}|>" for i in range(251)]
    llama3 = ["<|begin_of_text|>", "<|end_of_text|>", *reserved[:4], "<|start_header_id|>", "<|end_header_id|>",
              reserved[4], "<|eot_id|>", *reserved[5:]]
    qwen2 = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    numbered = lambda tokens: {token: len(ranks) + i for i, token in enumerate(tokens)}
    encodings = {name: getattr(openai_public, name)() for name in ["r50k_base", "p50k_base", "cl100k_base", "o200k_base"]}
    given = {name: (entry["pat_str"], entry["special_tokens"]) for name, entry in encodings.items()}
    given["llama3"] = (contractions + word + r"\p{N}{1,3}" + after, numbered(llama3))
    given["qwen2"] = (contractions + word + r"\p{N}" + after, numbered(qwen2))
    result = {}
    for name, (pattern, special) in given.items():
        encoding = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens=special)
        result[name] = {
            "pattern": pattern, "special": special,
            "ids": [encoding.encode(text, allowed_special="all") for text in TEXTS],
            "ordinary": [encoding.encode_ordinary(text) for text in TEXTS],
        }
    file = "".join(f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items())
    return {"ranks": file, "texts": TEXTS, "encodings": result}


goldens = {"unused_ids": [case(*parts) for parts in unused_ids()], "vocab_txt": vocab_txt(), "tiktoken": tiktoken_goldens()}
(HERE / "tokenizer_peers.json").write_text(json.dumps(goldens, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n")
