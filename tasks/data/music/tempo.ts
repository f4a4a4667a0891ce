/** Microseconds of a minute. */
const MINUTE = 60_000_000;

/** Returns the microseconds of a quarter note, which is how a MIDI file tells a tempo. */
export function microsecondsOf(tempo: number): number {
  return Math.round(MINUTE / tempo);
}

/**
 * Returns the quarter notes a minute of a MIDI file's tempo: the number with the fewest decimals that is written as
 * these microseconds, so that a tempo of 110 is read as 110.
 */
export function tempoOf(microseconds: number): number {
  const exact = MINUTE / microseconds;
  for (let scale = 1; scale <= 1e6; scale *= 10) {
    const rounded = Math.round(exact * scale) / scale;
    if (rounded > 0 && microsecondsOf(rounded) === microseconds) return rounded;
  }
  return exact;
}
