/** Measures how long a stream pauses beside one large request for each other task: `bench:serve --pauses`. */
import {
  CharTokenizer,
  Classifier,
  Engine,
  Forecaster,
  MusicModel,
  PipelineTokenizer,
  presets,
  Translator,
  VectorClassifier,
} from "../mod.ts";
import { vectorSequence } from "../tasks/data/mod.ts";
import { readSeriesText } from "../tasks/data/series/mod.ts";
import { FrameProcessor } from "../tasks/mod.ts";
import { ModelServer, type ServedModel } from "../tasks/serving/mod.ts";
import { makeModel } from "./serving_model.ts";
import { SYMBOLS } from "./serving_requests.ts";

/** Tokens of the stream, which lasts longer than any of the requests. */
const TOKENS = 100_000;
/** Milliseconds in which the stream runs alone. */
const ALONE = 500;

/** A request that takes long. */
interface Large {
  readonly name: string;
  readonly path: string;
  readonly body: object;
}

const textOf = (length: number): string => Array.from({ length }, (_, i) => SYMBOLS[i * i % SYMBOLS.length]).join("");
const texts = (count: number, length: number): string[] => new Array(count).fill(textOf(length));
const round = (value: number): number => Math.round(value * 100) / 100;
const rolls = (steps: number): number[][] => Array.from({ length: steps }, (_, t) => [60 + t % 12]);

const REQUESTS: readonly Large[] = [
  { name: "classify, 30 texts of 2,000 tokens", path: "classify", body: { model: "texts", input: texts(30, 2000) } },
  { name: "classify, 1 text of 8,000 tokens", path: "classify", body: { model: "texts", input: textOf(8000) } },
  {
    name: "classify, 8,000 frames",
    path: "classify",
    body: { frames: Array.from({ length: 8000 }, (_, t) => [round(Math.sin(t)), round(Math.cos(t))]) },
  },
  {
    name: "classify, 64 x 250 frames",
    path: "classify",
    body: {
      frames: Array.from(
        { length: 64 },
        () => Array.from({ length: 250 }, (_, t) => [round(Math.sin(t)), round(Math.cos(t))]),
      ),
    },
  },
  { name: "translate, 8 sentences of 40 tokens", path: "translate", body: { input: texts(8, 40) } },
  { name: "translate, 1 sentence of 1,000 tokens", path: "translate", body: { input: textOf(1000), beam: 1 } },
  {
    name: "forecast, 2,000 series of 15 values",
    path: "forecast",
    body: { input: new Array(2000).fill({ target: Array.from({ length: 15 }, (_, t) => t * t % 7) }) },
  },
  { name: "compose, 63 pieces of 50 steps", path: "music/compositions", body: { n: 63, bars: 50, seed: 1 } },
  {
    name: "compose, 1 piece of 512 steps with sound and picture",
    path: "music/compositions",
    body: { n: 1, bars: 512, seed: 1, include: ["wav", "svg"] },
  },
  { name: "harmonize, 100 steps, best of 63", path: "music/harmonies", body: { melody: rolls(100), best_of: 63 } },
];

async function makeModels(engine: Engine): Promise<Record<string, ServedModel>> {
  const tokenizer = CharTokenizer.train(SYMBOLS);
  const frames = FrameProcessor.fit([vectorSequence([[0, 1], [1, 0]], { label: "a" })], { kind: "values" });
  const target = Array.from({ length: 200 }, (_, t) => t * t % 7);
  const { set } = readSeriesText("a.json", JSON.stringify([{ target }]));
  const steps = await PipelineTokenizer.train(["."], presets.steps({ lowest: 40, highest: 80 }));
  return {
    lm: makeModel(engine),
    texts: Classifier.create({ tokenizer, labels: ["a", "b"], seed: 1, engine }),
    frames: VectorClassifier.create({ processor: frames, labels: ["a", "b"], seed: 1, engine }),
    series: Forecaster.create({ data: set, horizon: 24, seed: 1, engine }),
    sentences: Translator.create({ sourceTokenizer: tokenizer, targetTokenizer: tokenizer, seed: 1, engine }),
    rolls: MusicModel.create({ tokenizer: steps, seed: 1, engine }),
  };
}

function request(path: string, body: object): Request {
  const headers = { "content-type": "application/json" };
  return new Request(`http://example.com/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Prints the longest pause of a stream alone and beside each request, and how long the request takes. */
export async function measurePauses(): Promise<number> {
  const engine = new Engine({ threads: 1, blas: "off" });
  await engine.ready();
  const server = new ModelServer(await makeModels(engine), { maxNewTokens: TOKENS, requestTimeout: 3600 });
  console.log("| beside | longest pause of the stream, ms | tokens/s of it | request, s |");
  console.log("| --- | --- | --- | --- |");
  const nothing = (): Promise<number> => new Promise((resolve) => setTimeout(() => resolve(200), ALONE));
  const send = async ({ path, body }: Large): Promise<number> => {
    const response = await server.fetch(request(path, body));
    await response.arrayBuffer();
    return response.status;
  };
  await pauseBeside(server, nothing);
  print("nothing", await pauseBeside(server, nothing));
  for (const large of REQUESTS) {
    await send(large);
    print(large.name, await pauseBeside(server, () => send(large)));
  }
  await server.shutDown();
  return 0;
}

interface Pause {
  readonly longest: number;
  readonly rate: number;
  readonly seconds: number;
}

function print(name: string, { longest, rate, seconds }: Pause): void {
  console.log(`| ${[name, longest.toFixed(0), rate.toFixed(0), seconds.toFixed(2)].join(" | ")} |`);
}

/** Runs something beside a stream. */
async function pauseBeside(server: ModelServer, run: () => Promise<number>): Promise<Pause> {
  const body = { prompt: SYMBOLS, max_tokens: TOKENS, seed: 1, stream: true };
  const reader = (await server.fetch(request("completions", body))).body!.getReader();
  const decoder = new TextDecoder();
  await reader.read();
  let [longest, tokens, last, isOver] = [0, 0, performance.now(), false];
  const start = last;
  const running = run().then((status) => {
    isOver = true;
    if (status !== 200) throw new RangeError(`a request was answered with ${status}`);
    return performance.now() - start;
  });
  while (!isOver) {
    const { value } = await reader.read();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    tokens += decoder.decode(value).split("\n\n").length - 1;
  }
  const seconds = await running / 1000;
  await reader.cancel();
  return { longest, rate: tokens / seconds, seconds };
}
