/**
 * Measures a server under load, an LSTM 65, 256 x 2: `deno task bench:serve`. For 1, 8, 64 and 256 streams at a time,
 * prints tokens per second, the time to the first token (median and 99th percentile) and the memory, with one thread
 * and with two, beside a handler that answers one request after the other with `generate`. All requests are alike, so
 * that the streams are compared for the same work; of three measurements the fastest counts. They go to the handler; 1
 * and 64 streams also go through a port, from a client in another process on the same processors, which then measures
 * how long requests wait for their first token that come one by one while 60 streams run. `--soak MINUTES` instead sends
 * more requests than the server takes for that long; `--pauses` measures how long a stream pauses beside large requests
 * of other tasks.
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { Engine, type EngineOptions, type LanguageModel } from "../mod.ts";
import { count } from "../src/schema/mod.ts";
import { listen } from "../cli/http/mod.ts";
import { ModelServer } from "../tasks/serving/mod.ts";
import { type Handler, type Load, load } from "./serving_load.ts";
import { makeModel } from "./serving_model.ts";
import { measurePauses } from "./serving_pauses.ts";
import { mebibytes } from "./serving_requests.ts";
import { soak } from "./serving_soak.ts";

/** Numbers of streams at a time. */
const STREAMS = [1, 8, 64, 256];
/** Those of the measurements through a port. */
const PORT_STREAMS = [1, 64];
/** Streams during which others come, fewer than a server lets run. */
const BUSY_STREAMS = 60;
/** Times that a load of up to so many streams is measured; the fastest counts, since others may use the computer. */
const [REPEATS, FEW_STREAMS] = [3, 64];
/** Streams and tokens of each that run before the measurements, until the code is compiled. */
const WARM_UP = [64, 60] as const;

const OPTIONS = {
  soak: { kind: "number", value: "MINUTES", above: 0, help: "send ten times as many requests as fit, for this long" },
  pauses: { kind: "boolean", help: "measure how long a stream pauses beside large requests of other tasks" },
} as const satisfies OptionSpecs;

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
          controller.enqueue(encoder.encode("data: [DONE]\n\n"));
          controller.close();
        });
      },
    });
    return new Response(body);
  };
}

/** Lets a client in a process of its own, on the same processors, send the requests to a port. */
async function loadPort<T>(port: number, ...what: readonly string[]): Promise<T> {
  const client = decodeURIComponent(new URL("serving_load.ts", import.meta.url).pathname);
  const args = ["run", "--no-lock", "--allow-net=127.0.0.1", client, `${"http"}://127.0.0.1:${port}`, ...what];
  const { stdout, success } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  if (!success) throw new RangeError("the client has failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Measures a load some times and returns the fastest. */
async function fastest(streams: number, measure: () => Promise<Load>): Promise<Load> {
  let best = await measure();
  for (let i = 1; i < (streams > FEW_STREAMS ? 1 : REPEATS); i++) {
    const next = await measure();
    if (next.rate > best.rate) best = next;
  }
  return best;
}

function print(
  name: string,
  streams: number,
  { rate, first }: { readonly rate?: number; readonly first: readonly number[] },
  engine: Engine,
): void {
  const [median, late] = [0.5, 0.99].map((share) =>
    first[Math.min(first.length - 1, Math.floor(share * first.length))]
  );
  const [own, all] = [engine.memory.bytes, Deno.memoryUsage().rss].map(mebibytes);
  const cells = [name, streams, rate?.toFixed(0) ?? "-", median.toFixed(0), late.toFixed(0), own, all];
  console.log(`| ${cells.join(" | ")} |`);
}

async function measure(options: EngineOptions): Promise<void> {
  const engine = new Engine(options);
  await engine.ready();
  const model = makeModel(engine);
  console.log(`\nMatrix products by ${engine.gemm}, ${count(engine.threads, "thread")}:\n`);
  console.log("| requests | streams | tokens/s | first token, median ms | 99 % | engine MiB | resident MiB |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  const server = new ModelServer({ lm: model }, { queueTimeout: 1000 });
  const alone = options.threads === 1 && options.blas === "off" ? { "one by one": oneByOne(model) } : {};
  for (const [name, handler] of Object.entries({ ...alone, "to the handler": server.fetch })) {
    await load(handler, ...WARM_UP);
    for (const streams of STREAMS) {
      print(name, streams, await fastest(streams, () => load(handler, streams)), engine);
    }
  }
  const { port, close } = await listen(server.fetch, { host: "127.0.0.1", port: 0 });
  for (const streams of PORT_STREAMS) {
    print("through a port", streams, await fastest(streams, () => loadPort<Load>(port, String(streams))), engine);
  }
  const first = await loadPort<number[]>(port, String(BUSY_STREAMS), "late");
  print("through a port, one more", BUSY_STREAMS, { first }, engine);
  await server.shutDown();
  close();
  engine[Symbol.dispose]();
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ soak: minutes, pauses }) => {
    if (pauses) return await measurePauses();
    if (minutes !== undefined) return await soak(minutes);
    for (const blas of ["off", "auto"]) for (const threads of [1, 2]) await measure({ threads, blas });
    return 0;
  },
};

if (import.meta.main) {
  const about = { name: "bench:serve", summary: "Measure a server with many streams at a time." };
  Deno.exit(await runCommand(about, command, Deno.args));
}
