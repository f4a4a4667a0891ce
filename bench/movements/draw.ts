/** Draws skeletons of the Kinect as small gray videos. */

/** A sequence of the file: frames of 20 joints, x, y and z in meters. */
export interface Movement {
  readonly subject: number;
  readonly trial: number;
  readonly action: string;
  readonly frames: readonly (readonly number[])[];
}

/** Side of the videos in pixels, and frames a second. */
const VIDEO = { side: 64, rate: 15 } as const;

/** The joints at the ends of each bone: trunk and head, arms, legs. */
const BONES = [
  [[0, 1], [1, 2], [2, 3]],
  [[2, 4], [4, 5], [5, 6], [6, 7], [2, 8], [8, 9], [9, 10], [10, 11]],
  [[0, 12], [12, 13], [13, 14], [14, 15], [0, 16], [16, 17], [17, 18], [18, 19]],
].flat();

/** Half the breadth of a bone, and the radius of a head, in pixels. */
const [BREADTH, HEAD] = [0.8, 2.5];
const HEAD_JOINT = 3;

/** How a movement is seen: by a camera that stands still, or as large as the picture allows. */
export const VIEWS = ["room", "close"] as const;

/** One of the views. */
export type View = typeof VIEWS[number];

/** The view of the camera that stands still: a square with this center and side, in meters. */
const ROOM = { x: -0.1, y: -0.1, side: 2.6 };

/** Returns the frames of a movement in gray, one byte for each pixel, seen from the front. */
function drawMovement({ frames }: Movement, view: View): Uint8Array {
  const { side } = VIDEO;
  const { x, y, side: range } = view === "room" ? ROOM : boundsOf(frames);
  const bytes = new Uint8Array(frames.length * side * side);
  frames.forEach((joints, t) => {
    const place = (joint: number): readonly [number, number] => [
      side * ((joints[3 * joint] - x) / range + 0.5),
      side * ((y - joints[3 * joint + 1]) / range + 0.5),
    ];
    const picture = bytes.subarray(t * side * side, (t + 1) * side * side);
    for (const [a, b] of BONES) drawLine(picture, place(a), place(b), BREADTH);
    drawLine(picture, place(HEAD_JOINT), place(HEAD_JOINT), HEAD);
  });
  return bytes;
}

/** Returns the smallest square around all joints of a movement, with a border. */
function boundsOf(frames: Movement["frames"]): typeof ROOM {
  const of = (k: number): [low: number, high: number] => {
    const values = frames.flatMap((joints) => joints.filter((_, i) => i % 3 === k));
    return [Math.min(...values), Math.max(...values)];
  };
  const [[left, right], [low, high]] = [of(0), of(1)];
  return { x: (left + right) / 2, y: (low + high) / 2, side: 1.1 * Math.max(right - left, high - low) };
}

/** Draws a line with round ends and soft edges into a picture. */
function drawLine(
  picture: Uint8Array,
  [x, y]: readonly [number, number],
  [toX, toY]: readonly [number, number],
  radius: number,
): void {
  const { side } = VIDEO;
  const [dx, dy] = [toX - x, toY - y];
  const length = dx * dx + dy * dy || 1;
  const inside = (value: number): number => Math.min(side, Math.max(0, Math.round(value)));
  const border = radius + 1;
  for (let row = inside(Math.min(y, toY) - border); row < inside(Math.max(y, toY) + border); row++) {
    for (let column = inside(Math.min(x, toX) - border); column < inside(Math.max(x, toX) + border); column++) {
      const [u, v] = [column + 0.5 - x, row + 0.5 - y];
      const share = Math.min(1, Math.max(0, (u * dx + v * dy) / length));
      const distance = Math.hypot(u - share * dx, v - share * dy);
      const value = Math.round(255 * Math.min(1, Math.max(0, radius + 0.5 - distance)));
      const at = row * side + column;
      picture[at] = Math.max(picture[at], value);
    }
  }
}

/** Writes a movement as a video, through ffmpeg. */
async function writeVideo(path: string, movement: Movement, view: View): Promise<void> {
  const { side, rate } = VIDEO;
  const ffmpeg = new Deno.Command("ffmpeg", {
    args: [
      ...["-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", `${side}x${side}`, "-r", `${rate}`],
      ...["-i", "-", "-pix_fmt", "yuv420p", path],
    ],
    stdin: "piped",
  }).spawn();
  const writer = ffmpeg.stdin.getWriter();
  await writer.write(drawMovement(movement, view));
  await writer.close();
  const { success } = await ffmpeg.status;
  if (!success) throw new RangeError(`write ${path}: expected ffmpeg to write a video, found an error`);
}

/** Writes all movements as videos `FOLDER/ACTION/subjectS_trialT.mp4`. */
export async function writeVideos(folder: string, movements: readonly Movement[], view: View): Promise<void> {
  for (const movement of movements) {
    const { action, subject, trial } = movement;
    await Deno.mkdir(`${folder}/${action}`, { recursive: true });
    await writeVideo(`${folder}/${action}/subject${subject}_trial${trial}.mp4`, movement, view);
  }
}
