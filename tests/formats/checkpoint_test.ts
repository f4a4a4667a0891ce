import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { encodePyTorch, encodeSafetensors, encodeShards, readCheckpoint } from "../../src/formats/mod.ts";
import { encodeZipParts } from "../../src/formats/zip_writer.ts";

const TENSORS = ["a.weight", "a.bias", "b.weight"].map((name, i) => ({
  name,
  shape: [2],
  data: Float32Array.of(i, i + 0.5),
}));

/** Runs a test in a folder with some files. */
async function withFiles(
  files: Readonly<Record<string, Uint8Array | readonly Uint8Array[] | string>>,
  run: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      const parts = Array.isArray(content) ? content : [content];
      await Deno.writeFile(`${folder}/${name}`, await new Blob(parts as BlobPart[]).bytes());
    }
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** An index of shards of which each has one tensor. */
function indexOf(files: readonly string[]): string {
  return JSON.stringify({ weight_map: Object.fromEntries(files.map((file, i) => [TENSORS[i].name, file])) });
}

Deno.test("a safetensors file is recognized whatever the length of its header", async () => {
  // These lengths have the bytes with which a pickle begins.
  for (const length of [640, 896, 1152, 1408, 65_536 + 896]) {
    const padded = (padding: number) => encodeSafetensors(TENSORS, { format: "x".repeat(padding) });
    const header = (bytes: Uint8Array): number => new DataView(bytes.buffer).getUint32(0, true);
    const bytes = padded(length - header(padded(0)));
    assertEquals(header(bytes), length);
    await withFiles({ "x": bytes }, async (folder) => {
      assertEquals((await readCheckpoint(`${folder}/x`)).format, "safetensors");
    });
  }
});

Deno.test("a checkpoint is recognized by its first bytes, whatever its name is", async () => {
  const files = { "x.pt": encodeSafetensors(TENSORS), "x.safetensors": encodePyTorch(TENSORS) };
  await withFiles(files, async (folder) => {
    assertEquals((await readCheckpoint(`${folder}/x.pt`)).format, "safetensors");
    const { format, tensors, files } = await readCheckpoint(`${folder}/x.safetensors`);
    assertEquals(format, "pytorch");
    assertEquals([...tensors.values()], TENSORS);
    assertEquals(files, [`${folder}/x.safetensors`]);
  });
});

Deno.test("shards that are written are read by their index or their folder", async () => {
  await withFiles(encodeShards(TENSORS, { maxShardBytes: 16, metadata: { format: "pt" } }), async (folder) => {
    for (const path of [folder, `${folder}/`, `${folder}/model.safetensors.index.json`]) {
      const { tensors, metadata, files } = await readCheckpoint(path);
      assertEquals([...tensors.values()], TENSORS);
      assertEquals(metadata, { format: "pt" });
      assertEquals(files.length, 3);
    }
  });
});

Deno.test("shards of PyTorch are read", async () => {
  const shards = TENSORS.map((tensor) => encodePyTorch([tensor]));
  const names = shards.map((_, i) => `pytorch_model-${i}.bin`);
  const files = {
    "pytorch_model.bin.index.json": indexOf(names),
    ...Object.fromEntries(names.map((n, i) => [n, shards[i]])),
  };
  await withFiles(files, async (folder) => assertEquals([...(await readCheckpoint(folder)).tensors.values()], TENSORS));
});

Deno.test("a whole file is read before the index of an earlier save, as Hugging Face's libraries do", async () => {
  const old = TENSORS.map((tensor) => ({ ...tensor, data: new Float32Array(2) }));
  for (
    const [name, encode] of [["model.safetensors", encodeSafetensors], ["pytorch_model.bin", encodePyTorch]] as const
  ) {
    const shards = old.map((_, i) => `old-${i}`);
    const files = {
      [`${name}.index.json`]: indexOf(shards),
      ...Object.fromEntries(shards.map((shard, i) => [shard, encode([old[i]])])),
      [name]: encode(TENSORS),
    };
    await withFiles(files, async (folder) => {
      const { tensors, files } = await readCheckpoint(folder);
      assertEquals([tensors.get("a.bias")!.data, files], [TENSORS[1].data, [`${folder}/${name}`]]);
    });
  }
});

Deno.test("missing shards are named", async () => {
  const files = { "i.json": indexOf(["1.bin", "2.bin", "3.bin"]), "2.bin": encodePyTorch([TENSORS[1]]) };
  await withFiles(files, async (folder) => {
    const read = () => readCheckpoint(`${folder}/i.json`);
    await assertRejects(read, RangeError, "expected 3 shards beside it, found no 1.bin, 3.bin");
  });
});

Deno.test("a tensor that its shard lacks is named", async () => {
  await withFiles({ "i.json": indexOf(["1.bin"]), "1.bin": encodePyTorch([TENSORS[1]]) }, async (folder) => {
    const read = () => readCheckpoint(`${folder}/i.json`);
    await assertRejects(read, RangeError, "1.bin: expected the tensors that");
    await assertRejects(read, RangeError, "found no a.weight");
  });
});

Deno.test("a shard outside the index's folder is not read", async () => {
  for (const file of ["../1.bin", "/etc/passwd", "a\\b", "..", 3]) {
    await withFiles({ "i.json": JSON.stringify({ weight_map: { "a.weight": file } }) }, async (folder) => {
      await assertRejects(() => readCheckpoint(`${folder}/i.json`), RangeError, "in a file beside the index, found");
    });
  }
});

/** Makes an archive of empty files. */
function zipOf(...names: string[]): Uint8Array {
  return Uint8Array.from(
    encodeZipParts(names.map((name) => ({ name, bytes: new Uint8Array() }))).flatMap((x) => [...x]),
  );
}

Deno.test("files of other formats are named", async () => {
  const cases: [string | Uint8Array, string][] = [
    ["", "found an empty file"],
    ["{}", "expected an index with a weight_map of tensors to files, found other JSON"],
    ['{"modelTopology": {}}', "found a model of TensorFlow.js"],
    ["{", "a weight_map of tensors to files, found its end on line 1 instead of a key in double quotes"],
    ['{"a":'.repeat(300), "a weight_map of tensors to files, found lists or objects more than 256 deep"],
    ["some text", "found a text file"],
    ["version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "found a pointer of Git LFS"],
    ["\n<!DOCTYPE html><html>", "found an HTML page"],
    [
      Uint8Array.from({ length: 512 }, (_, i) => i < 100 ? 120 : "ustar".charCodeAt(i - 257) || 0),
      "found a tar archive",
    ],
    [Uint8Array.of(0x1f, 0x8b, 8), "found a gzip file"],
    [Uint8Array.of(8, 1, 0x12, 0xf3), "found a SavedModel of TensorFlow"],
    [Uint8Array.of(1, 2, 3), "found another file"],
    [zipOf("a.npy"), "found a NumPy archive"],
    [zipOf("config.json", "model.weights.h5"), "found a Keras model, which importLayers reads"],
    [zipOf("a"), "found another zip archive"],
    [Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10), "found an HDF5 file"],
    [Uint8Array.of(0x80, 4, 0x95), "found a Python pickle that torch.save did not write"],
    [Uint8Array.of(8, 8, 0x12, 7), "found an ONNX file"],
  ];
  for (const [content, found] of cases) {
    await withFiles({ "x.bin": content }, async (folder) => {
      await assertRejects(() => readCheckpoint(`${folder}/x.bin`), Error, found);
    });
  }
  await withFiles({}, async (folder) => {
    await assertRejects(() => readCheckpoint(folder), RangeError, "expected a folder with one of model.safetensors");
    await assertRejects(() => readCheckpoint(`${folder}/none.pt`), RangeError, "none.pt: expected a file, found none");
    await Deno.writeTextFile(`${folder}/a`, "");
    await Deno.writeTextFile(`${folder}/saved_model.pb`, "");
    await assertRejects(
      () => readCheckpoint(folder),
      RangeError,
      "found a SavedModel of TensorFlow; of Keras, model.save",
    );
    await assertRejects(() => readCheckpoint(`${folder}/a/b.pt`), RangeError, "b.pt: expected a file, found none");
  });
});

Deno.test("the prefixes of compiled and parallel modules are removed", async () => {
  const renamed = (name: (name: string) => string): Uint8Array =>
    encodePyTorch(TENSORS.map((tensor) => ({ ...tensor, name: name(tensor.name) })));
  const files = {
    parallel: renamed((name) => `module.${name}`),
    compiled: renamed((name) => `_orig_mod.${name}`),
    both: renamed((name) => `module._orig_mod.${name}`),
    inner: renamed((name) => name.replace(".", "._orig_mod.")),
    own: renamed((name) => name.replace("a.", "module.")),
  };
  await withFiles(files, async (folder) => {
    for (const file of ["parallel", "compiled", "both", "inner"]) {
      assertEquals([...(await readCheckpoint(`${folder}/${file}`)).tensors.values()], TENSORS);
    }
    assertEquals((await readCheckpoint(`${folder}/both`)).removed, ["_orig_mod.", "module."]);
    assertEquals([...(await readCheckpoint(`${folder}/own`)).tensors.keys()][0], "module.weight");
  });
});

Deno.test("prefixes that repeat 100,000 times are removed at once, as often as every name has them", async () => {
  const named = (a: string, b: string): Uint8Array =>
    encodeSafetensors([a, b].map((prefix, i) => ({ ...TENSORS[i], name: prefix + TENSORS[i].name })));
  const files = {
    parallel: named("module.".repeat(1e5), "module.".repeat(1e5 + 1)),
    compiled: named("_orig_mod.".repeat(1e5), "_orig_mod.module."),
  };
  await withFiles(files, async (folder) => {
    for (const file of ["parallel", "compiled"]) {
      const names = [...(await readCheckpoint(`${folder}/${file}`)).tensors.keys()].toSorted();
      assertEquals(names, [TENSORS[0].name, `module.${TENSORS[1].name}`].toSorted());
    }
  });
});

Deno.test("shards of two tensors with one name are refused", () => {
  const twice = ["a", "a"].map((name) => ({ name, shape: [4], data: new Float32Array(4) }));
  const error = assertThrows(() => encodeShards(twice, { maxShardBytes: 16 }), RangeError);
  assertEquals(error.message, "encode shards: expected different names, found a twice");
});
