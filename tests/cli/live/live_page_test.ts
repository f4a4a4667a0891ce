// The requests of a live page, answered over a made-up run.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InputRangeError } from "../../../errors.ts";
import { liveHandler, LivePage, type LiveRun, type Question, Watch } from "../../../cli/live/mod.ts";
import { type HistoryLine, StoppedByRank } from "../../../src/train/mod.ts";

/** A run that is at a step, what its pages have asked of it, and its clock. */
class FakeRun implements LiveRun {
  readonly name = "<mine>";
  readonly introduction = "an lstm on 100 characters";
  readonly trial: LiveRun["trial"];
  step = 0;
  stops = 0;
  questions: Question[] = [];
  history: HistoryLine[] = [];
  now = 0;
  /** Milliseconds that reading the facts takes. */
  cost = 0;
  fault: Error | undefined;

  constructor(kind: "sample" | "answer" | undefined = "sample") {
    this.trial = kind && { kind, text: "<Text>", verb: "Try", ask: (question) => this.#ask(question) };
  }

  #ask(question: Question): Promise<string> {
    this.questions.push(question);
    if (question.prompt === "é") return Promise.reject(new InputRangeError("expected symbols of the vocabulary"));
    return Promise.resolve(`${question.prompt}!`);
  }

  facts(): ReturnType<LiveRun["facts"]> {
    this.now += this.cost;
    if (this.fault) return Promise.reject(this.fault);
    const run = { settings: { batch: 32 }, data: {}, steps: this.step, epochs: 0, changes: [], history: this.history };
    return Promise.resolve({
      ...{ directory: "mine", task: "language-modeling", noun: "language model", config: { cell: "lstm" }, layers: [] },
      ...{ totals: { parameters: 1, float32Bytes: 0, int8Bytes: 0, multiplyAdds: 0 }, processors: [], files: [], run },
    });
  }

  progress(): ReturnType<LiveRun["progress"]> {
    const speed = { perSecond: 1000, unit: "tokens" };
    return this.step === 0 ? undefined : { step: this.step, steps: 10, loss: 1.5, speed, secondsLeft: 5 };
  }

  stop(): void {
    this.stops++;
  }
}

/** A page over a made-up run, and how its requests are answered. */
interface Opened {
  readonly run: FakeRun;
  readonly page: LivePage;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Takes a step. */
  takeStep(): Promise<void>;
}

function open(kind?: "sample" | "answer" | undefined, run = new FakeRun(kind)): Opened {
  const page = new LivePage(run, { now: () => run.now });
  const handler = liveHandler(page);
  const at = (path: string): string => new URL(path, "http://127.0.0.1:8000/").href;
  return {
    run,
    page,
    get: (path, headers = {}) => handler(new Request(at(path), { headers })),
    post: (path, body = {}, headers = {}) =>
      handler(
        new Request(at(path), {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(body),
        }),
      ),
    takeStep: async () => {
      run.step++;
      await page.afterStep(run.step);
    },
  };
}

/** Leaves the event loop some turns. */
async function turns(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Events by their names. */
type Events = Record<string, Record<string, unknown>>;

/** Returns a function that reads the events of a stream up to one with a name. */
function eventsOf(response: Response): (last: string) => Promise<Events> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  return async (last) => {
    const events: Events = {};
    while (!(last in events)) {
      const { value = "", done } = await reader.read();
      assert(!done, `the stream ended without ${last}`);
      for (const [, name, data] of value.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)) events[name] = JSON.parse(data);
    }
    return events;
  };
}

Deno.test("the page shows the run and its settings, and may load nothing from elsewhere", async () => {
  const { get } = open();
  const response = await get("/");
  assertEquals([response.status, response.headers.get("x-frame-options")], [200, "DENY"]);
  const html = await response.text();
  for (const text of ["Training of &lt;mine&gt;", "an lstm on 100 characters", "<dd>32</dd>", "Temperature"]) {
    assertStringIncludes(html, text);
  }
  const [, policy, nonce] = /content="(default-src 'none'; [^"]*script-src 'nonce-([\w-]+)'[^"]*)"/.exec(html)!;
  assertStringIncludes(policy, "connect-src 'self'");
  assertEquals([...html.matchAll(/<script[^>]*>/g)].map(String), [`<script type="module" nonce="${nonce}">`]);
  assertEquals(html.match(/https?:|\son\w+=|@import|url\(/g), null);
  const ids = [...html.matchAll(/find\("(\w+)"\)/g)].map(([, id]) => id);
  for (const id of ids) assertStringIncludes(html, `id="${id}"`);
});

Deno.test("only a model that reads texts has a box for them", async () => {
  const answering = await (await open("answer").get("/")).text();
  assertEquals([answering.includes("<textarea"), answering.includes("Temperature")], [true, false]);
  for (const words of ["&lt;Text&gt; <textarea", "<button>Try</button>"]) assertStringIncludes(answering, words);
  const silent = open(undefined, Object.assign(new FakeRun(), { trial: undefined }));
  assert(!(await (await silent.get("/")).text()).includes("<textarea"));
  assertEquals((await silent.post("/sample", { prompt: "a" })).status, 404);
});

Deno.test("requests of other sites, other types and other paths are refused", async () => {
  const { get, post, page, run } = open();
  const handler = liveHandler(page);
  const foreign = { origin: "http://example.com" };
  const statuses = await Promise.all([
    post("/stop", {}, foreign),
    post("/stop", {}, { origin: "http://127.0.0.1:8000", "sec-fetch-site": "cross-site" }),
    post("/save", {}, { origin: "null" }),
    get("/events", foreign),
    get("/events", { "sec-fetch-site": "same-site" }),
    handler(new Request("http://example.com/")),
    post("/stop", {}, { "content-type": "text/plain" }),
    post("/stop", { now: true }),
    post("/sample", { prompt: "a".repeat(70_000) }),
    post("/sample", { length: 3000 }),
    get("/stop"),
    get("/constructor"),
  ].map(async (response) => (await response).status));
  assertEquals(statuses, [403, 403, 403, 403, 403, 403, 415, 400, 413, 400, 404, 404]);
  assertEquals([run.stops, run.questions], [0, []]);
  const linked = await get("/", { "sec-fetch-site": "cross-site" });
  const own = await post("/stop", {}, { origin: "http://127.0.0.1:8000", "sec-fetch-site": "same-origin" });
  assertEquals([linked.status, own.status, run.stops], [200, 200, 1]);
});

Deno.test("a question is answered after the step, with what is asked", async () => {
  const { post, run, takeStep } = open();
  const answers = [
    post("/sample", { prompt: "a", temperature: 0.5, length: 20 }),
    post("/sample"),
    post("/sample", { prompt: "é" }),
  ];
  await turns();
  assertEquals(run.questions, []);
  while (run.questions.length < 3) await takeStep();
  const texts = await Promise.all(answers.map(async (answer) => (await answer).json()));
  assertEquals(texts, [{ text: "a!" }, { text: "!" }, { error: "expected symbols of the vocabulary" }]);
  assertEquals(run.questions.filter(({ prompt }) => prompt !== "é").sort((a, b) => a.length - b.length), [
    { prompt: "a", temperature: 0.5, length: 20 },
    { prompt: "", temperature: 0.8, length: 200 },
  ]);
});

Deno.test("more questions than eight at a time are refused", async () => {
  const { post, takeStep } = open();
  const answers = Array.from({ length: 9 }, () => post("/sample"));
  // The refusal does not wait for a step.
  assertEquals((await Promise.race(answers)).status, 429);
  await takeStep();
  const statuses = await Promise.all(answers.map(async (answer) => (await answer).status));
  assertEquals(statuses.toSorted(), [...Array(8).fill(200), 429]);
});

Deno.test("a checkpoint is wished for once, and reported after it has been saved", async () => {
  const { post, page, takeStep } = open();
  await takeStep();
  await takeStep();
  assertEquals(page.saveWhen(), false);
  const answer = post("/save");
  let isAnswered = false;
  answer.then(() => isAnswered = true);
  while (!page.saveWhen()) await turns();
  assertEquals(page.saveWhen(), false);
  await turns();
  assertEquals(isAnswered, false);
  await takeStep();
  assertEquals(await (await answer).json(), { step: 2 });
});

Deno.test("a page shows that another rank has stopped the run, whose end is saved", async () => {
  const { page, get, post } = open();
  const watch = new Watch(page, { port: 0, close: () => {}, finish: () => Promise.resolve() });
  const read = eventsOf(await get("/events"));
  const saved = post("/save");
  const fit = watch.over(async function* () {
    await turns();
    yield { event: "epoch" };
    throw new StoppedByRank(7);
  }, { step: 7, stopMessage: () => "Stopped after step 7." });
  await assertRejects(() => Array.fromAsync(fit({})), StoppedByRank);
  assertEquals((await read("end")).end, { message: "Stopped after step 7." });
  assertEquals(await (await saved).json(), { step: 7 });
});

Deno.test("a stream begins with what is known, and goes on after the steps", async () => {
  const { get, run, page, takeStep } = open();
  run.history.push({ event: "sample", step: 1, epoch: 1, text: "be <b>" });
  run.step = 1;
  const read = eventsOf(await get("/events"));
  const { progress, sections } = await read("sections");
  assertEquals(progress, { text: "step 1/10  loss 1.500  1,000 tokens/s  0:05 left", step: 1, steps: 10 });
  assertStringIncludes(sections.summary as string, "<td>1</td>");
  assertStringIncludes(sections.samples as string, "<pre>be &lt;b&gt;</pre>");
  run.now = 10_000;
  await takeStep();
  assertStringIncludes((await read("sections")).sections.summary as string, "<td>2</td>");
  await page.end("The training has ended.", { isSaved: true });
  const last = await read("end");
  assertEquals(last.end, { message: "The training has ended." });
  assertEquals(last.progress, { text: "step 2/10  loss 1.500  1,000 tokens/s", step: 2, steps: 10 });
  // A page that is opened now sees the end, too.
  assertEquals((await eventsOf(await get("/events"))("end")).end, { message: "The training has ended." });
});

Deno.test("the sections are drawn every two seconds, or more rarely if they take long", async () => {
  for (const [cost, expected] of [[1, 2000], [20, 4000], [500, 100_000]]) {
    const { get, run, takeStep } = open();
    run.cost = cost;
    const stream = await get("/events");
    const drawn: number[] = [];
    for (run.now = 3000; drawn.length < 4; run.now++) {
      const before = run.now;
      await takeStep();
      if (run.now > before) drawn.push(before);
    }
    assertEquals(drawn.slice(1).map((time, i) => time - drawn[i] - cost), [expected, expected, expected]);
    await stream.body!.cancel();
  }
});

Deno.test("pages that open soon after another show what it shows, and draw nothing", async () => {
  const { get, run } = open();
  run.cost = 50;
  for (let i = 0; i < 5; i++) await (await get("/events")).body!.cancel();
  assertEquals(run.now, 50);
  run.now = 10_050;
  await (await get("/events")).body!.cancel();
  assertEquals(run.now, 10_100);
});

Deno.test("without pages, nothing is drawn; what goes wrong while drawing is shown and does not stop the run", async () => {
  const { get, run, takeStep } = open();
  run.fault = new InputRangeError("read history.jsonl: expected <lines>");
  run.cost = 50;
  await takeStep();
  assertEquals(run.now, 0);
  const read = eventsOf(await get("/events"));
  const note = '<p class="quiet">read history.jsonl: expected &lt;lines&gt;</p>';
  assertEquals((await read("sections")).sections, { summary: "", curves: note, samples: "" });
});

Deno.test("a run that has ended takes no more wishes", async () => {
  const { post, page } = open();
  const waiting = [post("/sample"), post("/save")];
  await turns();
  await page.end("The training has failed.", { isSaved: false });
  const late = [post("/sample"), post("/save")];
  const statuses = await Promise.all([...waiting, ...late].map(async (answer) => (await answer).status));
  assertEquals(statuses, [409, 409, 409, 409]);
});

Deno.test("no more than sixteen pages follow a run", async () => {
  const { get } = open();
  const responses = await Promise.all(Array.from({ length: 17 }, () => get("/events")));
  assertEquals(responses.map(({ status }) => status).toSorted(), [...Array(16).fill(200), 503]);
  const refused = responses.find(({ status }) => status === 503)!;
  assertEquals((await refused.json()).error.code, "too_many_pages");
  for (const { body } of responses) if (body !== refused.body) await body!.cancel();
  const again = await get("/events");
  assertEquals(again.status, 200);
  await again.body!.cancel();
});
