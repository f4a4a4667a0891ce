// Every script of examples/scripts/ does what its first lines and the table of examples/README.md say.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../mod.ts";
import { inTempDir } from "../support/command.ts";

const FOLDER = new URL("../../examples/scripts/", import.meta.url);
const NAMES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();

/** A script, its arguments, and a check of the lines that it prints. */
type Case = readonly [name: string, args: readonly string[], check: (lines: readonly string[]) => void];

/** Returns the numbers in a line. */
function numbersIn(line: string): number[] {
  return (line.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
}

const CASES: readonly Case[] = [
  ["train_and_generate.ts", [], (lines) => {
    const losses = lines.slice(0, 8).map((line) => numbersIn(line)[2]);
    assert(losses[7] < 0.5 && losses[7] < losses[0] / 3, `${losses}`);
    assertMatch(lines.slice(8).join("\n"), /^It was the [^]{100,}/);
  }],
  ["stream_tokens.ts", [], ([stopped, rest]) => {
    assertMatch(stopped, /^the cat(?: (?:saw|the|cat|dog|bird|and)){9} \(stopped after 9 words\)$/);
    assertMatch(rest, /^\.\.\.(?: (?:saw|the|cat|dog|bird|and)){8}$/);
  }],
  ["score_texts.ts", [], (lines) => {
    const likelier = [
      "the birds near the house sing .",
      "my friend near the house waits .",
      "children near the house run .",
    ];
    assertEquals(lines.filter((_, i) => i % 2 === 0).map((line) => line.split('"')[1]), likelier);
    assert(lines.filter((_, i) => i % 2 === 0).every((line) => numbersIn(line)[0] >= 3), lines.join("\n"));
  }],
  ["fine_tune.ts", [], ([symbols, before, tuned, alone]) => {
    assertMatch(symbols, /^11 new symbols/);
    const [[was], [is], [other]] = [before, tuned, alone].map(numbersIn);
    assert(is < was && is < other - 0.3, `${was} ${is} ${other}`);
  }],
  ["classify_reviews.ts", [], ([accuracy, ...explained]) => {
    assert(numbersIn(accuracy)[0] >= 90, accuracy);
    assertEquals(explained.map((line) => line.split(" ")[0]), ["good", "bad", "good"]);
    assertMatch(explained[1], /not [1-9]/);
  }],
  ["classify_dna.ts", [], ([accuracy, sequence, marks]) => {
    assert(numbersIn(accuracy)[0] >= 90, accuracy);
    assertMatch(sequence, /^[ACGT]*TATAAA[ACGT]* promoter$/);
    const motif = sequence.indexOf("TATAAA");
    const outside = [...marks].filter((mark, i) => mark === "^" && (i < motif || i >= motif + 6));
    assert(marks.includes("^") && outside.length <= 1, `${sequence}\n${marks}`);
  }],
  ["translate_phrases.ts", [], ([correct, translation, ...attention]) => {
    assert(numbersIn(correct)[0] >= 70, correct);
    assertEquals(translation, "la mesa roja y el perro viejo");
    assert(attention.includes("for perro it read most of all dog"), attention.join("\n"));
  }],
  ["forecast_series.ts", [], ([mase, ...days]) => {
    assert(numbersIn(mase)[0] < 1.2, mase);
    assertEquals(days.length, 7);
    const figures = days.map(numbersIn);
    for (const [median, , low, high] of figures) assert(low < median && median < high, days.join("\n"));
    assert(figures[2][0] > figures[5][0] + 30, "the middle of a week sells more than its end");
  }],
  ["serve_models.ts", [], (lines) => {
    assertEquals(lines.filter((_, i) => i % 2 === 0), ["200 /v1/completions", "200 /v1/classify"]);
    assertEquals(JSON.parse(lines[1]).choices[0].text, " not to be, that is ");
    assertEquals(JSON.parse(lines[3]).data[0].label, "good");
  }],
  ["custom_cell.ts", [], (lines) => {
    assertEquals(lines.length, 4);
    assert(numbersIn(lines[3])[2] >= 99, lines[3]);
  }],
  ["compare_cells.ts", ["rnn", "sru"], ([head, ...rows]) => {
    assertMatch(head, /parameters +loss/);
    assertEquals(rows.map((row) => row.split(" ")[0]), ["rnn", "sru"]);
    for (const row of rows) assert(numbersIn(row)[1] < 1, row);
  }],
];

/** Runs a script and returns the lines that it prints. */
async function run(name: string, args: readonly string[]): Promise<string[]> {
  const { main } = await import(new URL(name, FOLDER).href);
  const printed: string[] = [];
  const log = console.log;
  console.log = (...parts: unknown[]): void => void printed.push(parts.join(" "));
  try {
    await main(args);
  } finally {
    console.log = log;
  }
  return printed.join("\n").split("\n");
}

for (const [name, args, check] of CASES) {
  Deno.test(`examples/scripts/${name} prints what it promises`, async () => check(await run(name, args)));
}

Deno.test("examples/scripts/generate_from_model.ts continues a prompt with a saved model in several ways", async () => {
  await inTempDir(async (directory) => {
    const text = "The sun is up. The rain is over. ".repeat(20);
    const model = LanguageModel.create({ tokenizer: CharTokenizer.train(text), embed: 8, hidden: 16 });
    await model.fit(text, { epochs: 2, batch: 4, bptt: 16, learningRate: 0.02 });
    await model.save(`${directory}/model`);
    const lines = await run("generate_from_model.ts", [`${directory}/model`, "The "]);
    const kinds = lines.map((line) => line.match(/^(likeliest|drawn|best of 8): The /)?.[1] ?? line.split(" ")[1]);
    assertEquals(kinds, ["likeliest", "drawn", "drawn", "drawn", "best of 8", ...Array(5).fill("had")]);
    assertMatch(lines[9], /had probability [01]\.\d\d; likeliest: (?:".+" [01]\.\d\d(?:, |$)){3}$/);
  });
});

Deno.test("every script is short, says how to run it, imports the package by its name, and stands in the table", async () => {
  assert(NAMES.length >= 10);
  assertEquals([...CASES.map(([name]) => name), "generate_from_model.ts"].sort(), NAMES);
  const table = await Deno.readTextFile(new URL("../README.md", FOLDER));
  assertEquals([...table.matchAll(/^\| \[(\w+\.ts)\]\(scripts\/\1\)/gm)].map(([, name]) => name).sort(), NAMES);
  for (const name of NAMES) {
    const text = await Deno.readTextFile(new URL(name, FOLDER));
    const lines = text.trimEnd().split("\n").length;
    assert(lines >= 15 && lines <= 50, `${name} has ${lines} lines`);
    assertMatch(text, new RegExp(`^// .+[.:?]\\n(?:// .+\\n)*// deno run .*examples/scripts/${name}.*\\n`), name);
    const imports = [...text.matchAll(/ from "([^"]+)"/g)].map(([, from]) => from);
    assert(
      imports.length > 0 && imports.every((from) => /^@elman\/elman(?:\/\w+)?$/.test(from)),
      `${name}: ${imports}`,
    );
  }
});
