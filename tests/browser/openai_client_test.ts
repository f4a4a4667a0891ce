// The `openai` packages of npm and PyPI, called as their users call them, with a server behind a real port.

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
// deno-lint-ignore no-import-prefix
import OpenAI from "npm:openai@7.59.0";
import { ContinuousBatch } from "../../tasks/language_modeling/continuous_batch.ts";
import type { ServeOptions } from "../../tasks/serving/mod.ts";
import { speak } from "../tasks/speech/tones.ts";
import { writeWav } from "../../tasks/data/audio/mod.ts";
import { serve, type Served, toneRecognizer, verseModel } from "./served.ts";

const ENDLESS = 1e9;
const KEY = "secret";
const SAMPLING = { maxTokens: 40, seed: 7, temperature: 1.3 };
const ASKED = { model: "verse", prompt: "the rain in ", max_tokens: 40, seed: 7, temperature: 1.3 };

const [lm, tones] = [await verseModel(), await toneRecognizer()];
const WAV = writeWav(speak("hmhl").sound);

const clientOf = ({ url }: Served, apiKey = KEY): OpenAI => new OpenAI({ baseURL: `${url}v1`, apiKey, maxRetries: 0 });

/** Serves the model while a test runs. */
async function served(
  test: (served: Served, client: OpenAI) => Promise<void>,
  options: ServeOptions = {},
  onRequest?: (request: Request) => void,
): Promise<void> {
  await using host = await serve({ verse: lm, tones }, { apiKey: KEY, maxNewTokens: ENDLESS, ...options }, onRequest);
  await test(host, clientOf(host));
}

Deno.test("the npm client lists the models", () =>
  served(async (_, client) => {
    const names: string[] = [];
    for await (const { id, object } of client.models.list()) names.push(`${object} ${id}`);
    assertEquals(names, ["model verse", "model tones"]);
    const { id, owned_by } = await client.models.retrieve("verse");
    assertEquals([id, owned_by], ["verse", "elman"]);
    await assertRejects(() => client.models.retrieve("other"), OpenAI.NotFoundError);
  }));

Deno.test("the npm client's sounds are transcribed", () =>
  served(async (_, client) => {
    const asked = { model: "tones", file: new File([WAV], "tones.wav") };
    assertEquals((await client.audio.transcriptions.create(asked)).text, "hmhl");
    const verbose = await client.audio.transcriptions.create({ ...asked, response_format: "verbose_json" });
    assertEquals([verbose.duration, verbose.words!.map(({ word }) => word)], [0.6, ["hmhl"]]);
    assertEquals(verbose.segments!.map(({ text }) => text), ["hmhl"]);
    const words = await client.audio.transcriptions.create({
      ...asked,
      response_format: "verbose_json",
      timestamp_granularities: ["word"],
    });
    assertEquals([words.words, words.segments], [verbose.words, undefined]);
    assertEquals(await client.audio.transcriptions.create({ ...asked, response_format: "text" }), "hmhl\n");
    const srt = await client.audio.transcriptions.create({ ...asked, response_format: "srt" });
    assertMatch(srt, /^1\n00:00:00,\d{3} --> 00:00:00,\d{3}\nhmhl\n\n$/);
    const vtt = await client.audio.transcriptions.create({ ...asked, response_format: "vtt" });
    assertMatch(vtt, /^WEBVTT\n\n00:00:00\.\d{3} --> 00:00:00\.\d{3}\nhmhl\n\n$/);
    const events = await Array.fromAsync(await client.audio.transcriptions.create({ ...asked, stream: true }));
    const deltas = events.flatMap((event) => event.type === "transcript.text.delta" ? event.delta : []);
    assertEquals([deltas.join(""), events.at(-1)], ["hmhl", { type: "transcript.text.done", text: "hmhl" }]);
    // The model reads forward: parts of the text come before the end of the sound has been heard.
    assert(deltas.length > 1);
    const wrong = { ...asked, file: new File(["a"], "a.mp3") };
    const error = await assertRejects(() => client.audio.transcriptions.create(wrong), OpenAI.BadRequestError);
    assertEquals(error.param, "file");
  }));

Deno.test("the npm client's streamed and whole answers are equal for the same seed", () =>
  served(async (_, client) => {
    const asked = { ...ASKED, n: 3, logprobs: 2, stop: ["q", "mainly in the p"] };
    const whole = await client.completions.create(asked);
    const alone = await lm.complete(ASKED.prompt, { ...SAMPLING, stop: asked.stop });
    assertEquals(whole.choices[0].text, alone.text);

    const streamed = whole.choices.map(() => ({ text: "", reason: "", logprobs: [] as number[] }));
    const ending = { stream: true, stream_options: { include_usage: true } } as const;
    for await (const { choices, usage } of await client.completions.create({ ...asked, ...ending })) {
      for (const { index, text, finish_reason, logprobs } of choices) {
        streamed[index].text += text;
        streamed[index].reason += finish_reason ?? "";
        streamed[index].logprobs.push(...logprobs?.token_logprobs ?? []);
      }
      if (choices.length === 0) assertEquals(usage, whole.usage);
    }
    const expected = whole.choices.map(({ text, finish_reason, logprobs }) => ({
      text,
      reason: finish_reason as string,
      logprobs: logprobs!.token_logprobs!,
    }));
    assertEquals(streamed, expected);
    assertEquals(new Set(expected.map(({ text }) => text)).size, 3);
  }));

Deno.test("a stop ends the text before it and is given as the reason", () =>
  served(async (_, client) => {
    const { choices: [choice] } = await client.completions.create({ ...ASKED, temperature: 0, stop: " stays" });
    assertEquals([choice.text, choice.finish_reason], ["spain", "stop"]);
  }));

Deno.test("errors become those of the npm client, with the field and the code", () =>
  served(async (host, client) => {
    const create = (fields: object, own = client) => async () => {
      await own.completions.create({ ...ASKED, ...fields });
    };
    const wrong = await assertRejects(create({ temperature: -1 }), OpenAI.BadRequestError);
    assertEquals([wrong.status, wrong.param, wrong.type], [400, "temperature", "invalid_request_error"]);
    const missing = await assertRejects(create({ model: "other" }), OpenAI.NotFoundError);
    assertEquals([missing.status, missing.param], [404, "model"]);
    const refused = await assertRejects(create({}, clientOf(host, "wrong")), OpenAI.AuthenticationError);
    assertEquals([refused.status, refused.code], [401, "invalid_api_key"]);

    const running = await client.completions.create({ ...ASKED, max_tokens: ENDLESS, stream: true });
    const busy = await assertRejects(create({}), OpenAI.RateLimitError);
    assertEquals([busy.status, busy.code, busy.headers.get("retry-after")], [429, "rate_limit_exceeded", "1"]);
    // By default the client tries again after the time that the answer names.
    const patient = client.withOptions({ maxRetries: 2 });
    setTimeout(() => running.controller.abort(), 200);
    await create({}, patient)();
  }, { maxRunning: 1, queueTimeout: 0.05 }));

/** Counts the steps of the network, and notes the count when a request's client has gone and when its texts have. */
function countSteps(): Disposable & { steps: number; gone: number; freed: number } {
  const { step, remove } = ContinuousBatch.prototype;
  const counter = {
    steps: 0,
    gone: 0,
    freed: 0,
    [Symbol.dispose]: () => void Object.assign(ContinuousBatch.prototype, { step, remove }),
  };
  ContinuousBatch.prototype.step = function () {
    counter.steps++;
    step.call(this);
  };
  ContinuousBatch.prototype.remove = function (texts) {
    counter.freed = counter.steps;
    remove.call(this, texts);
  };
  return counter;
}

for (const stream of [true, false]) {
  Deno.test(`a client that aborts ${stream ? "a stream" : "a request"} frees its place within a step`, async () => {
    using counter = countSteps();
    const note = ({ url, signal }: Request): void => {
      if (url.endsWith("completions")) signal.addEventListener("abort", () => counter.gone = counter.steps);
    };
    await served(
      async (host, client) => {
        const gone = new AbortController();
        const asked = client.completions.create({ ...ASKED, max_tokens: ENDLESS, stream }, { signal: gone.signal });
        asked.catch(() => undefined);
        while (await host.metric("elman_running_texts") === 0);
        gone.abort();
        await host.idle();
        assert(counter.gone > 0 && counter.freed - counter.gone <= 1, `${counter.freed} after ${counter.gone} steps`);
      },
      {},
      note,
    );
  });
}

const hasPython = await new Deno.Command("python3", { args: ["-c", "import openai"], stdout: "null", stderr: "null" })
  .output().then(({ success }) => success, () => false);
if (!hasPython) console.error("PyPI's client is not tested: expected a python3 with openai, found none.");

Deno.test({
  name: "PyPI's client lists, streams and completes as npm's does, and has the same errors",
  ignore: !hasPython,
  fn: () =>
    served(async ({ url }, client) => {
      const wav = await Deno.makeTempFile({ suffix: ".wav" });
      await Deno.writeFile(wav, WAV);
      const script = decodeURIComponent(new URL("openai_client.py", import.meta.url).pathname);
      const args = [script, `${url}v1`, KEY, JSON.stringify(ASKED), wav];
      const { stdout, stderr } = await new Deno.Command("python3", { args }).output();
      await Deno.remove(wav);
      assertEquals(new TextDecoder().decode(stderr), "");
      const { choices: [{ text }] } = await client.completions.create(ASKED);
      assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
        models: ["verse", "tones"],
        model: "verse",
        transcript: "hmhl",
        words: ["hmhl"],
        subtitles: ["hmhl", "hmhl"],
        events: ["transcript.text.delta", "transcript.text.done"],
        whole: text,
        streamed: text,
        errors: ["BadRequestError temperature", "NotFoundError model", "AuthenticationError None"],
      });
    }),
});
