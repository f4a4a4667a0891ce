// Serves a model with the package's program in another runtime, and asks for answers over HTTP.

import { assertEquals } from "@std/assert";

const BODY = { prompt: "abe", max_tokens: 40, seed: 5 };

/** Starts the server, checks its answers, and stops it with a signal. */
export async function checkServer(directory: string, runtime: string): Promise<void> {
  const bin = `${directory}/node_modules/.bin`;
  const args = [`${bin}/elman`, "serve", "--model", "lm=lm", "--port", "0", "--max-new-tokens", "1000000000"];
  const options = { args, cwd: directory, stdout: "null", stderr: "piped" } as const;
  await using child = new Deno.Command(`${bin}/${runtime}`, options).spawn();
  const errors = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  for (let part; !said.includes("\n") && !(part = await errors.read()).done;) said += part.value;
  const [, url] = /Serving lm at (.*)\/\n/.exec(said) ?? [];
  if (url === undefined) throw new RangeError(`serve with ${runtime}: expected an address, found ${said}`);
  await checkAnswers(url);
  await checkDisconnect(url);
  child.kill("SIGINT");
  while (!(await errors.read()).done);
  assertEquals((await child.status).code, 0);
}

/** A stream and a whole answer for the same seed are equal. */
async function checkAnswers(url: string): Promise<void> {
  const { choices: [{ text }] } = await (await post(url, BODY)).json();
  const events = (await (await post(url, { ...BODY, stream: true })).text()).split("\n\n");
  assertEquals(events.slice(-2), ["data: [DONE]", ""]);
  const pieces = events.slice(0, -2).map((event) => JSON.parse(event.slice("data: ".length)).choices[0].text);
  assertEquals([pieces.join(""), text.length], [text, BODY.max_tokens]);
}

/** A client that goes away frees its place. */
async function checkDisconnect(url: string): Promise<void> {
  const client = new AbortController();
  const endless = { ...BODY, max_tokens: 1e9, stream: true };
  const reader = (await post(url, endless, client.signal)).body!.getReader();
  await reader.read();
  assertEquals(await running(url), 1);
  client.abort();
  await reader.closed.catch(() => undefined);
  for (let tries = 0; tries < 100 && await running(url) > 0; tries++) await new Promise((end) => setTimeout(end, 10));
  assertEquals(await running(url), 0);
}

async function running(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^elman_running_texts (\d+)$/m.exec(metrics)![1]);
}

async function post(url: string, body: object, signal?: AbortSignal): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return await fetch(`${url}/v1/completions`, { method: "POST", headers, body: JSON.stringify(body), signal });
}
