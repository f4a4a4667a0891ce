import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputRangeError } from "../../../../errors.ts";
import { holdsVectors, readVectorSequences } from "../../../../tasks/data/mod.ts";
import { holdsFrames, readFrameTable } from "../../../../tasks/data/vector_sequences/frame_table.ts";
import { readNpy } from "../../../../tasks/data/vector_sequences/numpy.ts";
import { readArff, readTs } from "../../../../tasks/data/vector_sequences/uea.ts";
import { inTempDir } from "../../../support/command.ts";

/** Makes a `.npy` file of a type; `write` places value i at a byte. */
function npy(
  descr: string,
  shape: string,
  { count, bytes, write, fortran = "False" }: {
    readonly count: number;
    readonly bytes: number;
    readonly write: (view: DataView, at: number, i: number) => void;
    readonly fortran?: string;
  },
): Uint8Array<ArrayBuffer> {
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
  const file = new Uint8Array(10 + header.length + count * bytes);
  file.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length & 255, header.length >> 8]);
  file.set(new TextEncoder().encode(header), 10);
  const view = new DataView(file.buffer, 10 + header.length);
  for (let i = 0; i < count; i++) write(view, i * bytes, i);
  return file;
}

const doubles = (shape: string, count: number, values = (i: number): number => i): Uint8Array<ArrayBuffer> =>
  npy("<f8", shape, { count, bytes: 8, write: (view, at, i) => view.setFloat64(at, values(i), true) });

/** Makes a zip archive whose files are not packed. */
function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  const parts: number[] = [];
  const directory: number[] = [];
  const bytesOf = (value: number, size: number): number[] =>
    Array.from({ length: size }, (_, i) => value >> 8 * i & 255);
  for (const [name, content] of Object.entries(files)) {
    const letters = [...new TextEncoder().encode(name)];
    const start = parts.length;
    const sizes = [...bytesOf(content.length, 4), ...bytesOf(content.length, 4), ...bytesOf(letters.length, 2), 0, 0];
    parts.push(...bytesOf(0x04034b50, 4), ...bytesOf(0, 14), ...sizes, ...letters, ...content);
    directory.push(
      ...bytesOf(0x02014b50, 4),
      ...bytesOf(0, 16),
      ...sizes,
      ...bytesOf(0, 10),
      ...bytesOf(start, 4),
      ...letters,
    );
  }
  const count = Object.keys(files).length;
  const end = [...bytesOf(0x06054b50, 4), ...bytesOf(0, 4), ...bytesOf(count, 2), ...bytesOf(count, 2)];
  return Uint8Array.from([
    ...parts,
    ...directory,
    ...end,
    ...bytesOf(directory.length, 4),
    ...bytesOf(parts.length, 4),
    ...[0, 0],
  ]);
}

Deno.test("arrays of every type and order of NumPy are read", () => {
  const cases: [Uint8Array<ArrayBuffer>, number[]][] = [
    [doubles("(2, 2)", 4), [0, 1, 2, 3]],
    [npy(">f4", "(2,)", { count: 2, bytes: 4, write: (view, at, i) => view.setFloat32(at, i + 0.5) }), [0.5, 1.5]],
    [npy("<i8", "(2,)", { count: 2, bytes: 8, write: (view, at, i) => view.setBigInt64(at, BigInt(-i), true) }), [
      0,
      -1,
    ]],
    [npy("|u1", "(2,)", { count: 2, bytes: 1, write: (view, at) => view.setUint8(at, 200) }), [200, 200]],
    [
      npy("<f2", "(2,)", { count: 2, bytes: 2, write: (view, at, i) => view.setUint16(at, [0x3e00, 0xc000][i], true) }),
      [
        1.5,
        -2,
      ],
    ],
    [
      npy("<u2", "(2, 3)", {
        count: 6,
        bytes: 2,
        fortran: "True",
        write: (view, at, i) => view.setUint16(at, i, true),
      }),
      [0, 2, 4, 1, 3, 5],
    ],
  ];
  for (const [file, values] of cases) {
    readNpy(file).values.forEach((value, i) => assertAlmostEquals(Number(value), values[i]));
    assertEquals(readNpy(file).values.length, values.length);
  }
});

Deno.test("a damaged array and one of Python objects are refused", () => {
  const whole = doubles("(2, 2)", 4);
  assertThrows(() => readNpy(whole.slice(0, -3)), InputRangeError, "expected 32 bytes of values, found 29");
  assertThrows(() => readNpy(whole.slice(0, 8)), InputRangeError, "expected a whole header");
  const objects = npy("|O", "(1,)", { count: 1, bytes: 8, write: () => {} });
  assertThrows(() => readNpy(objects), InputRangeError, "found Python objects");
  assertThrows(() => readNpy(Uint8Array.of(1, 2)), InputRangeError, "expected a NumPy array");
});

Deno.test("a small array of endless texts is refused, and a long text is read", () => {
  for (const descr of ["|S0", "<U0"]) {
    const endless = npy(descr, "(400000000,)", { count: 0, bytes: 0, write: () => {} });
    assertThrows(() => readNpy(endless), InputRangeError, `found the type ${descr.slice(1)}`);
  }
  const long = npy("|S200000", "(1,)", { count: 2e5, bytes: 1, write: (view, at) => view.setUint8(at, 97) });
  assertEquals(readNpy(long).values, ["a".repeat(2e5)]);
});

Deno.test("named arrays are sequences with labels and groups, without frames of only NaN at the end", async () => {
  await inTempDir(async (directory) => {
    const file = `${directory}/a.npz`;
    const X = doubles("(2, 3, 2)", 12, (i) => i >= 10 ? NaN : i);
    const text = (view: DataView, at: number, i: number): void => view.setUint32(at, "ab".charCodeAt(i), true);
    const y = npy("<U1", "(2,)", { count: 2, bytes: 4, write: text });
    const groups = doubles("(2,)", 2);
    await Deno.writeFile(file, zip({ "X.npy": X, "y.npy": y, "groups.npy": groups }));
    const { sequences, channels } = await readVectorSequences(file, { group: "subject" });
    assertEquals(channels, 2);
    assertEquals(sequences.map(({ label, group, length }) => [label, group, length]), [["a", "0", 3], ["b", "1", 2]]);
    assertEquals([...sequences[1].frames], [6, 7, 8, 9]);
    await Deno.writeFile(file, zip({ "X.npy": X, "y.npy": groups.slice(0, -8) }));
    await assertRejects(
      () => readVectorSequences(file),
      InputRangeError,
      "read " + file + ": array y: expected 16 bytes",
    );
    await Deno.writeFile(file, zip({ "X.npy": X }).slice(0, -4));
    await assertRejects(() => readVectorSequences(file), InputRangeError, "expected a zip archive");
  });
});

Deno.test("files of the UEA archive are read, with channels side by side and the label last", () => {
  const ts = readTs("#c\n@timeStamps false\n@classLabel true a b\n@data\n1,2,3:4,5,6:a\n1,2,?:4,5,?:b\n").sequences;
  assertEquals(ts.map(({ label, length, channels }) => [label, length, channels]), [["a", 3, 2], ["b", 2, 2]]);
  assertEquals([...ts[0].frames], [1, 4, 2, 5, 3, 6]);
  const [nested] = readArff("@relation r\n@data\n'1,2\\n3,4',\"x\"\n").sequences;
  assertEquals([nested.label, [...nested.frames]], ["x", [1, 3, 2, 4]]);
  assertEquals(readArff("@data\n1,2,3,y\n").sequences[0].length, 3);
  const cases: [string, string][] = [
    ["1,2:3:a\n", "2 values in channel 2 on line 3"],
    ["1,b:3,4:a\n", 'numbers in channel 1 on line 3, found "b"'],
    ["1,?,3:1,2,3:a\n", "finite numbers in frame 2 of line 3, found NaN"],
    ["\n", "expected sequences, found none"],
  ];
  for (const [lines, message] of cases) {
    assertThrows(() => readTs(`@classLabel true a\n@data\n${lines}`), InputRangeError, message);
  }
  assertThrows(() => readTs("1,2:a\n"), InputRangeError, "a line @data");
  assertThrows(() => readTs("@targetLabel true\n@data\n1,2:0.5\n"), InputRangeError, "found numbers to predict");
});

Deno.test("time stamps of a .ts file are left out, even with colons in them", () => {
  const header = "@timeStamps true\n@classLabel true a\n@data\n";
  const [dated] = readTs(`${header}(2007-01-01 00:00:00,1.5),(2007-01-01 00:01:00,2):(0,3),(1,4):a\n`).sequences;
  assertEquals([dated.label, dated.channels, dated.length], ["a", 2, 2]);
  assertEquals([...dated.frames], [1.5, 3, 2, 4]);
});

Deno.test("lines of a label and values, as in the UCR archive, are sequences of one channel", async () => {
  await inTempDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/a.tsv`, "1\t0.5\t1\t2\t3\n-1\t4\t5\t6\tNaN\n");
    await Deno.writeTextFile(`${dir}/a.txt`, "  1.0000000e+00  -5.0e-01  1  2  3\n");
    await Deno.writeTextFile(`${dir}/texts.txt`, "1 a fine film of four words\n");
    await Deno.writeTextFile(`${dir}/wrong.csv`, "1,2,3,4,5\n1,2,x,4,5\n");
    for (
      const [file, expected] of [[`${dir}/a.tsv`, true], [`${dir}/a.txt`, true], [`${dir}/texts.txt`, false]] as const
    ) {
      assertEquals(await holdsVectors(file), expected, file);
    }
    const { sequences, channels } = await readVectorSequences(`${dir}/a.tsv`);
    assertEquals(sequences.map(({ label, length }) => [label, length]), [["1", 4], ["-1", 3]]);
    assertEquals([channels, ...sequences[0].frames], [1, 0.5, 1, 2, 3]);
    assertEquals((await readVectorSequences(`${dir}/a.txt`)).sequences[0].label, "1");
    await assertRejects(() => readVectorSequences(`${dir}/wrong.csv`), InputRangeError, 'value 2 on line 2, found "x"');
  });
});

Deno.test("files of the UEA and UCR archives and of NumPy may be compressed", async () => {
  await inTempDir(async (dir) => {
    const write = async (name: string, content: string | Uint8Array<ArrayBuffer>): Promise<string> => {
      const whole = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
      await Deno.writeFile(`${dir}/${name}`, whole);
      return `${dir}/${name}`;
    };
    const files = [
      await write("a.ts.gz", "@dimensions 1\n@classLabel true a b\n@data\n1,2,3:a\n4,5,6:b\n"),
      await write("a.arff.gz", "@relation x\n@attribute t1 numeric\n@attribute c {a,b}\n@data\n1,a\n2,b\n"),
      await write("a.txt.gz", "1  0.5 0.25 1.5 2\n2  0.5 0.25 1.5 2\n"),
      await write("a.npy.gz", doubles("(2, 3, 1)", 6)),
    ];
    for (const file of files) {
      assertEquals(await holdsVectors(file), true, file);
      assertEquals((await readVectorSequences(file)).sequences.length, 2, file);
    }
  });
});

Deno.test("a table of frames gives a sequence for each id, and is told from a table of texts", () => {
  const table = "clip,t,action,subject,ax,ay\nc1,0,wave,3,0.5,2\nc2,0,clap,4,1,1\nc1,1,wave,3,0.25,2\n";
  const { sequences, columns } = readFrameTable(table, { group: "subject" });
  assertEquals(columns, { id: "clip", labelColumn: "action", channels: ["ax", "ay"] });
  assertEquals(sequences.map(({ label, group, length }) => [label, group, length]), [["wave", "3", 2], [
    "clap",
    "4",
    1,
  ]]);
  assertEquals([...sequences[0].frames], [0.5, 2, 0.25, 2]);
  assertEquals([holdsFrames(table), holdsFrames("id,text,label\n1,fine,a\n"), holdsFrames("a,b\n1,2\n")], [
    true,
    false,
    false,
  ]);
  assertEquals(holdsFrames("id,text,label\n1,2010,a\n"), false);
  assertThrows(() => readFrameTable("id,label,x\n1,a,2\n1,b,3\n", {}), InputRangeError, "in label on line 3");
  assertThrows(() => readFrameTable("id,label,x\n1,a,\n", {}), InputRangeError, "a number in x on line 2");
  assertThrows(() => readFrameTable("label,x\na,1\n", {}), InputRangeError, "--id names it");
  assertEquals(readFrameTable("who,x\n7,1\n", { id: "who" }).sequences[0].channels, 1);
  assertEquals(readFrameTable("id,x,x\n7,1,2\n", {}).columns, undefined);
  const timed = readFrameTable("id,label,frame,time,subject,person,x,y\n1,a,0,0.5,3,4,5,6\n", {});
  assertEquals(timed.columns?.channels, ["x", "y"]);
});

Deno.test("the frames of a table are in the order of their times", () => {
  const read = (content: string): unknown[] => {
    const { sequences, notes, warnings } = readFrameTable(content, {});
    return [sequences.map(({ frames }) => [...frames]), notes, warnings];
  };
  const sorted = "Frames sorted by the column t.";
  assertEquals(read("id,t,x\na,10,3\nb,1,7\na,9,2\na,-1,1\n"), [[[1, 2, 3], [7]], [sorted], undefined]);
  assertEquals(read("id,t,x\na,1,1\na,2,2\n"), [[[1, 2]], undefined, undefined]);
  const dated = "id,timestamp,x\na,2024-01-01 00:01,2\na,2024-01-01 00:00,1\n";
  assertEquals(read(dated)[0], [[1, 2]]);
  assertEquals(read("id,t,frame,x\na,0,3,3\na,0,1,1\na,0,2,2\n").slice(0, 1), [[[1, 2, 3]]]);
  assertEquals(read("id,t,x\na,1,3\na,0,1\na,0,2\n"), [[[1, 2, 3]], [sorted], [
    "times in the column t repeat in 1 sequence, such as a: frames with the same time are in the order of their rows",
  ]]);
  assertEquals(read("id,frame,x\na,last,2\na,first,1\n")[0], [[2, 1]]);
});

Deno.test("a table of frames is read by the columns of the tables of training", () => {
  const columns = { id: "trial", labelColumn: "kind", channels: ["x", "y"] };
  const read = (content: string): unknown[] => {
    const { sequences: [{ frames, label }] } = readFrameTable(content, { columns });
    return [[...frames], label];
  };
  assertEquals(read("who,y,x,extra,trial,kind\nann,2,1,9,t,wave\n,4,3,z,t,wave\n"), [[1, 2, 3, 4], "wave"]);
  assertEquals(read("x,y,trial\n1,2,t\n"), [[1, 2], undefined]);
  assertEquals(read("x,y,id,action\n1,2,t,wave\n"), [[1, 2], "wave"]);
  for (
    const [content, message] of [["x,trial\n1,t\n", 'a column "y", found x'], ["x,y\n1,2\n", "training had trial"]]
  ) {
    assertThrows(() => read(content), InputRangeError, message);
  }
});

Deno.test("folders of arrays and of keypoints have a folder for each label", async () => {
  await inTempDir(async (directory) => {
    for (const path of ["npy/wave", "npy/clap", "pose/wave/clip1", "pose/clap"]) {
      await Deno.mkdir(`${directory}/${path}`, { recursive: true });
    }
    await Deno.writeFile(`${directory}/npy/wave/s2_a.npy`, doubles("(3, 2, 2)", 12));
    await Deno.writeFile(`${directory}/npy/clap/s1_a.npy`, doubles("(1, 2, 2)", 4));
    const arrays = await readVectorSequences(`${directory}/npy`, { group: "s" });
    assertEquals(arrays.sequences.map(({ label, group, length }) => [label, group, length]), [["clap", "1", 1], [
      "wave",
      "2",
      3,
    ]]);
    assertEquals(arrays.coordinates, 2);
    await assertRejects(
      () => readVectorSequences(`${directory}/npy`, { group: "q" }),
      InputRangeError,
      'begins with "q"',
    );
    const openPose = { people: [{ pose_keypoints_2d: [1, 2, 0.9, 3, 4, 0.8] }] };
    await Deno.writeTextFile(`${directory}/pose/wave/clip1/f1_keypoints.json`, JSON.stringify({ people: [] }));
    await Deno.writeTextFile(`${directory}/pose/wave/clip1/f2_keypoints.json`, JSON.stringify(openPose));
    const mediaPipe = [{ landmarks: [[{ x: 5, y: 6, visibility: 1 }, { x: 7, y: 8 }]] }];
    await Deno.writeTextFile(`${directory}/pose/clap/c.json`, JSON.stringify(mediaPipe));
    const { sequences, coordinates } = await readVectorSequences(`${directory}/pose`);
    assertEquals(coordinates, 2);
    assertEquals(sequences.map(({ label, frames }) => [label, [...frames]]), [["clap", [5, 6, 7, 8]], [
      "wave",
      [1, 2, 3, 4, 1, 2, 3, 4],
    ]]);
    assertEquals(await holdsVectors(`${directory}/pose`), true);
    // The first file may be a frame without a person.
    await Deno.rename(`${directory}/pose/wave`, `${directory}/pose/bend`);
    const { sequences: renamed } = await readVectorSequences(`${directory}/pose`);
    assertEquals(renamed.map(({ label }) => label), ["bend", "clap"]);
  });
});
