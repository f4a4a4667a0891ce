import { InputRangeError } from "../../../errors.ts";

/** The names under which files of keypoints keep the joints of a person. */
const POSES = ["pose_landmarks", "poseLandmarks", "landmarks", "keypoints", "joints", "pose"];

type JSONObject = Readonly<Record<string, unknown>>;

/**
 * Returns the joints of the first person in a frame, each a list of coordinates, as MediaPipe, OpenPose and others
 * write them. Confidences are left out. Returns undefined if there is no person.
 */
export function jointsIn(frame: unknown): number[][] | undefined {
  if (Array.isArray(frame)) return jointsInList(frame);
  if (typeof frame !== "object" || frame === null) return undefined;
  const record = frame as JSONObject;
  if ("people" in record) return jointsIn((record.people as unknown[] | undefined)?.[0]);
  if (Array.isArray(record.pose_keypoints_3d) && record.pose_keypoints_3d.length > 0) {
    return inGroups(record.pose_keypoints_3d, 4);
  }
  if (Array.isArray(record.pose_keypoints_2d)) return inGroups(record.pose_keypoints_2d, 3);
  const name = POSES.find((name) => name in record);
  return name === undefined ? undefined : jointsIn(record[name]);
}

function jointsInList(list: readonly unknown[]): number[][] | undefined {
  const [first] = list;
  if (isPoint(first)) {
    return list.map((point) => {
      const { x, y, z } = point as { x: number; y: number; z?: number };
      return z === undefined ? [x, y] : [x, y, z];
    });
  }
  if (!Array.isArray(first)) return undefined;
  return isPoint(first[0]) ? jointsIn(first) : list as number[][];
}

function isPoint(value: unknown): boolean {
  return typeof value === "object" && value !== null && "x" in value && "y" in value;
}

/** Divides values into groups, the last value of each a confidence. */
function inGroups(values: readonly unknown[], size: number): number[][] | undefined {
  const joints = Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size - 1));
  return joints.length === 0 ? undefined : joints as number[][];
}

/** Returns the frames of a file of keypoints: a list of them, or the only one. */
export function framesIn(value: unknown): { readonly frames: readonly unknown[]; readonly isClip: boolean } {
  const frames = (value as JSONObject | null)?.frames;
  if (Array.isArray(frames)) return { frames, isClip: true };
  const isClip = Array.isArray(value) && !isPoint(value[0]) &&
    !(Array.isArray(value[0]) && typeof value[0][0] === "number");
  return isClip ? { frames: value, isClip } : { frames: [value], isClip: false };
}

/** Completes frames without a person with the joints of the frame before. Throws `RangeError` if none has one. */
export function completeFrames(frames: readonly unknown[]): number[][][] {
  const found = frames.map(jointsIn);
  const first = found.find((joints) => joints !== undefined);
  if (first === undefined) throw new InputRangeError("expected keypoints of a person, found none");
  let last = first;
  return found.map((joints) => last = joints ?? last);
}
