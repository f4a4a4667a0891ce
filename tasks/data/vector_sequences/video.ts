import { InputRangeError } from "../../../errors.ts";
import { type Contents, decodeMedia, type Decoding, type StartProgram } from "../ffmpeg.ts";
import { nameOf, STANDARD_INPUT } from "../file_system.ts";

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

/**
 * Yields the frames of a video in gray, `size * size` bytes each, row by row. The video is a file, `-` for standard
 * input, or pictures. Each frame is yielded as soon as it is decoded.
 *
 * Throws `RangeError` that names the video if ffmpeg is missing or cannot read it.
 */
export async function* videoFrames(
  video: string | Contents,
  { size = VIDEO_DEFAULTS.size, fps = VIDEO_DEFAULTS.fps, startProgram }: VideoOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const kind = typeof video === "string" ? "a video" : "pictures";
  const decoding = { source: video, kind, ...argumentsFor(video, size, fps), startProgram };
  let count = 0;
  for await (const frame of chunksOf(decodeMedia(decoding), size * size)) {
    count++;
    yield frame;
  }
  if (count > 0) return;
  const name = typeof video === "string" ? nameOf(video) : video.name;
  throw new InputRangeError(`read ${name}: expected a video of at least 1 frame, found none`);
}

function argumentsFor(video: string | Contents, size: number, fps: number): Pick<Decoding, "before" | "after"> {
  const isFile = typeof video === "string";
  const rate = isFile ? [`fps=${fps}`] : [];
  const filters = [...rate, `scale=${size}:${size}:flags=area`, "format=gray"].join(",");
  return {
    // Frames of a pipe come at once, not after seconds of probing.
    before: video === STANDARD_INPUT ? ["-probesize", "65536"] : [],
    after: [
      ...["-map", "0:v:0", "-vf", filters],
      // Pictures are frames whatever time they are taken for.
      ...isFile ? [] : ["-vsync", "passthrough"],
      ...["-flush_packets", "1", "-f", "rawvideo"],
    ],
  };
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

/** Reads a whole video: the values of its frames, from 0 for black to 1 for white. */
export async function readVideo(video: string | Contents, options: VideoOptions): Promise<Float32Array> {
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
