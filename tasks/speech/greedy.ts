/** Log-probabilities or logits of the classes of each frame, row by row. */
export interface FrameScores {
  /** The values, [frames, classes]. */
  readonly values: Float32Array;
  /** Number of classes. */
  readonly classes: number;
  /** Number of frames. */
  readonly frames: number;
}

/** A label and the frames in which it was found. */
export interface FoundLabel {
  /** The class. */
  readonly label: number;
  /** The first frame. */
  readonly start: number;
  /** The frame after the last one. */
  readonly end: number;
}

/**
 * Returns the labels of the likeliest alignment: the best class of each frame, repetitions merged and blanks dropped.
 */
export function greedyLabels(scores: FrameScores, blank: number): FoundLabel[] {
  const found: FoundLabel[] = [];
  let before = blank;
  likeliestClasses(scores).forEach((label, t) => {
    if (label !== blank && label === before) found.push({ ...found.pop()!, end: t + 1 });
    else if (label !== blank) found.push({ label, start: t, end: t + 1 });
    before = label;
  });
  return found;
}

/** Returns the likeliest class of each frame. */
export function likeliestClasses({ values, classes, frames }: FrameScores): Int32Array {
  return Int32Array.from({ length: frames }, (_, t) => {
    let best = 0;
    for (let c = 1; c < classes; c++) if (values[t * classes + c] > values[t * classes + best]) best = c;
    return best;
  });
}
