import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputRangeError, InputSyntaxError } from "../../../errors.ts";
import { holdsVectors, readVectorSequences, type VectorFields, vectorSequence } from "../../../tasks/data/mod.ts";
import { readJSONSequences } from "../../../tasks/data/vector_sequences/json_lines.ts";
import { inTempDir } from "../../support/command.ts";

const lines = (...records: unknown[]): string => records.map((record) => JSON.stringify(record)).join("\n") + "\n";

const WAVES = lines(
  { action: "wave", subject: 1, frames: [[1, 2], [3, 4], [5, 6]] },
  { action: "clap", subject: "b", frames: [[7, 8]] },
);

Deno.test("sequences are read from JSON Lines and arrays, with labels by usual names and groups by a given one", () => {
  const array = `[${WAVES.trim().split("\n").join(",")}]`;
  for (const content of [WAVES, array]) {
    const { sequences, channels } = readJSONSequences(content, { group: "subject" });
    assertEquals(channels, 2);
    assertEquals(sequences.map(({ label, group, length }) => [label, group, length]), [["wave", "1", 3], [
      "clap",
      "b",
      1,
    ]]);
    assertEquals([...sequences[0].frames], [1, 2, 3, 4, 5, 6]);
  }
  const [named] = readJSONSequences(lines({ kind: { of: 7 }, x: [1, 2] }), { labelColumn: "kind.of" }).sequences;
  assertEquals([named.label, named.channels, named.length], ["7", 1, 2]);
  assertEquals(readJSONSequences(WAVES, {}).sequences[0].group, undefined);
});

Deno.test("joints in lists of their own are read in order, and the number of their coordinates is kept", () => {
  const { sequences, coordinates } = readJSONSequences(lines({ y: "a", frames: [[[1, 2, 3], [4, 5, 6]]] }), {});
  assertEquals([coordinates, [...sequences[0].frames]], [3, [1, 2, 3, 4, 5, 6]]);
});

Deno.test("bad sequences are refused with their line", () => {
  const good = { label: "a", frames: [[1, 2]] };
  const cases: [string, VectorFields, string][] = [
    [lines(good, { ...good, frames: [] }), {}, "a list of frames in line 2, found []"],
    [lines(good, { ...good, frames: [[]] }), {}, "numbers in frame 1 of line 2, found an empty list"],
    [lines(good, { ...good, frames: [[1, 2], [3]] }), {}, "2 values in frame 2 of line 2, as in frame 1, found 1"],
    [lines(good, { ...good, frames: [[1, 2], [3, null]] }), {}, "finite numbers in frame 2 of line 2, found null"],
    [lines(good, { ...good, frames: [[1, "2"]] }), {}, 'finite numbers in frame 1 of line 2, found "2"'],
    [lines(good, { ...good, frames: [[1, 1e39]] }), {}, "finite numbers in frame 1 of line 2, found 1e+39"],
    [lines(good, { ...good, frames: [[1, 2, 3]] }), {}, "2 values a frame on line 2, as on line 1, found 3"],
    [lines(good, { frames: [[1, 2]] }), {}, 'a field "label" on line 2, found frames'],
    [lines(good, { ...good, label: "" }), {}, "a text or a number in label on line 2"],
    [lines(good), { group: "subject" }, 'a field "subject" on line 1, found label, frames'],
    [lines({ label: "a", text: "b" }), {}, "a field with a list of frames on line 1, found label, text"],
    ["\n", {}, "expected sequences, found none"],
  ];
  for (const [content, fields, message] of cases) {
    assertThrows(() => readJSONSequences(content, fields), InputRangeError, message);
  }
  const broken = '{"label": "a", "frames": [[1, NaN]]}\n';
  assertThrows(() => readJSONSequences(broken, {}), InputSyntaxError, "expected JSON on line 1");
});

Deno.test("a file's first record shows whether it holds vectors, and errors name the file", async () => {
  await inTempDir(async (directory) => {
    const write = async (name: string, content: string): Promise<string> => {
      await Deno.writeTextFile(`${directory}/${name}`, content);
      return `${directory}/${name}`;
    };
    const waves = await write("waves.jsonl", WAVES);
    assertEquals((await readVectorSequences(waves)).format, "JSON Lines");
    assertEquals(await holdsVectors(waves), true);
    assertEquals(await holdsVectors(await write("said.jsonl", lines({ text: "a", frames: [[1], [2]] }))), true);
    const others = [
      await write("texts.jsonl", lines({ text: "a", label: "b" })),
      await write("embedded.jsonl", lines({ text: "a", label: "b", features: [0.1, 0.2] })),
      await write("waves.csv", WAVES),
      await write("broken.jsonl", "{"),
      `${directory}/none.jsonl`,
    ];
    for (const path of others) assertEquals(await holdsVectors(path), false, path);
    const asked = () => readVectorSequences(waves, { id: "clip" });
    await assertRejects(asked, InputRangeError, `read ${waves}: expected a table of frames with the column clip`);
    await assertRejects(() => readVectorSequences(others[0]), InputRangeError, `read ${others[0]}: expected a field`);
  });
});

Deno.test("vectorSequence makes a sequence of frames in memory", () => {
  const { frames, length, channels, label } = vectorSequence([1, 2, 3], { label: "up" });
  assertEquals([[...frames], length, channels, label], [[1, 2, 3], 3, 1, "up"]);
  assertThrows(() => vectorSequence("wave"), InputRangeError, "a list of frames in the sequence");
});
