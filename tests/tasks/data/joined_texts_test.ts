import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { findFiles, namesBelow, patternParts } from "../../../tasks/data/find_files.ts";
import { openTexts, type Paths } from "../../../tasks/data/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** Writes files with their names as contents. */
async function write(directory: string, ...names: string[]): Promise<void> {
  for (const name of names) {
    await Deno.mkdir(`${directory}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${directory}/${name}`, name);
  }
}

const NAMES = ["b.txt", "a.txt", "notes.md", "deep/er/c.text", "deep/a.TXT", "image.png", ".hidden.txt", ".git/x.txt"];

Deno.test("a folder stands for its texts in the order of their paths, without hidden and empty files", async () => {
  await inTempDir(async (directory) => {
    await write(directory, ...NAMES, "deep/r.jsonl");
    await Deno.writeFile(`${directory}/z.txt.gz`, gzipSync("packed"));
    await Deno.writeTextFile(`${directory}/empty.txt`, "");
    for (const folder of [directory, `${directory}/`]) {
      const { files } = await openTexts(folder);
      const found = files.map(({ path }) => path.slice(directory.length + 1));
      assertEquals(found, ["a.txt", "b.txt", "deep/a.TXT", "deep/er/c.text", "notes.md", "z.txt.gz"]);
    }
  });
});

Deno.test("a folder without plain texts stands for its records", async () => {
  await inTempDir(async (directory) => {
    await write(directory, "b.jsonl", "sub/a.ndjson.gz", "c.json", "image.png");
    const { files } = await openTexts(directory);
    assertEquals(files.map(({ path }) => path.slice(directory.length + 1)), ["b.jsonl", "c.json", "sub/a.ndjson.gz"]);
  });
});

Deno.test("records in a folder with plain texts are reported as left out", async () => {
  await inTempDir(async (directory) => {
    await write(directory, "a/readme.md", "a/r.jsonl", "a/sub/r.json.gz", "b/r.jsonl", "image.png");
    const under = (path: string): string => path.slice(directory.length + 1);
    const { files, leftOut } = await findFiles([`${directory}/a`, `${directory}/b`]);
    assertEquals(files.map(under), ["a/readme.md", "b/r.jsonl"]);
    assertEquals(leftOut.map(under), ["a/r.jsonl", "a/sub/r.json.gz"]);
    assertEquals((await findFiles(`${directory}/a/*.jsonl`)).leftOut, []);
  });
});

Deno.test("the directories of models in folders are left out, unless they are named", async () => {
  await inTempDir(async (directory) => {
    await write(directory, "model/config.json", "model/SHA256SUMS", "model/README.md", "model/history.jsonl");
    await write(directory, "begun/elman.lock", "begun/history.jsonl", "cut/elman.commit/README.md");
    await write(directory, "set/SHA256SUMS", "set/r.jsonl", "other/config.json");
    const find = async (paths: Paths): Promise<string[]> => {
      const { files } = await findFiles([paths].flat().map((path) => `${directory}/${path}`));
      return files.map((path) => path.slice(directory.length + 1));
    };
    const own = ["other/config.json", "set/r.jsonl"];
    assertEquals(await find("."), own.map((name) => `./${name}`));
    assertEquals([await find("*/"), await find("**/*.json*")], [own, own]);
    assertEquals(await find(["model", "begun/*"]), ["model/README.md", "begun/elman.lock", "begun/history.jsonl"]);
    assertEquals(await namesBelow(directory), ["other/config.json", "set/SHA256SUMS", "set/r.jsonl"]);
  });
});

Deno.test("a pattern with a final slash stands for the texts in the folders that match", async () => {
  await inTempDir(async (directory) => {
    await write(directory, "top.txt", "a/1.txt", "a/deep/2.txt", "b/3.txt", "b/r.jsonl", "c/image.png", ".h/4.txt");
    const find = async (pattern: string): Promise<string[]> => {
      const { files } = await findFiles(`${directory}/${pattern}`);
      return files.map((path) => path.slice(directory.length + 1));
    };
    assertEquals(await find("*/"), ["a/1.txt", "a/deep/2.txt", "b/3.txt"]);
    assertEquals(await find("?/deep/"), ["a/deep/2.txt"]);
    assertEquals((await find("**/")).toSorted(), ["a/1.txt", "a/deep/2.txt", "b/3.txt", "top.txt"]);
    assertEquals(await find("*"), ["top.txt"]);
    await assertRejects(() => find("c*/"), RangeError, "c*/: expected folders with texts that match the pattern");
  });
});

Deno.test("patterns match names, any number of characters and any number of folders", async () => {
  await inTempDir(async (directory) => {
    await write(directory, ...NAMES);
    const find = async (pattern: string): Promise<string[]> => {
      const { files } = await openTexts(`${directory}/${pattern}`);
      return files.map(({ path }) => path.slice(directory.length + 1));
    };
    assertEquals(await find("*.txt"), ["a.txt", "b.txt"]);
    assertEquals(await find("?.txt"), ["a.txt", "b.txt"]);
    assertEquals(await find("a.*"), ["a.txt"]);
    assertEquals(await find("deep/*/c.text"), ["deep/er/c.text"]);
    assertEquals(await find("**/*.t?xt"), ["deep/er/c.text"]);
    assertEquals(await find("**/a.*"), ["a.txt", "deep/a.TXT"]);
    assertEquals(await find("deep/**"), ["deep/a.TXT", "deep/er/c.text"]);
    assertEquals(await find("**/**/*.md"), ["notes.md"]);
    assertEquals(await find(".*.txt"), [".hidden.txt"]);
    await write(directory, "odd*.txt", "oddly.txt");
    assertEquals(await find("odd*.txt"), ["odd*.txt"], "a file of that very name");
  });
});

Deno.test("relative patterns are found from the working directory", async () => {
  await inTempDir(async (directory) => {
    await write(directory, "a.txt", "b/c.txt");
    const code = `import { openTexts } from ${JSON.stringify(new URL("../../../tasks/data/mod.ts", import.meta.url))};
      for (const pattern of ["*.txt", "**/*.txt", "b/*", "b"]) {
        console.log((await openTexts(pattern)).files.map(({ path }) => path).join(" "));
      }`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", code],
      cwd: directory,
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "a.txt\na.txt b/c.txt\nb/c.txt\nb/c.txt\n");
  });
});

Deno.test("files are joined in the given order, with a line end between them", async () => {
  await inTempDir(async (directory) => {
    const contents = ["one", "two\n", "th\r\nree", "four\n"];
    const paths: string[] = [];
    for (const [i, content] of contents.entries()) {
      paths.push(`${directory}/${9 - i}.txt`);
      await Deno.writeTextFile(paths[i], content);
    }
    const joined = "one\ntwo\nth\nree\nfour\n";
    const { files, text } = await openTexts(paths);
    assertEquals(await text.slice(0, text.length), joined);
    assertEquals(files.map(({ start, end }) => joined.slice(start, end)), ["one", "two\n", "th\nree", "four\n"]);
    for (let start = 0; start <= joined.length; start++) {
      for (let end = start; end <= joined.length; end++) {
        assertEquals(await text.slice(start, end), joined.slice(start, end));
      }
    }
  });
});

Deno.test("more files than are kept open read as one text, in any order of reading", async () => {
  await inTempDir(async (directory) => {
    const count = 150;
    for (let i = 0; i < count; i++) await Deno.writeTextFile(`${directory}/${i}.txt`, `text ${i}\n`);
    const { files, text } = await openTexts(directory);
    assertEquals(files.length, count);
    const names = Array.from({ length: count }, (_, i) => `${i}.txt`).sort();
    assertEquals(await text.slice(0, text.length), names.map((name) => `text ${parseInt(name)}\n`).join(""));
    for (const i of [149, 0, 75, 3, 148]) {
      const { start, end } = files[i];
      assertEquals(await text.slice(start, end), `text ${parseInt(names[i])}\n`);
    }
    const { path, start, end } = files[0];
    await text.slice(files[80].start, files[149].end);
    await Deno.utime(path, 1e9, 1e9);
    const message = `read ${path}: expected the file to stay the same while it is read`;
    await assertRejects(async () => await text.slice(start, end), RangeError, message);
  });
});

Deno.test("a path that stands for no file is refused in one line", async () => {
  await inTempDir(async (directory) => {
    await write(directory, "sub/image.png", ".hidden.txt");
    const refused: [Paths, string][] = [
      [
        directory,
        `read ${directory}: expected .txt, .text, .md, .jsonl, .ndjson or .json files in the folder, found none`,
      ],
      [`${directory}/*.txt`, `read ${directory}/*.txt: expected files that match the pattern, found none`],
      [`${directory}/none/*.txt`, "expected files that match the pattern, found none"],
      [`${directory}/none.txt`, `read ${directory}/none.txt: expected a file, found none`],
      [
        [`${directory}/.hidden.txt`, `${directory}/none.txt`],
        `read ${directory}/none.txt: expected a file, found none`,
      ],
    ];
    for (const [paths, message] of refused) await assertRejects(() => openTexts(paths), RangeError, message);
  });
});

Deno.test("a pattern may have the separators of Windows and the name of a server there", () => {
  const cases = [
    ["/", "/a//b/*.txt", ["/", ["a", "b", "*.txt"], false]],
    ["/", "a\\b/*/", ["", ["a\\b", "*"], true]],
    ["\\", "texts\\**\\*.txt", ["", ["texts", "**", "*.txt"], false]],
    ["\\", "C:\\texts/a*\\", ["", ["C:", "texts", "a*"], true]],
    ["\\", "\\\\server\\share\\*.txt", ["//", ["server", "share", "*.txt"], false]],
  ] as const;
  for (const [separator, pattern, expected] of cases) {
    const { root, segments, isOfFolders } = patternParts(pattern, separator);
    assertEquals([root, segments, isOfFolders], [...expected], pattern);
  }
});
