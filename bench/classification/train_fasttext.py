"""Trains fastText on a file of labeled lines and predicts the labels of another; prints the result as JSON.

The argument is a JSON object: train and test, the files; threads; options, the arguments of train_supervised. Needs
fasttext-wheel or fasttext-numpy2 from PyPI.
"""
import json
import sys
import time

import fasttext

PREFIX = "__label__"
# The arguments that automatic tuning changes.
TUNED = ["lr", "dim", "epoch", "wordNgrams", "minn", "maxn", "bucket"]


def chosen_by(model):
    """Returns the arguments of a model that automatic tuning has trained."""
    args = model.f.getArgs()
    return {**{name: getattr(args, name) for name in TUNED}, "loss": str(args.loss).split(".")[-1]}


def main(request):
    options = request["options"]
    start = time.perf_counter()
    model = fasttext.train_supervised(request["train"], thread=request["threads"], verbose=0, **options)
    seconds = time.perf_counter() - start
    with open(request["test"], encoding="utf-8") as file:
        lines = [line.rstrip("\n").split(" ", 1) for line in file]
    found, _ = model.predict([text for _, text in lines])
    result = {
        "seconds": seconds,
        "given": [int(label.removeprefix(PREFIX)) for label, _ in lines],
        # A text without a known word has no prediction.
        "predicted": [int(labels[0].removeprefix(PREFIX)) if labels else 0 for labels in found],
    }
    if "autotuneValidationFile" in options:
        result["chosen"] = chosen_by(model)
    print(json.dumps(result))


main(json.loads(sys.argv[1]))
