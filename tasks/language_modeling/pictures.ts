import { perplexity } from "../../src/train/mod.ts";
import { reliabilityBins, reliabilityLayers } from "../labels/mod.ts";
import type { ChartPicture, PassagePicture, Picture, TablePicture } from "../task_model/picture.ts";
import type { LanguageModel } from "./model.ts";
import { expectCorpus, idsOf } from "./corpus.ts";
import { type DocumentIds, isDocumentIds } from "./document_ids.ts";
import { scoreTexts, type TokenScore } from "./score_texts.ts";
import type { LanguageModelTypes } from "./task.ts";
import { blockAt, type TokenIds } from "./token_ids.ts";

/** Number of passages that are read, and of tokens in each; of documents, as many are read as have these tokens. */
const [PASSAGES, LENGTH] = [8, 320];

/** Numbers of rows in the tables. */
const [MOST_SURPRISING, MOST_COSTLY] = [15, 20];

/** Number of tokens that are shown before a surprising one. */
const BEFORE = 12;

/** The bits of surprisal from which on a token is shaded fully. */
const MOST_BITS = 12;

/** Shows how well a language model predicts the tokens of passages of its validation text. */
export async function languagePictures(model: LanguageModel, data: LanguageModelTypes["data"]): Promise<Picture[]> {
  const { tokenizer, network, config: { endOfText } } = model;
  const { valid } = expectCorpus("read a text", data);
  if (valid === undefined) return [];
  const ids = await idsOf("read a text", valid, { tokenizer, endOfText });
  const scored = await scoreTexts(network, tokenizer, await passagesOf(ids), { top: 1 });
  const all = scored.flatMap(({ logprobs = [] }) => logprobs);
  if (all.length === 0) return [];
  const source = `${all.length.toLocaleString("en")} tokens of the validation text`;
  return [
    passagePicture(
      all.slice(0, LENGTH),
      isDocumentIds(ids) ? "Documents of the validation text" : "The beginning of the validation text",
    ),
    surprisingTable(scored.map(({ logprobs }) => logprobs!), source),
    costlyTable(all, source),
    reliabilityPicture(all, source),
  ];
}

/** Reads passages, each with one token before it. */
async function passagesOf(ids: TokenIds): Promise<Int32Array[]> {
  const places = isDocumentIds(ids) ? documentPlaces(ids) : textPlaces(ids);
  return await Promise.all(places.map(([start, end]) => readIds(ids, start, end)));
}

/** The place of a passage, with the token before it. */
type Place = readonly [start: number, end: number];

/** Returns passages at equal distances. */
function textPlaces({ length }: TokenIds): Place[] {
  const number = Math.min(PASSAGES, Math.max(1, Math.floor(length / (LENGTH + 1))));
  return Array.from({ length: number }, (_, i) => {
    const start = Math.floor(i * length / number);
    return [start, Math.min(length, start + LENGTH + 1)];
  });
}

/** Returns the beginnings of documents at equal distances, since each is read from a zero state. */
function documentPlaces({ starts }: DocumentIds): Place[] {
  const all = Array.from({ length: starts.length - 1 }, (_, i): Place => {
    return [starts[i], Math.min(starts[i + 1], starts[i] + LENGTH) + 1];
  });
  const tokens = all.reduce((sum, [start, end]) => sum + end - start - 1, 0);
  const number = Math.ceil(all.length * Math.min(1, PASSAGES * LENGTH / tokens));
  return Array.from({ length: number }, (_, i) => all[Math.floor(i * all.length / number)]);
}

async function readIds(ids: TokenIds, start: number, end: number): Promise<Int32Array> {
  const read = new Int32Array(end - start);
  for (let at = start; at < end;) {
    const block = await blockAt(ids, at);
    const part = block.ids.subarray(at - block.start, end - block.start);
    read.set(part, at - start);
    at += part.length;
  }
  return read;
}

function bitsOf({ logprob }: TokenScore): number {
  return -logprob / Math.LN2;
}

/** Describes a token: "8.2 bits; expected " the" (31 %)". */
function describe(score: TokenScore): string {
  const [best] = score.top;
  const expected = score.rank === 1 ? "the likeliest" : `expected ${JSON.stringify(best.token)}`;
  return `${bitsOf(score).toFixed(1)} bits; ${expected} (${percent(best.logprob)})`;
}

function percent(logprob: number): string {
  return `${Math.round(100 * Math.exp(logprob))} %`;
}

function passagePicture(scores: readonly TokenScore[], what: string): PassagePicture {
  const mean = scores.reduce((sum, { logprob }) => sum - logprob, 0) / scores.length;
  return {
    kind: "passage",
    title: "Surprisal",
    note: `${what}: the darker a token, the less the model expected it. Perplexity of this ` +
      `passage, which it reads without what came before: ${perplexity(mean).toFixed(2)}.`,
    tokens: scores.map((score) => [score.token, bitsOf(score), describe(score)]),
    most: MOST_BITS,
    unit: "bits",
  };
}

function surprisingTable(passages: readonly (readonly TokenScore[])[], source: string): TablePicture {
  const places = passages.flatMap((scores) => scores.map((score, at) => ({ score, scores, at })));
  const worst = places.sort((a, b) => a.score.logprob - b.score.logprob).slice(0, MOST_SURPRISING);
  return {
    kind: "table",
    title: "Most surprising tokens",
    note: `Of ${source}.`,
    heads: ["token", "after", "bits", "rank", "expected", "its probability"],
    rows: worst.map(({ score, scores, at }) => [
      JSON.stringify(score.token),
      scores.slice(Math.max(0, at - BEFORE), at).map(({ token }) => token).join(""),
      bitsOf(score),
      score.rank,
      JSON.stringify(score.top[0].token),
      Math.exp(score.top[0].logprob),
    ]),
  };
}

/** Lists the tokens that have the largest share of the loss. */
function costlyTable(scores: readonly TokenScore[], source: string): TablePicture {
  const all = scores.reduce((sum, score) => sum + bitsOf(score), 0);
  const rows = [...Map.groupBy(scores, ({ id }) => id).values()].map((own) => {
    const bits = own.reduce((sum, score) => sum + bitsOf(score), 0);
    const right = own.filter(({ rank }) => rank === 1).length;
    return { token: own[0].token, count: own.length, bits, right: right / own.length };
  });
  return {
    kind: "table",
    title: "Tokens that cost most",
    note: `The tokens with the largest share of the loss on ${source}.`,
    heads: ["token", "times", "bits each", "share of the loss", "predicted"],
    rows: rows.sort((a, b) => b.bits - a.bits).slice(0, MOST_COSTLY).map(({ token, count, bits, right }) => [
      JSON.stringify(token),
      count,
      bits / count,
      all === 0 ? 0 : bits / all,
      right,
    ]),
  };
}

function reliabilityPicture(scores: readonly TokenScore[], source: string): ChartPicture {
  const decisions = scores.map(({ rank, top: [best] }) => ({
    confidence: Math.exp(best.logprob),
    isRight: rank === 1,
  }));
  return {
    kind: "chart",
    title: "Reliability",
    note: `How often the likeliest token is right, by its probability, on ${source}. Below the diagonal the model is ` +
      "too sure.",
    axes: ["probability", "share that is right"],
    layers: reliabilityLayers(reliabilityBins(decisions)),
  };
}
