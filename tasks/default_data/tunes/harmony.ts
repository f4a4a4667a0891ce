// The grammar of phrases: forms of tunes, the chords of their bars, and the rhythms of a bar.

/** The meters of generated tunes. */
export type TuneMeter = "4/4" | "3/4" | "6/8";

/** Eighth notes of a bar. */
export const BAR_EIGHTHS: Readonly<Record<TuneMeter, number>> = { "4/4": 8, "3/4": 6, "6/8": 6 };

/** Eighth notes from one beat to the next. */
export const BEAT_EIGHTHS: Readonly<Record<TuneMeter, number>> = { "4/4": 2, "3/4": 2, "6/8": 3 };

/** The forms of a tune: the phrases in their order. */
export const FORMS: readonly string[] = ["AABA", "AABB"];

/** The chords of a phrase of four bars, as steps of the scale of their roots, with the cadence in the last two. */
export const PROGRESSIONS: Readonly<Record<"open" | "closed", readonly (readonly number[])[]>> = {
  // They end on the fifth step and ask for an answer.
  open: [[0, 0, 3, 4], [0, 5, 3, 4], [0, 3, 0, 4], [0, 4, 5, 4], [5, 3, 0, 4], [3, 0, 1, 4]],
  // They end on the first.
  closed: [[0, 3, 4, 0], [0, 5, 4, 0], [3, 0, 4, 0], [0, 0, 4, 0], [5, 1, 4, 0], [0, 1, 4, 0]],
};

/** The rhythms of a bar in eighth notes. */
export const RHYTHMS: Readonly<Record<TuneMeter, readonly (readonly number[])[]>> = {
  "4/4": [
    [2, 2, 2, 2],
    [1, 1, 2, 1, 1, 2],
    [3, 1, 2, 2],
    [2, 1, 1, 2, 2],
    [1, 1, 1, 1, 2, 2],
    [3, 1, 3, 1],
    [2, 2, 1, 1, 2],
    [1, 1, 1, 1, 1, 1, 1, 1],
    [4, 2, 2],
    [2, 1, 1, 1, 1, 2],
  ],
  "3/4": [[2, 2, 2], [4, 2], [3, 1, 2], [2, 1, 1, 2], [1, 1, 1, 1, 2], [2, 2, 1, 1], [1, 1, 2, 2], [2, 4]],
  "6/8": [
    [3, 3],
    [2, 1, 2, 1],
    [1, 1, 1, 1, 1, 1],
    [2, 1, 3],
    [3, 2, 1],
    [1, 1, 1, 2, 1],
    [2, 1, 1, 1, 1],
    [3, 1, 1, 1],
    [1, 1, 1, 3],
  ],
};

/** The rhythms of the last bar of a phrase. */
export const CLOSES: Readonly<Record<TuneMeter, readonly (readonly number[])[]>> = {
  "4/4": [[2, 2, 4], [4, 4], [2, 1, 1, 4], [6, 2], [3, 1, 4], [8]],
  "3/4": [[4, 2], [2, 4], [6], [1, 1, 4]],
  "6/8": [[3, 3], [2, 1, 3], [1, 1, 1, 3], [6]],
};
