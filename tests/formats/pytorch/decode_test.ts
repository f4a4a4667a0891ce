import { assert, assertEquals, assertRejects } from "@std/assert";
import { decodePyTorch } from "../../../src/formats/mod.ts";
import { encodeZipParts } from "../../../src/formats/zip_writer.ts";
import oldFiles from "../../goldens/pytorch/files_1_13.json" with { type: "json" };
import newFiles from "../../goldens/pytorch/files_2.json" with { type: "json" };

interface Golden {
  readonly bytes: string;
  readonly tensors?: Record<string, { shape: number[]; kind: string; data: string }>;
}

const VERSIONS = [oldFiles, newFiles] as { pytorch: string; files: Record<string, Golden> }[];

/** Files that are refused, and a part of the message. */
const REFUSED: Record<string, string> = {
  legacy: "found the legacy format; with two lines of Python: state = torch.load(",
  module:
    "found a whole module of the class torch.nn.modules.rnn.GRU, whose code is not run; with two lines of Python: ",
  module_in_checkpoint: "found a whole module of the class torch.nn.modules.linear.Linear",
  foreign: "found the class argparse.Namespace, which is not run; if you trust the file, save the state dict alone: " +
    'checkpoint = torch.load("a.pt", weights_only=False), then torch.save(checkpoint["model"], "state.pt")',
  complex: "found the class torch.ComplexFloatStorage",
  torch_script: "found a TorchScript archive",
};

for (const { pytorch, files } of VERSIONS) {
  for (const [name, { bytes, tensors }] of Object.entries(files)) {
    const what = name.replaceAll("_", " ");
    if (tensors === undefined) {
      Deno.test(`the ${what} file of PyTorch ${pytorch} is refused by name`, async () => {
        await assertRejects(() => decodePyTorch(bytesOf(bytes), { source: "a.pt" }), RangeError, REFUSED[name]);
      });
    } else {
      Deno.test(`the ${what} file of PyTorch ${pytorch} is read bit for bit`, async () => {
        const read = await decodePyTorch(bytesOf(bytes), { source: "a.pt" });
        assertEquals([...read.tensors.keys()], Object.keys(tensors));
        for (const [key, { shape, kind, data }] of Object.entries(tensors)) {
          const found = read.tensors.get(key)!;
          assertEquals(found.shape, shape);
          assertEquals(found.data[Symbol.toStringTag], arrayOf(kind));
          assertEquals(new Uint8Array(found.data.buffer, found.data.byteOffset, found.data.byteLength), bytesOf(data));
        }
      });
    }
  }
}

Deno.test("tensors that show the same elements share one array, and plain ones are views of the file", async () => {
  const bytes = bytesOf(newFiles.files.views.bytes);
  const { tensors } = await decodePyTorch(bytes);
  assert(tensors.get("base")!.data === tensors.get("tied")!.data);
  assertEquals(tensors.get("base")!.data.buffer, bytes.buffer);
  assertEquals(tensors.get("offset")!.data.buffer, bytes.buffer);
});

Deno.test("numbers beside a checkpoint's state dict are kept as texts", async () => {
  const { metadata } = await decodePyTorch(bytesOf(newFiles.files.checkpoint.bytes));
  assertEquals(metadata, { epoch: "3" });
  const { metadata: texts } = await decodePyTorch(bytesOf(newFiles.files.containers.bytes));
  assertEquals(texts, { device: "cpu" });
});

Deno.test("a file of another format is named", async () => {
  const hdf5 = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
  await assertRejects(() => decodePyTorch(hdf5, { source: "a.pt" }), RangeError, "read a.pt: expected a file of");
  await assertRejects(() => decodePyTorch(hdf5), RangeError, "found an HDF5 file");
  await assertRejects(() => decodePyTorch(new Uint8Array()), RangeError, "found an empty file");
});

Deno.test("sets, bytes and objects beside a state dict are named, and bytes beyond the file refused", async () => {
  const four = [3, 0, 0, 0];
  const eight = [...four, 0, 0, 0, 0];
  const values: [string, ...(string | number)[]][] = [
    ["builtins.set", 0x8f, 0x94, "(K", 1, "K", 2, 0x90],
    ["builtins.frozenset", "(K", 1, 0x91],
    ["builtins.bytes", "C", 3, "abc"],
    ["builtins.bytes", "B", ...four, "abc"],
    ["builtins.bytes", 0x8e, ...eight, "abc"],
    ["builtins.bytearray", 0x96, ...eight, "abc"],
    ["argparse.Namespace", "cargparse\nNamespace\n)}U\x01bK", 1, "s", 0x92],
  ];
  for (const [path, ...value] of values) {
    const message = `found the class ${path}, which is not run; save the state dict alone`;
    await assertRejects(async () => decodePyTorch(await fileOf(...value)), RangeError, message);
  }
  for (const code of ["C", "B", 0x8e, 0x96]) {
    const beyond = await fileOf(code, ...Array(8).fill(255));
    await assertRejects(() => decodePyTorch(beyond), SyntaxError, "expected a whole pickle, found its end at byte");
  }
});

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Makes a file whose pickle, of protocol 5, has a value under "a". */
async function fileOf(...value: (string | number)[]): Promise<Uint8Array<ArrayBuffer>> {
  const codes = [0x80, 5, "}U\x01a", ...value, "s."].map((part) =>
    typeof part === "number" ? Uint8Array.of(part) : part
  );
  const pickle = await new Blob(codes).bytes();
  return await new Blob(encodeZipParts([{ name: "x/data.pkl", bytes: pickle }]) as BlobPart[]).bytes();
}

/** The class of arrays for a dtype of NumPy. */
function arrayOf(kind: string): string {
  if (kind === "int64" || kind === "uint64") return kind === "int64" ? "BigInt64Array" : "BigUint64Array";
  return `${kind[0].toUpperCase()}${kind.slice(1)}Array`;
}
