import { assertEquals } from "@std/assert";
import type { LabelledTexts, ReadOptions } from "../../../../tasks/data/mod.ts";
import { pairs, read, refuse } from "./read_file.ts";

/** The labels of each text. */
function sets({ texts }: LabelledTexts): (readonly string[] | undefined)[] {
  return texts.map(({ labels }) => labels);
}

Deno.test("two labels in one line of fastText make multi-label data, in which a line may have none", async () => {
  const content = "__label__good a film\n__label__bad __label__long a dull film\n__label__bad b\nno label\n";
  for (const name of ["a.txt", "a.csv", "a"]) {
    const found = await read(name, content);
    assertEquals(sets(found), [["good"], ["bad", "long"], ["bad"], []]);
    assertEquals(pairs(found), [["a film", "good"], ["a dull film", "bad|long"], ["b", "bad"], ["no label", ""]]);
  }
  for (const divider of [",", ", ", ";", "|", " and "]) {
    const found = await read("a.txt", `__label__long${divider}__label__bad a film\n`.repeat(3));
    assertEquals(sets(found)[0], ["long", "bad"], divider);
    assertEquals(found.texts[0].label, "bad|long");
  }
  assertEquals(sets(await read("a.txt", "__label__bad __label__bad a film\n")), [undefined]);
});

Deno.test("several labels of fastText in a field of a table make multi-label data", async () => {
  for (const labels of ["__label__bad __label__long", '"__label__bad,__label__long"', "__label__bad__label__long"]) {
    const found = await read("a.csv", `text,label\na film,${labels}\nfilm b,__label__x\n`);
    assertEquals(sets(found), [["bad", "long"], ["x"]]);
  }
});

Deno.test("a JSON array of labels makes multi-label data, even if every array has one", async () => {
  const lines = '{"text":"a","label":["x"," y "]}\n{"text":"b","label":[]}\n{"text":"c","label":[1,true]}\n';
  const expected = [["x", "y"], [], ["1", "true"]];
  assertEquals(sets(await read("a.jsonl", lines)), expected);
  assertEquals(sets(await read("a.json", `[${lines.trim().replaceAll("\n", ",")}]`)), expected);
  assertEquals(sets(await read("a.jsonl", '{"text":"a","label":["x"]}\n{"text":"b","label":["y"]}\n')), [["x"], ["y"]]);
  assertEquals(sets(await read("a.jsonl", '{"text":"a","label":["x","x"]}\n{"text":"b","label":"y"}\n')), [["x"], [
    "y",
  ]]);
  const empty = 'expected labels that are not empty on line 1, found ["x",""]';
  await refuse("a.jsonl", '{"text":"a","label":["x",""]}\n', empty);
  await refuse("a.jsonl", '{"text":"a","label":["x",["y"]]}\n', 'expected a field "label" with a text on line 1');
});

Deno.test("with multiLabel, the first of | ; , in the labels divides them", async () => {
  const options = { multiLabel: true };
  for (const [separator, other] of [["|", ";"], [";", ","], [",", " "]]) {
    const content = `text\tlabel\na film\tx${separator} y\nb\t\nc\tz${other}w\n`;
    const found = await read("a.tsv", content, options);
    assertEquals([sets(found), found.labelSeparator], [[["x", "y"], [], [`z${other}w`]], separator]);
  }
  const lines = await read("a.txt", "x,y a film\nz b film\n", options);
  assertEquals([sets(lines), lines.guess], [[["x", "y"], ["z"]], undefined]);
  const single = await read("a.csv", "text,label\na film,x\nb film,y\n", options);
  assertEquals([sets(single), single.labelSeparator], [[["x"], ["y"]], undefined]);
  assertEquals(sets(await read("a.txt", "__label__a,b film\n__label__c d\n", options)), [["a,b"], ["c"]]);
});

Deno.test("a given separator divides labels, and only it", async () => {
  const content = "text\tlabel\na film\tx, y/z\nb\t\n";
  const found = await read("a.tsv", content, { labelSeparator: "/" });
  assertEquals([sets(found), found.labelSeparator], [[["x, y", "z"], []], "/"]);
  assertEquals(sets(await read("a.tsv", content, { labelSeparator: "," })), [["x", "y/z"], []]);
});

Deno.test("separators at the ends of labels divide nothing; a label missing between two is refused", async () => {
  const options = { multiLabel: true };
  const found = await read("a.tsv", "text\tlabel\na\t|x|y|\nb\t|\nc\tx|x\n", options);
  assertEquals(sets(found), [["x", "y"], [], ["x"]]);
  const message = 'expected a label between separators "|" on line 3, found none in "x||y"';
  await refuse("a.tsv", "text\tlabel\na\tx|y\nb\tx||y\n", message, options);
});

Deno.test("without multiLabel, separators are parts of labels, and a text without a label is refused", async () => {
  const content = "text\tlabel\na\tx|y\nb\tz\n";
  assertEquals(sets(await read("a.tsv", content)), [undefined, undefined]);
  assertEquals(pairs(await read("a.tsv", content)), [["a", "x|y"], ["b", "z"]]);
  await refuse("a.tsv", "text\tlabel\na\tx|y\nb\t\n", "expected a label on line 3, found none");
});

Deno.test("with multiLabel false, a text with several labels is refused with its line and labels", async () => {
  const options: ReadOptions = { multiLabel: false };
  const message = "expected one label on line 2, found 2 (bad, long); several need a multi-label classifier";
  await refuse("a.txt", "__label__good a film\n__label__bad __label__long a film\n", message, options);
  await refuse("a.csv", 'text,label\na film,"__label__bad,__label__long"\n', message, options);
  await refuse("a.jsonl", '{"text":"a","label":["x"]}\n{"text":"b","label":["bad","long"]}\n', message, options);
  await refuse("a.jsonl", '{"text":"a","label":[]}\n', "expected one label on line 1, found none", options);
  assertEquals(pairs(await read("a.jsonl", '{"text":"a","label":["x"]}\n', options)), [["a", "x"]]);
});

Deno.test("a column of several labels may have the plural name", async () => {
  const found = await read("a.csv", "id,text,labels\n1,a film,x|y\n2,a play,x\n", { multiLabel: true });
  assertEquals([found.labelColumn, sets(found)], ["labels", [["x", "y"], ["x"]]]);
  // The singular is likelier.
  assertEquals((await read("a.csv", "labels,text,label\n1,a film,x\n2,a play,y\n")).labelColumn, "label");
});

Deno.test("a column with 0 or 1 for each label makes multi-label data if --label-column lists them", async () => {
  const options = { labelColumn: "toxic, obscene,threat" };
  const csv = "id,text,toxic,obscene,threat\n1,a,1,0,1\n2,b,0,0,0\n3,c,0,1,0\n";
  const found = await read("a.csv", csv, options);
  assertEquals([sets(found), found.textColumn], [[["toxic", "threat"], [], ["obscene"]], "text"]);
  const records = ['{"text":"a","toxic":true,"obscene":0,"threat":1}', '{"text":"b","toxic":0,"obscene":0,"threat":0}'];
  assertEquals(sets(await read("a.jsonl", records.join("\n"), options)), [["toxic", "threat"], []]);
  await refuse("a.csv", csv.replace("0,1,0", "0,2,0"), 'expected 0 or 1 in "obscene" on line 4, found "2"', options);
  await refuse("a.csv", csv, 'expected a column "toxic,rude"', { labelColumn: "toxic,rude" });
  const named = await read("a.csv", 'text,"a,b",a,b\nx,yes,1,0\ny,no,0,1\n', { labelColumn: "a,b" });
  assertEquals(pairs(named), [["x", "yes"], ["y", "no"]]);
});

Deno.test("labels whose parts occur in other labels are found to look like lists", async () => {
  const likelyList = async (...labels: string[]): Promise<string | undefined> =>
    (await read("a.tsv", `text\tlabel\n${labels.map((label, i) => `film ${i}\t${label}\n`).join("")}`)).likelyList;
  assertEquals(await likelyList("Drama", "Comedy|Drama", "Comedy|War", "War"), "Comedy|Drama");
  assertEquals(await likelyList("a, b", "b, c", "a, c"), "a, b");
  assertEquals(await likelyList("Boston, MA", "Salem, MA", "Albany, NY"), undefined);
  assertEquals(await likelyList("3,5", "5", "3", "5,3"), undefined);
  assertEquals(await likelyList("Comedy|Drama", "Drama"), undefined);
});
