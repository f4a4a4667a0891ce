/** Sends ten times as many requests as a server takes, for minutes, and watches the answers and the memory. */
import { Engine } from "../mod.ts";
import { ModelServer } from "../tasks/serving/mod.ts";
import { makeModel } from "./serving_model.ts";
import { makeRequest, mebibytes } from "./serving_requests.ts";

/** Limits of the server, and clients at a time: ten times as many as it lets run or wait. */
const [RUNNING, QUEUE] = [64, 256];
const CLIENTS = 10 * (RUNNING + QUEUE);
/** Maximum number of tokens of a request. */
const TOKENS = 60;
/** Share of the streams whose client goes away after the first piece. */
const LEAVING = 0.2;

/** The numbers of requests by their outcome. */
interface Counts {
  whole: number;
  streamed: number;
  left: number;
  refused: number;
  wrong: number;
}

/** Runs for `minutes`, printing a line each minute; returns 1 if an answer was wrong or a place was not freed. */
export async function soak(minutes: number): Promise<number> {
  using engine = new Engine();
  const server = new ModelServer({ lm: makeModel(engine) }, { maxRunning: RUNNING, maxQueue: QUEUE, queueTimeout: 10 });
  const counts: Counts = { whole: 0, streamed: 0, left: 0, refused: 0, wrong: 0 };
  const report = (): void => {
    const { rss, heapUsed } = Deno.memoryUsage();
    const [all, heap, own, kept] = [rss, heapUsed, engine.memory.bytes, engine.keptBytes].map(mebibytes);
    const { whole, streamed, left, refused, wrong } = counts;
    console.log(
      `${whole} whole answers, ${streamed} streams, ${left} clients left, ${refused} refused, ${wrong} wrong; ` +
        `${all} MiB resident, heap ${heap} MiB, engine ${own} MiB, ${kept} MiB of it in use`,
    );
  };
  console.log(`${CLIENTS} clients, ${RUNNING} running and ${QUEUE} waiting requests`);
  const timer = setInterval(report, 60e3);
  const end = performance.now() + minutes * 60e3;
  await Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(server, i, end, counts)));
  clearInterval(timer);
  report();
  const metrics = await (await server.fetch(new Request("http://example.com/metrics"))).text();
  const held = metrics.split("\n").filter((line) => /^elman_(running|waiting)_\w+ [^0]/.test(line));
  console.log(held.length === 0 ? "no place is taken at the end" : held.join("\n"));
  await server.shutDown();
  return held.length + counts.wrong > 0 ? 1 : 0;
}

/** Sends one request after the other; waits 2 to 6 seconds after a refusal. */
async function client(server: ModelServer, seed: number, end: number, counts: Counts): Promise<void> {
  for (let i = seed; performance.now() < end; i += CLIENTS) {
    const streams = i % 2 === 0;
    const response = await server.fetch(makeRequest(i, 1 + i % TOKENS, streams));
    if (response.status === 200) await (streams ? readStream(response, counts) : readWhole(response, counts));
    else if (await isRefusal(response)) counts.refused++;
    else counts.wrong++;
    if (response.status !== 200) await new Promise((resolve) => setTimeout(resolve, 1000 * (2 + 4 * Math.random())));
  }
}

async function readWhole(response: Response, counts: Counts): Promise<void> {
  const { choices: [choice] } = await response.json();
  if (choice.finish_reason === "length") counts.whole++;
  else counts.wrong++;
}

async function readStream(response: Response, counts: Counts): Promise<void> {
  if (Math.random() < LEAVING) {
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    counts.left++;
  } else if ((await response.text()).endsWith('"finish_reason":"length"}]}\n\ndata: [DONE]\n\n')) counts.streamed++;
  else counts.wrong++;
}

/** Whether a refused request has OpenAI's form of answer and the time to try again. */
async function isRefusal(response: Response): Promise<boolean> {
  const { error } = await response.json();
  return response.status === 429 && /^\d+$/.test(response.headers.get("retry-after") ?? "") &&
    typeof error.message === "string" && error.type === "rate_limit_error" && error.param === null &&
    error.code === "rate_limit_exceeded";
}
