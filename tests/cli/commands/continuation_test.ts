import { assertEquals, assertStringIncludes } from "@std/assert";
import { generateReviews } from "../../../tasks/default_data/mod.ts";
import { inTempDir, runCommand } from "../../support/command.ts";

Deno.test("train-classifier goes on from a classifier, and refuses what that one decides and sequences of others", async () => {
  await inTempDir(async (directory) => {
    const write = (name: string, text: string): string => {
      Deno.writeTextFileSync(`${directory}/${name}`, text);
      return `${directory}/${name}`;
    };
    const reviews = generateReviews(40);
    const lines = (labelOf: (label: string, i: number) => string): string =>
      reviews.map(({ text, label }, i) => `${labelOf(label, i)} ${text}\n`).join("");
    const [known, other] = [
      write("known.txt", lines((label) => label)),
      write("other.txt", lines((_, i) => `${i % 3}`)),
    ];
    const train = (data: string, out: string, ...options: string[]) =>
      runCommand(
        "train-classifier",
        ...["--data", data, "--out", `${directory}/${out}`, "--epochs", "1", "--threads", "1", "--quiet", ...options],
      );
    const config = (out: string) => {
      const { card: _, ...config } = JSON.parse(Deno.readTextFileSync(`${directory}/${out}/config.json`));
      return config;
    };
    const sizes = ["--embed", "6", "--hidden", "5", "--cell", "gru", "--no-wide", "--dropout", "0.25"];
    const first = await train(known, "first", ...sizes);
    assertEquals(first.code, 0, first.stderr);

    const second = await train(other, "second", "--init-from", `${directory}/first`, "--word-dropout", "0");
    assertEquals(second.code, 0, second.stderr);
    assertEquals(config("second"), { ...config("first"), labels: ["0", "1", "2"], wordDropout: 0 });
    const { settings } = JSON.parse(Deno.readTextFileSync(`${directory}/second/training_state.json`));
    assertEquals([settings.selectBy, settings.learningRate, settings.epochs], ["loss", 0.002, 1], "suits the data");

    const refused = await train(known, "third", "--init-from", `${directory}/first`, "--pooling", "max");
    assertEquals(refused.code, 1);
    assertStringIncludes(
      refused.stderr,
      `init from ${directory}/first: expected no other pooling than that of the classifier, "concat", found "max"`,
    );
  });
});

Deno.test("a classifier of DNA does not go on with proteins, and reads letters as before in other formats", async () => {
  await inTempDir(async (directory) => {
    const write = (name: string, text: string): string => {
      Deno.writeTextFileSync(`${directory}/${name}`, text);
      return `${directory}/${name}`;
    };
    const fasta = (letters: string): string =>
      Array.from({ length: 24 }, (_, i) => `>s${i} ${i % 2}\n${letters[i % letters.length].repeat(12)}ACG\n`).join("");
    const train = (data: string, ...options: string[]) =>
      runCommand("train-classifier", "--data", data, "--epochs", "1", "--threads", "1", "--quiet", ...options);
    const dna = `${directory}/dna`;
    const first = await train(write("dna.fa", fasta("ACGT")), "--out", dna, "--embed", "4", "--hidden", "4");
    assertEquals(first.code, 0, first.stderr);
    const protein = await train(write("protein.fa", fasta("LKMPVWY")), "--init-from", dna, "--out", `${directory}/no`);
    assertEquals(protein.code, 1);
    assertStringIncludes(protein.stderr, `init from ${dna}: expected sequences of DNA, found protein`);
    const lines = Array.from({ length: 24 }, (_, i) => `${i % 2},${"acgt"[i % 4].repeat(15)}\n`).join("");
    const lower = await train(
      write("lower.csv", `label,text\n${lines}`),
      "--init-from",
      dna,
      "--out",
      `${directory}/l`,
    );
    assertEquals(lower.code, 0, lower.stderr);
    const { alphabet, window } = JSON.parse(Deno.readTextFileSync(`${directory}/l/config.json`));
    assertEquals([alphabet, window], ["dna", 15]);
  });
});
