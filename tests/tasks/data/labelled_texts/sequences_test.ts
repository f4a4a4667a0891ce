import { assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { pairs, read, refuse } from "./read_file.ts";

Deno.test("FASTA is recognized by its content and by its name, and its letters may be wrapped", async () => {
  const content = "; a comment\n>one promoter\nACGT\n; another\nAC GT\n\n>two other\nTTT\n";
  for (const name of ["a.txt", "a.fa", "a.FASTA", "a"]) {
    const found = await read(name, content);
    assertEquals(found.format, "fasta");
    assertEquals(pairs(found), [["ACGTACGT", "promoter"], ["TTT", "other"]]);
    assertEquals([found.place(0), found.place(1)], ["line 2 (one)", "line 7 (two)"]);
  }
  assertEquals(pairs(await read("a.fa", content.replaceAll("\n", "\r\n")))[0], ["ACGTACGT", "promoter"]);
  assertEquals(pairs(await read("a.fa.gz", gzipSync(content)))[1], ["TTT", "other"]);
});

Deno.test("FASTQ is recognized by its content and by its name, and its qualities are dropped", async () => {
  const content = "@r1 label=a\nACGT\n+\n@II+\n@r2 label=b\nAC\nGT\n+r2\nII\n@@\n";
  for (const name of ["a.txt", "a.fq", "a.fastq"]) {
    const found = await read(name, content);
    assertEquals([found.format, found.place(1)], ["fastq", "line 5 (r2)"]);
    assertEquals(pairs(found), [["ACGT", "a"], ["ACGT", "b"]]);
  }
});

Deno.test("a sequence's label is that of its file, or stands in its header", async () => {
  const labels = async (header: string, options = {}): Promise<string | undefined> =>
    (await read("a.fa", `>${header}\nACGT\n`, options)).texts[0].label;
  assertEquals(await labels("chr1|12|pos"), "pos");
  assertEquals(await labels("chr1:5-9 0.5 neg"), "neg");
  assertEquals(await labels("name label=pos length=4"), "pos");
  assertEquals(await labels("name|Class=pos|training"), "pos");
  assertEquals(await labels("name|1|training", { labelColumn: "2" }), "1");
  assertEquals(await labels("name kind=pos length=4", { labelColumn: "kind" }), "pos");
  assertEquals(await labels("name neg", { label: "pos" }), "pos");
  assertEquals(await labels("lcl|1 [gene=thrL] [protein=thr operon, leader]", { labelColumn: "gene" }), "thrL");
  const protein = { labelColumn: "protein" };
  assertEquals(await labels("lcl|1 [gene=a] [protein=thr operon, leader]", protein), "thr operon, leader");
  const nested = "[acyl-carrier-protein] S-malonyltransferase";
  assertEquals(await labels(`lcl|1 [gene=fabD] [protein=${nested}] [x=y]`, protein), nested);
  assertEquals(await labels("lcl|1 [protein=[a] [x=y]", protein), "[a");
  const uniprot = "sp|P0|THRL_ECOLI a peptide OS=Escherichia coli (strain K12) OX=83333 SV=1";
  assertEquals(await labels(uniprot, { labelColumn: "OS" }), "Escherichia coli (strain K12)");
  assertEquals(await labels(uniprot, { labelColumn: "OX" }), "83333");
  assertEquals(await labels("x species=Homo sapiens|id=1", { labelColumn: "species" }), "Homo sapiens");
  const kind = { labelColumn: "kind" };
  assertEquals(await labels("seq1 kind=promoter Homo sapiens chr1", kind), "promoter");
  assertEquals(await labels("seq1 kind=promoter Homo sapiens, chr1 start=5", kind), "promoter");
  for (const quote of ['"', "'"]) {
    assertEquals(await labels(`x label=${quote}core promoter; class=b${quote} length=4`), "core promoter; class=b");
  }
  assertEquals(await labels("x label='core length=4"), "'core");
  assertEquals(await labels("x label=pos of chr1 start=5"), "pos");
  assertEquals(pairs(await read("a.txt", "fine\n\ndull film\n", { label: "x" })), [["fine", "x"], ["dull film", "x"]]);
});

Deno.test("several labels of a sequence end with white space in its header", async () => {
  const labels = async (header: string, options = {}): Promise<readonly string[] | undefined> =>
    (await read("a.fa", `>${header}\nACGT\n`, { multiLabel: true, ...options })).texts[0].labels;
  assertEquals(await labels("p1 label=cytoplasm,nucleus length=4"), ["cytoplasm", "nucleus"]);
  assertEquals(await labels("sp|P1|class=cytoplasm;nucleus"), ["cytoplasm", "nucleus"]);
  assertEquals(await labels("p1 kind=a|b", { labelColumn: "kind", multiLabel: undefined, labelSeparator: "|" }), [
    "a",
    "b",
  ]);
  assertEquals(await labels("p1 cytoplasm|nucleus"), ["cytoplasm", "nucleus"]);
  assertEquals(await labels("p1 a|b c", { labelColumn: "2" }), ["a", "b"]);
  assertEquals(await labels("p1|cytoplasm"), ["cytoplasm"]);
  assertEquals(await labels("p1 label="), []);
});

Deno.test("lower case is read in upper case, and sequences without letters are skipped", async () => {
  const found = await read("a.fa", ">1 a\nacGT\n>2 b\n>3 b\nNNNN\n");
  assertEquals(pairs(found), [["ACGT", "a"], ["NNNN", "b"]]);
  assertEquals([found.lowerCase, found.empty, found.place(1)], [1, 1, "line 4 (3)"]);
});

Deno.test("a damaged file of sequences is refused with the line", async () => {
  await refuse("a.fa", "ACGT\n>1 a\nACGT\n", 'expected a header, which begins with ">", on line 1, found "ACGT"');
  await refuse("a.fa", ">1 a\nAC3GT\n", 'expected the letters of a sequence on line 2, found "3"');
  await refuse("a.fa", ">\nACGT\n", "expected a label on line 1, found none; name the label's place");
  await refuse("a.fq", "@1 a\nACGT\n+\nIII\n", "expected a quality for each of the 4 letters on line 4, found 3");
  await refuse("a.fq", "@1 a\nACGT\nIIII\n", 'expected a line that begins with "+" on line 2, found "ACGT"');
  await refuse("a.fq", "ACGT\n", 'expected a header, which begins with "@", on line 1, found "ACGT"');
  await refuse("a.csv", "text,label\na,b\n", "expected FASTA, FASTQ or lines of texts for --labels, found csv", {
    label: "x",
  });
});

Deno.test("many empty lines after a header do not make detection slow", async () => {
  const found = await read("a.txt", `>1 a\n${"\n".repeat(5000)}!\n`);
  assertEquals(found.format, "lines");
});

Deno.test("lines that begin like FASTA or FASTQ but are texts are not mistaken for sequences", async () => {
  assertEquals((await read("a.txt", "> a quoted line\n> and one more\n")).format, "lines");
  assertEquals((await read("a.txt", "@someone what a film\n@other a dull one\n")).format, "lines");
});
