import { count } from "../../../tasks/task_model/mod.ts";
import { formatSpeed, jsonLine } from "../../terminal/mod.ts";
import type { Values } from "../../arguments/mod.ts";
import { readParallelTexts } from "../../../tasks/data/mod.ts";
import { Translator } from "../../../tasks/translation/model.ts";
import { describeEvaluation, lossless } from "./report.ts";
import { type SEARCH_OPTIONS, searchSettings } from "./search_options.ts";

/** What is measured, and on what. */
export interface EvaluateTranslatorValues extends Values<typeof SEARCH_OPTIONS> {
  /** The model's directory. */
  readonly model: string;
  /** Sentences, one a line. */
  readonly src?: string;
  /** Their translations. */
  readonly tgt?: string;
  /** Both, a tab between. */
  readonly data?: string;
  /** Whether one JSON object is printed. */
  readonly json?: boolean;
}

/** Measures a translator on sentence pairs. */
export async function evaluateTranslator(values: EvaluateTranslatorValues): Promise<number> {
  const { model: directory, src, tgt, data, json } = values;
  const { name, pairs } = await readParallelTexts(
    data === undefined ? { source: src!, target: tgt! } : { pairs: data },
  );
  const model = await Translator.load(directory);
  const start = performance.now();
  const found = await model.evaluate(pairs, searchSettings(values));
  const perSecond = pairs.length / (performance.now() - start) * 1e3;
  for (const note of lossless(found, "pair", model.config)) console.error(`warning: ${name}: ${note}`);
  if (json) {
    jsonLine({
      event: "done",
      sentences: found.sentences,
      no_loss: { empty: found.empty, long: found.long },
      bleu: found.bleu,
      bleu_signature: found.bleuSignature,
      chrf: found.chrf,
      exact_match: found.exactMatch,
      loss: found.loss,
      token_accuracy: found.tokenAccuracy,
      sentences_per_second: perSecond,
    });
    return 0;
  }
  console.log(describeEvaluation(found));
  console.log(`BLEU|${found.bleuSignature}`);
  console.log(`${count(pairs.length, "sentence")}, ${formatSpeed(perSecond)} a second.`);
  return 0;
}
