"""Writes speech_errors.json beside this file: python3 tests/goldens/speech_errors.py

Needs jiwer 4.0.0 from PyPI. The tests read the committed file and never run this script.

[{reference, found, words, characters}]: what jiwer makes of a reference and a transcript, where words and characters are
{rate, substitutions, deletions, insertions, alignment}; the alignment has pairs of symbols, null for one that is missing.
"""

import json
import pathlib
import random

import jiwer

HERE = pathlib.Path(__file__).parent

SPOKEN = [
    ("", ""),
    ("", "some words"),
    ("some words", ""),
    ("yes", "yes"),
    ("yes", "no"),
    ("enter nine seven", "enter nine seven"),
    ("enter nine seven", "nine seven"),
    ("enter nine seven", "enter nine seven five"),
    ("enter nine seven", "enter five seven"),
    ("the cat sat on the mat", "the cat sat sat on mat"),
    ("a b", "b a"),
    ("one two three four", "four three two one"),
    ("two  spaces and ends ", " two spaces  and end"),
    ("Case Matters", "case matters"),
    ("été à la plage", "ete a la plage"),
    ("repeat repeat repeat", "repeat"),
    ("repeat", "repeat repeat repeat"),
    ("no word is right", "all of these differ entirely"),
]


def drawn(count, most):
    """Texts of few words, so that several alignments have as few errors."""
    generator = random.Random(7)
    text = lambda: " ".join(generator.choices(["a", "b", "ab"], k=generator.randint(1, most)))
    return [(text(), text()) for _ in range(count)]


CHARACTERS = jiwer.Compose([jiwer.RemoveMultipleSpaces(), jiwer.Strip(), jiwer.ReduceToListOfListOfChars()])


def aligned(chunks, reference, found):
    pairs = []
    for chunk in chunks:
        ours = reference[chunk.ref_start_idx : chunk.ref_end_idx]
        theirs = found[chunk.hyp_start_idx : chunk.hyp_end_idx]
        for i in range(max(len(ours), len(theirs))):
            pairs.append([ours[i] if i < len(ours) else None, theirs[i] if i < len(theirs) else None])
    return pairs


def errors(output, rate):
    return {
        "rate": rate,
        "substitutions": output.substitutions,
        "deletions": output.deletions,
        "insertions": output.insertions,
        "alignment": aligned(output.alignments[0], output.references[0], output.hypotheses[0]),
    }


def compared(reference, found):
    words = jiwer.process_words(reference, found)
    characters = jiwer.process_characters(reference, found, CHARACTERS, CHARACTERS)
    return {
        "reference": reference,
        "found": found,
        "words": errors(words, words.wer),
        "characters": errors(characters, characters.cer),
    }


cases = [compared(reference, found) for reference, found in SPOKEN + drawn(14, 6)]
lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
(HERE / "speech_errors.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
