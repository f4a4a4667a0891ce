import { assert, assertEquals, assertRejects } from "@std/assert";
import { createLocalCommunicators } from "../../src/distributed/mod.ts";
import { affine, type Parameter } from "../../src/nn/mod.ts";
import { type Batch, completeSettings, TRAIN_SETTINGS, Trainer, type TrainSettings } from "../../src/train/mod.ts";
import { Quadratic } from "./quadratic.ts";

/** A task whose loss has a factor in its third batch. */
class Spoiled extends Quadratic {
  readonly #factor: number;
  #batch = 0;

  constructor(factor: number) {
    super({ time: 0 }, { step: 0, validation: 0 });
    this.#factor = factor;
  }

  override batch(): Batch {
    const batch = super.batch();
    const factor = ++this.#batch === 3 ? this.#factor : 1;
    return { ...batch, part: 1 / 3, loss: () => affine(batch.loss(), factor) };
  }
}

/** A task of ranks that each train parameters of their own. */
class SpoiledMember extends Spoiled {
  readonly owns: (parameter: Parameter) => boolean;

  constructor(factor: number, isOwn: boolean) {
    super(factor);
    this.owns = () => isOwn;
  }
}

/** Trains three ranks; returns the messages with which they end, and the weights that they have then. */
async function end(
  taskOf: (rank: number) => Quadratic,
  settings: Partial<TrainSettings> = {},
): Promise<{ messages: string[]; weights: number[] }> {
  const all = completeSettings(TRAIN_SETTINGS, { optimizer: "adam", learningRate: 0.1, epochs: 3, ...settings });
  const tasks = [0, 1, 2].map(taskOf);
  const messages = await Promise.all(
    createLocalCommunicators(3).map(async (communicator, rank) => {
      const trainer = new Trainer(tasks[rank], all, { communicator });
      const { message } = await assertRejects(() => Array.fromAsync(trainer.run()), RangeError);
      assertEquals(trainer.step, 2);
      return message;
    }),
  );
  return { messages, weights: tasks.map(({ module }) => module.weight.toArray()[0]) };
}

for (const factor of [NaN, Infinity]) {
  const title = `a gradient of ${factor} on one rank ends all in the same step, with the same message and weights`;
  Deno.test(title, async () => {
    for (const settings of [{}, { gradientPrecision: "bf16" }, { overlap: false }] as const) {
      const { messages, weights } = await end((rank) => new Spoiled(rank === 1 ? factor : 1), settings);
      const loss = factor;
      const message = `train: expected finite numbers, found a non-finite gradient of weight in step 3 (loss ${loss})`;
      assertEquals(messages.map((own) => own.slice(0, message.length)), [message, message, message]);
      assert(weights.every((weight) => weight === weights[0] && Number.isFinite(weight)));
    }
  });
}

Deno.test("a gradient that is not finite of a rank's own parameters ends all, with its message", async () => {
  const { messages } = await end((rank) => new SpoiledMember(rank === 1 ? NaN : 1, rank === 1));
  assertEquals(new Set(messages).size, 1);
  assert(messages[0].includes("a non-finite gradient of weight in step 3"), messages[0]);
});
