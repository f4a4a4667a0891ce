import type { SoundProcessor } from "./sound_processor.ts";

/**
 * Writes a program in Python that computes the frames of sounds as a processor does, and the symbols of a recognizer's
 * outputs. It needs Python and NumPy.
 */
export function soundProgram(processor: SoundProcessor): string {
  const { rate, bands, stack, deltas, normalization, dither, center, scale } = processor.toJSON();
  return [
    HEAD,
    `RATE, BANDS, STACK, HAS_DELTAS, NORMALIZATION = ${rate}, ${bands}, ${stack}, ${
      deltas ? "True" : "False"
    }, "${normalization}"`,
    ...dither > 0 ? [`DITHER = ${dither}`] : [],
    `CENTER = np.array(${JSON.stringify(center)})`,
    `SCALE = np.array(${JSON.stringify(scale)})`,
    dither > 0 ? BODY.replace(ROWS, `${ROWS}${NOISE}`) : BODY,
  ].join("\n");
}

const HEAD = `"""Computes the frames of a speech recognizer from sounds, and the symbols from its outputs.

Written by Elman. A sound is a list or an array of samples from -1 to 1, RATE of them a second.
"""

import numpy as np
`;

/** The line of the program after which noise is added to the samples of the frames, and the lines that do so. */
const ROWS = "    rows = samples[SHIFT * np.arange(count)[:, None] + np.arange(LENGTH)]\n";
const NOISE = `    # Noise like that of the model, though not the same numbers.
    rows = rows + DITHER * np.random.default_rng(1).standard_normal(rows.shape)
`;

const BODY = `
# Samples of a frame, and from the start of a frame to that of the next.
LENGTH, SHIFT = int(RATE * 0.025), int(RATE * 0.01)
SIZE = 1 << (LENGTH - 1).bit_length()
WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(LENGTH) / (LENGTH - 1))) ** 0.85


def mel(frequency):
    return 1127 * np.log(1 + frequency / 700)


def filters():
    """The weights [SIZE / 2, BANDS] of the bins of the spectrum in bands of equal width on the mel scale."""
    low = mel(20)
    step = (mel(RATE / 2) - low) / (BANDS + 1)
    left = low + step * np.arange(BANDS)
    mels = mel(np.arange(SIZE // 2) * RATE / SIZE)[:, None]
    return np.maximum(0, np.minimum((mels - left) / step, (left + 2 * step - mels) / step))


FILTERS = filters()


def log_mel(samples):
    """The logarithms of the energies in the bands [frames, BANDS], one frame every 10 ms, as Kaldi computes them."""
    samples = np.asarray(samples, np.float32).astype(np.float64)
    count = max(0, 1 + (len(samples) - LENGTH) // SHIFT)
${ROWS}    rows = rows - rows.mean(axis=1, keepdims=True)
    rows = (rows - 0.97 * np.concatenate([rows[:, :1], rows[:, :-1]], axis=1)) * WINDOW
    spectrum = np.fft.rfft(rows, SIZE, axis=1)[:, :SIZE // 2]
    energies = (spectrum.real**2 + spectrum.imag**2) @ FILTERS
    return np.log(np.maximum(energies, 2**-23)).astype(np.float32)


def normalize(bands):
    """Bands relative to their means, divided by their scales."""
    bands = bands.astype(np.float64)
    if NORMALIZATION == "none":
        return bands.astype(np.float32)
    center, scale = CENTER, SCALE
    if NORMALIZATION == "utterance":
        center, scale = bands.mean(axis=0), bands.std(axis=0)
        scale = np.where(scale < 1e-3, 1, scale)
    elif NORMALIZATION == "running":  # The past of a sound begins with a second of the training sounds' mean.
        counts = 101 + np.arange(len(bands))[:, None]
        center = (100 * CENTER + np.cumsum(bands, axis=0)) / counts
    return ((bands - center) / scale).astype(np.float32)


def with_deltas(bands):
    """Bands with their slopes over five frames beside them."""
    last = len(bands) - 1
    moved = lambda by: bands[np.clip(np.arange(len(bands)) + by, 0, last)].astype(np.float64)
    slopes = sum(n * (moved(n) - moved(-n)) for n in (1, 2)) / 10
    return np.concatenate([bands, slopes.astype(np.float32)], axis=1)


def frames(samples):
    """The frames [frames, width] of one sound. Raises ValueError if it is too short for one."""
    bands = log_mel(samples)
    count = len(bands) // STACK
    if count == 0:
        raise ValueError(f"expected at least {LENGTH + (STACK - 1) * SHIFT} samples, found {len(samples)}")
    bands = normalize(bands)
    bands = with_deltas(bands) if HAS_DELTAS else bands
    return bands[:count * STACK].reshape(count, -1)


def inputs(sounds):
    """The inputs \`frames\` [time, batch, width], with zeros after shorter sounds, and \`lengths\` [batch]."""
    found = [frames(samples) for samples in sounds]
    lengths = np.array([len(one) for one in found], np.int64)
    padded = [np.pad(one, [(0, max(lengths) - len(one)), (0, 0)]) for one in found]
    return np.stack(padded, axis=1), lengths


def symbols(outputs, lengths):
    """The ids of the likeliest symbols of each sound, for the tokenizer: outputs are those of the model."""
    classes = np.argmax(np.asarray(outputs), axis=2)
    return [[int(c) - 1 for t, c in enumerate(own[:length]) if c > 0 and (t == 0 or c != own[t - 1])]
            for own, length in zip(classes.T, lengths)]
`;
