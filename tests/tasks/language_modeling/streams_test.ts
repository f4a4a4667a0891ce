import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Streams } from "../../../tasks/language_modeling/streams.ts";
import type { TokenIds } from "../../../tasks/mod.ts";

/** Ids that equal their positions, in blocks of a given size. */
function positions(length: number, block = 1000): TokenIds {
  return {
    length,
    characters: length,
    block: (position) => {
      const start = position - position % block;
      const ids = Int32Array.from({ length: Math.min(block, length - start) }, (_, i) => start + i);
      // Some blocks are returned at once, others as promises.
      return start % 2 === 0 ? { start, ids } : Promise.resolve({ start, ids });
    },
  };
}

/** Every prediction [stream, position of the input, position of the target], in order. */
async function predictions(streams: Streams): Promise<[number, number, number][]> {
  const all: [number, number, number][] = [];
  for (let index = 0; index < streams.windows; index++) {
    const { T, inputs, targets, tokens } = await streams.window(index);
    assertEquals([inputs.length, targets.length], [T * streams.batch, T * streams.batch]);
    const before = all.length;
    for (let i = 0; i < targets.length; i++) {
      if (targets[i] >= 0) all.push([i % streams.batch, inputs[i], targets[i]]);
    }
    assertEquals(all.length - before, tokens, "the tokens of a window are its targets other than -1");
  }
  return all;
}

for (
  const [length, batch, bptt] of [[2, 1, 1], [9, 8, 3], [10, 3, 4], [101, 7, 5], [97, 1, 10], [64, 4, 5], [50, 7, 99], [
    1000,
    13,
    17,
  ]]
) {
  Deno.test(`every token but the first is predicted once, after its input: ${length} tokens, ${batch} streams of ${bptt}`, async () => {
    const streams = new Streams(positions(length), batch, bptt);
    const all = await predictions(streams);
    assertEquals(streams.tokens, length - 1);
    assertEquals(
      all.map(([, , target]) => target).sort((a, b) => a - b),
      Array.from({ length: length - 1 }, (_, i) => i + 1),
    );
    for (const [, input, target] of all) assertEquals(input, target - 1);
  });

  Deno.test(`each stream continues where its last window ended: ${length} tokens, ${batch} streams of ${bptt}`, async () => {
    const streams = new Streams(positions(length), batch, bptt);
    const all = await predictions(streams);
    const lengths: number[] = [];
    for (let b = 0; b < batch; b++) {
      const inputs = all.filter(([stream]) => stream === b).map(([, input]) => input);
      assertEquals(inputs, Array.from(inputs, (_, i) => inputs[0] + i), `stream ${b}`);
      lengths.push(inputs.length);
    }
    assertEquals(Math.max(...lengths) - Math.min(...lengths) <= 1, true, `lengths ${lengths}`);
  });

  Deno.test(`all windows but the last have bptt steps: ${length} tokens, ${batch} streams of ${bptt}`, async () => {
    const streams = new Streams(positions(length), batch, bptt);
    const steps: number[] = [];
    for (let index = 0; index < streams.windows; index++) steps.push((await streams.window(index)).T);
    const last = steps.pop()!;
    assertEquals(steps.every((T) => T === bptt) && last >= 1 && last <= bptt, true, `${steps}, ${last}`);
    assertEquals(steps.length * bptt + last, Math.ceil((length - 1) / batch), "the longest stream");
  });
}

Deno.test("a stream has no targets after its end", async () => {
  // Four predictions in three streams: 0; 1; 2 and 3.
  const { T, inputs, targets, tokens } = await new Streams(positions(5), 3, 8).window(0);
  assertEquals([T, tokens], [2, 4]);
  assertEquals([...targets], [1, 2, 3, -1, -1, 4]);
  assertEquals([...inputs.slice(0, 3), inputs[5]], [0, 1, 2, 3]);
});

Deno.test("a text that is too short for its streams is refused", () => {
  for (const length of [0, 1, 7, 8]) {
    assertThrows(
      () => new Streams(positions(length), 8, 4),
      RangeError,
      `divide a text into 8 streams: expected at least 9 tokens, found ${length}`,
    );
  }
  assertEquals(new Streams(positions(9), 8, 4).windows, 1);
});

Deno.test("windows do not depend on block sizes or reading order", async () => {
  const whole = new Streams(positions(500), 7, 11);
  for (const block of [1, 2, 3, 10, 11, 12, 71, 499, 500]) {
    const streams = new Streams(positions(500, block), 7, 11);
    for (const index of [0, 1, 2, streams.windows - 1, 3, 0]) {
      assertEquals(await streams.window(index), await whole.window(index), `window ${index}, blocks of ${block}`);
    }
  }
});

Deno.test("a stream reads each of its blocks once", async () => {
  const [length, batch, block] = [1000, 4, 50];
  const read: number[] = [];
  const ids = positions(length, block);
  const streams = new Streams({ ...ids, block: (position) => (read.push(position), ids.block(position)) }, batch, 9);
  await predictions(streams);
  assertEquals(read.length <= length / block + batch, true, `${read}`);
});

Deno.test("a block that lacks the requested position is refused", async () => {
  const wrong = { length: 9, characters: 9, block: () => ({ start: 0, ids: Uint8Array.of(1, 2, 3) }) };
  await assertRejects(
    () => new Streams(wrong, 2, 4).window(0),
    RangeError,
    "expected a block with position 3, found one of 3 ids from position 0",
  );
});
