"""Writes tokenizer_peers.json beside this file: python3 tests/goldens/tokenizer_peers.py

Needs `tokenizers` 0.23.3 from PyPI. The tests read the committed file and never run this script.

unused_ids: [case], tokenizers whose ids have gaps or whose vocabularies have duplicates, each with
    name       what is unusual
    json       the tokenizer.json that is read
    saved      the model that Hugging Face's library writes after reading it
    text       an input
    ids        its ids
    decoded    the text of each id from 0 to the largest, alone; "" for an id that no token has
    all        the text of all these ids together

vocab_txt: {text, ids}: the ids that WordPiece reads from a vocab.txt whose lines have duplicates
"""

import json
import pathlib
import tempfile

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
    text = "[UNK]\na\nb\na\n[CLS]\n[SEP]\nb\nc\n"
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(text)
        file.flush()
        return {"text": text, "ids": dict(sorted(WordPiece.read_file(file.name).items()))}


goldens = {"unused_ids": [case(*parts) for parts in unused_ids()], "vocab_txt": vocab_txt()}
(HERE / "tokenizer_peers.json").write_text(json.dumps(goldens, ensure_ascii=False, indent=1) + "\n")
