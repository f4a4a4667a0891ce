import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AXES } from "../../../cli/report/axes.ts";
import { reportPage, type ReportRun } from "../../../cli/report/mod.ts";
import type { HistoryLine } from "../../../src/train/mod.ts";

function step(step: number, figures: Record<string, unknown>): HistoryLine {
  return { event: "step", epoch: 1, step, ...figures };
}

const HISTORY: readonly HistoryLine[] = [
  step(1, { loss: 3, lr: 0.1, grad_norm: 1, tokens_per_second: 50, engine_mib: 3 }),
  step(2, { loss: 2, lr: 0.1, grad_norm: 2, tokens_per_second: 70, engine_mib: 3 }),
  { event: "epoch", epoch: 1, step: 2, train_loss: 2.5, validation: { objective: 0.5, loss: 2, accuracy: 0.5 } },
  { event: "sample", epoch: 1, step: 2, text: "a <b> & \u0007" },
];

/** A run with settings and a history. */
function run(name: string, index: number, settings: object, history = HISTORY): ReportRun {
  const facts: ReportRun["facts"] = {
    directory: name,
    task: "classification",
    noun: "classifier",
    config: { cell: "lstm" },
    layers: [],
    totals: { parameters: 1234, float32Bytes: 0, int8Bytes: 0, multiplyAdds: 0 },
    processors: [],
    files: [],
    run: { settings: { ...settings }, data: {}, steps: 2, epochs: 1, changes: [], history, best: { loss: 2 } },
  };
  return { name, index, facts, pictures: [] };
}

/** The titles of the charts over the steps. */
function titles(page: string): string[] {
  return [...page.split('class="charts by-epoch"')[0].matchAll(/<figure><h3>([^<]*)</g)].map(([, title]) => title);
}

Deno.test("the page has a chart for every figure of the history, and no script or address", async () => {
  const page = await reportPage([run("mine", 0, { batch: 32 })]);
  assertEquals(titles(page), [
    "Training loss",
    "Validation loss",
    "Validation: accuracy",
    "Learning rate",
    "Gradient norm before clipping",
    "Speed",
    "Memory",
  ]);
  const [icon] = page.match(/<link rel="icon" href="data:,">/)!;
  assertStringIncludes(page, "img-src data:");
  assertEquals(/<script|<link|@import|url\(|\son\w+=/.test(page.replace(icon, "")), false);
  assertEquals(page.replaceAll("http://www.w3.org/2000/svg", "").match(/https?:/), null);
  assertStringIncludes(page, "<h1>Training of mine</h1>");
  assertStringIncludes(page, "<td>1,234</td>");
  assertStringIncludes(page, "<td>70 /s</td>");
  assertStringIncludes(page, "<pre>a &lt;b&gt; &amp; \uFFFD</pre>");
});

Deno.test("a classifier with a linear part has the loss of its predictions and that of its network", async () => {
  const both = { objective: 0.9, loss: 0.7, validLoss: 0.1, accuracy: 0.9 };
  const history: HistoryLine[] = [{ event: "epoch", epoch: 1, step: 2, train_loss: 0.7, validation: both }];
  const found = titles(await reportPage([run("mine", 0, {}, history)]));
  assertEquals(found, [
    "Validation loss",
    "Validation loss of the network alone",
    "Validation: accuracy",
  ]);
});

Deno.test("an epoch that was cut short has no place on the axis of epochs", async () => {
  const cut = run("cut", 0, {});
  const facts = { ...cut.facts, run: { ...cut.facts.run!, epochs: 0 } };
  assertEquals((await reportPage([{ ...cut, facts }])).includes('class="charts by-epoch"'), false);
  assert((await reportPage([cut])).includes('class="charts by-epoch"'));
});

Deno.test("a step has its place among the ends of epochs, and behind the last at the pace of that epoch", () => {
  const ends = [4, 10, 11, 21];
  const history = ends.map((step, i): HistoryLine => ({ event: "epoch", epoch: i + 1, step, train_loss: 1 }));
  const own = run("mine", 0, {}, history);
  const axis = AXES.find(({ name }) => name === "epoch")!;
  const placeOf = axis.placesOf({ ...own, facts: { ...own.facts, run: { ...own.facts.run!, epochs: 4 } } }, []);
  const places = [1, 4, 7, 10, 11, 16, 21, 26].map((at) => placeOf(step(at, {})));
  assertEquals(places, [0.25, 1, 1.5, 2, 3, 3.5, 4, 4.5]);
});

Deno.test("of several runs, the settings that differ come first and are marked", async () => {
  const page = await reportPage([run("a", 0, { batch: 32, seed: 1 }), run("<b>", 1, { batch: 16, seed: 1 })]);
  const [different, same] = page.slice(page.indexOf("<h2>Settings</h2>"), page.indexOf("<h2>Curves</h2>")).split(
    "<details>",
  );
  assertStringIncludes(different, '<th scope="row">batch</th><td>32</td><td><mark>16</mark></td>');
  assertEquals([different.includes("seed"), different.includes("cell")], [false, false]);
  assertStringIncludes(same, "The same in all runs (2)");
  assertStringIncludes(same, '<th scope="row">seed</th><td>1</td><td>1</td>');
  assert(!page.includes("<b>"));
  const equal = await reportPage([run("a", 0, {}), run("b", 1, {})]);
  assertStringIncludes(equal, "The runs have the same settings.");
});

Deno.test("a model that was imported, or saved by a program, has no training run", async () => {
  const trained = run("old", 0, {}, []);
  const page = await reportPage([trained, { ...trained, name: "new", facts: { ...trained.facts, run: undefined } }]);
  assertStringIncludes(page, ">old has no history: an earlier version trained it, or its history.jsonl was deleted.<");
  assertStringIncludes(page, ">new has no history: no training run is recorded in its directory.<");
});

Deno.test("a run without a history has one line that says so, and no curves", async () => {
  const page = await reportPage([run("old", 0, { batch: 32 }, [])]);
  assertEquals(page.match(/old has no history/g)?.length, 1);
  assertEquals([titles(page), page.includes("<h2>Curves")], [[], false]);
});

Deno.test("a long curve is drawn with at most 400 points", async () => {
  const long = Array.from({ length: 1999 }, (_, i) => step(i + 1, { lr: i }));
  const page = await reportPage([run("long", 0, {}, long)]);
  const lengths = [...page.matchAll(/<path d="([^"]*)"/g)].map(([, path]) => path.match(/[ML]/g)?.length ?? 0);
  assertEquals(Math.max(...lengths), 400);
});

Deno.test("pictures are embedded as images, so that scripts in them do not run", async () => {
  const svg = "<svg><script>1</script></svg>";
  const page = await reportPage([{ ...run("mine", 0, {}), pictures: [{ name: "test.svg", svg }] }]);
  assertStringIncludes(page, `src="data:image/svg+xml;base64,${btoa(svg)}"`);
  assert(!page.includes("<script"));
});
