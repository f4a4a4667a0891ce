import { type VectorSequence, vectorSequence } from "../../../tasks/data/mod.ts";
import { seededRandom } from "../../support/random.ts";

/** Joints of a body at rest: the hip, the head, two shoulders, two hands and two feet. */
const BODY = [[0, 0, 0], [0, 0.7, 0], [-0.2, 0.5, 0], [0.2, 0.5, 0], [-0.5, 0.1, 0], [0.5, 0.1, 0], [-0.1, -0.9, 0], [
  0.1,
  -0.9,
  0,
]];

/** The pairs of joints of both sides. */
export const PAIRS = [[2, 3], [4, 5], [6, 7]];

/** Makes skeletons that lift both hands up or stretch them forward, of people of different sizes, turned a little. */
export function movements(count: number, seed = 1): VectorSequence[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const isUp = i % 2 === 0;
    const [size, angle, length] = [0.8 + 0.4 * random(), 0.6 * (random() - 0.5), 6 + Math.floor(6 * random())];
    const place = [random(), 0, 2 + random()];
    const frames = Array.from({ length }, (_, t) => {
      const share = 0.6 * t / (length - 1);
      return BODY.flatMap(([x, y, z], joint) => {
        const isHand = joint === 4 || joint === 5;
        const moved = [x, y + (isHand && isUp ? share : 0), z + (isHand && !isUp ? share : 0)];
        const [a, b] = [
          moved[0] * Math.cos(angle) - moved[2] * Math.sin(angle),
          moved[0] * Math.sin(angle) +
          moved[2] * Math.cos(angle),
        ];
        return [a, moved[1], b].map((value, k) => size * value + place[k] + 0.01 * (random() - 0.5));
      });
    });
    return vectorSequence(frames, { label: isUp ? "up" : "forward", group: `${i % 5}`, source: `line ${i + 1}` });
  });
}
