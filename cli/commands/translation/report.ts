import { Engine } from "../../../src/nn/mod.ts";
import { count } from "../../../tasks/task_model/mod.ts";
import { describeEngine } from "../../engine_options.ts";
import { jsonLine } from "../../terminal/mod.ts";
import type { TrainingRun } from "../../training/mod.ts";
import type { TranslationEpochEvent } from "../../../tasks/translation/learning.ts";
import type { TranslationConfig } from "../../../tasks/translation/config.ts";
import type { Translator } from "../../../tasks/translation/model.ts";
import type { TranslationEvaluation } from "../../../tasks/translation/options.ts";
import type { ReadData } from "./data.ts";

/** How an epoch is told of. */
export const EPOCH_REPORT = {
  line: ({ validLoss, validBleu }: TranslationEpochEvent): string =>
    validLoss === null
      ? ""
      : `, validation loss ${validLoss.toFixed(4)}${validBleu === null ? "" : `, greedy BLEU ${validBleu.toFixed(2)}`}`,
  fields: ({ validLoss, validBleu }: TranslationEpochEvent) => ({ valid_loss: validLoss, valid_bleu: validBleu }),
};

/** Says what was read, what of it is left out, and what is trained. */
export async function introduce(
  run: TrainingRun,
  { model, data }: { readonly model: Translator; readonly data: ReadData },
  json = false,
): Promise<void> {
  const { train, valid, test } = data.corpus;
  const encoded = model.encode(train);
  const measured = { validation: valid && model.encode(valid), test: test && model.encode(test) };
  const { sourceVocabulary, targetVocabulary, maxTokens } = model.config;
  if (json) {
    jsonLine({
      event: "data",
      train: train.length,
      valid: valid?.length ?? 0,
      test: test?.length ?? 0,
      left_out: leftOut(encoded),
      no_loss: { valid: leftOut(measured.validation), test: leftOut(measured.test) },
      source_vocabulary: sourceVocabulary,
      target_vocabulary: targetVocabulary,
      warnings: data.warnings,
    });
  }
  for (const note of data.notes) run.say(note);
  const { empty, long } = encoded;
  if (empty > 0) run.say(`${count(empty, "training pair")} with an empty side left out.`);
  if (long > 0) run.say(`${count(long, "training pair")} of more than ${maxTokens} tokens left out.`);
  for (const [part, found] of Object.entries(measured)) {
    if (found) { for (const note of lossless(found, `${part} pair`, model.config)) run.say(`${note}.`); }
  }
  await run.begin(describeModel(model, encoded.sources.length));
}

function leftOut({ empty, long }: LeftOut = { empty: 0, long: 0 }): LeftOut {
  return { empty, long };
}

/** Pairs that have no loss. */
interface LeftOut {
  readonly empty: number;
  readonly long: number;
}

/** Says which pairs count for the translations' figures alone. */
export function lossless({ empty, long }: LeftOut, noun: string, { maxTokens }: TranslationConfig): string[] {
  const describe = (n: number, what: string): string[] =>
    n === 0 ? [] : [`${count(n, noun)} ${what} ${n === 1 ? "counts" : "count"} for BLEU and chrF, not for the loss`];
  return [...describe(empty, "with an empty side"), ...describe(long, `of more than ${maxTokens} tokens`)];
}

function describeModel({ config, network }: Translator, pairs: number): string {
  const number = (n: number): string => n.toLocaleString("en");
  const parameters = network.parameters().reduce((sum, { size }) => sum + size, 0);
  const { cell, embed, hidden, encoderHidden, layers, attention, inputFeeding, joint } = config;
  const symbols = joint
    ? `${number(config.sourceVocabulary)} joint symbols`
    : `${number(config.sourceVocabulary)} and ${number(config.targetVocabulary)} symbols`;
  return [
    `${cell} ${layers} x (2 x ${encoderHidden}) to ${layers} x ${hidden}`,
    attention === "none" ? "no attention" : `${attention} attention`,
    ...inputFeeding ? ["input feeding"] : [],
    `embedding ${embed}`,
    symbols,
    `${number(parameters)} parameters`,
    `on ${count(pairs, "pair")} (${describeEngine(Engine.default())}).`,
  ].join(", ");
}

/** What a run came to. */
export interface Result {
  /** Figures on the validation pairs. */
  readonly valid: TranslationEvaluation | undefined;
  /** Figures on the test pairs. */
  readonly test: TranslationEvaluation | undefined;
  /** Share of padding in training. */
  readonly padding: number;
  /** Where the model is kept. */
  readonly directory: string;
  /** A sentence to try it with. */
  readonly example: string;
}

/** Prints the run's last JSON line. */
export function reportDone(run: TrainingRun, { valid, test, padding, directory }: Result): void {
  const { step, seconds, tokensPerSecond, peak } = run.figures();
  jsonLine({
    event: "done",
    steps: step,
    valid_bleu: valid?.bleu ?? null,
    valid_loss: valid?.loss ?? null,
    valid_exact_match: valid?.exactMatch ?? null,
    test_bleu: test?.bleu ?? null,
    test_chrf: test?.chrf ?? null,
    test_loss: test?.loss ?? null,
    test_exact_match: test?.exactMatch ?? null,
    bleu_signature: test?.bleuSignature ?? valid?.bleuSignature ?? null,
    padded_share: padding,
    seconds,
    tokens_per_second: tokensPerSecond,
    peak_rss_mib: peak,
    model: directory,
  });
}

/** Says what the run came to. */
export function conclude(run: TrainingRun, { valid, test, padding, directory, example }: Result): void {
  run.conclude();
  run.say(`Padding was ${(100 * padding).toFixed(2)} % of what was read.`);
  if (valid) run.say(`Validation ${describeEvaluation(valid)}`);
  if (test) run.say(`Test ${describeEvaluation(test)}`);
  run.say(`To try it: deno task translate --model ${directory} ${JSON.stringify(example)}`);
}

/** Figures of translations in words. */
export function describeEvaluation({ bleu, chrf, exactMatch, loss, tokenAccuracy }: TranslationEvaluation): string {
  return `BLEU ${bleu.toFixed(2)}, chrF ${chrf.toFixed(2)}, exact match ${(100 * exactMatch).toFixed(2)} %, loss ${
    loss.toFixed(4)
  }, token accuracy ${(100 * tokenAccuracy).toFixed(2)} %.`;
}
