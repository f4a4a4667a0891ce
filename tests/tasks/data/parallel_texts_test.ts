import { assertEquals, assertRejects } from "@std/assert";
import {
  type PairOptions,
  type ParallelFiles,
  type ParallelTexts,
  readParallelTexts,
} from "../../../tasks/data/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** Reads temporary files with these contents. */
async function read(contents: Record<string, string | Uint8Array<ArrayBuffer>>): Promise<string[][]> {
  let found: string[][] = [];
  await inTempDir(async (directory) => {
    for (const [name, content] of Object.entries(contents)) {
      await Deno.writeFile(
        `${directory}/${name}`,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
    }
    const at = (name: string): string => `${directory}/${name}`;
    const files: ParallelFiles = "pairs" in contents
      ? { pairs: at("pairs") }
      : { source: at("source"), target: at("target") };
    const { pairs } = await readParallelTexts(files).catch((error) => {
      error.message = error.message.replaceAll(`${directory}/`, "");
      throw error;
    });
    found = pairs.map(({ source, target }) => [source, target]);
  });
  return found;
}

Deno.test("matching lines of two files form pairs, even empty lines", async () => {
  const expected = [["a b", "x"], ["", "y"], ["c", ""], ["d", "z"]];
  assertEquals(await read({ source: "a b\n\nc\nd\n", target: "x\ny\n\nz\n" }), expected);
  assertEquals(await read({ source: "a b\r\n\r\nc\r\nd", target: "x\ny\n\nz" }), expected);
});

Deno.test("a tab separates the sides of a pair", async () => {
  assertEquals(await read({ pairs: "a b\tx y\n\ty\nc\t\n" }), [["a b", "x y"], ["", "y"], ["c", ""]]);
});

Deno.test("pairs without tabs, a header and a telling name are read if all records have as many fields", async () => {
  const expected = [["Go on.", "Weiter."], ["Stop, now.", "Halt."], ["Yes.", "Ja, gern."]];
  assertEquals(await read({ pairs: 'Go on.,Weiter.\n"Stop, now.",Halt.\nYes.,"Ja, gern."\n' }), expected);
  assertEquals(await read({ pairs: "Go on.;Weiter.\nStop, now.;Halt.\nYes.;Ja, gern.\n" }), expected);
  assertEquals(await read({ pairs: "Go on.|Weiter.|CC-BY\nStop, now.|Halt.|CC-BY\nYes.|Ja, gern.|CC-BY\n" }), expected);
  await assertRejects(
    () => read({ pairs: "Go on, then\nStop, now, please\nYes, we do\n" }),
    RangeError,
    "expected a tab between source and target on each line, found none; set --delimiter for another character",
  );
});

Deno.test("prose with one comma or semicolon on each line is not read as pairs", async () => {
  const expected = "expected a tab between source and target on each line, found none";
  const lines = ["Well, number 7.", "It was late; we left.", "The book cost 1,000 francs.", 'He said, "I see".'];
  for (const line of lines) {
    for (const name of ["a.txt", "a"]) {
      await assertRejects(() => readTable(name, `${line}\n`.repeat(40)), RangeError, expected);
    }
  }
  const pairs = ["Well,number 7.", "Yes, I do.;Ja, gern.", "Yes | Ja"];
  for (const line of pairs) assertEquals((await readTable("a.txt", `${line}\n`.repeat(40))).pairs.length, 40, line);
  const spaced = "Well, gut\n".repeat(40);
  assertEquals((await readTable("a.csv", spaced)).pairs.length, 40);
  assertEquals((await readTable("a.txt", spaced, { delimiter: "comma" })).pairs.length, 40);
  const quoted = '"No, thanks.",Nein\nYes, Ja\nWell, Gut\n'.repeat(9);
  assertEquals((await readTable("a.txt", quoted)).pairs.length, 27);
});

Deno.test("lines that are not pairs are refused with file and line number", async () => {
  const refuse = async (contents: Record<string, string | Uint8Array<ArrayBuffer>>, words: string): Promise<void> => {
    await assertRejects(() => read(contents), RangeError, words);
  };
  await refuse(
    { source: "a\nb\n", target: "x\n" },
    "read source and target: expected the same number of lines in both, found 2 and 1",
  );
  await refuse({ pairs: "a\tb\nc d\n" }, "read pairs: expected 2 fields on line 2, found 1");
  await refuse(
    { pairs: "a\n" },
    "read pairs: expected a tab between source and target on each line, found none; set --delimiter for another character",
  );
  await refuse({ source: "", target: "x\n" }, "read source: expected some text, found an empty file");
  await refuse({ source: Uint8Array.of(0xff, 0x0a), target: "x\n" }, "read source: expected UTF-8 text");
  await refuse({ target: "x\n" }, "source");
});

/** Reads a table of pairs from a file with this name. */
async function readTable(name: string, content: string, options?: PairOptions): Promise<ParallelTexts> {
  let found: ParallelTexts | undefined;
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/${name}`, content);
    found = await readParallelTexts({ pairs: `${directory}/${name}` }, options);
  });
  return found!;
}

/** The pairs of a table, and its columns. */
async function sidesOf(name: string, content: string, options?: PairOptions): Promise<[string[][], string]> {
  const { pairs, table } = await readTable(name, content, options);
  return [pairs.map(({ source, target }) => [source, target]), table!.columns.join(" ")];
}

Deno.test("of three columns, the first two are the sides unless options choose others", async () => {
  const content = "Stop.\tHalt.\tby 1\nGo on.\tWeiter.\tby 2\n";
  assertEquals(await sidesOf("a.tsv", content), [[["Stop.", "Halt."], ["Go on.", "Weiter."]], "1 2"]);
  const { table } = await readTable("a.tsv", content);
  assertEquals([table?.width, table?.firstRow], [3, { isHeader: false, by: "values" }]);
  const swapped = await sidesOf("a.tsv", content, { sourceColumn: "2", targetColumn: "1" });
  assertEquals(swapped, [[["Halt.", "Stop."], ["Weiter.", "Go on."]], "2 1"]);
});

Deno.test("more columns without names of sides need the options", async () => {
  const content = "1\tStop.\t7\tHalt.\n2\tGo on.\t8\tWeiter.\n";
  await assertRejects(
    () => readTable("a.tsv", content),
    RangeError,
    "expected columns named as both sides, such as source and target, found 4: 1, 2, 3, 4; set --source-column N --target-column N",
  );
  await assertRejects(
    () => readTable("a.csv", "key,x,y,z\n1,Stop.,7,Halt.\n", { header: true }),
    RangeError,
    "found 4: key, x, y, z; set --source-column NAME --target-column NAME",
  );
  const found = await sidesOf("a.tsv", content, { sourceColumn: "2", targetColumn: "4" });
  assertEquals(found[0], [["Stop.", "Halt."], ["Go on.", "Weiter."]]);
});

Deno.test("a header with names of sides or languages names the columns", async () => {
  const headers: [header: string, columns: string][] = [
    ["src,tgt", "src tgt"],
    ["Target,Source", "Source Target"],
    ["id,de,en", "de en"],
    ["id,de", "id de"],
    ["English,French,license", "English French"],
    ["score,pt_BR,zh-Hans,x", "pt_BR zh-Hans"],
  ];
  for (const [header, columns] of headers) {
    const width = header.split(",").length;
    const row = ["a", "b", "c", "d"].slice(0, width).join(",");
    const { pairs, table } = await readTable("a.csv", `${header}\n${row}\n`);
    assertEquals([pairs.length, table?.columns.join(" "), table?.firstRow?.isHeader], [1, columns, true]);
  }
  const found = await readTable("a.csv", "en,de\na,b\n", { header: false });
  assertEquals([found.pairs.length, found.table?.columns], [2, ["1", "2"]]);
  const named = await readTable("a.csv", "x,words,y,Worte\n1,a,2,b\n", {
    sourceColumn: "words",
    targetColumn: "Worte",
  });
  assertEquals([named.pairs[0], named.table?.firstRow?.by], [{ source: "a", target: "b" }, "names"]);
});

Deno.test("pairs may be CSV with any delimiter, JSON or JSON Lines", async () => {
  const expected = [["a, b", "x\ny"]];
  assertEquals((await sidesOf("a.csv", 'en;de\na, b;"x\ny"\n'))[0], expected);
  assertEquals((await sidesOf("a.txt", 'source|target\na, b|"x\ny"\n'))[0], expected);
  assertEquals((await sidesOf("a.txt", 'a, b:"x\ny"\n', { delimiter: ":" }))[0], expected);
  const nested = { id: 1, translation: { en: "a, b", de: "x\ny" } };
  assertEquals(await sidesOf("a.jsonl", JSON.stringify(nested)), [expected, "translation.en translation.de"]);
  assertEquals((await sidesOf("a.json", JSON.stringify([nested])))[0], expected);
  const reversed = { sourceColumn: "translation.de", targetColumn: "translation.en" };
  assertEquals((await sidesOf("a", JSON.stringify(nested), reversed))[0], [["x\ny", "a, b"]]);
  await assertRejects(
    () => readTable("a.jsonl", '{"source": "a", "target": 1}\n'),
    RangeError,
    'expected a field "target" with a text on line 1, found 1',
  );
});
