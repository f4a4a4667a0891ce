import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../mod.ts";
import { decodeSafetensors } from "../../src/formats/mod.ts";
import { readTask } from "../../tasks/mod.ts";
import { checkChecksum, parseChecksums } from "../../src/formats/checksums.ts";
import { inTempDir } from "../support/command.ts";

const TEXT = "abba abab ";
const tokenizer = CharTokenizer.train(TEXT);

/** Files that both loading and resuming read. */
const MODEL = ["config.json", "model.safetensors", "tokenizer.json"];
const STATE = ["training_state.json", "training_state.safetensors"];

async function train(directory: string): Promise<void> {
  const model = LanguageModel.create({ tokenizer, cell: "rnn", hidden: 2, embed: 1 });
  await model.fit(TEXT.repeat(3), { batch: 1, bptt: 4, maxSteps: 1, directory });
}

/** Reads the files of a model directory except the history and the card, which have no checksum. */
async function readAll(directory: string): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const all = await Array.fromAsync(Deno.readDir(directory), ({ name }) => name);
  const names = all.filter((name) => !["README.md", "history.jsonl"].includes(name));
  return new Map(
    await Promise.all(
      names.sort().map(async (name) => {
        return [name, await Deno.readFile(`${directory}/${name}`)] as const;
      }),
    ),
  );
}

/** Reads everything in a model directory: the model and the training state. */
async function readModel(directory: string): Promise<void> {
  await LanguageModel.load(directory);
  await LanguageModel.loadCheckpoint(directory);
}

/** Compares files with the checksums among them, as reading a directory does. */
function verify(files: ReadonlyMap<string, Uint8Array>): void {
  const checksums = parseChecksums(files.get("SHA256SUMS")!);
  for (const [name, bytes] of files) if (name !== "SHA256SUMS") checkChecksum(checksums, name, bytes);
}

function flipped(bytes: Uint8Array<ArrayBuffer>, bit: number): Uint8Array<ArrayBuffer> {
  const damaged = bytes.slice();
  damaged[bit >> 3] ^= 1 << (bit & 7);
  return damaged;
}

Deno.test("every flipped bit in a model directory is detected, in SHA256SUMS too", async () => {
  await inTempDir(async (directory) => {
    await train(directory);
    const files = await readAll(directory);
    assertEquals([...files.keys()], ["SHA256SUMS", ...MODEL, ...STATE]);
    verify(files);
    let flips = 0;
    for (const [name, bytes] of files) {
      for (let bit = 0; bit < 8 * bytes.length; bit++, flips++) {
        assertThrows(() => verify(new Map(files).set(name, flipped(bytes, bit))), Error, "", `bit ${bit} of ${name}`);
      }
    }
    assert(flips > 20_000, `${flips} flips`);
  });
});

/** Every 193rd bit is flipped on the disk: 193 and 8 have no common factor, so all places of a byte occur. */
const STEP = 193;

Deno.test("loading and resuming name the file in which a bit is flipped", async () => {
  await inTempDir(async (directory) => {
    await train(directory);
    for (const [name, bytes] of await readAll(directory)) {
      for (let bit = 0; bit < 8 * bytes.length; bit += STEP) {
        await Deno.writeFile(`${directory}/${name}`, flipped(bytes, bit));
        const { message } = await assertRejects(() => readModel(directory), Error, directory, `bit ${bit} of ${name}`);
        assert(name === "SHA256SUMS" || message.includes(name), message);
        assert(!message.includes("\n") && message.length < 600, message);
      }
      await Deno.writeFile(`${directory}/${name}`, bytes);
    }
    await readModel(directory);
  });
});

Deno.test("cut, extended, exchanged and added files are refused, and verify: false reads them as they are", async () => {
  await inTempDir(async (directory) => {
    await train(directory);
    const files = await readAll(directory);
    const restore = async (): Promise<void> => {
      for (const [name, bytes] of files) await Deno.writeFile(`${directory}/${name}`, bytes);
    };
    const refused = async (name: string, bytes: Uint8Array): Promise<void> => {
      await Deno.writeFile(`${directory}/${name}`, bytes);
      await assertRejects(() => readModel(directory), Error, directory, name);
      await restore();
    };
    for (const [name, bytes] of files) {
      await refused(name, bytes.slice(0, -1));
      await refused(name, bytes.slice(0, bytes.length / 2));
      await refused(name, new Uint8Array());
      await refused(name, Uint8Array.of(...bytes, 0x0a));
      for (const [other, content] of files) if (other !== name) await refused(name, content);
    }
    const lines = new TextDecoder().decode(files.get("SHA256SUMS")!).split("\n");
    for (const [i] of lines.slice(0, -1).entries()) {
      await refused("SHA256SUMS", new TextEncoder().encode(lines.toSpliced(i, 1).join("\n")));
    }
    const other = new TextDecoder().decode(files.get("config.json")!).replace('"dropout": 0', '"dropout": 0.5');
    await Deno.writeTextFile(`${directory}/config.json`, other);
    const { message } = await assertRejects(() => LanguageModel.load(directory), RangeError);
    assertEquals(
      message,
      `read ${directory}/config.json: expected the file that SHA256SUMS records, found a damaged or edited one; ` +
        "if you edited it, delete SHA256SUMS or pass --no-verify (verify: false)",
    );
    assert(message.length - directory.length <= 180, message);
    assertEquals((await LanguageModel.load(directory, { verify: false })).config.dropout, 0.5);
    await Deno.remove(`${directory}/SHA256SUMS`);
    assertEquals((await LanguageModel.load(directory)).config.dropout, 0.5);
  });
});

Deno.test("a config.json that is not JSON is compared with its checksum first, and then described", async () => {
  await inTempDir(async (directory) => {
    await train(directory);
    const damaged = await LanguageModel.load(directory);
    const readers = (options: { readonly verify?: boolean }): (() => Promise<unknown>)[] => [
      () => readTask(directory, options),
      () => LanguageModel.load(directory, options),
      () => LanguageModel.loadCheckpoint(directory, options),
      () => damaged.fit(TEXT.repeat(3), { resume: directory, ...options }),
    ];
    await Deno.writeTextFile(`${directory}/config.json`, "{");
    for (const read of readers({})) {
      const found = `read ${directory}/config.json: expected the file that SHA256SUMS records, found`;
      await assertRejects(read, RangeError, found);
    }
    for (const read of readers({ verify: false })) {
      const { message } = await assertRejects(read, SyntaxError);
      const found = "expected JSON, found its end on line 1 instead of a key in double quotes";
      assertEquals(message, `read ${directory}/config.json: ${found}`);
    }
  });
});

Deno.test("sha256sum --check accepts SHA256SUMS after a save of all files and of some", async () => {
  await inTempDir(async (directory) => {
    await train(directory);
    await check(directory, 5);
    await (await LanguageModel.load(directory)).save(directory);
    await check(directory, 5);
    await Deno.remove(`${directory}/SHA256SUMS`);
    await (await LanguageModel.load(directory)).save(directory);
    await check(directory, 5);
    await readModel(directory);
  });

  async function check(directory: string, count: number): Promise<void> {
    const lines = (await Deno.readTextFile(`${directory}/SHA256SUMS`)).trimEnd().split("\n");
    assertEquals(lines.length, count);
    for (const line of lines) {
      const [hash, name] = line.split("  ");
      const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${directory}/${name}`));
      assertEquals(hash, new Uint8Array(digest).toHex(), name);
    }
  }
});

Deno.test("sizes are compared before memory is taken: small and sparse files cannot ask for much", async () => {
  await inTempDir(async (directory) => {
    await train(directory);
    await Deno.remove(`${directory}/SHA256SUMS`);
    const config = JSON.parse(await Deno.readTextFile(`${directory}/config.json`));
    const refused = async (change: object, words: string): Promise<void> => {
      await Deno.writeTextFile(`${directory}/config.json`, JSON.stringify({ ...config, ...change }));
      const before = Deno.memoryUsage();
      await assertRejects(() => LanguageModel.load(directory), RangeError, words);
      const after = Deno.memoryUsage();
      assert(after.rss - before.rss < 2 ** 28, `${JSON.stringify(change)}: ${after.rss - before.rss} bytes`);
    };
    await refused({ layers: Number.MAX_SAFE_INTEGER }, "expected layers to be");
    await refused({ hidden: 11000 }, "expected rnn.weight_ih_l0 to be [11000, 1], found [2, 1]");
    await refused({ hidden: 2 ** 40 }, "model.safetensors");
    await refused({ embed: 2 ** 26 }, "model.safetensors");
    await Deno.writeTextFile(`${directory}/config.json`, JSON.stringify(config));
    for (const name of [...MODEL, ...STATE]) {
      const bytes = await Deno.readFile(`${directory}/${name}`);
      await Deno.truncate(`${directory}/${name}`, 20 * 2 ** 30);
      const before = Deno.memoryUsage();
      await assertRejects(() => readModel(directory), RangeError, "found 2147");
      assert(Deno.memoryUsage().rss - before.rss < 2 ** 28, name);
      await Deno.writeFile(`${directory}/${name}`, bytes);
    }
    await readModel(directory);
  });
});

Deno.test("a training state larger than the model needs is refused by its header", async () => {
  await inTempDir(async (directory) => {
    await train(directory);
    await Deno.remove(`${directory}/SHA256SUMS`);
    const model = await LanguageModel.load(directory);
    const state = JSON.parse(await Deno.readTextFile(`${directory}/training_state.json`));
    const settings = { ...state.settings, averageLast: 2 ** 40 };
    await Deno.writeTextFile(`${directory}/training_state.json`, JSON.stringify({ ...state, settings }));
    const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `state.s${i}`);
    const cases: [tensors: Record<string, number>, found: string][] = [
      [{ parameters: 5 * 2 ** 30 }, `numbers in parameters, found ${5 * 2 ** 30}`],
      [{ average: 5 * 2 ** 30 }, `numbers in average, found ${5 * 2 ** 30}`],
      [Object.fromEntries(names(20).map((name) => [name, 2 ** 28])), `numbers in all tensors, found ${20 * 2 ** 28}`],
    ];
    for (const [tensors, found] of cases) {
      await writeSparse(`${directory}/training_state.safetensors`, tensors);
      await assertRejects(() => LanguageModel.loadCheckpoint(directory), RangeError, found);
      await assertRejects(() => model.fit(TEXT, { resume: directory }), RangeError, found);
    }
  });
});

Deno.test("a large tensor that the model does not use is not read, even if strict is false", async () => {
  await inTempDir(async (directory) => {
    await train(directory);
    await Deno.remove(`${directory}/SHA256SUMS`);
    const path = `${directory}/model.safetensors`;
    const { tensors } = decodeSafetensors(await Deno.readFile(path));
    const sizes = [...tensors.values()].map(({ name, shape }): [string, readonly number[]] => [name, shape]);
    await writeSparse(path, { ...Object.fromEntries(sizes), unused: 5 * 2 ** 30 });
    await assertRejects(() => LanguageModel.load(directory), RangeError, 'found "unused"');
    const words = `read ${path}: expected at most ${2 ** 30} numbers in all tensors, found 53687`;
    await assertRejects(() => LanguageModel.load(directory, { strict: false }), RangeError, words);
    await writeSparse(path, { ...Object.fromEntries(sizes), unused: 3 });
    await LanguageModel.load(directory, { strict: false });
  });
});

/** Writes float32 tensors of zeros that take no room on the disk, each with its number of elements or its shape. */
async function writeSparse(path: string, tensors: Readonly<Record<string, number | readonly number[]>>): Promise<void> {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, size]) => {
    const shape = typeof size === "number" ? [size] : size;
    const begin = end;
    end += 4 * shape.reduce((a, b) => a * b, 1);
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }];
  });
  const header = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const bytes = new Uint8Array(8 + header.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  await Deno.writeFile(path, bytes);
  await Deno.truncate(path, bytes.length + end);
}
