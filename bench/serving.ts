/**
 * Measures a server under load, an LSTM 65, 256 x 2: `deno task bench:serve`. For 1, 8, 64 and 256 streams at a time,
 * prints tokens per second, the time to the first token (median and 99th percentile) and the memory, beside a handler
 * that answers one request after the other with `generate`. No port is opened: the requests go to the handler.
 */
import { CharTokenizer, Engine, type EngineOptions, LanguageModel } from "../mod.ts";
import { ModelServer } from "../tasks/serving/mod.ts";

/** Numbers of streams at a time. */
const STREAMS = [1, 8, 64, 256];
/** Tokens that all streams of a measurement generate together, at least `LEAST` each. */
const [TOKENS, LEAST] = [12_000, 60];
/** Characters of a prompt. */
const PROMPT = 40;

const SYMBOLS = Array.from({ length: 65 }, (_, i) => String.fromCharCode(48 + i)).join("");

/** Answers a request for a stream. */
type Handler = (request: Request) => Promise<Response>;

/** Tokens per second, and milliseconds to the first token of each stream. */
interface Load {
  readonly rate: number;
  readonly first: readonly number[];
}

/** Sends requests at the same time and reads the answers. */
async function load(handler: Handler, streams: number, tokens: number): Promise<Load> {
  const start = performance.now();
  const first = await Promise.all(Array.from({ length: streams }, async (_, i) => {
    const prompt = Array.from({ length: PROMPT }, (_, j) => SYMBOLS[(i * 7 + j * j) % 65]).join("");
    const body = JSON.stringify({ prompt, max_tokens: tokens, seed: i, stream: true });
    const headers = { "content-type": "application/json" };
    const { body: answer } = await handler(
      new Request("http://example.com/v1/completions", { method: "POST", headers, body }),
    );
    const reader = answer!.getReader();
    await reader.read();
    const time = performance.now() - start;
    while (!(await reader.read()).done);
    return time;
  }));
  return { rate: streams * tokens / (performance.now() - start) * 1e3, first: first.sort((a, b) => a - b) };
}

/** A handler that generates one text after the other. */
function oneByOne(model: LanguageModel): Handler {
  let last: Promise<unknown> = Promise.resolve();
  return async (request) => {
    const { prompt, max_tokens: maxTokens, seed } = await request.json();
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        last = last.then(async () => {
          for await (const text of model.generate(prompt, { maxTokens, seed, temperature: 1 })) {
            controller.enqueue(encoder.encode(`data: ${JSON.stringify({ choices: [{ text, index: 0 }] })}\n\n`));
          }
          controller.close();
        });
      },
    });
    return new Response(body);
  };
}

async function measure(options: EngineOptions): Promise<void> {
  const engine = new Engine(options);
  await engine.ready();
  const model = LanguageModel.create({
    tokenizer: CharTokenizer.train(SYMBOLS),
    embed: 128,
    hidden: 256,
    layers: 2,
    seed: 1,
    engine,
  });
  console.log(`matrix products by ${engine.gemm}, ${engine.threads} threads`);
  const server = new ModelServer({ lm: model }, { maxRunning: 256, maxNewTokens: TOKENS });
  const handlers = { "one by one": oneByOne(model), "served together": server.fetch };
  for (const [name, handler] of Object.entries(handlers)) {
    await load(handler, 2, LEAST);
    for (const streams of STREAMS) {
      const { rate, first } = await load(handler, streams, Math.max(LEAST, Math.round(TOKENS / streams)));
      const [median, late] = [0.5, 0.99].map((share) =>
        first[Math.min(first.length - 1, Math.floor(share * first.length))]
      );
      const [own, all] = [engine.memory.bytes, Deno.memoryUsage().rss].map((bytes) => (bytes / 2 ** 20).toFixed(0));
      console.log(
        `${name}, ${streams} streams: ${rate.toFixed(0)} tokens/s, first token after ${median.toFixed(0)} ms ` +
          `(99 %: ${late.toFixed(0)} ms), ${own} MiB of ${all} MiB resident`,
      );
    }
  }
  await server.shutDown();
  engine[Symbol.dispose]();
}

if (import.meta.main) {
  await measure({ threads: 1, blas: "off" });
  await measure({ threads: 1, blas: "auto" });
}
