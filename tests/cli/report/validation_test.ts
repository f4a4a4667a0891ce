import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { reportPage, type ReportRun } from "../../../cli/report/mod.ts";
import type { Picture } from "../../../tasks/mod.ts";

/** Text of a user's that would run if it were not escaped. */
const EVIL = `<img src="http://evil.test" onerror='x'>&\u0007`;

const PICTURES: readonly Picture[] = [
  { kind: "table", title: `Errors ${EVIL}`, note: EVIL, heads: ["text", EVIL], rows: [[EVIL, 1 / 3], ["b", null]] },
  {
    kind: "matrix",
    title: "Confusion",
    axes: [EVIL, "given"],
    rows: [EVIL],
    columns: ["a"],
    shades: [[1]],
    texts: [[EVIL]],
  },
  {
    kind: "chart",
    title: "Reliability",
    note: "Of one run.",
    axes: ["probability", EVIL],
    layers: [
      { kind: "guide", color: 0, name: "calibrated", points: [[0, 0], [1, 1]] },
      { kind: "dotted line", color: 0, name: EVIL, points: [[0.5, 0.5], [0.9, 0.8]] },
    ],
  },
  {
    kind: "passage",
    title: "Surprisal",
    tokens: [["the", 3, "3.0 bits"], ["\n", 12, EVIL], [EVIL, 99, ""]],
    most: 12,
    unit: "bits",
  },
];

/** A run with pictures after some step. */
function run(name: string, index: number, { pictures = PICTURES, step = 2 } = {}): ReportRun {
  const facts: ReportRun["facts"] = {
    directory: name,
    task: "classification",
    noun: "classifier",
    config: {},
    layers: [],
    totals: { parameters: 1, float32Bytes: 0, int8Bytes: 0, multiplyAdds: 0 },
    processors: [],
    files: [],
    run: {
      introduction: "lstm 1 x 8 on 9 texts",
      settings: {},
      data: {},
      steps: 2,
      epochs: 1,
      changes: [],
      history: [],
    },
  };
  return { name, index, facts, pictures: [], sources: ["my.csv"], record: { step, pictures } };
}

const headings = (page: string): string[] =>
  [...page.matchAll(/<figure[^>]*><h3>(.*?)<\/h3>/g)].map(([, html]) => html.replaceAll(/<[^>]*>/g, ""));

Deno.test("the page shows what was trained on what, and the pictures of each kind, without running what is in them", async () => {
  const page = (await reportPage([run("mine", 0)])).replace('<link rel="icon" href="data:,">', "");
  assertStringIncludes(page, "mine: lstm 1 x 8 on 9 texts. Data: my.csv.");
  assertEquals(headings(page).slice(1), ["Confusion", "Reliability", "Surprisal"]);
  const tags = [...page.matchAll(/<[a-z](?:"[^"]*"|[^">])*>/gi)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
  assertEquals(tags.filter((tag) => /^<(?:img|script|link|iframe)|\s(?:src|href|on\w+)=/i.test(tag)), []);
  assert(!page.includes("\u0007"));
  assertStringIncludes(page, '<span style="--shade:25%" title="3.0 bits">the</span>');
  assertStringIncludes(page, "⏎\n</span>");
  assertStringIncludes(page, "<td>0.3333</td>");
  assertStringIncludes(page, "<td>–</td>");
});

Deno.test("the same runs give the same bytes", async () => {
  const runs = [run("a", 0), run("b", 1)];
  assertEquals(await reportPage(runs), await reportPage(runs));
});

Deno.test("of several runs, pictures of a title stand together, and single lines are drawn over each other", async () => {
  const page = await reportPage([run("a", 0), run("b", 1), run("c", 2, { pictures: PICTURES.slice(2, 3) })]);
  assertEquals(headings(page).slice(2), [
    "a: Confusion",
    "b: Confusion",
    "Reliability",
    "a: Surprisal",
    "b: Surprisal",
  ]);
  const overlaid = page.slice(page.indexOf("<h3>Reliability"));
  const legend = overlaid.slice(0, overlaid.indexOf("</ul>")).replaceAll(/<[^>]*>/g, " ").split(/\s+/).filter(Boolean);
  const notes = ["a", "b", "c"].flatMap((name) => [`${name}:`, "Of", "one", "run."]);
  assertEquals(legend, ["Reliability", ...notes, "calibrated", "a", "b", "c"]);
});

Deno.test("pictures that were made before the last step are said to be older", async () => {
  assert(!(await reportPage([run("mine", 0)])).includes("it is now at step"));
  const page = await reportPage([run("mine", 0, { step: 1 })]);
  assertStringIncludes(page, "The pictures of mine are those after step 1; it is now at step 2.");
});

Deno.test("a run without a record has no section of validation data", async () => {
  const { record: _, ...old } = run("old", 0);
  assert(!(await reportPage([old])).includes("On validation data"));
});
