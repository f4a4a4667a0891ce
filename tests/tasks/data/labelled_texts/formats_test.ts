import { assertEquals } from "@std/assert";
import { pairs, read, refuse } from "./read_file.ts";

Deno.test("lines of a label and a text are not mistaken for CSV if they have commas", async () => {
  const found = await read("stsa.train", '1 a stirring , funny film\n0 "dull , dull" , he said\n1 text , label\n');
  assertEquals([found.format, found.empty], ["lines", 0]);
  assertEquals(pairs(found)[1], ['"dull , dull" , he said', "0"]);
});

Deno.test("a table without a header is recognized under any name by its quotes or its labels", async () => {
  const row = (i: number): [text: string, label: string] => [`${"abc"[i % 3]} film, ${i}`, String(i % 2)];
  const rows = Array.from({ length: 12 }, (_, i) => row(i));
  const writers: ((row: [string, string]) => string)[] = [
    ([text, label]) => `"${label}","${text}"\n`,
    ([text, label]) => `${label},"${text}"\n`,
    ([text, label]) => `"${text}";"${label}"\n`,
    ([text, label]) => `"${text}\ton two\nlines"\t${label}\n`,
    ([text, label]) => `${text.replace(",", "")},${label}\n`,
    ([text, label]) => `${label}, ${text.replace(",", "")}\n`,
  ];
  for (const write of writers) {
    const [content, other] = [rows.map(write).join(""), rows.slice(0, 2).map(write).join("")];
    const found = await read("a.txt", content);
    assertEquals(
      [found.texts.length, found.texts.map(({ label }) => label)],
      [12, rows.map(([, label]) => label)],
      content,
    );
    assertEquals((await read("a", content)).texts[1].text.includes("film"), true);
    assertEquals((await read("a", other)).format === "lines", content.startsWith("a film 0,"));
  }
});

Deno.test("lines of a label and a text are no table, even if they have as many commas", async () => {
  for (const content of ["1 a fine, film\n0 a dull, film\n1 a, b\n0 c, d\n", '1 "a fine", film\n0 "a dull", film\n']) {
    assertEquals((await read("a.txt", content)).format, "lines");
  }
  assertEquals(pairs(await read("a.txt", '1 a\n"quoted" words\n0 b\n'))[1], ["words", '"quoted"']);
});

Deno.test("an option for tables makes any file a table, or an error", async () => {
  const content = "good a, fine film\nbad a, dull film\ngood so, so\nbad x, y\n";
  assertEquals((await read("a.txt", content)).format, "lines");
  const numbered = await read("a.txt", content, { textColumn: "2", labelColumn: "1" });
  assertEquals([numbered.format, pairs(numbered)[0]], ["csv", [" fine film", "good a"]]);
  assertEquals((await read("a.txt", content, { header: false })).format, "csv");
  for (
    const [option, options] of [
      ["--text-column", { textColumn: "text" }],
      ["--label-column", { labelColumn: "1" }],
      ["--header", { header: true }],
      ["--no-header", { header: false }],
    ] as const
  ) {
    const message = `expected a table for ${option}, found lines without commas, semicolons, tabs and pipes; leave out`;
    await refuse("a.txt", "good a film\nbad a film\n", message, options);
    await refuse("a.txt", "__label__good a film\n__label__bad a film\n", message, options);
  }
  const pipes = await read("a", "id|mood|words\n1|x|a b\n2|y|c d\n", { labelColumn: "mood", textColumn: "words" });
  assertEquals([pipes.delimiter, pairs(pipes)], ["|", [["a b", "x"], ["c d", "y"]]]);
});

Deno.test("labels that end at a mark are refused with the options that settle it", async () => {
  for (
    const [content, label, mark, format] of [
      ["pos: a fine film\nneg: a dull, film\n", "pos:", ":", "lines"],
      ["pos, a fine film\nneg, a dull, slow film\n", "pos,", ",", "lines"],
      ["pos;a fine film\nneg;a dull; slow film\n", "pos;a", ";", "lines"],
      ["__label__pos, a fine film\n__label__neg, a dull, slow film\n", "pos,", ",", "fasttext"],
    ] as const
  ) {
    const message = `expected a label, a space and a text on line 1, found "${label}" before the space; set ` +
      `--format csv --delimiter "${mark}" if "${mark}" separates columns, or --format ${format} if it belongs`;
    await refuse("a.txt", content, message);
    assertEquals((await read("a.txt", content, { format })).texts[0].label, label);
  }
  assertEquals((await read("a", "DESC:manner How ?\nENTY:cremat What ?\n")).texts[0].label, "DESC:manner");
});

Deno.test("a given format overrides detection", async () => {
  const found = await read("a.csv", "1 a,b\n0 c,d\n", { format: "lines" });
  assertEquals(pairs(found), [["a,b", "1"], ["c,d", "0"]]);
});

Deno.test("labels of fastText lose their prefix, wherever they stand", async () => {
  const content = "__label__good a fine film\n__label__bad\ta dull , __label__bad film\n\n__label__good\n";
  for (const name of ["a.txt", "a.csv", "a"]) {
    const found = await read(name, content);
    assertEquals([found.format, found.empty], ["fasttext", 1]);
    assertEquals(pairs(found), [["a fine film", "good"], ["a dull , film", "bad"]]);
  }
});

Deno.test("labels of fastText may end every line, or stand in the middle", async () => {
  for (const name of ["a.txt", "a.csv"]) {
    const found = await read(name, "a fine film __label__good\na dull, __label__bad film\nlong, too __label__bad\n");
    assertEquals([found.format, pairs(found)], [
      "fasttext",
      [["a fine film", "good"], ["a dull, film", "bad"], ["long, too", "bad"]],
    ]);
  }
});

Deno.test("labels of fastText in a table lose their prefix", async () => {
  const expected = [["a fine film", "good"], ["a dull film", "bad"]];
  for (
    const [name, content] of [
      ["a.csv", "text,label\na fine film,__label__good\na dull film,__label__bad\n"],
      ["a.csv", "__label__good,a fine film\n__label__bad,a dull film\n"],
      ["a.txt", "__label__good,a fine film\n__label__bad,a dull film\n"],
      ["a.txt", "label\ttext\n__label__good\ta fine film\n__label__bad\ta dull film\n"],
      ["a.jsonl", '{"text":"a fine film","label":"__label__good"}\n{"text":"a dull film","label":"__label__bad"}\n'],
    ]
  ) assertEquals(pairs(await read(name, content)), expected, content);
});

Deno.test("a line of fastText without a label is refused, if no line has several", async () => {
  await refuse("a.txt", "__label__good a film\n__label__bad b\nfilm\n", "expected a label on line 3, found none");
});
