import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { exists, nameOf, STANDARD_INPUT } from "../file_system.ts";

/** A program that is running. */
export interface RunningProgram {
  /** The bytes of its standard output. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Resolves after it has ended: the exit code, and what it has written to standard error. */
  readonly ended: Promise<{ readonly code: number; readonly messages: string }>;
  /** Ends it early. */
  stop(): void;
}

/**
 * Starts a program; returns undefined if there is none of the name. `input` is what it reads from standard input:
 * nothing by default, or what the caller's standard input holds.
 */
export type StartProgram = (
  name: string,
  args: readonly string[],
  input?: AsyncIterable<Uint8Array> | "inherit",
) => RunningProgram | undefined;

/** How videos are read. */
export interface VideoOptions {
  /** Height and width in pixels to which frames are scaled. Default: 32. */
  readonly size?: number;
  /** Number of frames a second; frames of a video are left out or repeated to have it. Default: 15. */
  readonly fps?: number;
  /** Starts ffmpeg, which decodes videos. Without it, videos are refused. */
  readonly startProgram?: StartProgram;
}

/** The usual size and rate of frames. */
export const VIDEO_DEFAULTS = { size: 32, fps: 15 } as const;

/** Pictures that are the frames of a video, one after the other. */
export interface Pictures {
  /** Names them in messages: their folder. */
  readonly name: string;
  /** The files' contents, in order. */
  readonly contents: AsyncIterable<Uint8Array>;
}

/**
 * Yields the frames of a video in gray, `size * size` bytes each, row by row. The video is a file, `-` for standard
 * input, or pictures. Each frame is yielded as soon as it is decoded.
 *
 * Throws `RangeError` that names the video if ffmpeg is missing or cannot read it.
 */
export async function* videoFrames(
  video: string | Pictures,
  { size = VIDEO_DEFAULTS.size, fps = VIDEO_DEFAULTS.fps, startProgram }: VideoOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const name = typeof video === "string" ? nameOf(video) : video.name;
  if (startProgram === undefined) {
    throw new InputRangeError(`read ${name}: expected startProgram, which runs ffmpeg, to decode a video, found none`);
  }
  if (typeof video === "string" && video !== STANDARD_INPUT && !await exists(video)) {
    throw new InputRangeError(`read ${name}: expected a file, found none`);
  }
  const input = typeof video === "string" ? video === STANDARD_INPUT ? "inherit" : undefined : video.contents;
  const running = startProgram("ffmpeg", argumentsFor(video, size, fps), input);
  if (running === undefined) {
    throw new InputRangeError(
      `read ${name}: expected ffmpeg to decode it, found none; install ffmpeg: apt install ffmpeg`,
    );
  }
  let count = 0;
  try {
    for await (const frame of chunksOf(running.output, size * size)) {
      count++;
      yield frame;
    }
    const { code, messages } = await running.ended;
    if (code !== 0) {
      const kind = typeof video === "string" ? "a video" : "pictures";
      throw new InputRangeError(`read ${name}: expected ${kind} that ffmpeg can decode, found ${reasonIn(messages)}`);
    }
    if (count === 0) throw new InputRangeError(`read ${name}: expected a video of at least 1 frame, found none`);
  } finally {
    running.stop();
  }
}

function argumentsFor(video: string | Pictures, size: number, fps: number): string[] {
  const isFile = typeof video === "string";
  // Without the protocol, a name such as "concat:a|b" would mean something else.
  const input = isFile && video !== STANDARD_INPUT ? `file:${video}` : "pipe:0";
  const rate = isFile ? [`fps=${fps}`] : [];
  const filters = [...rate, `scale=${size}:${size}:flags=area`, "format=gray"].join(",");
  return [
    ...["-hide_banner", "-nostats", "-loglevel", "error", "-threads", "1"],
    // Frames of a pipe come at once, not after seconds of probing.
    ...video === STANDARD_INPUT ? ["-probesize", "65536"] : [],
    ...["-i", input, "-map", "0:v:0", "-vf", filters],
    // Pictures are frames whatever time they are taken for.
    ...isFile ? [] : ["-vsync", "passthrough"],
    ...["-flush_packets", "1", "-f", "rawvideo", "pipe:1"],
  ];
}

/** Divides bytes into chunks of the same size; an incomplete last one is left out. */
export async function* chunksOf(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, void> {
  let chunk = new Uint8Array(size);
  let filled = 0;
  for await (const piece of bytes) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + size - filled);
      chunk.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < size) continue;
      yield chunk;
      [chunk, filled] = [new Uint8Array(size), 0];
    }
  }
}

/** Returns the reason that ffmpeg gives, without the address of the part of it that speaks. */
function reasonIn(messages: string): string {
  const [line = ""] = messages.split("\n").map((line) => line.replace(/^\[[^\]]*\]\s*/, "").trim()).filter((line) =>
    line !== ""
  );
  const reason = line.replace(/^(?:file|pipe):.*: /, "");
  return reason === "" ? "an error" : describeValue(reason);
}

/** Reads a whole video: the values of its frames, from 0 for black to 1 for white. */
export async function readVideo(video: string | Pictures, options: VideoOptions): Promise<Float32Array> {
  const frames = await Array.fromAsync(videoFrames(video, options));
  const { size = VIDEO_DEFAULTS.size } = options;
  const values = new Float32Array(frames.length * size * size);
  frames.forEach((frame, t) => values.set(grayValues(frame), t * size * size));
  return values;
}

/** Returns the values of a frame in gray, from 0 for black to 1 for white. */
export function grayValues(frame: Uint8Array): Float32Array {
  return Float32Array.from(frame, (value) => value / 255);
}
