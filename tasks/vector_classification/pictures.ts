import { labelPictures, MOST_JUDGED } from "../labels/mod.ts";
import { describeShown, pickEvenly, type Picture } from "../task_model/picture.ts";
import type { VectorClassifier } from "./model.ts";
import { expectVectorCorpus } from "./sequences.ts";
import type { VectorClassifierTypes } from "./task.ts";

/** Shows what a classifier makes of its validation sequences. */
export async function vectorPictures(
  model: VectorClassifier,
  data: VectorClassifierTypes["data"],
): Promise<Picture[]> {
  const { valid = [] } = expectVectorCorpus("judge sequences", data);
  if (valid.length === 0) return [];
  const sequences = pickEvenly(valid, MOST_JUDGED);
  const found = await model.classify(sequences);
  return labelPictures({
    labels: model.config.labels,
    multiLabel: false,
    source: describeShown(sequences.length, valid.length, "validation sequence"),
    noun: "sequence",
    examples: sequences.map(({ source, group, label = "" }, i) => ({
      text: group === undefined ? source : `${source}, ${group}`,
      labels: [label],
      given: [found[i].label],
      probabilities: found[i].probabilities,
    })),
  });
}
