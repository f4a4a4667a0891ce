import { assert, assertEquals } from "@std/assert";
import { type Communicator, createLocalCommunicators } from "../../src/distributed/mod.ts";
import { add, Embedding, Engine, Linear, LSTM, Random, training } from "../../src/nn/mod.ts";
import { Slab } from "../../src/tensor/mod.ts";
import { GradientExchange, type GradientExchangeOptions } from "../../src/train/gradient_exchange.ts";

/** A rank's model and gradients. */
class Rank {
  readonly engine = new Engine();
  readonly #options = { engine: this.engine, random: new Random(5) };
  readonly #embedding = new Embedding({ size: 30, width: 8, ...this.#options });
  readonly #lstm = new LSTM({ input: 8, hidden: 8, layers: 2, ...this.#options });
  readonly #other = new Linear({ input: 8, output: 5, ...this.#options });
  readonly #output = new Linear({ input: 8, output: 40, ...this.#options });
  readonly #slab = new Slab([this.#embedding, this.#lstm, this.#other, this.#output].flatMap((m) => m.parameters()));
  readonly #exchange: GradientExchange;
  /** The numbers of floats that the rank has exchanged, in order. */
  readonly counts: number[] = [];
  /** How many of these exchanges were begun within the backward pass. */
  early = 0;

  constructor(communicator: Communicator, options: GradientExchangeOptions) {
    const allReduce = communicator.allReduce.bind(communicator);
    communicator.allReduce = (run, precision) => {
      this.counts.push(run.count);
      return allReduce(run, precision);
    };
    this.#exchange = new GradientExchange(this.#slab, communicator, { bucketSize: 300, ...options });
  }

  /** Takes a step on tokens; a rank without any has nothing to compute. Returns the bits of the gradients. */
  async step(ids: readonly number[], usesOther: boolean): Promise<string> {
    this.#slab.zeroGradients();
    const watch = this.#exchange.begin();
    if (ids.length > 0) {
      training(() => {
        const { output } = this.#lstm.forward(this.#embedding.forward(Int32Array.from(ids), [ids.length, 1]));
        const loss = this.#output.loss(output, Int32Array.from(ids));
        const both = usesOther ? add(loss, this.#other.loss(output, new Int32Array(ids.length))) : loss;
        both.backwardWatched(watch);
      }, { engine: this.engine });
    }
    this.early = this.counts.length;
    await this.#exchange.finish();
    const gradients = this.engine.floats(this.#slab.gradients, this.#slab.size);
    return new Uint8Array(gradients.slice().buffer).toHex();
  }
}

/** Takes a step with ranks that use different rows and parameters, one of which has nothing to compute. */
async function step(
  options: GradientExchangeOptions,
  more: readonly number[] = [],
): Promise<[ranks: Rank[], bits: string[]]> {
  const ranks = createLocalCommunicators(3).map((communicator) => new Rank(communicator, options));
  const bits = await Promise.all(ranks.map((rank, i) => rank.step([[1, 2, 1], [4, 2, 7, 9], more][i], i === 1)));
  return [ranks, bits];
}

for (const precision of ["float32", "bf16"] as const) {
  Deno.test(`gradients of ${precision} exchanged during the backward pass have the same bits as after it`, async () => {
    const [ranks, bits] = await step({ overlap: true, gradientPrecision: precision });
    const [others, expected] = await step({ overlap: false, gradientPrecision: precision });
    assertEquals(bits, expected);
    assertEquals(new Set(bits).size, 1);
    assert(/[1-9a-f]/.test(bits[0]));
    // All ranks exchange the same buckets, whatever they have to compute.
    for (const { counts } of [...ranks, ...others]) assertEquals(counts, ranks[0].counts);
    assert(ranks[0].counts.length > 2);
    assert(ranks[0].early > 0 && ranks[1].early > 0);
    assertEquals([ranks[2], ...others].map(({ early }) => early), [0, 0, 0, 0]);
  });

  Deno.test(`the rows of a table exchanged alone have the same bits as the whole table, in ${precision}`, async () => {
    const options = { overlap: true, gradientPrecision: precision };
    const [ranks, bits] = await step({ ...options, tableSize: 1 });
    assertEquals(bits, (await step(options))[1]);
    // The ranks have used the tokens 1, 2, 4, 7 and 9.
    for (const { counts } of ranks) assertEquals(counts.at(-1), 5 * 8);
    const [others, all] = await step({ ...options, tableSize: 1 }, Array.from({ length: 29 }, (_, i) => i));
    assertEquals(all, (await step(options, Array.from({ length: 29 }, (_, i) => i)))[1]);
    for (const { counts } of others) assertEquals(counts.at(-1), 30 * 8);
  });
}
