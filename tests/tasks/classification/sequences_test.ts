import {
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { Classifier } from "@elman/elman";
import { PipelineTokenizer, presets } from "@elman/elman/tokenizers";
import {
  LABELLED_PLAN,
  type LabelledData,
  type LabelledPlan,
  makeTokenizer,
  readLabelledData,
} from "../../../tasks/classification/labelled_plan.ts";
import { letterWarnings, refuseNames } from "../../../tasks/classification/sequence_data.ts";
import { samenessOf } from "../../../tasks/classification/folds.ts";
import { drawMutations } from "../../../tasks/classification/mutation_drawing.ts";
import { reverseComplement } from "../../../tasks/data/sequences/mod.ts";
import { complete } from "../../../src/schema/mod.ts";
import type { DataSet } from "../../../tasks/task_model/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** Reads data from files with these contents, whose names stand in the plan. */
async function readFiles(
  files: Record<string, string>,
  plan: Partial<LabelledPlan> & { readonly data: string },
): Promise<DataSet<LabelledData>> {
  let found: DataSet<LabelledData> | undefined;
  await inTempDir(async (directory) => {
    for (const [name, content] of Object.entries(files)) await Deno.writeTextFile(`${directory}/${name}`, content);
    const placed = (paths: string) => paths.split(",").map((path) => `${directory}/${path}`).join(",");
    const { data, test } = plan;
    const paths = { data: placed(data), ...(test && { test: placed(test) }) };
    const whole = complete(LABELLED_PLAN, { validFraction: 0, ...plan, ...paths }, "read the data");
    found = await readLabelledData(whole).catch((error) => {
      error.message = error.message.replaceAll(`${directory}/`, "");
      throw error;
    });
  });
  return found!;
}

/** Writes sequences as FASTA with numbers as headers. */
function fasta(...sequences: readonly string[]): string {
  return sequences.map((letters, i) => `>s${i + 1}\n${letters}\n`).join("");
}

Deno.test("a file for each label gives its label to all of its sequences, in the test data too", async () => {
  const files = {
    "p.fa": fasta("ACGT", "AAAA"),
    "n.fa": fasta("cccc", ""),
    "p2.fa": fasta("TTTT"),
    "n2.fq": "@a\nG\n+\nI\n",
  };
  const plan = { data: "p.fa,n.fa", test: "p2.fa,n2.fq", fileLabels: "pos, neg" };
  const { data: { corpus }, warnings, notes } = await readFiles(files, plan);
  const rows = (texts: LabelledData["corpus"]["train"] = []) => texts.map(({ text, label }) => `${text} ${label}`);
  assertEquals(rows(corpus.train), ["ACGT pos", "AAAA pos", "CCCC neg"]);
  assertEquals(rows(corpus.test), ["TTTT pos", "G neg"]);
  assertEquals([warnings.length, notes.length], [2, 3]);
});

Deno.test("files of labels that are not UTF-8 say in which encoding they were read", async () => {
  await inTempDir(async (directory) => {
    const [plain, western] = [`${directory}/a.txt`, `${directory}/b.txt`];
    await Deno.writeTextFile(plain, "a film\na play\n");
    const text = `un film d\u00e9cevant\n${"un bon film de cette annee, avec de bons acteurs\n".repeat(30)}`;
    await Deno.writeFile(western, Uint8Array.from(text, (c) => c.charCodeAt(0)));
    const data = `${plain},${western}`;
    const plan = complete(
      LABELLED_PLAN,
      { data, fileLabels: "en,fr", validFraction: 0, encoding: "auto" },
      "read the data",
    );
    const { notes: [note] } = await readLabelledData(plan);
    assertMatch(note, /33 texts \(lines, read as windows-1252, since it is not UTF-8\)/);
  });
});

Deno.test("other numbers of files and labels are refused, and so are headers without labels", async () => {
  const files = { "p.fa": fasta("ACGT"), "n.fa": fasta("CCCC"), "names.fa": fasta(...Array(12).fill("ACGT")) };
  await assertRejects(
    () => readFiles(files, { data: "p.fa,n.fa", fileLabels: "a,b,c" }),
    RangeError,
    "read p.fa,n.fa: expected a file for each of 3 labels, found 2 files",
  );
  await assertRejects(
    () => readFiles(files, { data: "names.fa" }),
    RangeError,
    "read names.fa: expected labels in the headers, found 12 of 12 last fields once; name their place",
  );
  await assertRejects(
    () => readFiles(files, { data: "p.fa,n.fa", fileLabels: "a,a" }),
    RangeError,
    "at least 2 different labels, divided by commas",
  );
});

/** Deterministic letters. */
function letters(length: number, seed: number): string {
  return Array.from({ length }, (_, i) => "ACGT"[(i * i * 7 + i * seed + seed) % 4 ^ (i * seed >> 2) % 4]).join("");
}

const DNA = Array.from({ length: 12 }, (_, i) => letters(20, i));

Deno.test("the alphabet is detected by the letters, in tables too, and words are then read letter by letter", async () => {
  const facts = async (sequences: readonly string[], name = "a.fa", plan: Partial<LabelledPlan> = {}) => {
    const content = sequences.map((text, i) => name === "a.fa" ? `>${i} l${i % 2}\n${text}\n` : `l${i % 2},${text}\n`);
    return await readFiles({ [name]: content.join("") }, { ...plan, data: name });
  };
  const { data: { sequences }, notes } = await facts(DNA);
  assertEquals(sequences, { alphabet: "dna", window: 20 });
  assertEquals(notes[1], "Sequences of DNA, mostly of 20 letters, read letter by letter.");
  const rna = DNA.map((text) => text.replaceAll("T", "U"));
  assertEquals((await facts(rna)).data.sequences.alphabet, "rna");
  assertEquals((await facts(DNA.map((text) => text + "MKVLWAALLQERS"))).data.sequences.alphabet, "protein");
  assertEquals((await facts(DNA, "a.csv")).data.sequences, { alphabet: "dna", window: 20 });
  assertEquals((await facts(DNA.map((_, i) => `a fine film ${i}`), "a.csv")).data.sequences.alphabet, null);
  for (const [name, alphabet] of [["a.fa", "dna"], ["a.csv", null]] as const) {
    assertEquals((await facts(DNA, name, { tokenizer: "other.json" })).data.sequences.alphabet, alphabet);
  }
});

Deno.test("letters that do not name one symbol are counted, and unknown, kept, skipped or refused", async () => {
  const files = { "p.fa": fasta(...DNA.slice(0, 6)), "n.fa": fasta(...DNA.slice(6), "ACNNRGTACGTACGTACGTAX") };
  const read = (ambiguous: LabelledPlan["ambiguous"]) =>
    readFiles(files, { data: "p.fa,n.fa", fileLabels: "p,n", ambiguous });
  const symbols = async (ambiguous: LabelledPlan["ambiguous"], kind = "char") => {
    const { data: { corpus: { train }, sequences } } = await read(ambiguous);
    const plan = complete(LABELLED_PLAN, { data: "x", tokenizer: kind, k: 2, ambiguous }, "read");
    const { tokenizer } = await makeTokenizer(plan, train.map(({ text }) => text), sequences);
    return [...new Set("ACGTNRX")].filter((letter) => tokenizer.encode(letter + letter)[0] !== tokenizer.unknownId)
      .join("");
  };
  const found = "3 ambiguous letters (N 2, R 1) and 1 letter outside the alphabet (X 1)";
  const [unknown, kept, skipped] = await Promise.all((["unknown", "keep", "skip"] as const).map(read));
  assertEquals(unknown.warnings.map((text) => text.slice(text.indexOf(": ") + 2)), [
    `${found} in 1 sequence read as unknown`,
  ]);
  assertEquals([unknown, kept, skipped].map(({ data }) => data.corpus.train.length), [13, 13, 12]);
  assertEquals([await symbols("unknown"), await symbols("keep")], ["ACGT", "ACGTNRX"]);
  assertEquals((await symbols("keep", "kmer")).includes("N"), true);
  assertEquals((await symbols("unknown", "kmer")).includes("N"), false);
  await assertRejects(
    () => read("refuse"),
    RangeError,
    `expected the letters ACGT, found ${found}, first on line 13 (s7)`,
  );
});

Deno.test("a model's alphabet is compared with the letters that it evaluates", () => {
  const warnings = (alphabet: "dna" | "rna" | "protein" | null, ...texts: string[]): string[] => {
    const own = texts.map((text) => ({ text, label: "x" }));
    return letterWarnings({ source: "a.fa", format: "fasta", texts: own, empty: 0, place: String }, alphabet);
  };
  assertEquals(warnings("dna", "ACGT", "ACGNACGA"), [
    "a.fa: 1 ambiguous letter (N 1) in 1 sequence; the model's letters are ACGT",
  ]);
  assertEquals(warnings("dna", "MKLL"), [
    "a.fa: 2 ambiguous letters (M 1, K 1) and 2 letters outside the alphabet (L 2) in 1 sequence; " +
    "the model's letters are ACGT",
  ]);
  assertEquals([warnings("rna", "ACGGA"), warnings("dna", "acgt"), warnings(null, "a film")], [[], [], []]);
  assertThrows(() => warnings("dna", "ACGU"), RangeError, "read a.fa: expected sequences of DNA, found RNA");
  assertThrows(() => warnings("rna", "ACGT"), RangeError, "read a.fa: expected sequences of RNA, found DNA");
  assertThrows(() => warnings("protein", "ACGT"), RangeError, "read a.fa: expected sequences of protein, found DNA");
});

Deno.test("BPE keeps any letter, and WordPiece refuses sequences that are one unknown word to it", async () => {
  const files = { "p.fa": fasta("ACNGT", "A".repeat(101)), "n.fa": fasta("ACG") };
  const read = (tokenizer: string) => readFiles(files, { data: "p.fa,n.fa", fileLabels: "p,n", tokenizer });
  const [warning] = (await read("bpe")).warnings;
  assertMatch(warning, /1 ambiguous letter \(N 1\) in 1 sequence kept$/);
  const message = "expected at most 100 letters, for --tokenizer wordpiece, found 101 on line 3 (";
  await assertRejects(() => read("wordpiece"), RangeError, message);
});

Deno.test("a k-mer longer than a sequence is refused with the sequence's name", async () => {
  await assertRejects(
    () => readFiles({ "a.fa": ">x a\nACGTACGT\n>y b\nACGTA\n" }, { data: "a.fa", tokenizer: "kmer", k: 6 }),
    RangeError,
    "read a.fa: expected at least 6 letters, for k-mers of 6, found 5 on line 3 (y)",
  );
  const tokenizer = await PipelineTokenizer.train(["ACGT"], presets.kmer({ k: 4 }));
  const model = Classifier.create({ tokenizer, labels: ["a", "b"], hidden: 4, alphabet: "dna" });
  await assertRejects(
    () => model.classify(["ACGTA", "ACG"]),
    RangeError,
    "classify: expected a k-mer of 4 letters in text 2, found none",
  );
});

Deno.test("a classifier of sequences reads any case, and white space within a sequence", async () => {
  const tokenizer = await PipelineTokenizer.train(["ACGTTGCA"], presets.kmer({ k: 2 }));
  const model = Classifier.create({ tokenizer, labels: ["a", "b"], hidden: 4, alphabet: "dna" });
  const [plain, lower, wrapped] = await model.classify(["ACGTTGCA", "acgttgca", "ACGT\nTGCA"]);
  assertEquals([lower, wrapped], [plain, plain]);
});

Deno.test("the reverse complement knows IUPAC's codes, and is its own inverse", () => {
  assertEquals(reverseComplement("AACGTRYSWKMBDHVNX", "dna"), "XNBDHVKMWSRYACGTT");
  assertEquals(reverseComplement("AACGU", "rna"), "ACGUU");
  for (const text of DNA) assertEquals(reverseComplement(reverseComplement(text, "dna"), "dna"), text);
});

/** A classifier of sequences that reads both strands, or only one. */
async function bothStrands(areRead = true): Promise<Classifier> {
  const strands = DNA.flatMap((text) => [text, reverseComplement(text, "dna")]);
  const tokenizer = await PipelineTokenizer.train(strands, presets.kmer({ k: 2 }));
  const options = { hidden: 4, embed: 4, alphabet: "dna", window: 20, reverseComplement: areRead } as const;
  return Classifier.create({ tokenizer, labels: ["a", "b"], ...options });
}

Deno.test("with the reverse complement, a sequence and its other strand have the same probabilities", async () => {
  const model = await bothStrands();
  const texts = DNA.map((text, i) => ({ text, label: "ab"[i % 2] }));
  const settings = { epochs: 2, batch: 4 };
  await model.fit(texts, settings);
  const [own, other] = await model.classify([DNA[3], reverseComplement(DNA[3], "dna")]);
  assertEquals(own.probabilities, other.probabilities);
  const evaluated = await model.evaluate([{ text: DNA[3], label: "a" }]);
  assertAlmostEquals(evaluated.loss, -Math.log(own.probabilities.a), 1e-6);

  const copy = Classifier.fromBytes(await model.toBytes());
  assertEquals([copy.config.reverseComplement, copy.config.window], [true, 20]);
  assertEquals((await copy.classify(DNA[3])).probabilities, own.probabilities);
  const again = await bothStrands();
  await again.fit(texts, settings);
  assertEquals((await again.classify(DNA[3])).probabilities, own.probabilities);
});

Deno.test("with the reverse complement, training reads the other strand of some sequences", async () => {
  const models = [await bothStrands(), await bothStrands(false)];
  const texts = DNA.map((text, i) => ({ text, label: "ab"[i % 2] }));
  for (const model of models) await model.fit(texts, { epochs: 1, batch: 4, seed: 3 });
  const [both, one] = models.map((model) => model.network.members[0].classifier.weight.toArray());
  assertNotEquals(both, one);
});

Deno.test("only DNA and RNA have a reverse complement", async () => {
  const tokenizer = await PipelineTokenizer.train(["MKVL"], presets.kmer({ k: 1 }));
  for (const [alphabet, found] of [["protein", "those of protein"], [null, "other texts"]] as const) {
    assertThrows(
      () => Classifier.create({ tokenizer, labels: ["a", "b"], hidden: 4, alphabet, reverseComplement: true }),
      RangeError,
      `create a classifier: reverse complement: expected sequences of DNA or RNA, found ${found}`,
    );
  }
});

Deno.test("a sequence is explained by the change of its label's log-probability for every other letter", async () => {
  const model = await bothStrands();
  const { label, probabilities, method, words, mutations } = await model.explain(DNA[3].toLowerCase());
  assertEquals([method, mutations!.sequence, mutations!.letters.join("")], ["mutation", DNA[3], "ACGT"]);
  const own = Math.log(probabilities[label]);
  for (const position of [0, 7, 19]) {
    let sum = 0;
    for (const [i, letter] of ["A", "C", "G", "T"].entries()) {
      const mutated = await model.classify(DNA[3].slice(0, position) + letter + DNA[3].slice(position + 1));
      const change = Math.log(mutated.probabilities[label]) - own;
      assertAlmostEquals(mutations!.changes[i][position], change, 1e-12);
      sum += change;
    }
    assertAlmostEquals(words[position].weight, -sum / 3, 1e-12);
    assertEquals([words[position].word, words[position].start], [DNA[3][position], position]);
  }
  assertEquals(mutations!.changes.every((row) => row.length === 20), true);
});

Deno.test("mutations are drawn with a cell for each, in the color of its sign and as dark as its change", () => {
  const changes = [[0, -2], [1, 0], [0.5, -1], [-0.25, 0.1]];
  const picture = drawMutations({ sequence: "AC", letters: ["A", "C", "G", "T"], changes });
  const cells = [...picture.matchAll(/fill="(#\w+)" fill-opacity="([\d.]+)"><title>(\w+) ([-\d.]+)</g)];
  assertEquals(cells.map(([, color, opacity, name]) => [name, color === "#2166ac", Number(opacity)]), [
    ["C2A", false, 1],
    ["A1C", true, 0.5],
    ["A1G", true, 0.25],
    ["C2G", false, 0.5],
    ["A1T", false, 0.125],
    ["C2T", true, 0.05],
  ]);
  assertEquals([...picture.matchAll(/<circle /g)].length, 2);
});

Deno.test("other texts have no mutations", async () => {
  const tokenizer = await PipelineTokenizer.train(["ACGT"], presets.kmer({ k: 1 }));
  const model = Classifier.create({ tokenizer, labels: ["a", "b"], hidden: 4 });
  await assertRejects(
    () => model.explain("ACGT", { method: "mutation" }),
    RangeError,
    "explain by mutation: expected a classifier of sequences, found one of other texts",
  );
});

Deno.test("the two strands of a sequence are never in different parts", async () => {
  let state = 7;
  const draw = (): string => "ACGT"[(state = state * 48271 % 2147483647) >> 8 & 3];
  const own = Array.from({ length: 60 }, () => Array.from({ length: 30 }, draw).join(""));
  const rows = own.flatMap((text, i) =>
    [text, reverseComplement(text, "dna")].map((one) => `${"xy"[i % 2]}\t${one}\n`)
  );
  const { data } = await readFiles({ "a.tsv": `label\ttext\n${rows.join("")}` }, {
    ...{ data: "a.tsv", validFraction: 0.2, testFraction: 0.2 },
  });
  assertEquals(data.sequences.alphabet, "dna");
  const keyOf = samenessOf("dna");
  const keys = (["train", "valid", "test"] as const).map((part) => data.corpus[part]!.map(({ text }) => keyOf(text)));
  assertEquals(keys.map((part) => part.length), [72, 24, 24]);
  assertEquals(
    new Set(keys.flatMap((part) => [...new Set(part)])).size,
    keys.flatMap((part) => [...new Set(part)]).length,
  );
});

Deno.test("sets of labels in the headers of sequences may all differ, names may not", () => {
  const file = { source: "a.fa", format: "fasta", empty: 0, place: String } as const;
  const sets = Array.from({ length: 12 }, (_, i) => [`l${i % 4}`, `m${i % 3}`, ...i === 5 ? ["n"] : []]);
  refuseNames({ ...file, texts: sets.map((labels) => ({ text: "ACGT", label: labels.join("|"), labels })) });
  const names = sets.map((_, i) => ({ text: "ACGT", label: `seq${i}` }));
  assertThrows(() => refuseNames({ ...file, texts: names }), RangeError, "found 12 of 12 last fields once");
});
