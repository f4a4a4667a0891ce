import { assertEquals, assertThrows } from "@std/assert";
import { Streams } from "../../../tasks/language_modeling/streams.ts";

/** Ids that are each their own position. */
const positions = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

/** Every prediction [stream, position of the input, position of the target], in the order in which they are made. */
function predictions(streams: Streams): [number, number, number][] {
  const all: [number, number, number][] = [];
  for (let index = 0; index < streams.windows; index++) {
    const { T, inputs, targets, tokens } = streams.window(index);
    assertEquals([inputs.length, targets.length], [T * streams.batch, T * streams.batch]);
    const before = all.length;
    for (let i = 0; i < targets.length; i++) {
      if (targets[i] >= 0) all.push([i % streams.batch, inputs[i], targets[i]]);
    }
    assertEquals(all.length - before, tokens, "tokens of a window are its targets that count");
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
  Deno.test(`every token but the first is predicted once, after its input: ${length} tokens, ${batch} streams of ${bptt}`, () => {
    const streams = new Streams(positions(length), batch, bptt);
    const all = predictions(streams);
    assertEquals(streams.tokens, length - 1);
    assertEquals(all.map(([, , target]) => target).sort((a, b) => a - b), [...positions(length).slice(1)]);
    for (const [, input, target] of all) assertEquals(input, target - 1);
  });

  Deno.test(`each stream goes on where its last window ended: ${length} tokens, ${batch} streams of ${bptt}`, () => {
    const streams = new Streams(positions(length), batch, bptt);
    const all = predictions(streams);
    const lengths: number[] = [];
    for (let b = 0; b < batch; b++) {
      const inputs = all.filter(([stream]) => stream === b).map(([, input]) => input);
      assertEquals(inputs, Array.from(inputs, (_, i) => inputs[0] + i), `stream ${b}`);
      lengths.push(inputs.length);
    }
    assertEquals(Math.max(...lengths) - Math.min(...lengths) <= 1, true, `lengths ${lengths}`);
  });

  Deno.test(`windows are of bptt steps but the last: ${length} tokens, ${batch} streams of ${bptt}`, () => {
    const streams = new Streams(positions(length), batch, bptt);
    const steps = Array.from({ length: streams.windows }, (_, index) => streams.window(index).T);
    const last = steps.pop()!;
    assertEquals(steps.every((T) => T === bptt) && last >= 1 && last <= bptt, true, `${steps}, ${last}`);
    assertEquals(steps.length * bptt + last, Math.ceil((length - 1) / batch), "the longest stream");
  });
}

Deno.test("a stream that has ended has no targets", () => {
  // Four predictions in three streams: 0; 1; 2 and 3.
  const { T, inputs, targets, tokens } = new Streams(positions(5), 3, 8).window(0);
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
