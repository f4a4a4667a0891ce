import { assert, assertEquals, assertRejects } from "@std/assert";
import { CharTokenizer, Engine, type SentencePair, type Translation, Translator } from "../../../mod.ts";
import { models, PipelineTokenizer, preTokenizers } from "@elman/elman/tokenizers";
import { SeededRandom } from "../../../tokenizers/random.ts";

const LETTERS = "abcdefgh";

/** Random strings of letters and their reversals. */
function reversals(count: number, longest: number, seed: number): SentencePair[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => {
    const length = 1 + Math.floor(random.next() * longest);
    const letters = Array.from({ length }, () => LETTERS[Math.floor(random.next() * LETTERS.length)]);
    return { source: letters.join(""), target: letters.reverse().join("") };
  });
}

const TOKENIZER = CharTokenizer.train(LETTERS);
const SIZES = { sourceTokenizer: TOKENIZER, embed: 16, hidden: 32, dropout: 0.1, inputDropout: 0 } as const;
const TRAINING = { epochs: 2, learningRate: 0.01, batchTokens: 300, labelSmoothing: 0 };

async function trained(engine: Engine, options: Partial<Parameters<typeof Translator.create>[0]>): Promise<Translator> {
  const translator = Translator.create({ ...SIZES, ...options, engine });
  for await (const _ of translator.fit({ train: reversals(400, 6, 1) }, TRAINING));
  return translator;
}

/** Runs `body` with a clock that makes every pause due. */
async function withPauses<T>(body: () => Promise<T>): Promise<T> {
  const real = performance.now;
  let now = 0;
  performance.now = () => now += 1000;
  try {
    return await body();
  } finally {
    performance.now = real;
  }
}

/** Returns the bytes of engine memory that `body` allocates and does not free. */
async function kept(engine: Engine, body: () => Promise<unknown>): Promise<number> {
  const { memory } = engine;
  const { allocate, release } = memory;
  const taken = new Map<number, number>();
  memory.allocate = (bytes) => {
    const address = allocate.call(memory, bytes);
    taken.set(address, bytes);
    return address;
  };
  memory.release = (address) => {
    taken.delete(address);
    release.call(memory, address);
  };
  try {
    await body();
  } finally {
    memory.allocate = allocate;
    memory.release = release;
  }
  return taken.values().reduce((sum, bytes) => sum + bytes, 0);
}

const SENTENCES = reversals(30, 12, 5).map(({ source }) => source);

Deno.test("concurrent translations on one engine match sequential ones", async () => {
  const engine = new Engine();
  const [one, two] = [
    await trained(engine, {}),
    await trained(engine, { cell: "gru", inputFeeding: true, attention: "dot", seed: 2 }),
  ];
  const options = [{ beam: 3, nBest: 3 }, { beam: 1 }, { beam: 5, batch: 4 }, { beam: 2, members: [two] }];
  const calls = options.flatMap((search) => [one, two].map((own) => () => own.translate(SENTENCES, { ...search })));
  const expected: Translation[][] = [];
  for (const call of calls) expected.push(await call());
  const found = await withPauses(() => Promise.all(calls.map((call) => call())));
  assertEquals(found, expected);
});

Deno.test("training between the steps of a search changes neither the search nor the training", async () => {
  const engine = new Engine();
  const translator = await trained(engine, {});
  const train = reversals(200, 6, 3);
  const losses = async (own: Translator): Promise<number[]> => {
    const found: number[] = [];
    for await (const event of own.fit({ train }, { ...TRAINING, epochs: 1 })) found.push(event.loss);
    return found;
  };
  const other = (): Translator => Translator.create({ ...SIZES, seed: 7, engine });
  const options = { beam: 4, nBest: 4 };
  const expected = [await translator.translate(SENTENCES, options), await losses(other())];
  const found = await withPauses(() => Promise.all([translator.translate(SENTENCES, options), losses(other())]));
  assertEquals(found, expected);
});

Deno.test("a search lets timers fire and stops at a signal between two steps", async () => {
  const engine = new Engine();
  const translator = await trained(engine, { inputFeeding: true });
  const options = { beam: 3, minLength: 60, maxLengthRatio: 10 };
  await withPauses(async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await translator.translate(SENTENCES, options);
    clearInterval(timer);
    assert(ticks >= 20, `${ticks} ticks`);
  });
  const stop = new AbortController();
  let steps = 0;
  const { network } = translator;
  const { step } = network;
  network.step = (...input) => {
    if (++steps === 5) stop.abort(new RangeError("that will do"));
    return step.apply(network, input);
  };
  await assertRejects(
    () => translator.translate(SENTENCES, { ...options, signal: stop.signal }),
    RangeError,
    "will do",
  );
  assertEquals(steps, 5);
});

Deno.test("a search frees its memory when it ends, is aborted or fails", async () => {
  const engine = new Engine();
  const [translator, other] = [await trained(engine, {}), await trained(engine, { seed: 2, inputFeeding: true })];
  const options = { beam: 3, members: [other] };
  await translator.translate(SENTENCES, options);
  assertEquals(await kept(engine, () => translator.translate(SENTENCES, options)), 0);
  const stopped = { ...options, signal: AbortSignal.abort(new RangeError("stop")) };
  assertEquals(await kept(engine, () => assertRejects(() => translator.translate(SENTENCES, stopped), RangeError)), 0);
  let steps = 0;
  other.network.step = () => {
    throw new RangeError(`step ${++steps}`);
  };
  const failing = () => assertRejects(() => translator.translate(SENTENCES, options), RangeError, "step 1");
  assertEquals(await kept(engine, failing), 0);
  other.network.encode = () => {
    throw new RangeError("encode");
  };
  const unread = () => assertRejects(() => translator.translate(SENTENCES, options), RangeError, "encode");
  assertEquals(await kept(engine, unread), 0);
});

Deno.test("a translation never contains ids that no token has", async () => {
  const vocabulary = new Map([["<unk>", 0], ["a", 1], ["b", 40], ["c", 300]]);
  const model = new models.WordLevel({ vocabulary, unknownToken: "<unk>" });
  const targetTokenizer = new PipelineTokenizer({ preTokenizer: new preTokenizers.Whitespace(), model });
  const translator = Translator.create({ ...SIZES, targetTokenizer });
  for (const options of [{ beam: 1 }, { beam: 4, nBest: 4 }, { beam: 4, members: [translator] }]) {
    const [{ alternatives }] = await translator.translate(["abcdefgh"], { minLength: 8, ...options });
    for (const { tokens } of alternatives) {
      assert(tokens.length >= 9);
      assert(tokens.slice(0, -1).every((token) => vocabulary.has(token)), tokens.join(" "));
    }
  }
});
