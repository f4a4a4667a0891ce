import { assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { feedCommand, inTempDir, jsonLines, type Outcome, pipeCommand, runCommand } from "../../support/command.ts";
import { HYPOTHESES, REFERENCES } from "../../tasks/translation/metrics/readme_example.ts";

/** Runs the command. */
function score(...args: string[]): Promise<Outcome> {
  return runCommand("score", ...args);
}

/** Makes a directory of translations and references; one file has CRLF line ends and no final one. */
async function inPlace(body: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    const write = (name: string, text: string): void => Deno.writeTextFileSync(`${directory}/${name}`, text);
    write("hyp", HYPOTHESES.map((line) => line + "\n").join(""));
    write("ref1", REFERENCES.map(([first]) => first).join("\r\n"));
    write("ref2", REFERENCES.map(([, second]) => second + "\n").join(""));
    write("short", "one\n\n");
    write("one", "one");
    write("empty", "");
    await body(directory);
  });
}

Deno.test("score prints each score with its signature", async () => {
  await inPlace(async (directory) => {
    const args = ["--hyp", `${directory}/hyp`, "--ref", `${directory}/ref1`, "--ref", `${directory}/ref2`];
    const { code, stdout, stderr } = await score(...args);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(stdout.split("\n"), [
      "BLEU|nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:elman = 48.53 82.4/50.0/45.5/37.5 " +
      "(BP = 0.943 ratio = 0.944 hyp_len = 17 ref_len = 18)",
      "chrF2|nrefs:2|case:mixed|eff:yes|nc:6|nw:0|space:no|version:elman = 59.73",
      "chrF2++|nrefs:2|case:mixed|eff:yes|nc:6|nw:2|space:no|version:elman = 59.15",
      "exact match = 33.33 %",
      "token match = 60.00 %",
      "sentences = 3",
      "",
    ]);
    const sentences = await score(...args, "--per-line");
    assertEquals(sentences.stdout.split("\n"), [
      "BLEU 100.00\tchrF2 100.00\tchrF2++ 100.00\texact yes",
      "BLEU 14.79\tchrF2 35.35\tchrF2++ 29.15\texact no",
      "BLEU 29.07\tchrF2 51.88\tchrF2++ 52.01\texact no",
      "",
    ]);
  });
});

Deno.test("score reads standard input as --hyp - and as --ref -, and by default as the translations", async () => {
  await inPlace(async (directory) => {
    const [hyp, ref] = [`${directory}/hyp`, `${directory}/ref2`];
    const expected = await score("--hyp", hyp, "--ref", ref);
    assertEquals(expected.code, 0);
    const [translations, references] = [hyp, ref].map((path) => Deno.readTextFileSync(path));
    assertEquals(await feedCommand(translations, "score", "--hyp", "-", "--ref", ref), expected);
    assertEquals(await pipeCommand(translations, "score", "--ref", ref), expected);
    assertEquals(await feedCommand(references, "score", "--hyp", hyp, "--ref", "-"), expected);
    const short = await pipeCommand("one\n", "score", "--ref", ref);
    assertStringIncludes(short.stderr, `read ${ref}: expected 1 line, as in standard input, found 3 lines`);
  });
});

Deno.test("score --json prints one object, or one per line", async () => {
  await inPlace(async (directory) => {
    const args = ["--hyp", `${directory}/hyp`, "--ref", `${directory}/ref1`, "--json"];
    const [figures, ...others] = jsonLines((await score(...args)).stdout);
    assertEquals(others, []);
    const names = ["bleu", "bleu_signature", "chrf", "chrf_plus", "exact_match", "token_match", "sentences"];
    assertEquals(Object.keys(figures), names);
    assertAlmostEquals(figures.bleu as number, 45.06750632106114, 1e-10);
    assertAlmostEquals(figures.chrf as number, 50.043063606582294, 1e-10);
    assertAlmostEquals(figures.chrf_plus as number, 51.7309698503746, 1e-10);
    assertEquals([figures.exact_match, figures.sentences], [1 / 3, 3]);
    const [chars] = jsonLines((await score(...args, "--tokenize", "char", "--lowercase")).stdout);
    assertEquals(chars.bleu_signature, "nrefs:1|case:lc|eff:no|tok:char|smooth:exp|version:elman");
    assertAlmostEquals(chars.bleu as number, 51.562779528311275, 1e-10);
    const each = jsonLines((await score(...args, "--per-line")).stdout);
    assertEquals(each.map(({ bleu, sentences }) => [Math.round(bleu as number), sentences]), [
      [100, 1],
      [15, 1],
      [16, 1],
    ]);
    assertMatch(each[0].bleu_signature as string, /eff:yes/);
  });
});

Deno.test("--lowercase ignores case", async () => {
  await inPlace(async (directory) => {
    Deno.writeTextFileSync(`${directory}/upper`, HYPOTHESES.map((line) => line.toUpperCase() + "\n").join(""));
    const args = ["--hyp", `${directory}/upper`, "--ref", `${directory}/hyp`, "--json"];
    const [mixed] = jsonLines((await score(...args)).stdout);
    const [lower] = jsonLines((await score(...args, "--lowercase")).stdout);
    assertEquals(mixed.exact_match, 0);
    assertEquals([lower.bleu, lower.chrf, lower.chrf_plus, lower.exact_match, lower.token_match], [
      100,
      100,
      100,
      1,
      1,
    ]);
  });
});

Deno.test("score rejects missing, empty or mismatched files and missing options", async () => {
  await inPlace(async (directory) => {
    const [hyp, ref] = [["--hyp", `${directory}/hyp`], ["--ref", `${directory}/ref1`]];
    const cases: [args: string[], code: number, message: string][] = [
      [
        [...hyp, ...ref, "--ref", `${directory}/short`],
        1,
        `read ${directory}/short: expected 3 lines, as in ${directory}/hyp, found 2 lines`,
      ],
      [["--hyp", `${directory}/one`, ...ref], 1, `expected 1 line, as in ${directory}/one, found 3 lines`],
      [[...hyp, "--ref", `${directory}/none`], 1, `read ${directory}/none: expected a file, found none`],
      [[...hyp, "--ref", `${directory}/empty`], 1, `read ${directory}/empty: expected some text, found an empty file`],
      [["--hyp", directory, ...ref], 1, "expected a file, found a directory"],
      [ref, 2, "--hyp: expected a file of translations, found none"],
      [hyp, 2, "--ref: expected a file of references, found none"],
      [[...hyp, ...ref, "--tokenize", "zh"], 2, "--tokenize: expected one of 13a, intl, char, none"],
    ];
    for (const [args, code, message] of cases) {
      const outcome = await score(...args);
      assertEquals([outcome.code, outcome.stdout], [code, ""], outcome.stderr);
      assertMatch(outcome.stderr, /^error: .*\n$/);
      assertStringIncludes(outcome.stderr, message);
    }
  });
});
