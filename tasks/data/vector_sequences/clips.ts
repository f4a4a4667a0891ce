import type { VectorFields } from "./json_lines.ts";
import { readBytes } from "../bytes.ts";
import { clipAt, factsOf, inNaturalOrder } from "./folders.ts";
import type { VectorSequence, VectorSequences } from "./sequence.ts";
import { readVideo, VIDEO_DEFAULTS, type VideoOptions } from "./video.ts";

const VIDEO = /\.(?:mp4|m4v|avi|mov|mkv|webm|gif|mpe?g|ogv|wmv|flv)$/i;
const PICTURE = /\.(?:png|jpe?g|bmp)$/i;

/** Number of videos that are decoded at the same time. */
const AT_ONCE = 3;

/** Whether a file's name says that it is a video. */
export function isVideo(path: string): boolean {
  return VIDEO.test(path);
}

/** Whether a file's name says that it is a picture, and so a frame of a video. */
export function isPictureFile(path: string): boolean {
  return PICTURE.test(path);
}

/**
 * Reads videos, and the pictures of each folder as the frames of a video. The label is the name of the folder in which
 * a video, or the folder of its frames, lies.
 *
 * Throws `RangeError` that names the video if ffmpeg is missing or cannot read it.
 */
export async function readClips(
  files: readonly string[],
  { group, ...options }: VectorFields & VideoOptions,
): Promise<VectorSequences> {
  const { size = VIDEO_DEFAULTS.size, fps = VIDEO_DEFAULTS.fps } = options;
  const folders = Map.groupBy(files.filter(isPictureFile), (file) => file.replace(/[/\\][^/\\]*$/, ""));
  const clips = [...files.filter(isVideo), ...folders.keys()].map(clipAt)
    .map((clip) => ({ path: clip.path, facts: factsOf(clip, { group }) }));
  const sequences = await mapSome(clips, async ({ path, facts }): Promise<VectorSequence> => {
    const pictures = folders.get(path);
    const video = pictures === undefined ? path : {
      name: pictures.length === 1 ? pictures[0] : path,
      contents: contentsOf(inNaturalOrder(pictures)),
    };
    const frames = await readVideo(video, options);
    return {
      ...facts,
      frames,
      length: frames.length / size ** 2,
      channels: size ** 2,
      source: path,
    };
  });
  return {
    sequences,
    channels: size ** 2,
    picture: [size, size],
    ...folders.size < clips.length && { frameRate: fps },
    format: folders.size === 0 ? "video" : folders.size === clips.length ? "pictures" : "video and pictures",
  };
}

async function* contentsOf(files: readonly string[]): AsyncGenerator<Uint8Array, void, void> {
  for (const file of files) yield await readBytes(file);
}

/** Maps values, a few at the same time. After an error, no further one is begun. */
export async function mapSome<A, B>(values: readonly A[], map: (value: A) => Promise<B>): Promise<B[]> {
  const results: B[] = new Array(values.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < values.length) {
      const i = next++;
      results[i] = await map(values[i]).catch((error) => {
        next = values.length;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
