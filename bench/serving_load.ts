/**
 * Loads a server with streams at a time and measures what arrives. As a program, `serving_load.ts URL STREAMS`, it is
 * the client of a server behind a port, and prints what it measured as JSON; with `late` after it, how long others wait
 * that come during the streams.
 */
import { makeRequest } from "./serving_requests.ts";

/** Tokens of a request. */
export const TOKENS = 200;
/** Requests of a measurement, at least one for each stream. */
const REQUESTS = 64;
/** Tokens of a stream during which others come, more than it gets to. */
const LONG = 4096;
/** Requests that come late, and milliseconds before the first. */
const [LATE, HEAD_START] = [20, 1000];
/** The end of a stream. */
const END = new TextEncoder().encode("data: [DONE]\n\n");

/** Answers a request for a stream. */
export type Handler = (request: Request) => Promise<Response>;

/** Tokens per second, and milliseconds to the first token of each request, in ascending order. */
export interface Load {
  readonly rate: number;
  readonly first: readonly number[];
}

/**
 * Sends requests by so many clients at a time, each of which sends its next when the one before has been answered. The
 * client reads the pieces but parses no event, so that it leaves the processor to the server.
 */
export async function load(handler: Handler, streams: number, tokens = TOKENS): Promise<Load> {
  const start = performance.now();
  const first: number[] = [];
  const rounds = Math.ceil(REQUESTS / streams);
  await Promise.all(Array.from({ length: streams }, async (_, client) => {
    for (let round = 0; round < rounds; round++) {
      const sent = performance.now();
      const { body } = await handler(makeRequest(round * streams + client, tokens));
      let last: Uint8Array | undefined;
      for await (const piece of body!) {
        if (last === undefined) first.push(performance.now() - sent);
        last = piece;
      }
      if (!END.every((byte, i) => last?.at(i - END.length) === byte)) throw new RangeError("a stream has no end");
    }
  }));
  const rate = streams * rounds * tokens / (performance.now() - start) * 1e3;
  return { rate, first: first.sort((a, b) => a - b) };
}

/** Sends some requests one by one while so many streams run, and returns their milliseconds to the first token. */
export async function loadLate(handler: Handler, streams: number): Promise<readonly number[]> {
  const first: number[] = [];
  const others = Array.from({ length: streams }, async (_, client) => {
    const { body } = await handler(makeRequest(client, LONG));
    for await (const _ of body!) if (first.length === LATE) break;
  });
  await new Promise((resolve) => setTimeout(resolve, HEAD_START));
  for (let i = 0; i < LATE; i++) {
    const sent = performance.now();
    const { body } = await handler(makeRequest(streams + i, 1));
    await body!.getReader().read();
    first.push(performance.now() - sent);
  }
  await Promise.all(others);
  return first.sort((a, b) => a - b);
}

if (import.meta.main) {
  const [url, streams, late] = Deno.args;
  const send: Handler = (request) => fetch(new Request(new URL(new URL(request.url).pathname, url), request));
  await load(send, Number(streams), 20);
  console.log(JSON.stringify(await (late === "late" ? loadLate : load)(send, Number(streams))));
}
