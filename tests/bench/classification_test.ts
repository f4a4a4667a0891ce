// Tests how the benchmark of classifiers divides data and reports, not the measurements.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { findDataSets } from "../../bench/classification/data_sets.ts";
import type { Cell } from "../../bench/classification/elman.ts";
import { confusionOf, deviation, figureOf } from "../../bench/classification/figures.ts";
import { type Item, readFasta, readLines, readTable, writeFolds } from "../../bench/classification/folds.ts";
import { predictMajority } from "../../bench/classification/peers.ts";
import { report } from "../../bench/classification/report.ts";
import { Results } from "../../bench/classification/results.ts";
import { systemsOf } from "../../bench/classification/systems.ts";
import { inTempDir } from "../support/command.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function item(label: string, key: string): Item {
  return { label, key, bytes: bytes(`${label} ${key}\n`) };
}

Deno.test("equal sequences share a fold", async () => {
  const items = Array.from({ length: 40 }, (_, i) => item(i % 2 === 0 ? "a" : "b", `s${i % 10}`));
  await inTempDir(async (folder) => {
    const files = await writeFolds({ items }, 5, folder);
    const tests = await Promise.all(files.map(({ test }) => Deno.readTextFile(test)));
    for (const { bytes } of items) {
      assertEquals(tests.map((test) => test.split(text(bytes)).length - 1).toSorted(), [0, 0, 0, 0, 4]);
    }
  });
});

Deno.test("the folds of a file hold its bytes, whatever their encoding, and each text is tested once", async () => {
  await inTempDir(async (folder) => {
    const lines = Array.from({ length: 10 }, (_, i) => [0x30 + i % 2, 0x20, 0x61 + i, 0x92, 0x0a]);
    const files = await writeFolds(readLines(Uint8Array.from(lines.flat().slice(0, -1))), 5, folder);
    const tested = await Promise.all(files.map(({ test }) => Deno.readFile(test)));
    assertEquals(tested.flatMap((file) => [...file]).length, 50);
    for (const line of lines) assertEquals(tested.filter((file) => `${[...file]}`.includes(`${line}`)).length, 1);
    for (const [i, { train }] of files.entries()) {
      assertEquals((await Deno.readFile(train)).length, 50 - tested[i].length);
    }
  });
});

Deno.test("a table keeps its header in every fold, and FASTA gets its label in the headers", async () => {
  const { head, items } = readTable(bytes("label,name,sequence\nEI,   x-1,   ACGT\n\nEI,x-2,GG\n"));
  assertEquals([text(head!), ...items.map(({ label, key }) => `${label} ${key}`)], [
    "label,sequence\n",
    "EI ACGT",
    "EI GG",
  ]);
  const fasta = readFasta(bytes("> 1\nacg\nTT\n>2 x\nGG"), "promoter").items;
  assertEquals(fasta.map(({ key }) => key), ["ACGTT", "GG"]);
  assertEquals(text(fasta[0].bytes), ">promoter1 promoter\nACGTT\n");
  await inTempDir(async (folder) => {
    const [{ train, test }] = await writeFolds({ head, items }, 2, folder);
    const found = await Promise.all([train, test].map((file) => Deno.readTextFile(file)));
    assertEquals(found.toSorted(), ["label,sequence\nEI,ACGT\n", "label,sequence\nEI,GG\n"]);
  });
});

Deno.test("Matthews' correlation, accuracy and macro F1 are those of the definitions", () => {
  const confusion = [[90, 10], [5, 45]];
  assertAlmostEquals(figureOf(confusion, "accuracy"), 135 / 150);
  assertAlmostEquals(figureOf(confusion, "mcc"), (90 * 45 - 10 * 5) / Math.sqrt(95 * 100 * 50 * 55));
  assertAlmostEquals(figureOf(confusion, "macroF1"), (180 / 195 + 90 / 105) / 2);
  assertEquals(figureOf([[7, 0, 0], [0, 2, 0], [0, 0, 4]], "mcc"), 1);
  assertEquals(figureOf([[7, 0], [3, 0]], "mcc"), 0);
  assertEquals(confusionOf(3, [0, 1, 2, 2], [0, 2, 2, 1]), [[1, 0, 0], [0, 0, 1], [0, 1, 1]]);
  assertEquals([deviation([3]), deviation([1, 3])], [undefined, Math.SQRT2]);
});

Deno.test("data sets are found by their files, also those of an extra folder, and the majority label predicts", async () => {
  await inTempDir(async (data) => {
    for (const folder of ["texts", "extra"]) await Deno.mkdir(`${data}/${folder}`);
    const write = (name: string, lines: string): Promise<void> => Deno.writeTextFile(`${data}/${name}`, lines);
    await write("texts/trec_train.txt", "0 What is it ?\n1 Who is it ?\n1 Who are you ?\n");
    await write("texts/trec_test.txt", "0 What are you ?\n1 Who am I ?\n");
    for (const part of ["train", "test", "dev"]) await write(`extra/own.${part}`, "a x\nb y\n");
    await write("extra/alone.train", "a x\nb y\n");
    const sets = await findDataSets(data);
    assertEquals(sets.map(({ name }) => name), ["trec", "extra/own"]);
    assertEquals((await sets[1].splits(data))[0].valid, `${data}/extra/own.dev`);
    const [split] = await sets[0].splits(data);
    const { confusion } = await predictMajority({ split, seed: 1, folder: data, threads: 1 });
    assertEquals(confusion, [[0, 1], [0, 1]]);
  });
});

Deno.test("folds take what tuning has chosen on the first, and word vectors are tried where they have a target", () => {
  const names = (python?: string): string[] =>
    systemsOf({ minutes: 10, isNative: true, vectors: "v.txt", python }).map(({ name }) => name);
  assertEquals(names(), [
    "defaults, native",
    "autotune 10, native",
    "defaults, GloVe, native",
    "autotune 10, GloVe, native",
    "linear",
    "majority",
  ]);
  assertEquals(names("python3").slice(6), ["fastText", "fastText, 25 epochs, bigrams", "fastText, autotune 10"]);
});

Deno.test("the report shows means and deviations beside the targets, and lists what is below them", async () => {
  await inTempDir(async (data) => {
    await Deno.mkdir(`${data}/texts`);
    for (const part of ["train", "test"]) await Deno.writeTextFile(`${data}/texts/trec_${part}.txt`, "0 a\n1 b\n");
    const results = new Results({}, ["A kept note."]);
    const cell = (hits: number): Cell => ({ confusion: [[hits, 1000 - hits], [0, 1000]], seconds: 2 });
    [900, 920].forEach((hits, i) => results.add({ set: "trec", system: "defaults", fold: 1, seed: i + 1 }, cell(hits)));
    results.add({ set: "trec", system: "defaults, GloVe", fold: 1, seed: 1 }, cell(800));
    results.add({ set: "trec", system: "autotune 10", fold: 1, seed: 1 }, {
      ...cell(950),
      chosen: ["--hidden", "9"],
      threads: 2,
    });
    const sets = await findDataSets(data);
    const markdown = report({ sets, results, notes: [{ system: "fastText", why: "A note." }] });
    const row = (start: string): string[] =>
      markdown.split("\n").find((line) => line.startsWith(`| ${start} `))!.split("|").map((cell) => cell.trim());
    assertEquals(row("TREC").slice(1, 7), ["TREC", "95.5 ± 0.7", "91.5", "2.0", "97.5", "93.0"]);
    assertEquals(row("TREC; GloVe").slice(1, 5), ["TREC; GloVe", "90.0", "94.0", "2.0"]);
    assertEquals(row("TREC; autotune 10").slice(-4), ["2.0", "2", "1", ""]);
    assertEquals(row("TREC; defaults").slice(-4), ["2.0", "-", "2", ""]);
    assert(markdown.includes("- TREC, defaults, GloVe: 90.0, target 94.0"));
    assert(!markdown.includes("- TREC, defaults: "));
    assert(markdown.includes("- TREC; autotune 10: `--hidden 9`"));
    for (const note of ["A kept note.", "A note."]) assert(markdown.includes(note));
  });
});

Deno.test("the report shows the stored searches, whatever the last run asked for, and no notes on what is there", async () => {
  await inTempDir(async (data) => {
    await Deno.mkdir(`${data}/texts`);
    for (const part of ["train", "test"]) await Deno.writeTextFile(`${data}/texts/trec_${part}.txt`, "0 a\n1 b\n");
    const results = new Results();
    const cell: Cell = { confusion: [[800, 200], [0, 1000]], seconds: 2 };
    for (const system of ["autotune 10", "autotune 5", "fastText, autotune 5"]) {
      results.add({ set: "trec", system, fold: 1, seed: 1 }, cell);
    }
    const notes = ["fastText", "autotune", "linear"].map((system) => ({ system, why: `No ${system}.` }));
    const markdown = report({ sets: await findDataSets(data), results, notes });
    const headings = markdown.split("\n").find((line) => line.startsWith("| data "))!.split("|").map((h) => h.trim());
    for (const name of ["autotune 5 min", "autotune 10 min", "fastText, autotune 5 min"]) {
      assert(headings.includes(name));
    }
    assert(markdown.includes("- TREC, autotune 10: 90.0, target 93.0"));
    assertEquals(markdown.match(/No \w+\./g), ["No linear."]);
  });
});

Deno.test("a file in Windows-1252 is read as the command reads it", async () => {
  await inTempDir(async (data) => {
    const split = { train: `${data}/own.train`, test: `${data}/own.test` };
    const content = bytes(`a the caf~ of a film${" with some words".repeat(8)}\nb another one\n`);
    const western = content.map((code) => code === 0x7e ? 0xe9 : code);
    for (const path of Object.values(split)) await Deno.writeFile(path, western);
    const { confusion } = await predictMajority({ split, seed: 1, folder: data, threads: 1 });
    assertEquals(confusion, [[1, 0], [1, 0]]);
  });
});

Deno.test("what is measured again is forgotten, and other results and the notes stay", () => {
  const cell = { seconds: 1, confusion: [[1, 0], [0, 1]] } as Cell;
  const places = ["trec", "subj"].map((set) => ({ set, system: "linear", fold: 1, seed: 1 }));
  const keys = places.map(({ set, system, fold, seed }) => JSON.stringify([set, system, fold, seed]));
  const results = new Results(Object.fromEntries(keys.map((key) => [key, cell])), ["a note"]);
  results.forget([places[0], { ...places[0], seed: 2 }]);
  assertEquals(results.find(places[0]), undefined);
  assertEquals(results.all().map(({ set }) => set), ["subj"]);
  assertEquals(results.notes, ["a note"]);
});
