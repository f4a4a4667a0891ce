// Tests the statistics, tables and charts of the benchmarks, not the measurements.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, drawCurves, fitLine } from "../../bench/curves.ts";
import { parseProcessor, precisionRefusal } from "../../bench/peers/processor.ts";
import { compare, type Figures, type Peer, plan, type Result } from "../../bench/peers/rounds.ts";
import { bestSetting } from "../../bench/peers/settings.ts";
import { formatPeers, type Report } from "../../bench/peers/tables.ts";
import { median, spread, table } from "../../bench/support.ts";
import { type Configuration, stepFlops } from "../../bench/training_step.ts";

const LSTM: Configuration = { cell: "LSTM", vocabulary: 5, embed: 3, hidden: 2, layers: 2, batch: 7, bptt: 11 };

Deno.test("median and spread do not reorder the measurements", () => {
  const values = [3, 1, 20];
  assertEquals(median(values), 3);
  assertEquals(spread(values), { median: 3, min: 1, max: 20 });
  assertEquals(values, [3, 1, 20]);
});

Deno.test("a table omits columns of dashes, and is empty if no other columns remain", () => {
  assertEquals(
    table(["a", "b", "c"], [["x", "-", "1"], ["y", "-", "-"]]),
    "| a   |   c |\n| --- | --: |\n| x   |   1 |\n| y   |   - |",
  );
  assertEquals(table(["a", "b"], [["x", "-"]]), "");
});

Deno.test("stepFlops counts each product once forward and twice backward, and few symbols' inputs once per symbol", () => {
  const others = 4 * 2 * 2 + 4 * 2 * (2 + 2) + 2 * 5;
  assertEquals(stepFlops({ ...LSTM, vocabulary: 39 }), 3 * 2 * 7 * 11 * (4 * 2 * 3 + others + 2 * 34));
  assertEquals(stepFlops(LSTM), 3 * 2 * (5 * 4 * 2 * 3 + 7 * 11 * others));
});

Deno.test("fitLine returns the slope and intercept of a line and the share of the variance that it explains", () => {
  const exact = fitLine([[1, 5], [2, 7], [4, 11]]);
  assertAlmostEquals(exact.slope, 2);
  assertAlmostEquals(exact.intercept, 3);
  assertAlmostEquals(exact.r2, 1);
  assert(fitLine([[1, 1], [2, 5], [3, 2]]).r2 < 0.1);
});

Deno.test("a curve is described and drawn according to its expected shape", () => {
  const flat = { title: "t", x: "n", y: "us", expected: "flat", points: [[1, 4], [100, 5]] } as const;
  const linear = { ...flat, expected: "linear", points: [[1, 5], [2, 7], [4, 11]] } as const;
  assertEquals(describe(flat), "4.00 to 5.00 us, a factor of 1.25, as n grows by a factor of 100");
  assertEquals(describe(linear), "3.00 + 2.0000 us per unit of n, R^2 = 1.00000");
  const svg = drawCurves([flat, linear]);
  assertEquals(svg.match(/<circle/g)?.length, 5);
  assert(!svg.includes("NaN"));
});

const took = (microseconds: number, mebibytes: number): Figures => ({
  microseconds: { ...spread([microseconds]), count: 1 },
  peakBytes: { ...spread([mebibytes * 2 ** 20]), count: 1 },
});

const REPORT: Report = {
  machine: { os: "linux", arch: "x86_64", cores: 2, deno: "2", processor: "Example", extensions: ["avx2", "amx_bf16"] },
  rounds: 5,
  versions: { WebAssembly: "relaxed", PyTorch: "2.15.0" },
  skipped: { "native, bf16": "no library" },
  results: [{
    work: { kind: "train", ...LSTM, targets: { webAssembly: 0.4, native: 1.5, bf16: 1.3 } },
    peers: {
      "WebAssembly": took(10, 100),
      "native": took(5, 150),
      "PyTorch float32": took(8, 300),
      "PyTorch float32, compiled": took(6, 400),
      "PyTorch bf16": took(4, 200),
    },
    missing: { "PyTorch bf16, compiled": ["no compiler", "no compiler"] },
  }],
};

/** Returns the cells of the first row of the table that has a heading, by their headings. */
function rowOf(markdown: string, heading: string): Record<string, string> {
  const cells = (line: string): string[] => line.split("|").map((cell) => cell.trim()).slice(1, -1);
  const lines = markdown.split("\n");
  const at = lines.findIndex((line) => cells(line).includes(heading));
  return Object.fromEntries(cells(lines[at]).map((name, i) => [name, cells(lines[at + 2])[i]]));
}

Deno.test("formatPeers compares float32 with PyTorch's best float32 setting and names the best settings", () => {
  const row = rowOf(formatPeers(REPORT), "native / best float32");
  assertEquals(row["WebAssembly, 2 threads / best float32"], "0.60");
  assertEquals(row["native / best float32"], "1.20");
  assertEquals([row["best float32"], row["best of all"]], ["float32, compiled", "bf16"]);
  assertEquals(row["targets"], "0.40, 1.50, 1.30");
  assertEquals(row["native, bf16 / best of all"], undefined);
});

Deno.test("formatPeers compares bfloat16 with PyTorch's best setting of all", () => {
  const [result] = REPORT.results;
  const results = [{ ...result, peers: { ...result.peers, "native, bf16": took(2, 160) } }];
  assertEquals(
    rowOf(formatPeers({ ...REPORT, results }), "native / best float32")["native, bf16 / best of all"],
    "2.00",
  );
});

Deno.test("formatPeers shows speeds, the best setting in bold, and memory beside PyTorch's least", () => {
  const markdown = formatPeers(REPORT);
  assertEquals(rowOf(markdown, "PyTorch, best of all")["PyTorch, best float32"], "166,667");
  assertEquals(rowOf(markdown, "float32")["bf16"], "**250,000**");
  assertEquals(rowOf(markdown, "PyTorch, least")["WebAssembly / PyTorch"], "0.50");
});

Deno.test("formatPeers says on what, how often and without what it was measured", () => {
  const markdown = formatPeers(REPORT);
  assert(markdown.startsWith("Example, 2 cores, linux x86_64, Deno 2; medians of 1 of 5 rounds."));
  assert(markdown.includes("Vector extensions: avx2, amx_bf16."));
  assert(markdown.includes("- native, bf16 is not measured: no library"));
  assert(/PyTorch bf16, compiled: 2 failed: no compiler/.test(markdown));
});

Deno.test("formatPeers lists the figures whose rounds differ much", () => {
  const [result] = REPORT.results;
  const unsteady = { ...took(8, 300), microseconds: { ...spread([8, 8, 30]), count: 3 } };
  const results = [{ ...result, peers: { ...result.peers, "PyTorch float32": unsteady } }];
  assert(formatPeers({ ...REPORT, results }).includes("PyTorch float32: microseconds 8.000 to 30.00, median 8.000"));
  assert(!formatPeers(REPORT).includes("Unsteady"));
});

Deno.test("bestSetting ignores settings without a figure, and other precisions if one is asked for", () => {
  const figures: Record<string, number> = { "PyTorch float32": 3, "PyTorch bf16": 2, "PyTorch float32, compiled": 4 };
  const figure = (name: string): number => figures[name] ?? NaN;
  assertEquals(bestSetting(figure), { setting: "bf16", value: 2 });
  assertEquals(bestSetting(figure, "float32"), { setting: "float32", value: 3 });
  assertEquals(bestSetting(() => NaN), { setting: "-", value: NaN });
});

Deno.test("the peers of a row follow each other, in reverse order in every second round", () => {
  const peer = (name: string): Peer<string> => ({
    name,
    label: name,
    command: [],
    runs: (work) => work + name !== "yb",
  });
  const order = plan(["x", "y"], [peer("a"), peer("b")], 2).map(({ work, peer, isLast }) => [work + peer.name, isLast]);
  assertEquals(order, [["xa", false], ["xb", true], ["ya", true], ["xb", false], ["xa", true], ["ya", true]]);
});

Deno.test("a measurement that fails is recorded with its reason, and the run goes on", async () => {
  const program = (name: string, code: string): Peer<object> => ({
    name,
    label: name,
    command: [Deno.execPath(), "eval", code],
  });
  const saved: Result<object>[][] = [];
  await compare([{}], [program("good", "console.log('{\"us\":3}')"), program("bad", "throw new TypeError('broken')")], {
    rounds: 2,
    nameOf: () => "work",
    save: (results) => Promise.resolve(void saved.push([...results])),
  });
  assertEquals(saved.length, 2);
  const [{ peers, missing }] = saved[1];
  assertEquals(peers, { good: { us: { median: 3, min: 3, max: 3, count: 2 } } });
  assertEquals(missing.bad.map((reason) => reason.includes("TypeError: broken")), [true, true]);
});

Deno.test("parseProcessor reads the model and the vector extensions", () => {
  const found = parseProcessor(
    "processor\t: 0\nmodel name\t: Example 9 \nflags\t\t: fpu avx2 amx_bf16 sse\n\nprocessor\t: 1\n",
  );
  assertEquals(found, { processor: "Example 9", extensions: ["avx2", "amx_bf16"] });
  assertEquals(precisionRefusal("bf16", found), undefined);
  assertEquals(precisionRefusal("float32", { ...found, extensions: ["avx2"] }), undefined);
  assertEquals(
    precisionRefusal("bf16", { ...found, extensions: ["avx2"] }),
    "the processor has no instructions for bfloat16",
  );
});

/** Returns the rows of figures of a section's tables: cells by line, without headings. */
function figureRows(page: string, section: string): string[][] {
  const [, after = ""] = page.split(`\n## ${section}\n`);
  const lines = after.split(/\n## /)[0].split("\n").filter((line) => /^\| (?:LSTM|GRU|RNN) /.test(line));
  return lines.map((line) => line.split("|").map((cell) => cell.trim()).slice(1, -1));
}

Deno.test("the speeds in README.md and docs/benchmarks.md stand in the results of bench:peers", async () => {
  const read = (name: string): Promise<string> => Deno.readTextFile(new URL(`../../${name}`, import.meta.url));
  const measured = figureRows(`\n## all\n${await read("bench/results/peers.md")}`, "all");
  const docs = await read("docs/benchmarks.md");
  const shown = [
    ...figureRows(await read("README.md"), "Speed"),
    ...figureRows(docs, "Training speed"),
    ...figureRows(docs, "Generation"),
  ];
  assert(shown.length >= 14);
  for (const [name, ...cells] of shown) {
    const known = new Set(measured.filter(([other]) => other === name).flat());
    assertEquals(cells.filter((cell) => /\d/.test(cell) && !known.has(cell)), [], name);
  }
});
