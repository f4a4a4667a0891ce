"""Trains small SentencePiece models and writes them, with the ids of some texts and the texts of some ids, into
models.json.

Needs spm_train, spm_encode and spm_decode of SentencePiece 0.1.97 (Debian's package sentencepiece): python3 generate.py
"""
import base64
import json
import pathlib
import random
import subprocess
import tempfile

# Decomposed letters, half-width kana, Korean jamo, a ligature, spaces, and characters that disappear.
RULES = [
    ("e\u0301", "é"), ("e\u0302", "ê"), ("e\u0302\u0301", "ế"), ("o\u031b\u0323", "ợ"), ("u\u0308", "ü"),
    ("\uff8a\uff9f", "パ"), ("\uff8a", "ハ"), ("\uff9d", "ン"), ("\u1112\u1161\u11ab", "한"), ("\u1112\u1161", "하"),
    ("\ufb01", "fi"), ("\u3000", " "), ("\u00a0", " "), ("\t", " "), ("\u200b", ""), ("\u00a8", " \u0308"),
]
WORDS = "the boat the tide a rope a lamp two boats three lamps low tide high tide old rope".split()
LINES = [" ".join(WORDS[(i * j + i) % len(WORDS)] for j in range(1, 8)) + "." for i in range(60)]
LINES += ["tiếng việt một", "パン ハ", "한 하 한하", "fi fin über é ê", "wait ... ....... so"] * 4

VARIANTS = {
    "plain": [],
    "suffix": ["--treat_whitespace_as_suffix=true"],
    "symbols": ["--user_defined_symbols=<sep>,tide,a b"],
    "spaces": ["--remove_extra_whitespaces=false", "--user_defined_symbols=<sep>,▁▁"],
    "bare": ["--add_dummy_prefix=false", "--remove_extra_whitespaces=false"],
    "denormalized": ["--denormalization_rule_tsv=denormalization.tsv"],
    "crossing": ["--split_by_whitespace=false", "--max_sentencepiece_length=9"],
}
SIZES = {"unigram": 70, "bpe": 80, "char": 50, "word": 30}

TEXTS = [
    "", " ", "   ", "the boat", "  the   tide  ", "<sep>", "<sep>the", "the<sep> tide", " <sep> <sep> ", "tide", "a b",
    "<s>", "</s>the", "<unk>", "the <s> tide </s>", "boat▁▁lamp", "▁the▁", "xyz qq the", "q z", "1 2 3", "....... the",
    "wait....... so.......", "tie\u0302\u0301ng vie\u0323\u0302t", "e\u0302e\u0301e", "\uff8a\uff9f\uff9d \uff8a",
    "\u1112\u1161\u11ab\u1112\u1161", "\ufb01\ufb01n", "the\u3000boat\u00a0lamp\ttide", "\u200b", "th\u200be \u200b boat",
    "u\u0308ber", "\u00a8u", "😀 the 😀😀", "lamps lamps boats three old rope low high.",
]


def encode(model, text):
    """The ids of a text; None if SentencePiece fails, as it does on a word that spells a control piece."""
    command = ["spm_encode", "--model", str(model), "--output_format=id"]
    done = subprocess.run(command, input=text + "\n", capture_output=True, text=True)
    return [int(id) for id in done.stdout.split()] if done.returncode == 0 else None


def decode(model, ids):
    """The text of some ids."""
    command = ["spm_decode", "--model", str(model), "--input_format=id"]
    done = subprocess.run(command, input=f"{' '.join(map(str, ids))}\n".encode(), capture_output=True, check=True)
    return done.stdout.decode()[:-1]


def random_ids(size):
    """Sequences of ids, mostly of special pieces and the mark, which come first."""
    draws = random.Random(size)
    draw = lambda: draws.randrange(size) if draws.random() < 0.5 else draws.randrange(min(8, size))
    return [[draw() for _ in range(1 + i // 3)] for i in range(18)]


def train(folder, algorithm, options):
    (folder / "corpus.txt").write_text("\n".join(LINES) + "\n")
    (folder / "rules.tsv").write_text("".join(
        "\t".join(" ".join(f"{ord(c):X}" for c in side) for side in rule) + "\n" for rule in RULES
    ))
    (folder / "denormalization.tsv").write_text("74 68 65\tE0\n6F\t30\n61 20\t2E\n")
    command = [
        "spm_train", "--input=corpus.txt", "--model_prefix=m", f"--model_type={algorithm}", "--minloglevel=2",
        "--normalization_rule_tsv=rules.tsv", "--character_coverage=1", "--hard_vocab_limit=false",
        "--bos_piece=<s>", "--num_threads=1", f"--vocab_size={SIZES[algorithm]}", *options,
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "m.model").read_bytes()


def main():
    models = []
    for algorithm in SIZES:
        variants = dict(VARIANTS)
        if algorithm != "word":
            variants["bytes"] = ["--byte_fallback=true", f"--vocab_size={SIZES[algorithm] + 256}"]
        for name, options in variants.items():
            with tempfile.TemporaryDirectory() as path:
                folder = pathlib.Path(path)
                model = train(folder, algorithm, options)
                size = len((folder / "m.vocab").read_text().splitlines())
                decoded = [[ids, decode(folder / "m.model", ids)] for ids in random_ids(size)]
                ids = [encode(folder / "m.model", text) for text in TEXTS]
            models.append({
                "name": f"{algorithm}, {name}",
                "ids": ids,
                "decoded": decoded,
                "model": base64.b64encode(model).decode(),
            })
    lines = [json.dumps(model) for model in models]
    content = '{\n"texts": %s,\n"models": [\n%s\n]\n}\n' % (json.dumps(TEXTS), ",\n".join(lines))
    pathlib.Path(__file__).with_name("models.json").write_text(content)


main()
