import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import { type Command, type OptionSpecs, UsageError } from "../arguments/mod.ts";
import { isPiped, jsonLine, promptForInput, writeOut } from "../terminal/mod.ts";
import { ENCODING, openText, type TextOptions } from "../../tasks/data/mod.ts";
import { percent } from "../../tasks/task_model/mod.ts";
import {
  BLEU_TOKENIZERS,
  type BleuOptions,
  type BleuScore,
  type ChrfScore,
  corpusBleu,
  corpusChrf,
  exactMatch,
  tokenMatch,
} from "../../tasks/translation/metrics/mod.ts";
import { nameOf } from "../../tasks/data/file_system.ts";
import { expectEncoding } from "./encoding_option.ts";

const OPTIONS = {
  hyp: { kind: "path", group: "data", value: "FILE", help: "Translations to score, one per line." },
  ref: {
    kind: "path",
    group: "data",
    value: "FILE",
    help: "Reference translations, one per line; may be given more than once.",
    repeatable: true,
  },
  encoding: { kind: "string", group: "data", value: "NAME", help: ENCODING.help, default: "utf-8" },
  lowercase: { kind: "boolean", group: "data", help: "Ignore the difference between uppercase and lowercase." },
  tokenize: {
    kind: "choice",
    group: "data",
    choices: BLEU_TOKENIZERS,
    help: "Tokenization for BLEU.",
    default: "13a",
  },
  "per-line": { kind: "boolean", group: "answers", help: "Print the scores of each line instead of the corpus." },
  sentence: { kind: "boolean", group: "answers", help: "Print the scores of each line.", isHidden: true },
  json: { kind: "boolean", group: "run", help: "Print one JSON object, or one per line with --per-line." },
} as const satisfies OptionSpecs;

/** Scores translations against references. */
export const scoreCommand: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ ref = [], encoding, lowercase = false, tokenize, json, ...values }) => {
    const perLine = values["per-line"] ?? values.sentence;
    const hyp = values.hyp ?? (!ref.includes("-") && await isPiped(json) ? "-" : undefined);
    if (hyp === undefined) throw new UsageError("--hyp: expected a file of translations, found none");
    if (ref.length === 0) throw new UsageError("--ref: expected a file of references, found none");
    expectEncoding(encoding);
    if ([hyp, ...ref].includes("-")) promptForInput("a text");
    const texts = await readTexts(hyp, ref, { encoding });
    const options = { lowercase, tokenizer: tokenize, effectiveOrder: perLine };
    for (const part of perLine ? eachOf(texts) : [texts]) {
      const scores = scoreAll(part, options);
      if (json) jsonLine(asJSON(scores));
      else writeOut(perLine ? asLine(scores) : asText(scores));
    }
    return 0;
  },
};

/** Translations, and the references of each. */
interface Texts {
  readonly hypotheses: readonly string[];
  readonly references: readonly (readonly string[])[];
}

/** Reads the files. Throws `RangeError`, naming both files, if their numbers of lines differ. */
async function readTexts(hyp: string, refs: readonly string[], options: TextOptions): Promise<Texts> {
  const hypotheses = await readLines(hyp, options);
  const files: string[][] = [];
  for (const ref of refs) {
    const lines = await readLines(ref, options);
    if (lines.length !== hypotheses.length) {
      throw new InputRangeError(
        `read ${nameOf(ref)}: expected ${count(hypotheses.length, "line")}, as in ${nameOf(hyp)}, found ${
          count(lines.length, "line")
        }`,
      );
    }
    files.push(lines);
  }
  return { hypotheses, references: hypotheses.map((_, i) => files.map((lines) => lines[i])) };
}

async function readLines(path: string, options: TextOptions): Promise<string[]> {
  const file = await openText(path, options);
  return file.slice(0, file.length).replace(/\n$/, "").split("\n");
}

/** Splits texts into single sentences. */
function eachOf({ hypotheses, references }: Texts): Texts[] {
  return hypotheses.map((hypothesis, i) => ({ hypotheses: [hypothesis], references: [references[i]] }));
}

/** All scores of some sentences. */
interface Scores {
  readonly bleu: BleuScore;
  readonly chrf: ChrfScore;
  readonly chrfPlus: ChrfScore;
  readonly exactMatch: number;
  readonly tokenMatch: number;
  readonly sentences: number;
}

function scoreAll({ hypotheses, references }: Texts, options: BleuOptions): Scores {
  const { lowercase } = options;
  const cased = (text: string): string => lowercase ? text.toLowerCase() : text;
  const [texts, others] = [hypotheses.map(cased), references.map((all) => all.map(cased))];
  return {
    bleu: corpusBleu(hypotheses, references, options),
    chrf: corpusChrf(hypotheses, references, { lowercase }),
    chrfPlus: corpusChrf(hypotheses, references, { lowercase, wordOrder: 2 }),
    exactMatch: exactMatch(texts, others),
    tokenMatch: tokenMatch(texts, others),
    sentences: hypotheses.length,
  };
}

function asJSON({ bleu, chrf, chrfPlus, exactMatch, tokenMatch, sentences }: Scores): Record<string, unknown> {
  return {
    bleu: bleu.score,
    bleu_signature: bleu.signature,
    chrf: chrf.score,
    chrf_plus: chrfPlus.score,
    exact_match: exactMatch,
    token_match: tokenMatch,
    sentences,
  };
}

/** Formats one score per line, in sacreBLEU's format. */
function asText({ bleu, chrf, chrfPlus, exactMatch, tokenMatch, sentences }: Scores): string {
  const { score, signature, precisions, brevityPenalty, ratio, hypothesisLength, referenceLength } = bleu;
  const made = `${precisions.map((precision) => precision.toFixed(1)).join("/")} (BP = ${brevityPenalty.toFixed(3)} ` +
    `ratio = ${ratio.toFixed(3)} hyp_len = ${hypothesisLength} ref_len = ${referenceLength})`;
  return [
    `BLEU|${signature} = ${score.toFixed(2)} ${made}`,
    ...[chrf, chrfPlus].map(({ name, signature, score }) => `${name}|${signature} = ${score.toFixed(2)}`),
    `exact match = ${percent(exactMatch)}`,
    `token match = ${percent(tokenMatch)}`,
    `sentences = ${sentences}`,
    "",
  ].join("\n");
}

/** Formats the scores of one sentence, separated by tabs. */
function asLine({ bleu, chrf, chrfPlus, exactMatch }: Scores): string {
  const figures = [["BLEU", bleu.score], [chrf.name, chrf.score], [chrfPlus.name, chrfPlus.score]] as const;
  const shown = figures.map(([name, score]) => `${name} ${score.toFixed(2)}`);
  return [...shown, `exact ${exactMatch === 1 ? "yes" : "no"}`].join("\t") + "\n";
}
