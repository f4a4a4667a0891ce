import { labelPictures, MOST_JUDGED } from "../labels/mod.ts";
import { describeShown, pickEvenly, type Picture } from "../task_model/picture.ts";
import type { Classifier } from "./model.ts";
import type { ClassifierTypes } from "./task.ts";
import { expectLabelled, labelsIn } from "./texts.ts";

/** Shows what a classifier makes of its validation texts. */
export async function classifierPictures(model: Classifier, data: ClassifierTypes["data"]): Promise<Picture[]> {
  const { valid = [] } = expectLabelled("judge texts", data);
  if (valid.length === 0) return [];
  const texts = pickEvenly(valid, MOST_JUDGED);
  const found = await model.classify(texts.map(({ text }) => text));
  const { labels, multiLabel } = model.config;
  return labelPictures({
    labels,
    multiLabel,
    source: describeShown(texts.length, valid.length, "validation text"),
    noun: "text",
    examples: texts.map((text, i) => ({
      text: text.text,
      labels: [...new Set(labelsIn(text))],
      given: found[i].labels ?? [found[i].label],
      probabilities: found[i].probabilities,
    })),
  });
}
