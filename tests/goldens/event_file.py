"""Writes event_file.json beside this file: python3 tests/goldens/event_file.py

Needs `tensorboard` 2.21.0 from PyPI, whose own writer frames and encodes the events. The tests read the committed file
and never run this script.

records: [{data, record}], data and the record of a TFRecord file that has them, in base64
values: float32 numbers
histogram: the fields of the HistogramProto of the values, with numpy's counts
file: an event file in base64: the version, the start of a session, then values of three steps at the times 1e9, 1e9 + 1
      and so on
"""

import base64
import io
import json
import pathlib

import numpy as np
from tensorboard.compat.proto import event_pb2, histogram_pb2, summary_pb2
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.summary.writer.record_writer import RecordWriter

HERE = pathlib.Path(__file__).parent
TIME = 1e9


def encode(data):
    return base64.b64encode(data).decode()


def framed(*messages):
    stream = io.BytesIO()
    writer = RecordWriter(stream)
    for message in messages:
        writer.write(message)
    return stream.getvalue()


def values():
    random = np.random.default_rng(1)
    spread = random.normal(size=60) * 10.0 ** random.integers(-14, 3, size=60)
    return np.concatenate([spread, [0, 0, 1, -1, 1e-12, -1e-12, 3e38, -2e25]]).astype(np.float32)


def histogram(numbers):
    """Counts in the buckets of TensorFlow, in which each limit is 1.1 times as far from 0 as the one before."""
    positive = [1e-12]
    while positive[-1] * 1.1 < 1e20:
        positive.append(positive[-1] * 1.1)
    positive.append(np.finfo(np.float64).max)
    limits = np.array([-limit for limit in reversed(positive)] + [0] + positive)
    counts, _ = np.histogram(numbers, bins=limits)
    # A count of numpy is of [limit, next limit); a bucket of TensorFlow is named by its upper limit.
    buckets = [(limits[0], 0)] + list(zip(limits[1:], counts))
    filled = [i for i, (_, count) in enumerate(buckets) if count > 0]
    kept = [pair for i, pair in enumerate(buckets) if i <= filled[-1] and (i in filled or i + 1 in filled)]
    exact = numbers.astype(np.float64)
    return histogram_pb2.HistogramProto(
        min=exact.min(), max=exact.max(), num=len(exact), sum=sum(exact), sum_squares=sum(exact * exact),
        bucket_limit=[limit for limit, _ in kept], bucket=[count for _, count in kept])


def events(histo):
    value = summary_pb2.Summary.Value
    log = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
    note = text_pb("notes", "naïve | 日本\n").value
    empty = text_pb("notes", "").value
    scalars = [value(tag="train/loss", simple_value=2.5), value(tag="train/lr", simple_value=0)]
    return [
        event_pb2.Event(wall_time=TIME, file_version="brain.Event:2"),
        event_pb2.Event(wall_time=TIME + 1, step=300, session_log=log),
        event_pb2.Event(wall_time=TIME + 2, summary=summary_pb2.Summary(value=note)),
        event_pb2.Event(wall_time=TIME + 3, step=300, summary=summary_pb2.Summary(value=scalars)),
        event_pb2.Event(wall_time=TIME + 4, step=2**40, summary=summary_pb2.Summary(
            value=[value(tag="weights/cell.w", histo=histo), *empty])),
    ]


def main():
    numbers = values()
    histo = histogram(numbers)
    texts = [b"", b"a", bytes(range(256)), b"\0" * 32]
    golden = {
        "records": [{"data": encode(text), "record": encode(framed(text))} for text in texts],
        "values": [float(number) for number in numbers],
        "histogram": {"limits": list(histo.bucket_limit), "counts": list(histo.bucket)},
        "file": encode(framed(*(event.SerializeToString(deterministic=True) for event in events(histo)))),
    }
    (HERE / "event_file.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
