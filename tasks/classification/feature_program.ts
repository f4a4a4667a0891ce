import type { ClassifierConfig } from "./hyperparameters.ts";
import type { LinearConfig } from "./linear/mod.ts";

/**
 * Writes a program in Python that computes the features of texts as `linearInputs` does, for the linear model of a
 * classifier. It needs nothing but Python.
 */
export function featureProgram({ linear, alphabet }: Pick<ClassifierConfig, "linear" | "alphabet">): string {
  const own = linear!;
  const parts = own.words > 0 ? [WORDS, wordReader(own)] : [symbolReader(own, alphabet !== null)];
  return [HEAD, `BUCKETS = ${own.buckets}`, ...own.words > 0 ? [""] : ["", ""], parts.join("\n\n\n"), "", "", TAIL]
    .join("\n");
}

const HEAD = `"""Computes the inputs \`features\` and \`feature_values\` of a classifier's linear model from texts.

Written by Elman. Pass the lists of inputs(texts) to numpy.array or torch.tensor.
"""

import math
import re
import unicodedata
from collections import Counter

# The white space of JavaScript, in which the model was trained.
SPACE = "\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff"`;

/** The words of texts. */
const WORDS = `
def characters(kinds):
    """The characters whose Unicode category begins with one of some letters, for a class of a regular expression."""
    codes = [code for code in range(0x110000) if unicodedata.category(chr(code))[0] in kinds]
    starts = [code for i, code in enumerate(codes) if i == 0 or codes[i - 1] != code - 1]
    ends = [code for i, code in enumerate(codes) if i + 1 == len(codes) or codes[i + 1] != code + 1]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends))


LETTER, END = f"[{characters('LMN')}]", f"(?![{characters('LN')}])"
WORD = re.compile(
    f"n't{END}|'(?:s|re|ve|ll|d|m){END}|{LETTER}+?(?=n't{END})|-[lr][rscb]b-|{LETTER}+(?:[-.,:/_&]{LETTER}+)*"
    rf"|\\.+|-+|!+|\\?+|\`+|''+|[^{SPACE}{LETTER[1:]}",
    re.IGNORECASE,
)


def shape(word):
    """The shape of a word that begins with a capital, such as Xx; other words are their own shape."""
    if unicodedata.category(word[0]) != "Lu":
        return word
    kinds = [unicodedata.category(letter) for letter in word]
    signs = [{"Lu": "X", "Ll": "x"}.get(kind, "0" if kind[0] == "N" else c) for kind, c in zip(kinds, word)]
    return re.sub(r"([Xx0])\\1+", r"\\1", "".join(signs))`;

function wordReader({ words, shapes, letters, gaps = 0, openings }: LinearConfig): string {
  return `def keys(text):
    """The different features of a text: pairs of a bucket and a kind."""
    cased = WORD.findall(unicodedata.normalize("NFC", text).replace("’", "'"))
    words = [word.lower() for word in cased]
    parts = ["<", *words, ">"]
    found = ngrams(parts, 1, ${words}, 0x9E3779B9, 0)
${gaps > 0 ? `    found |= gaps(parts, 1, {gap: 0x3C6EF372 for gap in range(1, ${gaps + 1})})\n` : ""}${
    openings ? "    found |= openings(parts)\n" : ""
  }${shapes ? `    found |= ngrams(["<", *map(shape, cased), ">"], 1, ${words}, 0x51ED270B, 1)\n` : ""}${
    letters
      ? `    for word in set(words):
        found |= ngrams(f"<{word}>", ${letters[0]}, ${letters[1]}, 0x7F4A7C15, 2)
`
      : ""
  }    return found`;
}

function symbolReader({ letters, positions, regions, gaps = 0, marks }: LinearConfig, isSequence: boolean): string {
  const text = isSequence ? `re.sub(f"[{SPACE}]+", "", text).upper()` : "text";
  const placed = positions === null ? [] : [
    `    if len(symbols) != ${positions}:`,
    "        return found",
    "    for i in range(len(symbols)):",
    "        found |= ngrams(symbols[i:i + 2], 1, 2, extend(0x2545F491, i), 3, 1)",
    ...regions
      ? [
        `        for region in (2 * i // ${regions} - 1, 2 * i // ${regions}):`,
        "            found |= ngrams(symbols[i:i + 6], 3, 6, extend(0x6C8E9CF5, region), 1, 1)",
      ]
      : [],
  ];
  return [
    "def keys(text):",
    '    """The different features of a text: pairs of a bucket and a kind."""',
    `    text = unicodedata.normalize("NFC", ${text}).lower()`,
    '    symbols = re.sub(f"^[{SPACE}]+|[{SPACE}]+$", "", text)',
    letters
      ? `    found = ngrams(${marks ? 'f"<{symbols}>"' : "symbols"}, ${letters[0]}, ${letters[1]}, 0x7F4A7C15, 2)`
      : "    found = set()",
    ...gaps > 0
      ? [`    found |= gaps(symbols, 3, {gap: extend(0x3C6EF372, gap) for gap in range(1, ${gaps + 1})})`]
      : [],
    ...placed,
    "    return found",
  ].join("\n");
}

const TAIL = `def hashed(part):
    """The hash FNV-1a of a text's UTF-16 code units."""
    value, units = 0x811C9DC5, part.encode("utf-16-le", "surrogatepass")
    for i in range(0, len(units), 2):
        value = (value ^ int.from_bytes(units[i:i + 2], "little")) * 0x01000193 & 0xFFFFFFFF
    return value


def extend(value, part):
    """Extends a hash by the next part."""
    return ((value ^ part) * 0x5BD1E995 + part) & 0xFFFFFFFF


def mix(value):
    """Spreads the bits of a hash (the last step of MurmurHash3)."""
    value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return value ^ value >> 16


def ngrams(parts, shortest, longest, start, kind, starts=None):
    """The features of a kind: the n-grams of parts that begin at the first ones, or at all."""
    hashes, found = [hashed(part) for part in parts], set()
    for i in range(len(hashes) if starts is None else starts):
        value = start
        for n, part in enumerate(hashes[i:i + longest], 1):
            value = extend(value, part)
            if n >= shortest:
                found.add((mix(value) * BUCKETS >> 32, kind))
    return found


def gaps(parts, width, starts):
    """The features of pairs of runs of parts, with a start value for each number of parts between them."""
    hashes, found = [hashed(part) for part in parts], set()
    for gap, start in starts.items():
        for i in range(len(hashes) - 2 * width - gap + 1):
            value = start
            for part in hashes[i:i + width] + hashes[i + width + gap:i + 2 * width + gap]:
                value = extend(value, part)
            found.add((mix(value) * BUCKETS >> 32, 0))
    return found


def openings(parts):
    """The features of the first word, and of the first two, with each later one; a mark stands before the first."""
    _, first, *later = [hashed(part) for part in parts]
    one = extend(0x1B873593, first)
    values = [extend(one, word) for word in later]
    values += [extend(values[0], word) for word in later[1:]]
    return {(mix(value) * BUCKETS >> 32, 0) for value in values}


def inputs(texts):
    """The ids and the values of the features of texts, as two lists of lists [texts, features] of equal lengths."""
    rows = []
    for text in texts:
        found, row = keys(text), {}
        counts = Counter(kind for _, kind in found)
        for bucket, kind in sorted(found):
            row[bucket] = row.get(bucket, 0.0) + 1 / math.sqrt(counts[kind] * len(counts))
        rows.append(row)
    most = max([1, *map(len, rows)])
    padded = [[*row.items(), *[(0, 0.0)] * (most - len(row))] for row in rows]
    return [[bucket for bucket, _ in row] for row in padded], [[value for _, value in row] for row in padded]
`;
