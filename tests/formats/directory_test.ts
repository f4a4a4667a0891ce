import * as fs from "node:fs/promises";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { readDirectory, type ReadDirectoryOptions, writeDirectory } from "../../src/formats/mod.ts";
import { commitFiles } from "../../src/formats/commit_files.ts";
import { failingAt, intercepted, isLook, Killed, killedAt, writingHalves } from "./faulty_file_system.ts";
import { generation, NAMES } from "./generations.ts";
import { describeTree } from "./tree.ts";

/** The files of a directory with a generation. */
const SAVED = ["SHA256SUMS", ...NAMES];

const NOTHING = -1;

async function inTempDir(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "elman_directory_" });
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Checks that the files are complete and of one generation, and returns it; `NOTHING` if there are no files. */
async function readGeneration(dir: string, options: ReadDirectoryOptions = {}): Promise<number> {
  const files = await readDirectory(dir, [], { ...options, optional: NAMES });
  if (files.size === 0) return NOTHING;
  assertEquals([...files.keys()], [...NAMES]);
  const words = [...files.values()].map((bytes) => new Uint32Array(bytes.buffer));
  const [first] = words[0];
  for (const [i, name] of NAMES.entries()) {
    assertEquals(words[i].length, words[0].length * (i + 1), `length of ${name}`);
    assert(words[i].every((word) => word === first), `${name} is not of generation ${first}, as ${NAMES[0]} is`);
  }
  return first;
}

async function namesIn(dir: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(dir), ({ name }) => name)).sort();
}

async function writeFiles(dir: string, files: Record<string, Uint8Array>): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${dir}/${name}`, bytes);
}

/** States of a directory before a write, and the generation that each holds. */
const STATES: { name: string; holds: number; make: (dir: string) => Promise<void> }[] = [
  { name: "a missing directory", holds: NOTHING, make: (dir) => Deno.remove(dir) },
  { name: "old files", holds: 1, make: (dir) => writeFiles(dir, generation(1)) },
  {
    name: "old files and the leftovers of a dead writer",
    holds: 1,
    make: async (dir) => {
      const { "config.json": config } = generation(9);
      await writeFiles(dir, generation(1));
      await writeFiles(`${dir}/elman.0123abcd.tmp`, { "config.json": config, "model.bin": config });
      await writeFiles(`${dir}/elman.ffffffff.tmp`, {});
    },
  },
  {
    name: "a committed write that is half moved into place",
    holds: 1,
    make: async (dir) => {
      const { "config.json": config, ...rest } = generation(1);
      await writeFiles(dir, { ...generation(0), "config.json": config });
      await writeFiles(`${dir}/elman.commit`, rest);
    },
  },
];

async function makeState(state: typeof STATES[number], parent: string): Promise<string> {
  const dir = `${parent}/model`;
  await Deno.mkdir(dir);
  await state.make(dir);
  return dir;
}

async function countOperations(
  state: typeof STATES[number],
  counts: (operation: string) => boolean = () => true,
): Promise<number> {
  let count = 0;
  await inTempDir(async (parent) => {
    const dir = await makeState(state, parent);
    await writeDirectory(dir, generation(2), {
      fileSystem: intercepted((operation) => void (count += +counts(operation))),
    });
  });
  return count;
}

for (const state of STATES) {
  Deno.test(`a kill at any step of a write over ${state.name} leaves all old or all new files`, async () => {
    const found: number[] = [];
    const steps = await countOperations(state, (operation) => !isLook(operation));
    for (let step = 0; step < steps; step++) {
      await inTempDir(async (parent) => {
        const dir = await makeState(state, parent);
        const writing = writeDirectory(dir, generation(2), { fileSystem: killedAt(step) });
        const { cause } = await assertRejects(() => writing, RangeError);
        assert(cause instanceof Killed);
        await Deno.mkdir(dir, { recursive: true });
        const before = await describeTree(dir);
        found.push(await readGeneration(dir));
        assertEquals(await describeTree(dir), before, `step ${step}: a reader never writes`);
        await writeDirectory(dir, generation(3));
        assertEquals(await readGeneration(dir), 3);
        assertEquals(await namesIn(dir), SAVED, `step ${step}, after the next write`);
      });
    }
    const commit = found.indexOf(2);
    assert(commit > 0, `${found}`);
    assertEquals(found, found.map((_, step) => step < commit ? state.holds : 2));
  });

  Deno.test(`a full disk at any step of a write over ${state.name} leaves all old or all new files`, async () => {
    const steps = await countOperations(state);
    let failures = 0;
    for (let step = 0; step < steps; step++) {
      await inTempDir(async (parent) => {
        const dir = await makeState(state, parent);
        const before = new Set<string>([...await namesIn(dir).catch(() => []), ...SAVED]);
        const fileSystem = failingAt(step, "ENOSPC", "no space left on device");
        const message = await writeDirectory(dir, generation(2), { fileSystem }).then(() => "", errorLine);
        await Deno.mkdir(dir, { recursive: true });
        const isNew = message === "" || message.includes("out of elman.commit, where they are safe");
        assertEquals(await readGeneration(dir), isNew ? 2 : state.holds, `step ${step}: ${message}`);
        if (message !== "") {
          failures++;
          assert(/^(?:make|write|move|finish|read) /.test(message) && message.includes(dir), message);
          assert(
            message.endsWith(": ENOSPC: no space left on device; free some space or choose another disk"),
            message,
          );
        }
        if (!isNew) {
          assertEquals((await namesIn(dir)).filter((name) => !before.has(name)), [], `step ${step}: ${message}`);
        }
        await writeDirectory(dir, generation(3));
        assertEquals(await namesIn(dir), SAVED, `step ${step}, after the next write`);
      });
    }
    assert(failures > steps / 2, `${failures} of ${steps}`);
  });
}

function errorLine(error: unknown): string {
  assert(error instanceof RangeError);
  assert(!error.message.includes("\n"), error.message);
  return error.message;
}

Deno.test("a write flushes every file before it commits, and the directory before it moves files", async () => {
  await inTempDir(async (dir) => {
    const log: string[] = [];
    const fileSystem = intercepted((operation) => {
      log.push(operation.replaceAll(/elman\.\w{8}\.tmp/g, "NEW"));
    });
    await writeDirectory(dir, { a: "old", b: "old" });
    await writeDirectory(dir, { a: "new", b: ["n", "ew"].map((part) => new TextEncoder().encode(part)) }, {
      fileSystem,
    });
    const from = log.indexOf(`mkdir ${dir}/NEW`);
    assertEquals(
      log.slice(from).map((operation) => operation.replaceAll(dir, ".").replaceAll("elman.commit", "COMMIT"))
        .filter((operation) => !/^l?stat /.test(operation)),
      [
        ...["mkdir ./NEW", "open ./NEW/a wx", "write ./NEW/a", "sync ./NEW/a"],
        ...["open ./NEW/b wx", "write ./NEW/b", "write ./NEW/b", "sync ./NEW/b"],
        ...[
          "open ./NEW/SHA256SUMS wx",
          "write ./NEW/SHA256SUMS",
          "sync ./NEW/SHA256SUMS",
          "open ./NEW r",
          "sync ./NEW",
        ],
        ...["rename ./NEW ./COMMIT", "open . r", "sync ."],
        ...["readdir ./COMMIT", "open ./COMMIT/SHA256SUMS", "read ./COMMIT/SHA256SUMS"],
        ...["rename ./COMMIT/a ./a", "rename ./COMMIT/b ./b", "rename ./COMMIT/SHA256SUMS ./SHA256SUMS"],
        ...["open . r", "sync .", "open ./COMMIT r", "sync ./COMMIT", "rmdir ./COMMIT"],
      ],
    );
    assertEquals(await Deno.readTextFile(`${dir}/b`), "new");
  });
});

Deno.test("a write creates the directory, writes text and parts, and keeps other files", async () => {
  await inTempDir(async (parent) => {
    const dir = `${parent}/runs/1`;
    await writeDirectory(dir, { "notes.txt": "mine\n" });
    const shared = new Uint8Array(new SharedArrayBuffer(2 ** 24 + 5)).map((_, i) => i % 251);
    const parts = [shared.subarray(0, 7), new Uint8Array(0), shared.subarray(7)];
    const files = { "model.bin": parts, "empty": new Uint8Array(0), "config.json": '{"é":1}' };
    await writeDirectory(dir, files, { fileSystem: writingHalves() });
    const found = await readDirectory(dir, ["config.json", "empty", "model.bin", "notes.txt"]);
    assertEquals(new TextDecoder().decode(found.get("config.json")), '{"é":1}');
    assertEquals(new TextDecoder().decode(found.get("notes.txt")), "mine\n");
    assertEquals(found.get("empty")!.length, 0);
    const model = found.get("model.bin")!;
    assert(model.length === shared.length && model.every((byte, i) => byte === i % 251));
    assertEquals(await namesIn(dir), ["SHA256SUMS", "config.json", "empty", "model.bin", "notes.txt"]);
  });
});

Deno.test("a reader sees files of one generation while a writer replaces them", async () => {
  await inTempDir(async (dir) => {
    await writeDirectory(dir, generation(0));
    let writing = true;
    const writer = (async () => {
      for (let n = 1; n <= 60; n++) await writeDirectory(dir, generation(n));
      writing = false;
    })();
    const seen = new Set<number>();
    for (let last = 0; writing;) {
      const found = await readGeneration(dir);
      assert(found >= last, `generation ${found} after ${last}`);
      seen.add(last = found);
    }
    await writer;
    assert(seen.size > 5, `${seen.size} generations seen`);
    assertEquals(await readGeneration(dir), 60);
  });
});

Deno.test("concurrent writers queue, and the last one's files remain", async () => {
  await inTempDir(async (dir) => {
    for (let round = 0; round < 2; round++) {
      await Promise.all(Array.from({ length: 15 }, (_, n) => writeDirectory(dir, generation(n))));
      assertEquals(await readGeneration(dir), 14);
    }
  });
});

Deno.test("writers that do not wait for each other never mix their files", async () => {
  await inTempDir(async (dir) => {
    let written = 0;
    for (let round = 0; round < 8; round++) {
      const numbers = [0, 1, 2, 3].map((writer) => round * 4 + writer);
      const writes = numbers.map((n) => commitFiles({ ...fs }, dir, generation(n)));
      const results = await Promise.allSettled(writes);
      const found = await readGeneration(dir);
      for (const result of results) if (result.status === "rejected") errorLine(result.reason);
      if (results.some(({ status }) => status === "fulfilled")) {
        written++;
        assert(numbers.includes(found), `${found} is not of ${numbers}`);
      }
    }
    assert(written > 0);
    await writeDirectory(dir, generation(1000));
    assertEquals(await readGeneration(dir), 1000);
    assertEquals(await namesIn(dir), SAVED);
  });
});

Deno.test("a writer cannot commit after another writer has begun to remove its staged files", async () => {
  await inTempDir(async (dir) => {
    await writeDirectory(dir, generation(1));
    const fileSystem = intercepted(async (operation) => {
      if (!/^rename .*tmp .*commit$/.test(operation)) return;
      let dead = false;
      const other = intercepted(async (operation) => {
        if (operation.startsWith("rm ")) {
          dead = true;
          await Deno.remove(`${operation.slice(3)}/config.json`);
        }
        if (dead) throw new Killed(operation);
      });
      await assertRejects(() => commitFiles(other, dir, generation(3)), RangeError);
      assert(dead);
    });
    await assertRejects(() => commitFiles(fileSystem, dir, generation(2)), RangeError, "ENOENT");
    assertEquals(await readGeneration(dir), 1);
  });
});

Deno.test("a commit while another writer is finishing breaks neither write", async () => {
  await inTempDir(async (dir) => {
    const fileSystem = intercepted(async (operation) => {
      if (operation !== `rmdir ${dir}/elman.commit`) return;
      let committed = false;
      const other = intercepted((operation) => {
        if (committed) throw new Killed(operation);
        committed = operation.startsWith("rename ") && operation.endsWith("/elman.commit");
      });
      await assertRejects(() => commitFiles(other, dir, generation(2)), RangeError, "are safe");
    });
    await commitFiles(fileSystem, dir, generation(1));
    assertEquals(await namesIn(dir), [...SAVED, "elman.commit"].sort());
    assertEquals(await readGeneration(dir), 2);
  });
});

Deno.test("a process killed at random 8 times while it rewrites a directory never leaves mixed files", async () => {
  await inTempDir(async (dir) => {
    let last = 0;
    await writeDirectory(dir, generation(last, 50_000));
    for (let kill = 0; kill < 8; kill++) {
      const reported = await rewriteAndKill(dir, last, Math.random() * 60);
      const found = await readGeneration(dir);
      assert(
        found === reported || found === reported + 1,
        `kill ${kill}: generation ${reported} was written, found ${found}`,
      );
      last = found;
    }
    assert(last >= 8, `${last} generations written`);
    await writeDirectory(dir, generation(0));
    assertEquals(await namesIn(dir), SAVED);
  });
});

/**
 * Lets a process rewrite the directory for some milliseconds after its first write, and returns the last generation
 * that it reported.
 */
async function rewriteAndKill(dir: string, last: number, milliseconds: number): Promise<number> {
  const script = new URL("./rewrite_forever.ts", import.meta.url).href;
  const args = ["run", "--no-check", "--no-config", "--allow-read", "--allow-write", script, dir, String(last)];
  const process = new Deno.Command(Deno.execPath(), { args, stdout: "piped" }).spawn();
  let output = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    timer ??= setTimeout(() => process.kill("SIGKILL"), milliseconds);
  }
  assertEquals((await process.status).signal, "SIGKILL");
  return Number(output.slice(0, output.lastIndexOf("\n")).split("\n").at(-1));
}

Deno.test("readDirectory reports in one line what is missing or has the wrong type", async () => {
  await inTempDir(async (dir) => {
    const refuses = async (path: string, names: string[], message: string): Promise<void> => {
      const { message: found } = await assertRejects(() => readDirectory(path, names), RangeError);
      assertEquals(found, message);
    };
    await writeDirectory(dir, { "config.json": "{}" });
    await Deno.mkdir(`${dir}/tokenizer.json`);
    await refuses(`${dir}/none`, [], `read directory ${dir}/none: ENOENT: no such file or directory`);
    await refuses(
      `${dir}/config.json`,
      [],
      `read directory ${dir}/config.json: expected a directory, found a file`,
    );
    await refuses(dir, ["config.json", "a", "b"], `read directory ${dir}: it lacks a, b`);
    await refuses(
      dir,
      ["tokenizer.json"],
      `read ${dir}/tokenizer.json: expected a plain file, found a directory`,
    );
    const files = await readDirectory(dir, ["config.json"], { optional: ["config.json", "a"] });
    assertEquals([...files.keys()], ["config.json"]);
  });
});

Deno.test("writeDirectory refuses names outside the directory and paths that cannot be written", async () => {
  await inTempDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/file`, "");
    await Deno.mkdir(`${dir}/folder`);
    const names = [
      "",
      ".",
      "..",
      "../x",
      "a/b",
      "/x",
      "a\\b",
      ".hidden",
      "a\nb",
      "a b",
      "elman.commit",
      "elman.lock",
      "SHA256SUMS",
    ];
    for (const name of [...names, "elman.0123abcd.tmp"]) {
      const { message } = await assertRejects(() => writeDirectory(dir, { ok: "", [name]: "" }), RangeError);
      assertEquals(
        message,
        `write directory ${dir}: ${JSON.stringify(name)} is not an allowed file name`,
      );
    }
    await assertRejects(() => writeDirectory(`${dir}/file`, { ok: "" }), RangeError, "EEXIST: file already exists");
    await assertRejects(() => writeDirectory(`${dir}/file/x`, { ok: "" }), RangeError, "ENOTDIR: not a directory");
    await assertRejects(() => writeDirectory("", { ok: "" }), RangeError, "expected a path, found an empty one");
    const onFolder = () => writeDirectory(dir, { ok: "", folder: "" });
    await assertRejects(onFolder, RangeError, `write ${dir}/folder: expected a plain file, found a directory`);
    assertEquals(await namesIn(dir), ["file", "folder"]);
  });
});
