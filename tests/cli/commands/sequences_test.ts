import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Classifier, PipelineTokenizer, presets } from "../../../mod.ts";
import { quoted } from "../../../cli/invocation.ts";
import { feedCommand, filesUnder, inTempDir, jsonLines, runCommand } from "../../support/command.ts";

const MOTIF = "TATAATGC";
const SMALL = ["--tokenizer", "kmer", "--k", "2", "--embed", "6", "--hidden", "6", "--threads", "1"];

Deno.test("train-tokenizer makes k-mers, which tokenize reads", async () => {
  await inTempDir(async (directory) => {
    Deno.writeTextFileSync(`${directory}/a.txt`, "ACGTACGA\nTTTT\n");
    const out = `${directory}/tokenizer.json`;
    const args = ["--data", `${directory}/a.txt`, "--model", "kmer", "--k", "4", "--stride", "2", "--out", out];
    const { code, stderr } = await runCommand("train-tokenizer", ...args);
    assertEquals(code, 0, stderr);
    const { stdout } = await feedCommand("ACGTTTTT\n", "tokenize", "--tokenizer", out, "--json");
    assertEquals(jsonLines(stdout)[0].tokens, ["ACGT", "<unk>", "TTTT"]);
    const refused = await runCommand("train-tokenizer", "--data", `${directory}/a.txt`, "--k", "4", "--out", out);
    assertStringIncludes(refused.stderr, "--k: expected --model kmer with it, found bpe");
  });
});

/** Writes sequences of 16 letters, with the motif and without it, and a longer one that has it twice. */
function writeData(directory: string): void {
  let state = 7;
  const letters = (length: number): string =>
    Array.from({ length }, () => "CGCGA"[(state = state * 48271 % 2147483647) % 5]).join("");
  const fasta = (make: () => string): string => Array.from({ length: 60 }, (_, i) => `>s${i}\n${make()}\n`).join("");
  Deno.writeTextFileSync(`${directory}/p.fa`, fasta(() => `${letters(4)}${MOTIF}${letters(4)}`));
  Deno.writeTextFileSync(`${directory}/n.fa`, fasta(() => letters(16)));
  Deno.writeTextFileSync(`${directory}/genome.fa`, `>chr1 of a test\n${letters(60)}${MOTIF}\n${letters(40)}\n`);
}

Deno.test("a linear model scans with windows of any length, since it reads whole texts", async () => {
  await inTempDir(async (directory) => {
    writeData(directory);
    const model = `${directory}/model`;
    const data = ["--data", `${directory}/p.fa,${directory}/n.fa`, "--labels", "promoter,other", "--model", "linear"];
    assertEquals((await runCommand("train-classifier", ...data, "--out", model, "--threads", "1", "--quiet")).code, 0);
    Deno.writeTextFileSync(`${directory}/long.fa`, `>chr1\n${"CGCGA".repeat(700)}\n`);
    const scan = ["--model", model, `${directory}/long.fa`, "--window", "3000", "--out", "-"];
    const { code, stderr } = await runCommand("scan", ...scan);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "windows of 3000 letters");
  });
});

Deno.test("train-classifier and scan work end to end on sequences", async () => {
  await inTempDir(async (directory) => {
    writeData(directory);
    const model = `${directory}/model`;
    const data = ["--data", `${directory}/p.fa,${directory}/n.fa`, "--labels", "promoter,other"];
    const training = ["--epochs", "10", "--lr", "0.02", "--reverse-complement", "--quiet"];
    const trained = await runCommand("train-classifier", ...data, "--out", model, ...SMALL, ...training);
    assertEquals(trained.code, 0, trained.stderr);
    const evaluated = await runCommand("evaluate", "--model", model, ...data, "--json");
    assertEquals(evaluated.code, 0, evaluated.stderr);
    assertEquals(Number(jsonLines(evaluated.stdout)[0].accuracy) > 0.9, true);

    const out = `${directory}/sites.bed`;
    const scan = ["--model", model, `${directory}/genome.fa`, "--step", "1"];
    const found = await runCommand("scan", ...scan, "--out", out, "--threshold", "0.8");
    assertEquals(found.code, 0, found.stderr);
    assertMatch(found.stderr, /\d+ sites? of promoter in 1 sequence, 93 windows of 16 letters, saved to /);
    const lines = Deno.readTextFileSync(out).trimEnd().split("\n").map((line) => line.split("\t"));
    const [chromosome, start, end, label, score, strand] = lines.find(([, start, end]) => +start <= 60 && +end >= 68)!;
    assertEquals([chromosome, label, strand], ["chr1", "promoter", "."]);
    assertEquals([+start >= 30, +end <= 98, +score >= 800 && +score <= 1000], [true, true, true]);

    const again = await runCommand("scan", ...scan, "--out", out, "--threshold", "0.8", "--json");
    assertEquals(jsonLines(again.stdout)[0].sites, lines.length);
    assertEquals(filesUnder(directory).get("sites.bed.1"), filesUnder(directory).get("sites.bed"));
    const piped = await runCommand("scan", ...scan, "--out", "-", "--threshold", "0.8", "--quiet");
    assertEquals([piped.stdout, piped.stderr], [Deno.readTextFileSync(out), ""]);

    const explain = ["--model", model, "--explain", `cgcg${MOTIF}CGCG`];
    const shown = await runCommand("classify", ...explain);
    const rows = shown.stdout.trimEnd().split("\n").slice(1).map((line) => line.split("\t"));
    assertEquals(rows.map(([letter]) => letter), ["", "A", "C", "G", "T"]);
    assertEquals(rows[0].slice(1).join(""), `CGCG${MOTIF}CGCG`);
    assertEquals(rows.slice(1).every((row) => row.length === 17), true);
    const drawn = await runCommand("classify", ...explain, "--svg", "-");
    assertMatch(drawn.stdout, /^<svg .*<\/svg>\n$/s);
    assertEquals([...drawn.stdout.matchAll(/<title>/g)].length, 3 * 16);
    const unwritable = await runCommand("classify", ...explain, "--svg", `${directory}/map.svg`);
    assertStringIncludes(unwritable.stderr, "map.svg: expected permission to write it, found none; use --svg - > ");

    const foreign = await runCommand("classify", "--model", model, `CGCG${MOTIF}CGUX`);
    assertMatch(foreign.stderr, /^warning: 2 letters outside the alphabet \((?:U 1, X 1|X 1, U 1)\) in 1 sequence$/m);
    Deno.writeTextFileSync(`${directory}/rna.fa`, `>r\n${"ACGU".repeat(10)}\n`);
    const scanned = await runCommand("scan", "--model", model, `${directory}/rna.fa`);
    assertMatch(scanned.stderr, /^warning: 10 letters outside the alphabet \(U 10\)$/m);

    const refused: [string[], string][] = [
      [["--label", "x"], '--label: expected one of other, promoter, found "x"'],
      [["--step", "17"], "--step: expected at most the window, 16, found 17"],
      [["--window", "1"], "--window: expected at least 2 letters, a k-mer of the model, found 1"],
      [["--window", "3000"], "--window: expected at most 2000 letters, found 3000"],
      [["--both-strands"], "--both-strands: expected a model of one strand of DNA or RNA, found one that reads both"],
    ];
    for (const [args, message] of refused) {
      const { code, stderr } = await runCommand("scan", "--model", model, `${directory}/genome.fa`, ...args);
      assertEquals(code, 2);
      assertStringIncludes(stderr, message);
    }
  });
});

/** Saves an untrained classifier of DNA in k-mers of four letters. */
async function saveKmers(directory: string): Promise<string> {
  const tokenizer = await PipelineTokenizer.train(["ACGTACGGTCA"], presets.kmer({ k: 4 }));
  const model = Classifier.create({ tokenizer, labels: ["a", "b"], hidden: 4, embed: 4, alphabet: "dna" });
  await model.save(`${directory}/kmers`);
  return `${directory}/kmers`;
}

Deno.test("a sequence shorter than a k-mer has no label, and the others do; evaluate names its line", async () => {
  await inTempDir(async (directory) => {
    const model = await saveKmers(directory);
    const { code, stdout, stderr } = await feedCommand("ACGTA\nACG\n\nGGTCA\n", "classify", "--model", model, "--json");
    assertEquals(code, 0, stderr);
    assertEquals(jsonLines(stdout).map(({ label }) => label === null), [false, true, true, false]);
    assertMatch(stderr, /^warning: 2 texts without a k-mer of 4 letters have no label$/m);
    Deno.writeTextFileSync(`${directory}/test.fa`, ">x a\nACGTACGT\n>y b\nACG\n");
    const evaluated = await runCommand("evaluate", "--model", model, "--data", `${directory}/test.fa`);
    assertStringIncludes(
      evaluated.stderr,
      `read ${directory}/test.fa: expected at least 4 letters, for k-mers of 4, found 3 on line 3 (y)`,
    );
  });
});

Deno.test("classify reads FASTA and FASTQ from standard input, one answer for each record, with its name", async () => {
  await inTempDir(async (directory) => {
    const model = ["--model", await saveKmers(directory)];
    const lines = await feedCommand("ACGTACGG\nGGTC\n", "classify", ...model, "--json");
    const plain = jsonLines(lines.stdout);
    const fasta = "\n; a comment\n>x one\nACGT\nACGG\n\n>y\nGGTC\n";
    const fastq = "@x one\nACGTACGG\n+\n@IIIIIII\n@y\nGGTC\n+\nIIII\n";
    for (const content of [fasta, fastq]) {
      const json = await feedCommand(content, "classify", ...model, "--json");
      assertEquals(json.code, 0, json.stderr);
      assertEquals(jsonLines(json.stdout), plain.map((answer, i) => ({ name: "xy"[i], ...answer })));
      const tsv = (await feedCommand(content, "classify", ...model, "--tsv")).stdout.trimEnd().split("\n");
      assertEquals(tsv.map((line) => line.split("\t")[0]), ["name", "x", "y"]);
      assertEquals(tsv.map((line) => line.split("\t").length), [6, 6, 6]);
      assertMatch((await feedCommand(content, "classify", ...model)).stderr, /^2 texts in /m);
    }
    const damaged = await feedCommand(">x\nACGT\nAC1T\n", "classify", ...model);
    assertEquals(damaged.code, 1);
    assertStringIncludes(
      damaged.stderr,
      'read standard input: expected the letters of a sequence on line 3, found "1"',
    );
  });
});

Deno.test("classify refuses a file for a sequence, and says how to give it", async () => {
  await inTempDir(async (directory) => {
    const [model, file] = [await saveKmers(directory), `${directory}/new reads.fa`];
    Deno.writeTextFileSync(file, ">x\nACGT\n");
    const { code, stdout, stderr } = await runCommand("classify", "--model", model, file);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(
      stderr,
      `expected a sequence, found a file, ${JSON.stringify(file)}; give it as standard input: < ${quoted(file)}`,
    );
  });
});

Deno.test("scan finds a label of several by its own threshold", async () => {
  await inTempDir(async (directory) => {
    const tokenizer = await PipelineTokenizer.train(["ACGT"], presets.kmer({ k: 1 }));
    const made = { labels: ["a", "b"], hidden: 4, alphabet: "dna", window: 4, multiLabel: true } as const;
    const model = Classifier.create({ tokenizer, ...made });
    await model.save(`${directory}/m`);
    const config = JSON.parse(Deno.readTextFileSync(`${directory}/m/config.json`));
    Deno.writeTextFileSync(`${directory}/genome.fa`, ">x\nACGTACGT\n");
    const sitesWith = async (thresholds: readonly number[]): Promise<number> => {
      Deno.writeTextFileSync(`${directory}/m/config.json`, JSON.stringify({ ...config, thresholds }));
      const args = [
        "--model",
        `${directory}/m`,
        "--no-verify",
        "--label",
        "b",
        "--step",
        "1",
        `${directory}/genome.fa`,
      ];
      const { code, stderr } = await runCommand("scan", ...args);
      assertEquals(code, 0, stderr);
      return Number(/(\d+) sites? of b/.exec(stderr)![1]);
    };
    assertEquals([await sitesWith([0.5, 0.99]), await sitesWith([0.99, 0.01])], [0, 1]);
  });
});

Deno.test("an option that goes with a convolution goes with the one that is chosen for sequences", async () => {
  await inTempDir(async (directory) => {
    writeData(directory);
    const data = ["--data", `${directory}/p.fa,${directory}/n.fa`, "--labels", "promoter,other"];
    const small = ["--embed", "6", "--hidden", "6", "--threads", "1"];
    const train = (...args: string[]) =>
      runCommand("train-classifier", ...data, "--out", `${directory}/model`, ...small, "--max-steps", "1", ...args);
    const pooled = await train("--conv-pool", "2");
    assertEquals(pooled.code, 0, pooled.stderr);
    const { conv, convPool } = JSON.parse(Deno.readTextFileSync(`${directory}/model/config.json`));
    assertEquals([conv, convPool], [8, 2]);
    const refused = await train("--conv-pool", "2", "--tokenizer", "bpe");
    assertEquals([refused.code, refused.stderr.split("\n")[0].includes("--conv-pool: expected --conv with it")], [
      2,
      true,
    ]);
  });
});
