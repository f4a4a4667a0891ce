// From segments to the settings of the vocal tract at each moment. This file must not know how they are heard.

import type { Chance } from "../decks.ts";
import { type Friction, type PerFormant, type Segment, silence } from "./phonemes.ts";
import type { Voice } from "./voices.ts";

/** The settings at a moment: those of a segment, or of a transition from one to another. */
export type Posture = Omit<Segment, "seconds" | "glide" | "onset">;

/** The vocal tract at rest. */
const REST = silence(0).formants;

/** Returns segments as a voice speaks them, no two times alike. */
export function articulate(segments: readonly Segment[], voice: Voice, chance: Chance): Segment[] {
  const about = (value: number, amount = voice.sloppiness): number => value * (1 + amount * (2 * chance.share() - 1));
  return segments.map(({ seconds, formants, bandwidths, voicing, aspiration, friction, ...rest }) => ({
    ...rest,
    seconds: about(seconds, 3 * voice.sloppiness) / voice.speed,
    formants: eachFormant(
      formants,
      (frequency, i) => about((REST[i] + voice.clarity * (frequency - REST[i])) * voice.tract * voice.shape[i]),
    ),
    bandwidths: eachFormant(bandwidths, (width) => width * voice.tract),
    voicing: about(voicing, 2 * voice.sloppiness),
    aspiration: aspiration * voice.sharpness + voicing * voice.breath,
    friction: {
      level: friction.level * voice.sharpness,
      center: about(friction.center * voice.tract),
      width: friction.width * voice.tract,
    },
  }));
}

function eachFormant([f1, f2, f3]: PerFormant, map: (value: number, i: number) => number): PerFormant {
  return [map(f1, 0), map(f2, 1), map(f3, 2)];
}

/** Returns the postures at the moments 0, `step`, 2 `step`, ... until the last segment ends. */
export function posturesOf(segments: readonly Segment[], step: number): Posture[] {
  const postures: Posture[] = [];
  let start = 0;
  segments.forEach((segment, i) => {
    const end = start + segment.seconds;
    for (let t = postures.length * step; t < end; t = postures.length * step) {
      // Transitions reach at most to the middle of a segment.
      const isFirstHalf = t - start < end - t;
      const [left, right] = isFirstHalf ? [segments[i - 1] ?? segment, segment] : [segment, segments[i + 1] ?? segment];
      postures.push(transition(left, right, t - (isFirstHalf ? start : end)));
    }
    start = end;
  });
  return postures;
}

/** The posture at a time from the boundary between two segments. */
function transition(left: Segment, right: Segment, time: number): Posture {
  const shareOf = (length: number): number =>
    length > 0 ? Math.min(1, Math.max(0, time / length + 0.5)) : time < 0 ? 0 : 1;
  const room = Math.min(left.seconds, right.seconds);
  const slow = shareOf(Math.min(left.glide, right.glide, room));
  const fast = shareOf(Math.min(left.onset, right.onset, room));
  return {
    formants: eachFormant(left.formants, (frequency, i) => mix(frequency, right.formants[i], slow)),
    bandwidths: eachFormant(left.bandwidths, (width, i) => mix(width, right.bandwidths[i], slow)),
    nasalZero: mix(left.nasalZero, right.nasalZero, fast),
    voicing: mix(left.voicing, right.voicing, fast),
    aspiration: mix(left.aspiration, right.aspiration, fast),
    friction: mixFriction(left.friction, right.friction, fast),
  };
}

/** The noise does not wander from one place to another, but fades in and out. */
function mixFriction(left: Friction, right: Friction, share: number): Friction {
  const { center, width } = left.level > right.level ? left : right;
  return { level: mix(left.level, right.level, share), center, width };
}

function mix(left: number, right: number, share: number): number {
  return left + share * (right - left);
}
