import type { Histogram } from "./histogram.ts";
import { Message } from "./message.ts";

/** A named value of a step. */
export type EventValue =
  & {
    /** The name. TensorBoard groups names by the part before the slash. */
    readonly tag: string;
  }
  & ({ readonly scalar: number } | { readonly text: string } | { readonly histogram: Histogram });

/** The version of the format, which comes first in a file. */
const VERSION = "brain.Event:2";

/** TensorFlow's number for tensors of texts. */
const STRINGS = 7;

/** TensorFlow's number for the start of a session. */
const START = 1;

/** Encodes the first event of a file. `time` is in seconds since 1970, here as in the other events. */
export function fileVersion(time: number): Uint8Array {
  return event(time, 0).presentText(3, VERSION).toBytes();
}

/** Encodes the start of a session at a step: what earlier files have of this step and later ones is out of date. */
export function sessionStart(time: number, step: number): Uint8Array {
  return event(time, step).message(7, new Message().integer(1, START)).toBytes();
}

/** Encodes values of a step. */
export function summary(time: number, step: number, values: readonly EventValue[]): Uint8Array {
  const message = new Message();
  for (const value of values) message.message(1, encodeValue(value));
  return event(time, step).message(5, message).toBytes();
}

function event(time: number, step: number): Message {
  return new Message().double(1, time).integer(2, step);
}

function encodeValue(value: EventValue): Message {
  const message = new Message().text(1, value.tag);
  if ("scalar" in value) return message.presentFloat(2, value.scalar);
  if ("histogram" in value) return message.message(5, encodeHistogram(value.histogram));
  const tensor = new Message().integer(1, STRINGS).message(2, new Message()).presentText(8, value.text);
  const metadata = new Message().message(1, new Message().text(1, "text"));
  return message.message(8, tensor).message(9, metadata);
}

function encodeHistogram({ min, max, count, sum, sumOfSquares, limits, counts }: Histogram): Message {
  return new Message().double(1, min).double(2, max).double(3, count).double(4, sum).double(5, sumOfSquares)
    .packedDoubles(6, limits).packedDoubles(7, counts);
}
