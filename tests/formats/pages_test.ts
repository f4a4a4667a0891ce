import { assert, assertEquals } from "@std/assert";
import { writeDirectory } from "../../src/formats/mod.ts";
import { filesOf } from "../../src/formats/memory_files.ts";
import { isUneditedPage, markPage } from "../../src/formats/pages.ts";

const CARD = "README.md";

async function inTempDir(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "elman_pages_" });
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const filesAbout = (text: string): Record<string, string> => ({ "config.json": text, [CARD]: markPage(`# ${text}\n`) });
const read = (dir: string, name = CARD): Promise<string> => Deno.readTextFile(`${dir}/${name}`);

Deno.test("a page is known as unedited by its last line, and any change of it is an edit", () => {
  const page = markPage("# A model\n\n<!-- a comment -->\n");
  assert(isUneditedPage(CARD, page));
  assert(isUneditedPage(CARD, [new TextEncoder().encode(page)]));
  assert(!isUneditedPage("notes.md", page));
  for (const edited of [page + "\n", " " + page, page.replace("A", "My"), "# A model\n", "", markPage("x") + page]) {
    assert(!isUneditedPage(CARD, edited), JSON.stringify(edited));
  }
});

Deno.test("a page is replaced until it is edited, and written again once it is deleted", async () => {
  await inTempDir(async (dir) => {
    await writeDirectory(dir, filesAbout("first"));
    await writeDirectory(dir, filesAbout("second"));
    assertEquals(await read(dir), filesAbout("second")[CARD]);
    const edited = `${await read(dir)}My own words.\n`;
    await Deno.writeTextFile(`${dir}/${CARD}`, edited);
    await writeDirectory(dir, filesAbout("third"));
    assertEquals([await read(dir), await read(dir, "config.json")], [edited, "third"]);
    await Deno.remove(`${dir}/${CARD}`);
    await writeDirectory(dir, filesAbout("fourth"));
    assertEquals(await read(dir), filesAbout("fourth")[CARD]);
    assertEquals((await read(dir, "SHA256SUMS")).includes(CARD), false);
  });
});

Deno.test(
  "a folder or a link in the page's place stays as it is",
  { ignore: Deno.build.os === "windows" },
  async () => {
    await inTempDir(async (dir) => {
      await Deno.mkdir(`${dir}/${CARD}`);
      await writeDirectory(dir, filesAbout("first"));
      assert((await Deno.lstat(`${dir}/${CARD}`)).isDirectory);
      await Deno.remove(`${dir}/${CARD}`);
      await Deno.writeTextFile(`${dir}/mine.md`, markPage("mine"));
      await Deno.symlink("mine.md", `${dir}/${CARD}`);
      await writeDirectory(dir, filesAbout("second"));
      assert((await Deno.lstat(`${dir}/${CARD}`)).isSymlink);
      assertEquals([await read(dir), await read(dir, "config.json")], [markPage("mine"), "second"]);
    });
  },
);

Deno.test("a page of a committed write replaces one that was not edited, and leaves an edited one", async () => {
  for (const [place, expected] of [["mine", "mine"], [markPage("old"), filesAbout("second")[CARD]]]) {
    await inTempDir(async (dir) => {
      await writeDirectory(dir, filesAbout("second"));
      await Deno.mkdir(`${dir}/elman.commit`);
      for (const name of ["config.json", CARD, "SHA256SUMS"]) {
        await Deno.rename(`${dir}/${name}`, `${dir}/elman.commit/${name}`);
      }
      await Deno.writeTextFile(`${dir}/${CARD}`, place);
      await writeDirectory(dir, { "other.json": "{}" });
      assertEquals([await read(dir), await read(dir, "config.json")], [expected, "second"]);
      const names = await Array.fromAsync(Deno.readDir(dir), ({ name }) => name);
      assertEquals(names.sort(), [CARD, "SHA256SUMS", "config.json", "other.json"]);
    });
  }
});

Deno.test("files in memory have the page, without a checksum", async () => {
  const files = filesOf(filesAbout("first"));
  assertEquals(files.map(({ name }) => name), ["config.json", CARD, "SHA256SUMS"]);
  assertEquals((await files[2].text()).includes(CARD), false);
});
