// Tests the statistics, tables and charts of the benchmarks, not the measurements.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { describe, drawCurves, fitLine } from "../../bench/curves.ts";
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

Deno.test("formatPeers computes ratios to PyTorch's better setting and omits the columns of missing peers", () => {
  const took = (microseconds: number, peakBytes: number) => ({
    microseconds: spread([microseconds]),
    peakBytes: spread([peakBytes * 2 ** 20]),
  });
  const report: Report = {
    machine: { os: "linux", arch: "x86_64", cores: 2, deno: "2" },
    rounds: 5,
    versions: { "Elman": "relaxed", "PyTorch, 1 thread": "1.13", "PyTorch": "1.13" },
    results: [{
      work: { kind: "train", ...LSTM },
      peers: { "Elman": took(10, 100), "PyTorch, 1 thread": took(15, 300), "PyTorch": took(20, 200) },
    }],
  };
  const lines = formatPeers(report).split("\n").filter((line) => line.startsWith("| LSTM"));
  assertEquals(lines[0].split("|").map((cell) => cell.trim()).slice(2, -1), [
    "100,000",
    "**66,667**",
    "50,000",
    "1.50",
  ]);
  assertEquals(lines[1].split("|").map((cell) => cell.trim()).slice(2, -1), ["100", "300", "200", "0.50"]);
  assertEquals(lines.length, 2);
});
