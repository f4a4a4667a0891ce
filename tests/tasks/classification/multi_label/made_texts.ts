import type { MultiLabelText } from "../../../../tasks/mod.ts";
import { seededRandom } from "../../../support/random.ts";

/** The labels, the words that imply each of them, and how often they occur. */
const KINDS = [
  { label: "comedy", share: 0.4, words: ["funny", "joke", "laugh"] },
  { label: "romance", share: 0.3, words: ["love", "kiss", "wedding"] },
  { label: "war", share: 0.15, words: ["battle", "soldier", "army"] },
] as const;

const OTHERS = ["a", "the", "film", "about", "with", "of", "and", "plot", "scene", "actor"];

/** The labels of the made texts. */
export const LABELS = KINDS.map(({ label }) => label);

/** Makes texts whose words imply their labels independently; some have none. */
export function makeTexts(count: number, seed = 1): MultiLabelText[] {
  const random = seededRandom(seed);
  const pick = (values: readonly string[]): string => values[Math.floor(random() * values.length)];
  return Array.from({ length: count }, () => {
    const own = KINDS.filter(({ share }) => random() < share);
    const words = [...own.map(({ words }) => pick(words)), ...Array.from({ length: 4 }, () => pick(OTHERS))];
    const order = words.map((word) => ({ word, place: random() })).sort((a, b) => a.place - b.place);
    return { text: order.map(({ word }) => word).join(" "), labels: own.map(({ label }) => label) };
  });
}
