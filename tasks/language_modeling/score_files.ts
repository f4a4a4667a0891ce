import { countCharacters } from "../data/characters.ts";
import { type Documents, linesOf } from "../data/mod.ts";
import { count, type Host, type Report } from "../task_model/mod.ts";
import { documentsOf, isDocuments } from "./document_ids.ts";
import { type EvaluateOptions, planEvaluation } from "./evaluate_options.ts";
import { adaptedStreams, statisticsOf } from "./evaluation.ts";
import { describeLoss, lossFields, type MeasuredLoss } from "./loss_figures.ts";
import type { LanguageModel } from "./model.ts";
import { type TextScore, type TokenScore, TokenScores } from "./score_texts.ts";
import { scoreWindows } from "./score_windows.ts";
import type { SourcePart } from "./text_parts.ts";
import type { TokenIds } from "./token_ids.ts";

/** The most lines or documents that are scored at a time, and their most characters before the last one. */
const [UNITS, CHARACTERS] = [1024, 2 ** 18];

/** Where results go one by one. */
interface Rows {
  readonly host?: Host;
  /** Number of likeliest tokens of each token; undefined for no tokens. */
  readonly top: number | undefined;
}

/**
 * Scores each line of a text, or each document, read alone, and hands the scores or those of its tokens to the host.
 */
export async function reportUnits(model: LanguageModel, part: SourcePart, { host, top }: Rows): Promise<Report> {
  const unit = isDocuments(part) ? "document" : "line";
  const options = top === undefined ? {} : { logprobs: top };
  const totals = { units: 0, tokens: 0, logprob: 0, characters: 0 };
  const add = async (texts: readonly string[]): Promise<void> => {
    for (const [i, score] of (await model.score(texts, options)).entries()) {
      const index = totals.units + i + 1;
      totals.tokens += score.tokens;
      totals.logprob += score.logprob;
      const characters = countCharacters(texts[i]);
      totals.characters += characters;
      if (top === undefined) host?.record?.({ [unit]: index, ...fieldsOf(score, characters), text: texts[i] });
      else for (const token of score.logprobs!) host?.record?.({ [unit]: index, ...tokenFields(token) });
    }
    totals.units += texts.length;
  };
  for await (const texts of batchesOf(unitsOf(part))) await add(texts);
  return reportLoss({ ...totals, loss: -totals.logprob / totals.tokens }, ...unitsRead(totals.units, unit));
}

/** Reads a text as one stream, or documents one after the other, and hands the score of each token to the host. */
export async function reportTokens(
  model: LanguageModel,
  ids: TokenIds,
  { host, top, options }: Rows & { readonly options: EvaluateOptions },
): Promise<Report> {
  const { network, tokenizer, config: { endOfText } } = model;
  const plan = await planEvaluation("evaluate", options, { tokenizer, endOfText });
  const streams = adaptedStreams(network, ids, plan);
  const scores = new TokenScores(tokenizer);
  let [sum, documents] = [0, 0];
  const reading = scoreWindows(network, streams, { ...plan, statistics: statisticsOf(plan), top });
  for await (const { window, losses, ranking } of reading) {
    documents += window.begins.length;
    for (const [row, target] of window.targets.entries()) {
      if (target < 0) continue;
      sum += losses[row];
      const place = endOfText === null ? {} : { document: documents };
      host?.record?.({ ...place, ...tokenFields(scores.of(target, losses[row], ranking!, row)) });
    }
  }
  const figures = { loss: sum / streams.tokens, tokens: streams.tokens, characters: ids.characters };
  if (endOfText !== null) return reportLoss(figures, ...unitsRead(documents, "document"));
  return reportLoss(figures, "read as 1 stream from a zero state", { streams: 1 });
}

async function* unitsOf(part: SourcePart): AsyncGenerator<string, void, void> {
  if (isDocuments(part)) {
    const { lengths, read }: Documents = documentsOf(part);
    for (let i = 0; i < lengths.length; i++) yield await read(i);
  } else for await (const line of linesOf(part)) yield line.replace(/\n$/, "");
}

/** The scores of all tokens of a batch are held at once, so that a few long documents fill one. */
async function* batchesOf(units: AsyncIterable<string>): AsyncGenerator<string[], void, void> {
  let [texts, characters]: [string[], number] = [[], 0];
  for await (const text of units) {
    texts.push(text);
    characters += text.length;
    if (texts.length < UNITS && characters < CHARACTERS) continue;
    yield texts;
    [texts, characters] = [[], 0];
  }
  if (texts.length > 0) yield texts;
}

/** The surprisal in bits: -log2 of the probability. */
function bitsOf(logprob: number): number {
  return 0 - logprob / Math.LN2;
}

function fieldsOf({ logprob, meanLogprob, tokens }: TextScore, characters: number): Record<string, unknown> {
  const surprisal = bitsOf(logprob);
  const bits_per_char = characters === 0 ? null : surprisal / characters;
  return { tokens, logprob, mean_logprob: meanLogprob, surprisal, bits_per_char };
}

function tokenFields({ token, id, logprob, rank, top }: TokenScore): Record<string, unknown> {
  return { token, id, logprob, surprisal: bitsOf(logprob), rank, ...top.length === 0 ? {} : { top } };
}

function unitsRead(units: number, unit: string): [reading: string, fields: Record<string, unknown>] {
  return [`${count(units, unit)}, each read from a zero state`, { [`${unit}s`]: units }];
}

/** Reports a loss; lines without any token have none. */
function reportLoss(measured: MeasuredLoss, reading: string, more: Record<string, unknown>): Report {
  const { tokens } = measured;
  if (tokens === 0) return { lines: ["no token to predict", reading], fields: { tokens, ...more } };
  return { lines: [describeLoss(measured), reading], fields: { ...lossFields(measured), ...more } };
}
