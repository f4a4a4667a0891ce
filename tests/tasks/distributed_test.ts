import { assert, assertEquals, assertRejects } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../mod.ts";
import { createLocalCommunicators } from "../../src/distributed/mod.ts";
import { Engine, Linear } from "../../src/nn/mod.ts";
import { SGD } from "../../src/optim/mod.ts";
import { Ranks } from "../../src/train/ranks.ts";
import { babble, inTempDir } from "../support/command.ts";
import { assertSameFigures, checkEquality, trainRanks } from "../support/ranks.ts";
import { type FitEvent, TRAININGS } from "./distributed_cases.ts";

for (const [name, train] of Object.entries(TRAININGS)) {
  // More steps and other numbers of ranks are checked in tests/mpi.
  Deno.test(`${name}: 3 ranks have the losses of one`, async () => await checkEquality(train, [3], 9));
}

const TEXT = babble(1200);
const TOKENIZER = CharTokenizer.train(TEXT);
const SETTINGS = { epochs: 3, batch: 6, bptt: 10, learningRate: 0.01, schedule: "constant", seed: 4 } as const;

function model(dropout = 0.3): LanguageModel {
  return LanguageModel.create({ tokenizer: TOKENIZER, embed: 6, hidden: 8, dropout });
}

async function train(
  size: number,
  options: object,
  dropout?: number,
): Promise<[events: FitEvent[][], bytes: string[]]> {
  const models = Array.from({ length: size }, () => model(dropout));
  const events = await Promise.all(
    createLocalCommunicators(size).map((communicator, rank) =>
      Array.fromAsync(models[rank].fit({ train: TEXT, valid: TEXT.slice(0, 200) }, {
        ...SETTINGS,
        ...options,
        communicator,
      }))
    ),
  );
  return [events, models.map((lm) => lm.toBytes().toHex())];
}

Deno.test("all ranks end with the same weights, and a second run has the same bits", async () => {
  const [[first], [own, other]] = await train(2, {});
  assertEquals(own, other);
  const [[second], [again]] = await train(2, {});
  assertEquals(again, own);
  assertEquals(second.map(({ loss }) => loss), first.map(({ loss }) => loss));
});

Deno.test("rank 0 saves; a run resumes to the same bits, or with another number of ranks", async () => {
  const [, [expected]] = await train(2, {}, 0);
  await inTempDir(async (directory) => {
    const [stopped] = await train(2, { directory, maxSteps: 25, saveEvery: 10 }, 0);
    assertEquals(stopped[0].filter(({ event }) => event === "step").length, 25);
    assertEquals(JSON.parse(await Deno.readTextFile(`${directory}/training_state.json`)).ranks, 2);
    const kept = Array.from(
      Deno.readDirSync(directory),
      ({ name }) => [name, Deno.readFileSync(`${directory}/${name}`)] as const,
    );
    const resumed = { resume: directory, maxSteps: 60 };
    const [, [bytes]] = await train(2, resumed, 0);
    assertEquals(bytes, expected);
    for (const [name, content] of kept) await Deno.writeFile(`${directory}/${name}`, content);
    const [[alone]] = await train(1, resumed, 0);
    assert(alone.length > 0);
  });
});

Deno.test("a state is whole whatever the number of ranks", async () => {
  const whole = await Array.fromAsync(model(0).fit(TEXT, { ...SETTINGS }));
  await inTempDir(async (directory) => {
    await train(3, { directory, maxSteps: 20 }, 0);
    const rest = await Array.fromAsync(
      model(0).fit({ train: TEXT, valid: TEXT.slice(0, 200) }, {
        ...SETTINGS,
        resume: directory,
        maxSteps: 40,
      }),
    );
    const steps = (events: readonly FitEvent[]) => events.filter(({ event, step }) => event === "step" && step! > 20);
    assertSameFigures(steps(rest), steps(whole).filter(({ step }) => step! <= 40), "one process after three");
  });
});

Deno.test("a music model: a run of 3 ranks goes on in one process with the states of all pieces", async () => {
  const train = TRAININGS["a music model"];
  const options = { schedule: "constant", maxSteps: 8 };
  const steps = (events: readonly FitEvent[], from: number): FitEvent[] =>
    events.filter(({ event, step }) => event === "step" && step! > from);
  const whole = await Array.fromAsync(train(options));
  for (const stop of [1, 2, 3]) {
    await inTempDir(async (directory) => {
      await trainRanks(train, 3, { ...options, directory, maxSteps: stop });
      const rest = await Array.fromAsync(train({ ...options, resume: directory }));
      assertSameFigures(steps(rest, 0), steps(whole, stop), `after ${stop} steps`);
    });
  }
});

Deno.test("ranks with other settings, data or too small a batch are refused on all ranks, by name", async () => {
  const refused = async (options: (rank: number) => object, text: (rank: number) => string = () => TEXT) => {
    const messages = await Promise.all(
      createLocalCommunicators(3).map((communicator, rank) =>
        assertRejects(
          () => Promise.resolve(model().fit(text(rank), { ...SETTINGS, ...options(rank), communicator }).then()),
          RangeError,
        )
      ),
    );
    assertEquals(new Set(messages.map(({ message }) => message)).size, 1);
    return messages[0].message;
  };
  assert(/the settings.*on rank 2/.test(await refused((rank) => ({ seed: rank === 2 ? 5 : 4 }))));
  const data = await refused(() => ({}), (rank) => rank === 1 ? TEXT.slice(1) : TEXT);
  assert(/the text with the hash.*rank 1 \(this computer\)/.test(data), data);
  assert(/at least 3 streams, one for each rank, found 2/.test(await refused(() => ({ batch: 2 }))));
  assert(/expected lazy to be false with syncEvery/.test(await refused(() => ({ lazy: true, syncEvery: 4 }))));
  assert(/expected syncEvery to be 1 with averaging/.test(await refused(() => ({ averaging: 0.9, syncEvery: 4 }))));
});

for (const name of ["a classifier", "a classifier of vectors", "a speech recognizer", "a forecaster"]) {
  Deno.test(`${name}: all ranks refuse batches with fewer items than ranks`, async () => {
    const own = createLocalCommunicators(4).map((communicator) =>
      assertRejects(
        () => Array.fromAsync(TRAININGS[name]({ batch: 3, communicator })),
        RangeError,
        "expected batch to be at least the number of ranks, 4, found 3",
      )
    );
    await Promise.all(own);
  });
}

Deno.test("a batch may be smaller than the number of ranks if they share out tokens or members", async () => {
  for (const [name, size] of [["a translator", 3], ["a forecaster", 2]] as const) {
    const [events] = await trainRanks(TRAININGS[name], size, { batch: 1, maxSteps: 1 });
    assertEquals(events.filter(({ event }) => event === "step").length, 1, name);
  }
});

Deno.test("ranks that take steps of their own average their weights, and learn", async () => {
  const [[events], [own, other]] = await train(2, { syncEvery: 4, epochs: 6 });
  assertEquals(own, other);
  const epochs = events.filter(({ event }) => event === "epoch");
  assert(epochs.at(-1)!.validLoss! < epochs[0].validLoss!);
  const [, [none]] = await train(2, { syncEvery: 4, epochs: 6, averaging: 0 });
  assertEquals(none, own);
  const [, [half]] = await train(2, { gradientPrecision: "bf16" });
  assert(half !== own);
});

for (const name of ["a translator", "a classifier", "a forecaster"]) {
  Deno.test(`${name}: ranks take steps of their own, without the average that one process has by default`, async () => {
    const [events] = await trainRanks(TRAININGS[name], 2, { syncEvery: 2, maxSteps: 2 });
    assertEquals(events.filter(({ event }) => event === "step").length, 2);
  });
}

Deno.test("ranks that take steps of their own are asked for a checkpoint where one can be saved", async () => {
  const asked: number[] = [];
  await Promise.all(
    createLocalCommunicators(2).map(async (communicator, rank) => {
      let last = 0;
      const options = { ...SETTINGS, communicator, syncEvery: 4, maxSteps: 10 };
      const saveWhen = (): boolean => asked.push(last) > 100;
      for await (const event of model().fit(TEXT, { ...options, ...(rank === 0 && { saveWhen }) })) {
        if (event.event === "step") last = event.step;
      }
    }),
  );
  assertEquals(asked, [4, 8]);
});

Deno.test("a run stops on all ranks after the same step if one of them is asked to", async () => {
  const stop = new AbortController();
  const steps = await Promise.all(
    createLocalCommunicators(2).map(async (communicator, rank) => {
      let last = 0;
      const options = { ...SETTINGS, communicator, ...(rank === 1 && { signal: stop.signal }) };
      await assertRejects(async () => {
        for await (const event of model().fit(TEXT, options)) {
          if (event.event === "step") last = event.step;
          if (rank === 1 && last === 5) stop.abort(new RangeError("stop"));
        }
      }, RangeError);
      return last;
    }),
  );
  assertEquals(steps[0], steps[1]);
});

Deno.test("ranks whose weights come to differ are found, by name", async () => {
  const optimizers = [0, 1, 2].map((rank) => {
    const layer = new Linear({ input: 2, output: 2, engine: new Engine() });
    layer.weight.assign([1, 2, 3, rank === 2 ? 4.5 : 4]);
    return new SGD(layer.parameters(), { learningRate: 0.1 });
  });
  const settings = { syncEvery: 1, gradientPrecision: "float32", overlap: true } as const;
  const ranks = createLocalCommunicators(3).map((communicator, rank) =>
    new Ranks(optimizers[rank], { communicator, settings, compareEvery: 10 })
  );
  await Promise.all(ranks.map((own) => own.compare(9)));
  for (const own of ranks.map((own) => own.compare(10))) {
    await assertRejects(() => own, RangeError, "weights of rank 0 on all ranks after step 10, found others on rank 2");
  }
});
