"""Writes sound.json beside this file: python3 tests/goldens/sound.py

Needs torchaudio 2.11 from PyPI. The tests read the committed file and never run this script.

resampled: [{from, to, samples, result}] of torchaudio.functional.resample with its defaults
deltas: [{bands, frames, result}] of torchaudio.functional.compute_deltas over five frames: [frames, bands], row-major
bands: [{rate, bands, samples, result}] of torchaudio.compliance.kaldi.fbank without dither: [frames, bands], row-major

Samples are those of a seed; results are computed in double precision. Each number has the fewest digits that read back to the same float32.
"""

import json
import pathlib

import numpy as np
import torch
from torchaudio.compliance import kaldi
from torchaudio.functional import compute_deltas, resample

HERE = pathlib.Path(__file__).parent


def numbers(values):
    return [float(str(np.float32(value))) for value in values.flatten().tolist()]


def noise(seed, count):
    generator = torch.Generator().manual_seed(seed)
    time = torch.arange(count) / 40
    return 0.3 * torch.sin(time) + 0.05 * torch.randn(count, generator=generator)


def resampled(old, new, count):
    samples = noise(old + new, count)
    return {"from": old, "to": new, "samples": numbers(samples), "result": numbers(resample(samples.double(), old, new))}


def bands(rate, count, seconds, silent=False):
    samples = torch.zeros(int(rate * seconds)) if silent else noise(rate + count, int(rate * seconds))
    result = kaldi.fbank(samples[None].double(), sample_frequency=rate, num_mel_bins=count, dither=0.0)
    return {"rate": rate, "bands": count, "samples": numbers(samples), "result": numbers(result)}


def deltas(count, length):
    generator = torch.Generator().manual_seed(count)
    frames = torch.randn(length, count, generator=generator)
    result = compute_deltas(frames.double().T[None], win_length=5)[0].T
    return {"bands": count, "frames": numbers(frames), "result": numbers(result)}


cases = {
    "resampled": [resampled(44100, 16000, 400), resampled(8000, 16000, 200), resampled(48000, 16000, 301), resampled(16000, 11025, 250)],
    "bands": [bands(16000, 40, 0.06), bands(8000, 23, 0.05), bands(16000, 80, 0.03), bands(16000, 40, 0.026, silent=True)],
    "deltas": [deltas(3, 7), deltas(2, 1)],
}
(HERE / "sound.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
