// What the vocal tract of an average man does in each sound of speech. This file must not know words or voices.

/** A number for each of the first three formants, the resonances of the vocal tract. */
export type PerFormant = readonly [f1: number, f2: number, f3: number];

/** Noise of air that passes a narrow place. */
export interface Friction {
  /** Its root mean square. */
  readonly level: number;
  /** The frequency in Hz around which it is strongest, and the width of that band. */
  readonly center: number;
  readonly width: number;
}

/** A stretch of speech in which nothing changes, apart from the transitions at its ends. */
export interface Segment {
  /** Its length in seconds, in speech of normal speed. */
  readonly seconds: number;
  /** The frequencies in Hz of the formants. */
  readonly formants: PerFormant;
  /** The bandwidths in Hz of the formants. */
  readonly bandwidths: PerFormant;
  /** The amplitude of the glottal pulses. Vowels have 1. */
  readonly voicing: number;
  /** The amplitude of the noise at the glottis. */
  readonly aspiration: number;
  /** The frequency in Hz of the zero that the opened nasal tract makes; `NASAL_POLE` if it is closed. */
  readonly nasalZero: number;
  readonly friction: Friction;
  /** Seconds of a transition of the formants; the shorter one of two neighbors counts. */
  readonly glide: number;
  /** Seconds of a transition of the amplitudes. */
  readonly onset: number;
}

/** The frequency in Hz of the nasal tract's pole, which a zero of the same frequency cancels. */
export const NASAL_POLE = 270;

/** Nothing is heard, while the vocal tract rests. */
const SILENT: Segment = {
  seconds: 0.1,
  formants: [500, 1500, 2500],
  bandwidths: [80, 100, 150],
  voicing: 0,
  aspiration: 0,
  nasalZero: NASAL_POLE,
  friction: { level: 0, center: 4000, width: 2000 },
  glide: 0,
  onset: 0.06,
};

/** Returns a silence between words. */
export function silence(seconds: number): Segment {
  return { ...SILENT, seconds };
}

type Values = Partial<Segment> & Pick<Segment, "formants">;

function vowel(seconds: number, formants: PerFormant, bandwidths: PerFormant): Segment {
  return { ...SILENT, seconds, formants, bandwidths, voicing: 1, glide: 0.07, onset: 0.05 };
}

/** A vowel whose formants change from beginning to end. */
function diphthong(first: Segment, last: Segment): readonly Segment[] {
  return [{ ...first, glide: 0.16 }, { ...last, glide: 0.16 }];
}

function consonant(values: Values): Segment {
  return { ...SILENT, glide: 0.06, onset: 0.02, ...values };
}

/** A stop: the vocal tract is closed, bursts open, and lets breath pass before the voice sets in. */
function stop(closure: number, friction: Friction, breath: number, values: Values): readonly Segment[] {
  return [
    consonant({ seconds: closure, onset: 0.012, ...values }),
    consonant({ seconds: 0.012, friction, onset: 0.003, ...values }),
    consonant({ seconds: breath, aspiration: 0.3, friction: { ...friction, level: friction.level / 4 }, ...values }),
  ];
}

const S: Friction = { level: 0.2, center: 5200, width: 1800 };
const T: Friction = { level: 0.35, center: 4200, width: 2500 };
const K: Friction = { level: 0.35, center: 1900, width: 700 };

const T_VALUES: Values = { formants: [400, 1600, 2600], bandwidths: [300, 120, 250] };

/**
 * The sounds by their names in ARPAbet, each as one segment or more. The formants of `iy`, `ih`, `eh`, `ah`, `ao` and
 * `er` are the averages over men of Peterson and Barney (1952). Those of the other sounds, and the bandwidths, are
 * chosen near the values that Klatt (1980) suggests; lengths, levels and bands of noise are our own.
 */
export const PHONEMES = {
  iy: [vowel(0.15, [270, 2290, 3010], [50, 150, 300])],
  ih: [vowel(0.1, [390, 1990, 2550], [50, 100, 140])],
  eh: [vowel(0.13, [530, 1840, 2480], [60, 90, 200])],
  ah: [vowel(0.15, [640, 1190, 2390], [80, 60, 140])],
  ax: [vowel(0.06, [500, 1400, 2400], [70, 80, 150])],
  ao: [vowel(0.19, [570, 840, 2410], [80, 80, 100])],
  er: [vowel(0.1, [490, 1350, 1690], [80, 60, 110])],
  uw: diphthong(vowel(0.09, [340, 1400, 2240], [65, 110, 140]), vowel(0.11, [300, 970, 2240], [60, 100, 140])),
  ey: diphthong(vowel(0.09, [480, 1900, 2520], [70, 100, 200]), vowel(0.1, [330, 2200, 2700], [55, 110, 250])),
  ay: diphthong(vowel(0.12, [680, 1200, 2550], [100, 80, 180]), vowel(0.1, [400, 1880, 2500], [70, 100, 200])),
  ow: diphthong(vowel(0.1, [540, 1100, 2300], [80, 70, 100]), vowel(0.12, [420, 850, 2300], [80, 70, 100])),
  w: [consonant({ seconds: 0.07, formants: [290, 610, 2150], bandwidths: [50, 80, 100], voicing: 0.7, glide: 0.08 })],
  r: [consonant({ seconds: 0.07, formants: [310, 1060, 1380], bandwidths: [70, 100, 120], voicing: 0.8, glide: 0.08 })],
  n: [consonant({
    seconds: 0.085,
    formants: [300, 1340, 2470],
    bandwidths: [40, 300, 300],
    voicing: 0.8,
    nasalZero: 600,
    glide: 0.04,
  })],
  f: [consonant({
    seconds: 0.11,
    formants: [340, 1100, 2080],
    bandwidths: [200, 120, 150],
    friction: { level: 0.045, center: 5000, width: 6000 },
  })],
  v: [consonant({
    seconds: 0.07,
    formants: [220, 1100, 2080],
    bandwidths: [60, 90, 120],
    voicing: 0.5,
    friction: { level: 0.03, center: 5000, width: 6000 },
  })],
  th: [consonant({
    seconds: 0.1,
    formants: [320, 1290, 2540],
    bandwidths: [200, 90, 200],
    friction: { level: 0.04, center: 6500, width: 3000 },
  })],
  s: [consonant({ seconds: 0.13, formants: [320, 1390, 2530], bandwidths: [200, 80, 200], friction: S })],
  z: [consonant({
    seconds: 0.09,
    formants: [240, 1390, 2530],
    bandwidths: [70, 60, 180],
    voicing: 0.4,
    friction: { ...S, level: 0.12 },
  })],
  t: stop(0.06, T, 0.045, T_VALUES),
  // A "t" that is not released.
  tq: [consonant({ seconds: 0.07, onset: 0.012, ...T_VALUES })],
  k: stop(0.06, K, 0.02, { formants: [300, 1990, 2850], bandwidths: [250, 160, 330] }),
} satisfies Readonly<Record<string, readonly Segment[]>>;

/** The name of a sound of speech. */
export type Phoneme = keyof typeof PHONEMES;
