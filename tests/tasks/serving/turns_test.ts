// Long requests of all tasks take turns with each other and with streams, and have the library's answers.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { CharTokenizer, Forecaster, Translator } from "../../../mod.ts";
import { readSeriesText } from "../../../tasks/data/series/mod.ts";
import { ModelServer } from "../../../tasks/serving/mod.ts";
import { Turns } from "../../../tasks/serving/turns.ts";
import { ask, post, TEXT, untrainedClassifier, untrainedModel } from "../../support/serving.ts";

const never = new AbortController().signal;

/** Computes for longer than a turn. */
function compute(): void {
  const end = performance.now() + 6;
  while (performance.now() < end);
}

Deno.test("work goes on in turns, between which texts are generated for as long", async () => {
  const order: string[] = [];
  let texts = 0;
  const turns = new Turns(() => {
    texts++;
    return order.length < 8;
  });
  const work = (name: string) => async (pause: () => Promise<void>) => {
    for (let slice = 0; slice < 4; slice++) {
      compute();
      order.push(name);
      await pause();
    }
    return name;
  };
  assertEquals(await Promise.all([turns.run(never, work("a")), turns.run(never, work("b"))]), ["a", "b"]);
  assertEquals(order.join(""), "abababab");
  assert(texts > 8, `the texts had ${texts} steps`);
});

Deno.test("work that is given up or fails leaves its turn to others", async () => {
  const turns = new Turns(() => false);
  const controller = new AbortController();
  const given = turns.run(controller.signal, async (pause) => {
    controller.abort(new RangeError("the client went away"));
    await pause();
  });
  const failed = turns.run(never, () => Promise.reject(new RangeError("a fault")));
  const late = turns.run(controller.signal, () => Promise.resolve("late"));
  const other = turns.run(never, () => Promise.resolve("done"));
  await assertRejects(() => given, RangeError, "went away");
  await assertRejects(() => failed, RangeError, "a fault");
  await assertRejects(() => late, RangeError, "went away");
  assertEquals(await other, "done");
});

Deno.test("many texts are classified in groups between which a stream goes on, as all at once", async () => {
  const [lm, classifier] = [untrainedModel(), untrainedClassifier()];
  const input = Array.from({ length: 60 }, (_, i) => TEXT.slice(i, i + 1 + (i * 37) % 150));
  const expected = await classifier.classify(input);
  const server = new ModelServer({ lm, classifier }, { maxNewTokens: 100_000 });
  const body = { prompt: "the", max_tokens: 100_000, stream: true };
  const reader = (await server.fetch(post("/v1/completions", body))).body!.getReader();
  await reader.read();
  const groups: number[] = [];
  const classify = classifier.classify.bind(classifier) as (texts: readonly string[]) => Promise<typeof expected>;
  let pieces = 0;
  const classifyGroup = async (texts: readonly string[]) => {
    groups.push(texts.join("").length);
    if (groups.length > 1) await reader.read().then(() => pieces++);
    return await classify(texts);
  };
  classifier.classify = classifyGroup as typeof classifier.classify;
  const [status, { data }] = await ask(server, { model: "classifier", input }, "/v1/classify");
  assertEquals(status, 200);
  assertEquals(data.map(({ probabilities }) => probabilities), expected.map(({ probabilities }) => probabilities));
  assert(groups.length > 5 && groups.every((tokens) => tokens <= 512), groups.join(" "));
  assertEquals(pieces, groups.length - 1);
  const [, { error }] = await ask(server, { input: [...input, " "] }, "/v1/classify");
  assertEquals(error.message, "classify: expected words in text 61, found none");
  const client = new AbortController();
  groups.length = 0;
  classifier.classify = ((texts: readonly string[]) => {
    client.abort();
    return classifyGroup(texts);
  }) as typeof classifier.classify;
  const gone = post("/v1/classify", { input }, { signal: client.signal });
  assertEquals([(await server.fetch(gone)).status, groups.length], [499, 1]);
  await reader.cancel();
  await server.shutDown();
});

Deno.test("translations and forecasts of many inputs are those of all at once", async () => {
  const [sourceTokenizer, targetTokenizer] = [CharTokenizer.train("abc"), CharTokenizer.train("ABC")];
  const translator = Translator.create({ sourceTokenizer, targetTokenizer, embed: 4, hidden: 8, seed: 1 });
  const input = Array.from({ length: 30 }, (_, i) => "abcab".repeat(8).slice(i % 7, i + 2));
  const records = Array.from({ length: 40 }, (_, i) => ({
    item_id: `s${i}`,
    target: Array.from({ length: 30 + i }, (_, t) => (t * t + i) % 7),
  }));
  const { set } = readSeriesText("a.json", JSON.stringify(records));
  const forecaster = Forecaster.create({ data: set, horizon: 3, hidden: 4, seed: 1 });
  const server = new ModelServer({ translator, forecaster });
  for (const beam of [1, 4]) {
    const [, { data }] = await ask(server, { input, beam }, "/v1/translate");
    const expected = await translator.translate(input, { beam });
    assertEquals(
      data.map(({ text, score }) => ({ text, score })),
      expected.map(({ text, score }) => ({ text, score })),
    );
  }
  const [, { data }] = await ask(server, { input: records }, "/v1/forecast");
  const expected = await forecaster.forecast(set);
  assertEquals(
    data.map(({ series, forecast }) => ({ series, forecast })),
    expected.map(({ id, median }) => ({ series: id, forecast: [...median] })),
  );
});
