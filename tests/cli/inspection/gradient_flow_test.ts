import { assertAlmostEquals, assertEquals } from "@std/assert";
import { flowLines, summarizeFlow } from "../../../cli/inspection/mod.ts";

const steps = (...norms: number[]) => norms.map((norm, i) => ({ token: "abcdef"[i % 6], norm }));

Deno.test("a gradient that is a thousandth at the first step vanishes, and one that is a thousand times as large explodes", () => {
  assertEquals(summarizeFlow(steps(1e-5, 1e-3, 1)).verdict, "vanishes");
  assertEquals(summarizeFlow(steps(1e5, 1e3, 1)).verdict, "explodes");
  assertEquals(summarizeFlow(steps(2, 1.5, 1)).verdict, "neither vanishes nor explodes");
  const { steps: back, factor, perStep } = summarizeFlow(steps(0.01, 0.1, 1));
  assertEquals(back, 2);
  assertAlmostEquals(factor, 0.01);
  assertAlmostEquals(perStep, 0.1);
});

Deno.test("bars are longer for larger norms, the last step first, and a norm of 0 has none", () => {
  const lines = flowLines(steps(0, 1e-4, 1e-2, 1));
  assertEquals(lines.slice(1).map((line) => line.replace(/#+/, "").trim().split(/ +/)), [
    ["0", '"d"', "1.0e+0"],
    ["1", '"c"', "1.0e-2"],
    ["2", '"b"', "1.0e-4"],
    ["3", '"a"', "0.0e+0"],
  ]);
  assertEquals(lines.slice(1).map((line) => line.match(/#/g)?.length ?? 0), [40, 20, 0, 0]);
});

Deno.test("of a long text, some steps at equal distances are listed", () => {
  const lines = flowLines(steps(...Array.from({ length: 100 }, () => 1)));
  assertEquals(lines.length, 1 + 34);
  assertEquals(lines.slice(1, 4).map((line) => line.trim().split(" ")[0]), ["0", "3", "6"]);
});
