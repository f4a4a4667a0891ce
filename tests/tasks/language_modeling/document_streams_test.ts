import { assert, assertEquals } from "@std/assert";
import type { DocumentIds } from "../../../tasks/mod.ts";
import { DocumentStreams } from "../../../tasks/language_modeling/document_streams.ts";

/** Documents whose ids equal their positions. */
function positions(lengths: readonly number[]): DocumentIds {
  const starts = [0];
  for (const length of lengths) starts.push(starts[starts.length - 1] + length + 1);
  const length = starts[starts.length - 1] + 1;
  return {
    end: 0,
    starts,
    length,
    characters: length,
    block: (position) => ({
      start: position,
      ids: Int32Array.from([position, position + 1].filter((at) => at < length)),
    }),
  };
}

/** The positions of the inputs of each passage of each stream. */
async function passagesOf(streams: DocumentStreams): Promise<number[][][]> {
  const rows: number[][][] = Array.from({ length: streams.batch }, () => []);
  let tokens = 0;
  for (let index = 0; index < streams.windows; index++) {
    const window = await streams.window(index);
    const { T, inputs, targets, begins } = window;
    assert(T >= 1 && T <= streams.bptt);
    assertEquals([inputs.length, targets.length], [T * streams.batch, T * streams.batch]);
    const counts = rows.map((row, b) => {
      if (begins.includes(b)) row.push([]);
      let count = 0;
      for (let t = 0; t < T; t++) {
        const [input, target] = [inputs[t * streams.batch + b], targets[t * streams.batch + b]];
        if (target < 0) continue;
        assertEquals([target, t], [input + 1, count++], "predictions follow their inputs and come before the padding");
        row[row.length - 1].push(input);
      }
      return count;
    });
    assertEquals(Math.max(...counts), T, "a window is no longer than its longest row");
    assertEquals(counts.reduce((sum, count) => sum + count), window.tokens);
    tokens += window.tokens;
  }
  assertEquals(tokens, streams.tokens);
  return rows;
}

const random = (count: number, most: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.floor(Math.abs(Math.sin(i * 7.3 + most)) * most));

const SETS = { one: [5], empty: [0, 0, 0], tweets: random(300, 12), mixed: random(90, 200), novel: [3, 5000, 9, 20] };

for (const [name, lengths] of Object.entries(SETS)) {
  for (const [batch, bptt] of [[1, 1], [1, 16], [4, 5], [8, 16], [32, 64]]) {
    Deno.test(`whole documents are read once, each from its beginning: ${name}, ${batch} streams of ${bptt}`, async () => {
      const ids = positions(lengths);
      const rows = await passagesOf(new DocumentStreams(ids, { batch, bptt, divides: false }));
      const read = rows.flat().sort(([a], [b]) => a - b);
      const expected = lengths.map((length, i) => Array.from({ length: length + 1 }, (_, t) => ids.starts[i] + t));
      assertEquals(read, expected);
    });

    Deno.test(`passages begin at whole windows of their documents: ${name}, ${batch} streams of ${bptt}`, async () => {
      const ids = positions(lengths);
      const streams = new DocumentStreams(ids, { batch, bptt, divides: true });
      const rows = await passagesOf(streams);
      const read = rows.flat().sort(([a], [b]) => a - b);
      assertEquals(read.flat(), Array.from({ length: ids.length - 1 }, (_, i) => i), "all tokens are predicted once");
      const starts = Array.from(ids.starts);
      for (const [first] of read) {
        const start = starts.findLast((start) => start <= first)!;
        assertEquals((first - start) % bptt, 0);
      }
    });
  }
}

Deno.test("streams have about the same number of windows, though documents differ a thousandfold", () => {
  const lengths = random(400, 60);
  lengths[7] = 40_000;
  lengths[300] = 9000;
  const ids = positions(lengths);
  const streams = new DocumentStreams(ids, { batch: 16, bptt: 20, divides: true });
  const total = lengths.reduce((sum, length) => sum + Math.ceil((length + 1) / 20), 0);
  assert(streams.windows < 1.3 * total / 16, `${streams.windows} windows, ${total / 16} on average`);
  assertEquals(streams.batch, 16);
});

Deno.test("short documents need little padding", async () => {
  const streams = new DocumentStreams(positions(random(2000, 50)), { batch: 8, bptt: 64, divides: true });
  let computed = 0;
  for (let index = 0; index < streams.windows; index++) computed += (await streams.window(index)).T * streams.batch;
  assert(streams.tokens / computed > 0.85, `${streams.tokens} of ${computed} steps`);
});

Deno.test("there are no more streams than documents", () => {
  assertEquals(new DocumentStreams(positions([3, 4]), { batch: 32, bptt: 8, divides: true }).batch, 2);
});

Deno.test("windows do not depend on the order of reading", async () => {
  const ids = positions(SETS.mixed);
  const make = () => new DocumentStreams(ids, { batch: 5, bptt: 7, divides: true });
  const [whole, other] = [make(), make()];
  for (const index of [other.windows - 1, 3, 0, 12, 3]) {
    assertEquals(await other.window(index), await whole.window(index));
  }
});
