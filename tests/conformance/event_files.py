"""Reads event files with TensorBoard's own reader: python3 tests/conformance/event_files.py DIR...

Needs `tensorboard` 2.21.0 from PyPI. Each DIR is one that a run wrote with --tensorboard. Prints the names, the number of
values and the steps of all scalars, texts and histograms; fails if there are none, if steps do not ascend, or if the
buckets of a histogram do not add up.
"""

import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

ALL = {"scalars": 0, "tensors": 0, "histograms": 0, "compressedHistograms": 0}


def check(directory):
    events = EventAccumulator(directory, size_guidance=ALL)
    events.Reload()
    tags = events.Tags()
    assert tags["scalars"] and tags["tensors"], f"{directory}: expected scalars and texts, found {tags}"
    found = [*((tag, events.Scalars(tag)) for tag in tags["scalars"]),
             *((tag, events.Tensors(tag)) for tag in tags["tensors"]),
             *((tag, events.Histograms(tag)) for tag in tags["histograms"])]
    for tag, values in found:
        steps = [value.step for value in values]
        assert steps == sorted(set(steps)), f"{directory}: expected ascending steps of {tag}, found {steps}"
        print(f"{directory}  {tag}: {len(values)} of steps {steps[0]} to {steps[-1]}")
    for tag in tags["histograms"]:
        for histogram in (value.histogram_value for value in events.Histograms(tag)):
            total = sum(histogram.bucket)
            assert total == histogram.num, f"{directory}: expected {histogram.num} values of {tag}, found {total}"
            assert list(histogram.bucket_limit) == sorted(histogram.bucket_limit), tag


for path in sys.argv[1:]:
    check(path)
