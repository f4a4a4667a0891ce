// Forecasts and labels of sequences are what the library gives for the same input.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { CharTokenizer, Classifier, Forecaster, Translator, VectorClassifier } from "../../../mod.ts";
import { vectorSequence } from "../../../tasks/data/mod.ts";
import { readSeriesText } from "../../../tasks/data/series/mod.ts";
import { FrameProcessor } from "../../../tasks/mod.ts";
import { ModelServer } from "../../../tasks/serving/mod.ts";
import { ask } from "../../support/serving.ts";

const VALUES = Array.from({ length: 60 }, (_, t) => 10 + (t % 7) + t / 20);

Deno.test("forecasts of a list of values, and of records with times, are those of the library", async () => {
  const records = [
    { item_id: "shop", start: "2024-01-01", target: VALUES },
    { item_id: "café", start: "2024-02-01", target: [...VALUES.slice(9), null, 12] },
  ];
  const { set } = readSeriesText("a.json", JSON.stringify(records), { frequency: { unit: "day", count: 1 } });
  const forecaster = Forecaster.create({ data: set, horizon: 3, hidden: 4, seed: 1 });
  const server = new ModelServer({ sales: forecaster });
  const expected = await forecaster.forecast(set, { quantiles: [0.25, 0.75] });
  const [status, { data }] = await ask(server, { input: records, quantiles: [0.25, 0.75] }, "/v1/forecast");
  assertEquals(status, 200);
  for (const [i, { id, median, values: [low, high] }] of expected.entries()) {
    const { index, series, forecast, quantiles } = data[i];
    assertEquals([index, series, forecast], [i, id, [...median]]);
    assertEquals(quantiles, { "0.25": [...low], "0.75": [...high] });
  }
  assertEquals(data.map(({ start }) => start), ["2024-03-01", "2024-03-25"]);

  const [, plain] = await ask(server, { input: VALUES, start: "2024-01-01" }, "/v1/forecast");
  assertEquals([plain.data.length, Object.keys(plain.data[0].quantiles as object)], [1, ["0.1", "0.5", "0.9"]]);
  assertEquals([plain.data[0].start, plain.data[0].forecast], [data[0].start, data[0].forecast]);
});

Deno.test("a list of values is forecast whatever the columns of the training file were", async () => {
  const rows = VALUES.map((value, t) =>
    `${new Date(86_400_000 * t).toISOString().slice(0, 10)},a,${value},${-value}\n`
  );
  const columns = { time: "when", series: ["shop"], target: ["sold", "lost"] };
  const { set } = readSeriesText("a.csv", `when,shop,sold,lost\n${rows.join("")}`, columns);
  const server = new ModelServer({ sales: Forecaster.create({ data: set, horizon: 3, hidden: 4 }) });
  const [status, { data }] = await ask(server, { input: VALUES, start: "2024-01-01" }, "/v1/forecast");
  assertEquals([status, data.length, data[0].start], [200, 1, "2024-03-01"]);
  const cases: object[] = [
    { input: VALUES },
    { input: VALUES, start: "soon" },
    { input: [{ when: "2024-01-01", shop: "a", sold: 1, lost: 2 }], start: "2024-01-01" },
  ];
  for (const body of cases) {
    const [status, { error }] = await ask(server, body, "/v1/forecast");
    assertEquals([status, error.param], [400, "start"], JSON.stringify(body));
  }
});

Deno.test("requests for forecasts that do not fit the model are refused with the field", async () => {
  const { set } = readSeriesText("a.json", JSON.stringify([{ target: VALUES }]));
  const server = new ModelServer({ sales: Forecaster.create({ data: set, horizon: 3, hidden: 4 }) });
  const cases: [object, string][] = [
    [{}, "input"],
    [{ input: [] }, "input"],
    [{ input: [1, "a"] }, "input"],
    [{ input: [null, null] }, "input"],
    [{ input: [{ target: [] }] }, "input"],
    [{ input: [{ other: "a" }] }, "input"],
    [{ input: VALUES, quantiles: [0.9, 0.1] }, "quantiles"],
    [{ input: [1e308, 1e308, 1] }, "input"],
    [{ input: VALUES, start: "2024-01-01" }, "start"],
  ];
  for (const [body, param] of cases) {
    const [status, { error }] = await ask(server, body, "/v1/forecast");
    assertEquals([status, error.param, error.type], [400, param, "invalid_request_error"], JSON.stringify(body));
  }
});

Deno.test("inputs longer than a prompt may be are refused for every task", async () => {
  const { set } = readSeriesText("a.json", JSON.stringify([{ target: VALUES }]));
  const processor = FrameProcessor.fit([vectorSequence([[0, 1], [1, 0]], { label: "a" })], { kind: "values" });
  const tokenizer = CharTokenizer.train("abc");
  const options = { maxPromptTokens: 20 };
  const size = { hidden: 4 };
  const cases = [
    [Forecaster.create({ data: set, horizon: 3, ...size }), "/v1/forecast", { input: VALUES }],
    [VectorClassifier.create({ processor, labels: ["a", "b"], ...size }), "/v1/classify", {
      frames: VALUES.map(() => [0, 1]),
    }],
    [Classifier.create({ tokenizer, labels: ["a", "b"], ...size }), "/v1/classify", { input: ["a", "abc".repeat(9)] }],
    [Translator.create({ sourceTokenizer: tokenizer, ...size }), "/v1/translate", { input: "abc".repeat(9) }],
  ] as const;
  for (const [model, path, body] of cases) {
    const [status, { error }] = await ask(new ModelServer({ own: model }, options), body, path);
    const param = "frames" in body ? "frames" : "input";
    assertEquals([status, error.param, error.code], [400, param, "context_length_exceeded"], path);
  }
});

Deno.test("more translations than the beam has are refused with the field", async () => {
  const tokenizer = CharTokenizer.train("abc");
  const server = new ModelServer({ own: Translator.create({ sourceTokenizer: tokenizer, hidden: 4 }) });
  const [status, { error }] = await ask(server, { input: "abc", beam: 2, n: 3 }, "/v1/translate");
  assertEquals([status, error.param], [400, "n"]);
  const [, { data }] = await ask(server, { input: ["abc", "a"], beam: 2, n: 2 }, "/v1/translate");
  assertEquals(data.map(({ alternatives }) => (alternatives as unknown[]).length), [2, 2]);
});

Deno.test("frames are classified as the library does, one sequence or several", async () => {
  const clips = [[[0, 1], [1, 0], [1, 1]], [[1, 0], [0, 0]]];
  const sequences = clips.map((frames, i) => vectorSequence(frames, { label: "ab"[i] }));
  const processor = FrameProcessor.fit(sequences, { kind: "values" });
  const model = VectorClassifier.create({ processor, labels: ["a", "b"], hidden: 4, seed: 2 });
  const server = new ModelServer({ gestures: model });
  const expected = await model.classify(sequences);
  const [, { data }] = await ask(server, { frames: clips }, "/v1/classify");
  assertEquals(data, expected.map((found, index) => ({ index, ...found })));
  assertEquals((await ask(server, { frames: clips[1] }, "/v1/classify"))[1].data[0].label, expected[1].label);
  for (const frames of [[], [1], [[1, 2], [3]], [["a", 1]], [[1, 2, 3]], [[]]]) {
    const [status, { error }] = await ask(server, { frames }, "/v1/classify");
    assertEquals([status, error.param], [400, "frames"], JSON.stringify(frames));
  }
  const [status, { error }] = await ask(server, { frames: clips, input: "a" }, "/v1/classify");
  assertEquals(status, 400);
  assertStringIncludes(String(error.message), "found both");
});

Deno.test("records that would become far more values than they have are refused, and long names cost little", async () => {
  const rows = VALUES.map((value, t) => `${new Date(86_400_000 * t).toISOString().slice(0, 10)},${value},${-value}\n`);
  const { set } = readSeriesText("a.csv", `date,a,b\n${rows.join("")}`);
  const server = new ModelServer({ sales: Forecaster.create({ data: set, horizon: 3, hidden: 4 }) });
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`a${i}`, 1]));
  const apart = (i: number) => ({ item_id: i >> 1, date: i % 2 === 0 ? "2020-01-01" : "2022-09-01", y: i });
  const cases = {
    "most fields are missing": [wide, ...Array(8000).fill({})],
    "most times are missing": Array.from({ length: 2000 }, (_, i) => apart(i)),
    "each path has a long key": [{ ["k".repeat(100_000)]: wide }],
    "a series is longer than a prompt": Array.from({ length: 8193 }, () => ({ y: 1 })),
    "the answer would be long": Array.from({ length: 8000 }, () => ({ target: [1] })),
  };
  const quantiles = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  for (const [name, input] of Object.entries(cases)) {
    const [status, { error }] = await ask(server, { input, quantiles }, "/v1/forecast");
    assertEquals([status, error?.param], [400, "input"], name);
  }
  const dots = [{ ["a.".repeat(50_000)]: 1, y: 2 }, ...Array(5000).fill({ y: 1 })];
  const { set: timeless } = readSeriesText("a.json", JSON.stringify([{ y: VALUES }]));
  const other = new ModelServer({ sales: Forecaster.create({ data: timeless, horizon: 3, hidden: 4 }) });
  assertEquals((await ask(other, { input: dots }, "/v1/forecast"))[0], 200);
});

Deno.test("each series of a request may be as long as a prompt", async () => {
  const { set } = readSeriesText("a.json", JSON.stringify([{ y: VALUES }]));
  const model = Forecaster.create({ data: set, horizon: 3, hidden: 4 });
  const server = new ModelServer({ sales: model }, { maxPromptTokens: 8 });
  const rows = (length: number) =>
    Array.from({ length: 3 * length }, (_, i) => ({ id: `shop ${i % 3}`, t: i - i % 3, y: i }));
  const [, { data }] = await ask(server, { input: rows(8) }, "/v1/forecast");
  assertEquals(data.map(({ series }) => series), ["shop 0", "shop 1", "shop 2"]);
  for (const input of [rows(9), VALUES.slice(0, 9)]) {
    const [status, { error }] = await ask(server, { input }, "/v1/forecast");
    assertEquals([status, error.code], [400, "context_length_exceeded"]);
  }
});

Deno.test("JSON that is nested too deep is refused", async () => {
  const { set } = readSeriesText("a.json", JSON.stringify([{ target: VALUES }]));
  const processor = FrameProcessor.fit([vectorSequence([[0, 1], [1, 0]], { label: "a" })], { kind: "values" });
  const server = new ModelServer({
    sales: Forecaster.create({ data: set, horizon: 3, hidden: 4 }),
    gestures: VectorClassifier.create({ processor, labels: ["a", "b"], hidden: 4 }),
  });
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  for (const [path, body] of [["/v1/classify", `{"frames":${deep}}`], ["/v1/forecast", `{"input":[{"a":${deep}}]}`]]) {
    const [status, { error }] = await ask(server, body, path);
    assertEquals([status, error.message], [
      400,
      "read a request: expected JSON, found lists or objects more than 256 deep",
    ]);
  }
});
