import { abbreviate } from "../../src/schema/mod.ts";
import {
  describeShown,
  type MatrixPicture,
  pickEvenly,
  type Picture,
  type TablePicture,
} from "../task_model/picture.ts";
import type { Translation } from "./answers.ts";
import { sentenceChrf } from "./metrics/mod.ts";
import type { Translator } from "./model.ts";
import { expectPairs, type SentencePair } from "./pairs.ts";
import type { TranslatorTypes } from "./task.ts";

/** Maximum number of pairs that are translated; of more, some are picked. */
const MOST_TRANSLATED = 50;

/** Numbers of attention maps, of the worst translations and of others. */
const [MAPS, WORST, OTHERS] = [3, 10, 5];

/** A sentence of which a map is drawn has at least and at most so many tokens, if there are such. */
const [FEWEST_TOKENS, MOST_TOKENS] = [4, 32];

/** Maximum number of characters of a sentence in a table. */
const TEXT_LENGTH = 240;

/** A translated pair, and how similar the translation is to the reference. */
interface Translated {
  readonly pair: SentencePair;
  readonly translation: Translation;
  readonly chrf: number;
}

/** Shows some translations of validation sentences, where the translator looked, and the worst ones. */
export async function translatorPictures(model: Translator, data: TranslatorTypes["data"]): Promise<Picture[]> {
  const valid = (expectPairs("translate", data).valid ?? []).filter(({ source, target }) => source && target);
  if (valid.length === 0) return [];
  const pairs = pickEvenly(valid, MOST_TRANSLATED);
  const translations = await model.translate(pairs.map(({ source }) => source));
  const translated = pairs.map((pair, i): Translated => {
    const translation = translations[i];
    return { pair, translation, chrf: sentenceChrf(translation.text, pair.target).score };
  });
  const source = describeShown(pairs.length, valid.length, "validation pair");
  const worst = translated.toSorted((a, b) => a.chrf - b.chrf).slice(0, WORST);
  return [
    translationTable("Translations", `Some of ${source}.`, pickEvenly(translated, OTHERS)),
    translationTable("Worst translations", `Those with the lowest chrF of ${source}.`, worst),
    ...attentionMaps(translated),
  ];
}

function translationTable(title: string, note: string, translated: readonly Translated[]): TablePicture {
  const cut = (text: string): string => abbreviate(text, TEXT_LENGTH);
  return {
    kind: "table",
    title,
    note,
    heads: ["source", "translation", "reference", "chrF"],
    rows: translated.map(({ pair, translation, chrf }) => [
      cut(pair.source),
      cut(translation.text),
      cut(pair.target),
      chrf,
    ]),
  };
}

/** Draws the attention in some sentences that are neither very short nor too long to be read. */
function attentionMaps(translated: readonly Translated[]): MatrixPicture[] {
  const lengthOf = ({ translation: { tokens, sourceTokens } }: Translated): number =>
    Math.max(tokens.length, sourceTokens.length);
  const readable = translated.filter((one) => one.translation.attention.length > 0 && lengthOf(one) <= MOST_TOKENS);
  const long = readable.filter((one) => lengthOf(one) >= FEWEST_TOKENS);
  return pickEvenly(long.length > 0 ? long : readable, MAPS).map((one, i) => attentionMap(one, i));
}

function attentionMap({ pair, translation }: Translated, i: number): MatrixPicture {
  const { tokens, sourceTokens, attention } = translation;
  return {
    kind: "matrix",
    title: `Attention ${i + 1}`,
    note: `Where the translator looked in "${abbreviate(pair.source, TEXT_LENGTH)}" for each token that it wrote.`,
    axes: ["translation", "source"],
    rows: tokens,
    columns: sourceTokens,
    shades: attention.map((weights) => Array.from(weights)),
  };
}
