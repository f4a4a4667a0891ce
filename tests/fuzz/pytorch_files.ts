// Files of PyTorch: valid ones to damage, in their archive or in their pickle, and pickles that would exhaust a reader.

import { decodePyTorch, encodePyTorch } from "../../src/formats/mod.ts";
import { openZip, readZip } from "../../src/formats/zip.ts";
import { encodeZipParts } from "../../src/formats/zip_writer.ts";
import newFiles from "../goldens/pytorch/files_2.json" with { type: "json" };
import type { PastFailure } from "./past_failures.ts";
import { mutateBytes, pick, type Random } from "./mutations.ts";
import type { Reader } from "./reader.ts";

const { views, checkpoint, protocol_5: late, module, foreign } = newFiles.files;
const FILES = [views, checkpoint, late, module, foreign].map(({ bytes }) =>
  Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0))
);
const PICKLES = await Promise.all(FILES.map(async (bytes) => [...await readZip(bytes)]));

const SMALL = encodePyTorch([{ name: "a", shape: [2], data: Float32Array.of(1, 2) }]);

/** Joins the files of an archive, with a damaged pickle. */
function withDamagedPickle(random: Random): Uint8Array<ArrayBuffer> {
  return archive(
    pick(PICKLES, random).map(([name, bytes]) => ({
      name,
      bytes: name.endsWith("data.pkl") ? mutateBytes(bytes, random) : bytes,
    })),
  );
}

function archive(files: readonly { name: string; bytes: Uint8Array }[]): Uint8Array<ArrayBuffer> {
  const parts = encodeZipParts(files);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The readers of the format. */
export const PYTORCH_READERS: readonly Reader[] = [
  {
    name: "PyTorch",
    damage: (random) => mutateBytes(pick([...FILES, SMALL], random), random),
    read: (bytes) => decodePyTorch(bytes),
  },
  { name: "PyTorch's pickle", damage: withDamagedPickle, read: (bytes) => decodePyTorch(bytes) },
  {
    name: "zip archive",
    damage: (random) => mutateBytes(pick(FILES, random), random),
    read: async (bytes) => {
      try {
        const { names, read } = openZip(bytes);
        for (const name of names) await read(name);
      } catch (error) {
        throw Object.assign(error as Error, { message: `read an archive: ${(error as Error).message}` });
      }
    },
  },
];

/** Instructions of a pickle (protocol 2): texts, bytes, and lists of these. */
type Instruction = string | number | Instructions;
type Instructions = readonly Instruction[];

function bytesOf(part: Instruction): number[] {
  if (typeof part === "number") return [part];
  return typeof part === "string" ? [...new TextEncoder().encode(part)] : part.flatMap(bytesOf);
}

/** Makes a file with a storage of one float, and a pickle of these instructions. */
function file(...instructions: Instructions): () => Uint8Array<ArrayBuffer> {
  return () => {
    const codes = instructions.flatMap(bytesOf);
    return archive([
      { name: "x/data.pkl", bytes: Uint8Array.from([[0x80, 2], codes, [0x2e]].flat()) },
      { name: "x/data/0", bytes: new Uint8Array(4) },
    ]);
  };
}

const STORAGE: Instructions = ["((U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK", 1, "tQ"];

/** A tensor of the storage, with the instructions of its offset, shape and strides. */
function tensor(...view: Instructions): Instructions {
  return ["ctorch._utils\n_rebuild_tensor_v2\n", ...STORAGE, ...view, 0x89, "ccollections\nOrderedDict\n)RtR"];
}

/** Tuples that hold the one before twice. */
function tuples(depth: number): Instructions {
  return ["K", 1, ...Array(depth).fill([0x32, 0x86]).flat()];
}

const [ZERO, BILLION]: readonly Instructions[] = [["K", 0], ["J", 0, 0xca, 0x9a, 0x3b]];

/** A tuple of the same numbers. */
function repeated(number: Instructions, times: number, ...end: Instructions): Instructions {
  return ["(", ...Array(times).fill(number).flat(), ...end, "t"];
}

/** Pickles that are small, and would take all of the memory, the stack or the time. */
export const PYTORCH_BOMBS: readonly PastFailure[] = [
  {
    what: "a tensor that repeats one number a billion times",
    input: file("}U\x01a", ...tensor(...ZERO, ...BILLION, 0x85, ...ZERO, 0x85), "s"),
  },
  {
    what: "a tensor of more elements than numbers can count",
    input: file(
      "}U\x01a",
      ...tensor(...ZERO, ...repeated(BILLION, 40), ...repeated(ZERO, 40)),
      "s",
    ),
  },
  {
    what: "a tensor whose elements are not a number, and one that repeats one number a billion times",
    input: file(
      "}U\x01a",
      ...tensor(...ZERO, ...repeated(BILLION, 40, ...ZERO), ...repeated(ZERO, 41)),
      "sU\x01b",
      ...tensor(...ZERO, ...BILLION, 0x85, ...ZERO, 0x85),
      "s",
    ),
  },
  { what: "100,000 nested lists", input: file("]".repeat(1e5) + "a".repeat(99_999)) },
  { what: "a list that holds itself", input: file("]q", 0, "h", 0, "a") },
  { what: "a dictionary that holds itself", input: file("}q", 0, "U\x01ah", 0, "s") },
  { what: "lists that hold the one before ten times", input: file("]", ...Array(30).fill(laughs()).flat()) },
  { what: "a whole number of 4 GB", input: file(0x8b, 0xff, 0xff, 0xff, 0xff) },
  { what: "a text of 2^64 bytes", input: file(0x8d, ...Array(8).fill(255)) },
  { what: "a place of the memory that was never filled", input: file("j", 0xff, 0xff, 0xff, 0x7f) },
  { what: "a call of a system function", input: file("cos\nsystem\nU\x02ls", 0x85, "R") },
  { what: "a call of eval by its former name", input: file("c__builtin__\neval\nU\x031+1", 0x85, "R") },
  { what: "a class whose name is tuples within tuples", input: file(...tuples(60), 0x32, 0x93) },
  {
    what: "a tensor whose shape is tuples within tuples",
    input: file(...tuples(60), "q", 1, "}U\x01a", ...tensor(...ZERO, "h", 1, "h", 1), "s"),
  },
  { what: "a list that holds itself as a key", input: file("}]q", 0, "h", 0, "a", ...ZERO, "s") },
  { what: "a number beyond 2^53 as a key", input: file("}", 0x8a, 8, ...Array(8).fill(127), ...ZERO, "s") },
  {
    what: "a class with a name of 2 MB that is named 50,000 times",
    input: file("X", 0x40, 0x42, 0x0f, 0, "a".repeat(1e6), "q", 1, Array(5e4).fill(["h", 1, "h", 1, 0x93, "0"])),
  },
  {
    what: "10,000 dictionaries of the same 20,000 pairs",
    input: file(
      ...["](", Array.from({ length: 2e4 }, (_, i) => ["J", i & 255, i >> 8, 0, 0, "K", 0, 0x86]), "e"],
      ...["q", 1, "ccollections\nOrderedDict\nq", 2, Array(1e4).fill(["h", 2, "h", 1, 0x85, "R"])],
    ),
  },
  {
    what: "a list of 100,000 numbers with a name of 1 MB",
    input: file("}X", 0x40, 0x42, 0x0f, 0, "a".repeat(1e6), "](", "K\x01".repeat(1e5), "es"),
  },
  {
    what: "a list of 500,000 numbers with a name of 900 characters",
    input: file("}X", 0x84, 3, 0, 0, "a".repeat(900), "](", "K\x01".repeat(5e5), "es"),
  },
  { what: "a file without end", input: () => file("}")().slice(0, 60) },
].map((bomb) => ({ reader: "PyTorch", ...bomb }));

/** Keeps the last list, and makes one that holds it ten times. */
function laughs(): Instructions {
  return ["q", 1, "0]", ...Array(10).fill(["h", 1, "a"]).flat()];
}
