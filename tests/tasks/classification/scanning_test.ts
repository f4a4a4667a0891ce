import { assertEquals, assertRejects } from "@std/assert";
import type { Classifier } from "@elman/elman";
import { formatBED, type Scan, scanFasta, type ScanOptions } from "../../../tasks/classification/scanning.ts";
import { reverseComplement } from "../../../tasks/data/sequences/mod.ts";

/** A classifier that gives the label `x` the probabilities that a function of the window returns. */
function classifier(probability: (text: string) => number): Classifier {
  const classify = (texts: readonly string[]) =>
    Promise.resolve(texts.map((text) => ({ probabilities: { x: probability(text) } })));
  return { config: { alphabet: "dna", labels: ["x"] }, classify } as unknown as Classifier;
}

async function* linesIn(text: string): AsyncGenerator<string> {
  yield* text.split(/(?<=\n)/);
}

function scan(text: string, probability: (text: string) => number, options: Partial<ScanOptions> = {}): Promise<Scan> {
  const whole = { label: "x", window: 4, step: 1, threshold: 0.5, strands: ["+"], ...options } as const;
  return scanFasta(classifier(probability), linesIn(text), whole);
}

/** The share of a letter in a text. */
function share(letter: string): (text: string) => number {
  return (text) => [...text].filter((other) => other === letter).length / text.length;
}

Deno.test("overlapping windows above the threshold are one site, with the best of them as the thick part", async () => {
  const { sites, sequences, windows } = await scan(">one chr\nCCTT\nTTCCCC\ncctc\n>two\nTTTT\n", share("T"));
  assertEquals([sequences, windows], [2, 12]);
  assertEquals(
    formatBED(sites, "a site"),
    "one\t0\t8\ta_site\t1000\t+\t2\t6\n" + "two\t0\t4\ta_site\t1000\t+\t0\t4\n",
  );
  const { sites: apart } = await scan(">a\nTTTTTTTT\n", share("T"), { step: 4 });
  assertEquals(apart.map(({ start, end }) => [start, end]), [[0, 4], [4, 8]]);
});

Deno.test("the last window ends where the sequence does, whatever the step", async () => {
  const { sites, windows } = await scan(">a\nCCCCCCCCTT\n", share("T"), { step: 3 });
  assertEquals([windows, sites.map(({ start, end }) => [start, end])], [3, [[6, 10]]]);
});

Deno.test("a long sequence has the same sites however its lines are wrapped", async () => {
  let state = 1;
  const letters = Array.from({ length: 9000 }, () => "ACGT"[(state = state * 48271 % 2147483647) >> 8 & 3]).join("");
  const wrapped = (width: number): string => `>a\n${letters.replaceAll(new RegExp(`.{${width}}`, "g"), "$&\n")}\n`;
  const options = { threshold: 0.75, window: 6, step: 2 } as const;
  const whole = await scan(wrapped(9000), share("G"), options);
  assertEquals(whole.windows, 4498);
  for (const width of [7, 60, 4111]) assertEquals(await scan(wrapped(width), share("G"), options), whole);
  for (const { start, best, probability } of whole.sites) {
    assertEquals(share("G")(letters.slice(best.start, best.end)), probability);
    assertEquals(share("G")(letters.slice(start, start + 6)) >= 0.75, true);
  }
});

Deno.test("the other strand is read as its reverse complement, and its sites have positions of the file's", async () => {
  const starts = (text: string): number => text.startsWith("TTG") ? 1 : 0;
  const text = "CCTTGACCCC";
  const { sites } = await scan(`>a\n${text}\n`, starts, { strands: ["+", "-"] });
  assertEquals(sites.map(({ start, strand }) => [start, strand]), [[2, "+"]]);
  const { sites: reversed } = await scan(`>a\n${reverseComplement(text, "dna")}\n`, starts, { strands: ["+", "-"] });
  assertEquals(reversed.map(({ start, end, strand }) => [start, end, strand]), [[4, 8, "-"]]);
});

Deno.test("windows with more than half other letters and sequences shorter than a window are not read", async () => {
  const { windows, short, sites } = await scan(">a\nNNNNTTTT\n>b\nTTT\n", () => 1);
  assertEquals([windows, short, sites.map(({ start }) => start)], [3, 1, [2]]);
});

Deno.test("a file that is not FASTA is refused", async () => {
  await assertRejects(
    () => scan("ACGT\n", () => 1),
    SyntaxError,
    'expected a header, which begins with ">", on line 1',
  );
  await assertRejects(() => scan(">a\nAC1T\n", () => 1), SyntaxError, 'of a sequence on line 2, found "1"');
  await assertRejects(() => scan("\n", () => 1), RangeError, "expected sequences, found none");
});

Deno.test("a sequence on one line is read in blocks of windows", async () => {
  let most = 0;
  const counting = {
    config: { alphabet: "dna", labels: ["x"] },
    classify(texts: readonly string[]) {
      most = Math.max(most, texts.length);
      return Promise.resolve(texts.map(() => ({ probabilities: { x: 0 } })));
    },
  } as unknown as Classifier;
  const options = { label: "x", window: 4, step: 1, threshold: 0.5, strands: ["+"] } as const;
  const { windows } = await scanFasta(counting, linesIn(`>a\n${"ACGT".repeat(5000)}\n`), options);
  assertEquals([windows, most <= 2049], [20_000 - 3, true]);
});

Deno.test("windows of many short sequences are read together, and their sites stay in order", async () => {
  const sizes: number[] = [];
  const model = {
    config: { alphabet: "dna", labels: ["x"] },
    classify(texts: readonly string[]) {
      sizes.push(texts.length);
      return Promise.resolve(texts.map((text) => ({ probabilities: { x: share("T")(text) } })));
    },
  } as unknown as Classifier;
  const text = Array.from({ length: 3000 }, (_, i) => `>s${i}\n${["CCCCC", "TTTTT", "TTT"][i % 3]}\n`).join("");
  const options = { label: "x", window: 4, step: 1, threshold: 0.9, strands: ["+", "-"] } as const;
  const { sites, sequences, short, windows } = await scanFasta(model, linesIn(text), options);
  assertEquals([sequences, short, windows], [3000, 1000, 4000]);
  assertEquals(sizes, [2048, 2048, 1952, 1952]);
  const expected = Array.from({ length: 1000 }, (_, i) => [`s${3 * i + 1}`, 0, 5, "+"]);
  assertEquals(sites.map(({ sequence, start, end, strand }) => [sequence, start, end, strand]), expected);
});

Deno.test("a scan with an option that does not fit is refused before anything is read", async () => {
  const refused = (options: object, message: string) =>
    assertRejects(() => scan(">a\nACGT\n", () => 1, options), RangeError, `scan: expected ${message}`);
  await refused({ label: "y" }, 'label to be one of x, found "y"');
  await refused({ window: 0 }, "window to be an integer of at least 1, found 0");
  await refused({ step: 0 }, "step to be an integer from 1 to 4, found 0");
  await refused({ step: 5 }, "step to be an integer from 1 to 4, found 5");
  await refused({ threshold: 0 }, "threshold to be a number above 0, at most 1, found 0");
  await refused({ strands: [] }, "strands to be a list of +, -, ., found []");
});
