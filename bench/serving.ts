/**
 * Measures a server under load, an LSTM 65, 256 x 2: `deno task bench:serve`. For 1, 8, 64 and 256 streams at a time,
 * prints tokens per second, the time to the first token (median and 99th percentile) and the memory, with one thread
 * and with two, beside a handler that answers one request after the other with `generate`. No port is opened: the
 * requests go to the handler. `--soak MINUTES` instead sends more requests than the server takes for that long.
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { Engine, type EngineOptions, type LanguageModel } from "../mod.ts";
import { ModelServer } from "../tasks/serving/mod.ts";
import { makeModel, makeRequest, mebibytes } from "./serving_requests.ts";
import { soak } from "./serving_soak.ts";

/** Numbers of streams at a time. */
const STREAMS = [1, 8, 64, 256];
/** Tokens that all streams of a measurement generate together, at least `LEAST` each. */
const [TOKENS, LEAST] = [12_000, 200];
/** Streams and tokens of each that run before the measurements, until the code is compiled. */
const WARM_UP = [64, 60] as const;

const OPTIONS = {
  soak: { kind: "number", value: "MINUTES", above: 0, help: "send ten times as many requests as fit, for this long" },
} as const satisfies OptionSpecs;

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
    const { body } = await handler(makeRequest(i, tokens));
    const reader = body!.getReader();
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
  const model = makeModel(engine);
  console.log(`matrix products by ${engine.gemm}, ${engine.threads} threads`);
  const server = new ModelServer({ lm: model }, { maxNewTokens: TOKENS, queueTimeout: 1000 });
  const alone = options.threads === 1 && options.blas === "off" ? { "one by one": oneByOne(model) } : {};
  for (const [name, handler] of Object.entries({ ...alone, "served together": server.fetch })) {
    await load(handler, ...WARM_UP);
    for (const streams of STREAMS) {
      const { rate, first } = await load(handler, streams, Math.max(LEAST, Math.round(TOKENS / streams)));
      const [median, late] = [0.5, 0.99].map((share) =>
        first[Math.min(first.length - 1, Math.floor(share * first.length))]
      );
      const [own, all] = [engine.memory.bytes, Deno.memoryUsage().rss].map(mebibytes);
      console.log(
        `${name}, ${streams} streams: ${rate.toFixed(0)} tokens/s, first token after ${median.toFixed(0)} ms ` +
          `(99 %: ${late.toFixed(0)} ms), ${own} MiB of ${all} MiB resident`,
      );
    }
  }
  await server.shutDown();
  engine[Symbol.dispose]();
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ soak: minutes }) => {
    if (minutes !== undefined) return await soak(minutes);
    for (const blas of ["off", "auto"]) for (const threads of [1, 2]) await measure({ threads, blas });
    return 0;
  },
};

if (import.meta.main) {
  const about = { name: "bench:serve", summary: "Measure a server with many streams at a time." };
  Deno.exit(await runCommand(about, command, Deno.args));
}
