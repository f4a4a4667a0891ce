import { assertEquals, assertStringIncludes } from "@std/assert";
import { describeTable } from "../../../../tasks/data/mod.ts";
import { pairs, read, refuse } from "./read_file.ts";

Deno.test("columns are found by their usual names, or by given names or numbers", async () => {
  const table = "id,Sentiment,review,note\n7,good,fine film,x\n8,bad,dull film,y\n";
  assertEquals(pairs(await read("a.csv", table)), [["fine film", "good"], ["dull film", "bad"]]);
  const named = await read("a.csv", table, { textColumn: "note", labelColumn: "id" });
  assertEquals(pairs(named), [["x", "7"], ["y", "8"]]);
  const numbered = await read("a.csv", "7,good,fine\n8,bad,dull\n", { textColumn: "3", labelColumn: "2" });
  assertEquals(pairs(numbered), [["fine", "good"], ["dull", "bad"]]);
});

Deno.test("in a file of two columns, knowing one determines the other", async () => {
  const expected = [["fine film", "glad"], ["dull film", "sad"]];
  assertEquals(pairs(await read("a.csv", "review,mood\nfine film,glad\ndull film,sad\n")), expected);
  assertEquals(pairs(await read("a.csv", "sentiment,words\nglad,fine film\nsad,dull film\n")), expected);
  const table = "words,mood\nfine film,glad\ndull film,sad\n";
  assertEquals(pairs(await read("a.csv", table, { labelColumn: "mood" })), expected);
  assertEquals(pairs(await read("a.csv", table, { textColumn: "words" })), expected);
});

Deno.test("of two columns without a header, the one with fewer distinct values holds the labels", async () => {
  const expected = [["good, very", "1"], ["bad film", "0"], ["fair", "1"]];
  assertEquals(pairs(await read("a.csv", '"good, very",1\nbad film,0\nfair,1\n')), expected);
  assertEquals(pairs(await read("a.tsv", "1\tgood, very\n0\tbad film\n1\tfair\n")), expected);
});

Deno.test("the first row without usual names is data, a header if its label alone never recurs, or as asked", async () => {
  const rows = '"3","Title","Body, 1"\n"1","Other","Body 2"\n"3","Title","Body 3"\n"1","x","Body 4"\n';
  const columns = { textColumn: "3", labelColumn: "1" };
  const data = await read("a.csv", rows, columns);
  assertEquals([data.texts.length, data.firstRow], [4, { isHeader: false, by: "values" }]);
  const named = await read("a.csv", `kind,head,words\n${rows}`, columns);
  assertEquals([named.texts.length, named.firstRow], [4, { isHeader: true, by: "values" }]);
  assertEquals(pairs(named)[0], ["Body, 1", "3"]);
  const pair = await read("a.csv", "words,mood\na,glad\nb,sad\nc,glad\nd,sad\n");
  assertEquals([pair.texts.length, pair.textColumn, pair.firstRow?.isHeader], [4, "words", true]);
  const asked = await read("a.csv", rows, { textColumn: "Body, 1", labelColumn: "3", header: true });
  assertEquals([asked.texts.length, asked.firstRow], [3, { isHeader: true, by: "option" }]);
  const denied = await read("a.csv", "text,label\na,b\n", { header: false, textColumn: "1" });
  assertEquals([pairs(denied), denied.firstRow?.by], [[["text", "label"], ["a", "b"]], "option"]);
});

Deno.test("a first row whose label is a usual name of a column is data if the name occurs again, or names no texts", async () => {
  const rows = ["review,this is fine", "comment,this is not", "review,so be it", "comment,or not"];
  for (const lines of [rows, rows.map((row) => row.split(",").reverse().join(","))]) {
    const found = await read("a.csv", lines.join("\n"));
    assertEquals([pairs(found)[0], found.texts.length], [["this is fine", "review"], 4]);
    assertStringIncludes(describeTable(found), "first row read as data; --header if it is one");
  }
  const wide = await read("a.csv", rows.map((row, i) => `${i},${row}`).join("\n"), {
    textColumn: "3",
    labelColumn: "2",
  });
  assertEquals([wide.texts.length, wide.firstRow], [4, { isHeader: false, by: "values" }]);
  const odd = await read("a.csv", "comment,this is fine\nnews,a\nreview,b\nreview,c\nnews,d\n");
  assertEquals(pairs(odd)[0], ["a", "news"]);
  assertStringIncludes(describeTable(odd), "first row read as a header; --no-header if it is data");
  const asked = await read("a.csv", "label,this is fine\nnews,a\nlabel,c\nnews,d\n", { labelColumn: "1" });
  assertEquals(asked.texts.length, 4);
});

Deno.test("a first row with usual names of both columns is a header, even if a name occurs again", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => `film ${i},${"xy"[i % 2]}`);
  const found = await read("a.csv", ["text,label", ...rows, "a label,label", "text,x"].join("\n"));
  assertEquals([found.firstRow, found.texts.length], [{ isHeader: true, by: "names" }, 22]);
  assertEquals(pairs(found)[20], ["a label", "label"]);
});

Deno.test("a header that repeats in files joined together is skipped, and reported", async () => {
  for (const [header, before] of [["id,text,label", "7,"], ["text,label", ""]]) {
    for (const n of [2, 20]) {
      const rows = Array.from({ length: n }, (_, i) => `${before}film ${i},${"xy"[i % 2]}\n`).join("");
      const found = await read("a.csv", `${header}\n${rows}`.repeat(3));
      assertEquals([found.texts.length, found.firstRow?.repeats, found.place(n)], [3 * n, 2, `line ${n + 3}`]);
      const expected = "csv, first row read as a header, 2 repeats of it skipped; --no-header if it is data";
      assertEquals(describeTable(found), expected);
      const columns = before ? { textColumn: "2", labelColumn: "3" } : {};
      const data = await read("a.csv", `${header}\n${rows}`.repeat(2), { header: false, ...columns });
      assertEquals([data.texts.length, data.firstRow?.repeats], [2 * n + 2, undefined]);
    }
  }
});

Deno.test("of two columns, one with a usual name is that of its role, however many values differ", async () => {
  const row = (i: number): [text: string, label: string] => [`film ${i % 10}`, `kind ${i % 15}`];
  const rows = Array.from({ length: 60 }, (_, i) => row(i));
  for (const [text, label] of [["comment", "intent"], ["message", "intent"], ["text", "kind"], ["words", "label"]]) {
    for (const order of [[0, 1], [1, 0]]) {
      const write = (row: readonly string[]): string => order.map((column) => row[column]).join(",");
      const found = await read("a.csv", [[text, label], ...rows].map(write).join("\n"));
      assertEquals([found.textColumn, found.labelColumn, found.firstRow?.by], [text, label, "names"]);
      assertEquals(pairs(found), rows);
    }
  }
});

Deno.test("a header read by its names is reported with the option for the opposite, unless an option settled it", async () => {
  const table = "text,label\na,1\nb,2\n";
  const named = await read("a.csv", table);
  assertEquals([named.firstRow, describeTable(named)], [
    { isHeader: true, by: "names" },
    "csv, first row read as a header; --no-header if it is data",
  ]);
  for (const options of [{ header: true }, { textColumn: "text" }]) {
    assertEquals(describeTable(await read("a.csv", table, options)), "csv, first row read as a header");
  }
});

Deno.test("a title above the header is refused with the line to remove", async () => {
  const message = "expected the names of the columns on line 1, found them on line 3; remove the lines above them, " +
    "or pass --no-header if they are data";
  for (const title of ["My films", "My films,", '"My films, 2024",', "My,films"]) {
    await refuse("a.csv", `${title}\n\ntext,label\na,x\nb,y\n`, message);
  }
  await refuse("a.tsv", "My films\n\ntext\tlabel\na\tx\nb\ty\n", message);
  const widths = "expected 3 fields on line 1, as on all later lines, found 1; remove this line if it is a title";
  for (const title of ["My films", "My films,"]) {
    await refuse(
      "a.csv",
      `${title}\nwords,mood,id\na,x,1\nb,y,2\n`,
      widths.replace("1;", `${title.split(",").length};`),
    );
  }
});

Deno.test("a first row with a number as label is data even if the number never recurs", async () => {
  const found = await read("a.csv", "5,a\n1,b\n2,c\n1,d\n2,e\n");
  assertEquals([found.texts.length, found.firstRow?.isHeader], [5, false]);
});

Deno.test("column numbers count the columns of a table with a header too", async () => {
  const found = await read("a.csv", "id,text,label,note\n1,a,x,n\n2,b,y,m\n", { textColumn: "4", labelColumn: "1" });
  assertEquals([pairs(found), found.textColumn], [[["n", "1"], ["m", "2"]], "note"]);
});
