import { assertEquals, assertThrows } from "@std/assert";
import { type Address, Engine, offset } from "../../src/engine/mod.ts";
import { WebAssemblyBackend } from "../../src/engine/web_assembly.ts";
import { Adam } from "../../src/optim/mod.ts";
import { ChoGRU, crossEntropy, GRU, LSTM, MogrifierLSTM, Random, RNN, tensor, training } from "../../src/nn/mod.ts";
import { CheckedBackend } from "../support/checked_backend.ts";

function checkedEngine(): Engine {
  return new Engine({}, new CheckedBackend(new WebAssemblyBackend({})));
}

Deno.test("training steps of every cell make only calls that fit the kernels' signatures", () => {
  const engine = checkedEngine();
  const random = new Random(1, { engine });
  const options = { input: 3, hidden: 5, layers: 2, bidirectional: true, engine, random };
  for (
    const cell of [
      new RNN(options),
      new RNN({ ...options, nonlinearity: "relu" }),
      new GRU(options),
      new ChoGRU(options),
      new MogrifierLSTM(options),
      new LSTM(options),
      new LSTM({ ...options, projection: 2 }),
    ]
  ) {
    const optimizer = new Adam(cell.parameters(), { learningRate: 0.01 });
    for (let step = 0; step < 2; step++) {
      training(() => {
        const x = tensor(new Float32Array(4 * 2 * 3).fill(0.5), [4, 2, 3], { engine });
        const { output } = cell.forward(x, { lengths: Int32Array.of(4, 2) });
        const classes = crossEntropy(output, new Int32Array(8).fill(1), { smoothing: 0.1 });
        classes.backward();
      }, { engine });
      optimizer.step();
    }
  }
});

/** Asserts that a call is refused, with what the message says after the name of the kernel. */
function assertRefused(call: () => void, fault: string): void {
  const { message } = assertThrows(call, RangeError);
  assertEquals(message.replace(/^run \w+: /, "").replace(/ at \d+$/, ""), fault);
}

Deno.test("a checked call refuses an extent that passes the end of a block or of a piece of the arena", () => {
  const engine = checkedEngine();
  const block = engine.allocate(40);
  engine.run("fill", 10, 1, block.address);
  assertRefused(() => engine.run("fill", 11, 1, block.address), "expected room for 11 f32 at x, found 10");
  const [piece] = [engine.arena.allocate(64), engine.arena.allocate(64)];
  engine.run("fill", 16, 1, piece);
  assertRefused(() => engine.run("fill", 17, 1, piece), "expected room for 17 f32 at x, found 16");
  assertRefused(
    () => engine.run("gather_rows", 1, 5, engine.placeIntegers(Int32Array.of(2)), block.address, piece),
    "expected room for 15 f32 at from, found 10",
  );
});

Deno.test("a checked call refuses addresses that are not in use, not aligned or 0", () => {
  const engine = checkedEngine();
  const block = engine.allocate(64);
  const { address } = block;
  const fill = (at: Address): void => engine.run("fill", 1, 1, at);
  assertRefused(() => fill(offset(address, 1, 2)), `expected x to be an address of f32, found ${address + 2}`);
  assertRefused(() => fill(0 as Address), "expected x to be an address of f32, found 0");
  assertRefused(() => fill(offset(address, 16)), `expected x in memory in use, found ${address + 64}`);
  engine.release(block);
  assertRefused(() => fill(address), `expected x in memory in use, found ${address}`);
  const mark = engine.arena.mark();
  const [first, second] = [engine.arena.allocate(64), engine.arena.allocate(64)];
  engine.arena.reset(mark);
  engine.arena.allocate(64);
  fill(first);
  assertRefused(() => fill(second), `expected x in memory in use, found ${second}`);
});

Deno.test("a checked call refuses numbers that are not of their kind", () => {
  const engine = checkedEngine();
  const { address } = engine.allocate(64);
  assertRefused(() => engine.run("fill", 1.5, 1, address), "expected n to be a count, found 1.5");
  assertRefused(() => engine.run("fill", -1, 1, address), "expected n to be a count, found -1");
  const pack = (flag: number): void => engine.run("pack", flag, 1, 1, address, 1, offset(address, 8));
  pack(1);
  assertRefused(() => pack(2), "expected transposed to be a flag, found 2");
});

Deno.test("a checked call refuses to write what it reads, unless the kernel works in place", () => {
  const engine = checkedEngine();
  const { address } = engine.allocate(64);
  engine.run("affine", 8, address, 2, 0, address);
  assertRefused(
    () => engine.run("affine", 8, address, 2, 0, offset(address, 1)),
    "expected y apart from x, found both",
  );
  assertRefused(() => engine.run("add_scaled", 8, 2, address, address), "expected y apart from x, found both");
  assertEquals(engine.floats(address, 1)[0], 0);
});
