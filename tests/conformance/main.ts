/**
 * Compares the tokenizers and trainers with other implementations, text by text, and writes the result to `results.md`:
 * `deno task test:conformance --data FOLDER [--models FOLDER]`. The first folder contains the corpora and the GPT-2,
 * BERT and SentencePiece files named in `texts.ts`, `encoders.ts` and `trainers.ts`, the second more SentencePiece
 * models.
 */
import { parseArgs } from "node:util";
import type { Agreement } from "./compare.ts";
import { compareEncoders } from "./encoders.ts";
import { readTexts } from "./texts.ts";
import { compareTiktoken } from "./tiktoken.ts";
import { compareTrainers, type TrainingAgreement } from "./trainers.ts";

const COMMAND = "deno task test:conformance --data FOLDER --models FOLDER";

async function main(): Promise<number> {
  const { data, models } = parseArgs({ options: { data: { type: "string" }, models: { type: "string" } } }).values;
  if (data === undefined) {
    console.error(`expected ${COMMAND}`);
    return 2;
  }
  const sets = await readTexts(data);
  const encoders = [...await compareEncoders({ data, models }, sets), ...await compareTiktoken(sets)];
  const trainers = await compareTrainers(data);
  const report = reportOf(encoders, trainers);
  console.log(report);
  await Deno.writeTextFile(new URL("results.md", import.meta.url), report);
  return encoders.every(isGood) && trainers.every(({ isGood }) => isGood) ? 0 : 1;
}

function isGood({ otherIds, otherOffsets }: Agreement): boolean {
  return otherIds === 0 && (otherOffsets ?? 0) === 0;
}

function reportOf(encoders: readonly Agreement[], trainers: readonly TrainingAgreement[]): string {
  const rows = encoders.map(({ what, set, texts, tokens, otherIds, otherOffsets }) => [
    what,
    set,
    ...[texts, tokens, otherIds].map((count) => count.toLocaleString("en")),
    otherOffsets?.toLocaleString("en") ?? "-",
  ]);
  const examples = encoders.flatMap(({ what, examples }) => examples.map((example) => `- ${what}: ${example}`));
  return [
    "# Conformance",
    "",
    `Agreement between Elman's tokenizers and others, from \`${COMMAND}\`. The last two columns count texts.`,
    "",
    "| comparison | corpus | texts | tokens | different ids | different offsets |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    ...(examples.length === 0 ? [] : ["Texts with differences:", "", ...examples, ""]),
    "| trainer | corpus | result |",
    "| --- | --- | --- |",
    ...trainers.map(({ what, corpus, result }) => `| ${what} | ${corpus} | ${result} |`),
    "",
  ].join("\n");
}

if (import.meta.main) Deno.exit(await main());
