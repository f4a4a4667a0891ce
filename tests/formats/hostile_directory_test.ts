import * as fs from "node:fs/promises";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { commitFiles } from "../../src/formats/commit_files.ts";
import { readDirectory, writeDirectory } from "../../src/formats/mod.ts";
import { lockForTraining } from "../../src/formats/directory_lock.ts";
import { inTempDir } from "../support/command.ts";
import { intercepted } from "./faulty_file_system.ts";
import { describeTree } from "./tree.ts";

const NAMES = ["config.json", "model.bin"] as const;
/** Every entry that a reader or a writer may look at. */
const ENTRIES = ["SHA256SUMS", ...NAMES, "elman.commit", "elman.lock", "elman.0123abcd.tmp"];
/** Number of random directories. */
const ROUNDS = 60;

/** Ways to put something hostile at a path; `outside` is a directory with a victim's files. */
const HOSTILE: Readonly<Record<string, (path: string, outside: string) => Promise<unknown>>> = {
  "a link to a file": (path, outside) => Deno.symlink(`${outside}/config.json`, path),
  "a link to a directory": (path, outside) => Deno.symlink(outside, path),
  "a dangling link": (path, outside) => Deno.symlink(`${outside}/none`, path),
  "a link to itself": (path) => Deno.symlink(path, path),
  "a pipe": (path) => makePipe(path),
  "a directory": (path) => Deno.mkdir(path),
  "a directory with a link": async (path, outside) => {
    await Deno.mkdir(path);
    await Deno.symlink(`${outside}/config.json`, `${path}/config.json`);
  },
  "a directory with a pipe": async (path) => {
    await Deno.mkdir(path);
    await makePipe(`${path}/config.json`);
  },
  "a directory with a directory": (path) => Deno.mkdir(`${path}/config.json`, { recursive: true }),
  "a directory with a strange name": async (path) => {
    await Deno.mkdir(path);
    await Deno.writeTextFile(`${path}/.profile`, "");
  },
};

async function makePipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  assert(success);
}

/** Makes a saved directory with `place` at an entry, and a victim beside it. */
async function make(parent: string, placed: readonly (readonly [entry: string, kind: string])[]): Promise<string> {
  const [dir, outside] = [`${parent}/model`, `${parent}/outside`];
  await writeDirectory(dir, { "config.json": "old", "model.bin": "old" });
  await Deno.mkdir(outside);
  for (const name of [...NAMES, "precious.txt"]) await Deno.writeTextFile(`${outside}/${name}`, "precious");
  for (const [entry, kind] of placed) {
    await Deno.remove(`${dir}/${entry}`, { recursive: true }).catch(() => {});
    await HOSTILE[kind](`${dir}/${entry}`, outside);
  }
  return dir;
}

/** Reads and writes a directory, and checks that reading changes nothing and that neither touches the victim. */
async function use(parent: string, dir: string): Promise<{ read?: Error; write?: Error }> {
  const before = await describeTree(parent);
  const victim = await describeTree(`${parent}/outside`);
  const read = await readDirectory(dir, NAMES).then(() => undefined, (error) => error);
  assertEquals(await describeTree(parent), before, "a reader never writes");
  const write = await writeDirectory(dir, { "config.json": "new" }).then(() => undefined, (error) => error);
  assertEquals(await describeTree(`${parent}/outside`), victim, "a writer writes nothing outside");
  for (const error of [read, write]) {
    if (error === undefined) continue;
    assert(error instanceof RangeError || error instanceof SyntaxError, String(error));
    assert(error.message.includes(dir) && !error.message.includes("\n"), error.message);
  }
  return { read, write };
}

for (const kind of Object.keys(HOSTILE)) {
  Deno.test(`${kind} in a model directory is refused by name, and nothing outside is touched`, async () => {
    for (const entry of ["SHA256SUMS", ...NAMES, "elman.commit"]) {
      await inTempDir(async (parent) => {
        const { read, write } = await use(parent, await make(parent, [[entry, kind]]));
        // An empty directory in place of elman.commit is what a writer leaves that dies after its last move.
        const isPlain = entry === "elman.commit" && kind === "a directory";
        const isUnread = entry === "elman.commit" && kind === "a directory with a strange name";
        assert(isPlain || isUnread || read?.message.includes(entry), `${entry}: ${read}`);
        assert(isPlain || write?.message.includes(entry), `${entry}: ${write}`);
      });
    }
  });
}

Deno.test("a model directory may be reached through a link", async () => {
  await inTempDir(async (parent) => {
    await make(parent, []);
    await Deno.symlink("model", `${parent}/latest`);
    await writeDirectory(`${parent}/latest`, { "config.json": "new" });
    const files = await readDirectory(`${parent}/latest`, NAMES);
    assertEquals([...files.values()].map((bytes) => new TextDecoder().decode(bytes)), ["new", "old"]);
    assertEquals((await Deno.lstat(`${parent}/latest`)).isSymlink, true);
  });
});

Deno.test("directories with random hostile entries are never changed by readers, nor anything outside by writers", async () => {
  let state = 1;
  /** A number from 0 to below `count` (Numerical Recipes' linear congruential generator). */
  const draw = (count: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * count);
  };
  const kinds = Object.keys(HOSTILE).filter((kind) => !kind.includes("pipe"));
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await inTempDir(async (parent) => {
      const placed = Array.from(
        { length: 1 + draw(3) },
        () => [ENTRIES[draw(ENTRIES.length)], kinds[draw(kinds.length)]] as const,
      );
      const { read, write } = await use(parent, await make(parent, placed));
      if (read || write) refused++;
    });
  }
  assert(refused > ROUNDS / 2, `${refused} of ${ROUNDS}`);
});

Deno.test("files larger than their kind allows are refused before they are read", async () => {
  await inTempDir(async (dir) => {
    await writeDirectory(dir, { "config.json": "{}", "model.bin": "" });
    for (const [name, size] of [["config.json", 2 ** 27 + 1], ["model.bin", 2 ** 32 + 1]] as const) {
      await Deno.truncate(`${dir}/${name}`, size);
      await assertRejects(() => readDirectory(dir, [name]), RangeError, `${dir}/${name}: expected at most ${size - 1}`);
    }
    await Deno.truncate(`${dir}/SHA256SUMS`, 20 * 2 ** 30);
    const words = `read ${dir}/SHA256SUMS: expected at most ${2 ** 27} bytes, found ${20 * 2 ** 30}`;
    await assertRejects(() => readDirectory(dir, ["config.json"]), RangeError, words);
    await assertRejects(() => writeDirectory(dir, { "config.json": "{}" }), RangeError, words);
  });
});

Deno.test("a lock that is a second name of another file is refused, and that file kept", async () => {
  await inTempDir(async (parent) => {
    const dir = await make(parent, []);
    await Deno.link(`${parent}/outside/precious.txt`, `${dir}/elman.lock`);
    const words = "elman.lock: expected a plain file, found a hard link to another; delete it";
    await assertRejects(() => writeDirectory(dir, { "config.json": "new" }), RangeError, words);
    await assertRejects(() => lockForTraining(dir), RangeError, words);
    assertEquals(await Deno.readTextFile(`${parent}/outside/precious.txt`), "precious");
    await Deno.remove(`${dir}/elman.lock`);
    await writeDirectory(dir, { "config.json": "new" });
  });
});

Deno.test("a lock of any size is taken over without being read", async () => {
  await inTempDir(async (dir) => {
    await writeDirectory(dir, { "config.json": "old" });
    await Deno.writeTextFile(`${dir}/elman.lock`, "");
    await Deno.truncate(`${dir}/elman.lock`, 2 ** 30);
    const before = Deno.memoryUsage().rss;
    await writeDirectory(dir, { "config.json": "new" });
    assert(Deno.memoryUsage().rss - before < 2 ** 28);
    assertEquals(await Deno.stat(`${dir}/elman.lock`).catch(() => undefined), undefined);
  });
});

Deno.test("a writer refuses a list of checksums that is larger than readers allow", async () => {
  await inTempDir(async (dir) => {
    await writeDirectory(dir, { "config.json": "{}" });
    await Deno.truncate(`${dir}/SHA256SUMS`, 2 ** 27 + 1);
    const message = `read ${dir}/SHA256SUMS: expected at most ${2 ** 27} bytes`;
    await assertRejects(() => writeDirectory(dir, { "config.json": "{}" }), RangeError, message);
  });
});

Deno.test("a writer reads and lists none of the files that others put into a directory", async () => {
  await inTempDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/other.json`, "");
    await Deno.truncate(`${dir}/other.json`, 10 * 2 ** 30);
    await Deno.writeTextFile(`${dir}/training_state.json`, "{}");
    await writeDirectory(dir, { "config.json": "{}" });
    const lines = (await Deno.readTextFile(`${dir}/SHA256SUMS`)).trimEnd().split("\n");
    assertEquals(lines.map((line) => line.slice(66)), ["config.json", "training_state.json"]);
  });
});

Deno.test("a fault while the checksums are read is not shown as damage of the file", async () => {
  await inTempDir(async (dir) => {
    await writeDirectory(dir, { "config.json": "{}" });
    const fault = new TypeError("a fault");
    const { decode } = TextDecoder.prototype;
    TextDecoder.prototype.decode = () => {
      throw fault;
    };
    try {
      assertEquals(await assertRejects(() => commitFiles(fs, dir, { "config.json": "{}" })), fault);
    } finally {
      TextDecoder.prototype.decode = decode;
    }
  });
});

Deno.test("a file that the list of a committed write does not have is removed, not moved into the directory", async () => {
  await inTempDir(async (dir) => {
    await writeDirectory(dir, { "config.json": "{}", "model.bin": "new" });
    await Deno.mkdir(`${dir}/elman.commit`);
    for (const name of ["SHA256SUMS", "model.bin"]) await Deno.rename(`${dir}/${name}`, `${dir}/elman.commit/${name}`);
    await Deno.writeTextFile(`${dir}/elman.commit/evil.txt`, "evil");
    await writeDirectory(dir, { "config.json": "{ }" });
    const files = await readDirectory(dir, NAMES);
    assertEquals([...files.values()].map((bytes) => new TextDecoder().decode(bytes)), ["{ }", "new"]);
    const left = Array.from(Deno.readDirSync(dir), ({ name }) => name).sort();
    assertEquals(left, ["SHA256SUMS", ...NAMES]);
  });
});

Deno.test("the list of a committed write is moved after all other files", async () => {
  await inTempDir(async (dir) => {
    const moved: string[] = [];
    const watching = intercepted((operation) => {
      const [, name] = /^rename .*elman\.commit\/(\S+) /.exec(operation) ?? [];
      if (name !== undefined) moved.push(name);
    });
    await writeDirectory(dir, { "config.json": "{}", "model.bin": "", "a.txt": "", "z.txt": "" }, {
      fileSystem: watching,
    });
    assertEquals([moved.length, moved.at(-1)], [5, "SHA256SUMS"]);
  });
});
