import { assertEquals } from "@std/assert";
import { findPhrases } from "../../tools/phrases.ts";
import { inTempDir } from "../support/command.ts";

const PHRASES = [
  { pattern: /\bpurple prose\b/i, better: '"plain prose"' },
  { pattern: /\bthrows a \w+ when\b/i, better: '"Throws `RangeError` if"' },
];

Deno.test("findPhrases reports the line, the phrase and a better wording", () => {
  const text =
    "/** Fine. */\n// Purple prose.\nconst a = 1; // purple  prose, impurple prose\n/** Throws a mistake when. */\n";
  assertEquals(findPhrases("a.ts", text, PHRASES), [
    { path: "a.ts", line: 2, phrase: "Purple prose", better: '"plain prose"' },
    { path: "a.ts", line: 4, phrase: "Throws a mistake when", better: '"Throws `RangeError` if"' },
  ]);
});

Deno.test("findPhrases finds phrases across line breaks in comments and Markdown", () => {
  const broken = [
    "/**\n * Some purple\n * prose.\n */",
    "a\n// Some purple\n// prose",
    "a\n> Some purple\n> prose",
    "a\nSome purple\nprose",
  ];
  for (const text of broken) {
    assertEquals(findPhrases("a.ts", text, PHRASES).map(({ line, phrase }) => [line, phrase]), [[2, "purple prose"]]);
  }
});

Deno.test("British spellings are found in prose, but not in names", () => {
  // Assembled at run time, so that this file passes the check.
  const prose = [["// Reads labell", "ed texts."], ["// The initialis", "ation of a layer."], [
    "// Has this behavi",
    "our.",
  ]];
  for (const parts of prose) assertEquals(findPhrases("a.ts", parts.join("")).length, 1);
  for (
    const code of ["readLabelledTexts(path)", "initialiseNormal(x)", 'from "./initialisation.ts"', "labelled(texts)"]
  ) {
    assertEquals(findPhrases("a.ts", code), []);
  }
});

Deno.test("check:phrases exits with 1 if a file has an unclear phrase, otherwise with 0", async () => {
  await inTempDir(async (directory) => {
    const check = async (): Promise<[number, string]> => {
      const args = ["run", "--allow-read", "tools/phrases.ts", directory];
      const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
      return [code, new TextDecoder().decode(stderr)];
    };
    await Deno.mkdir(`${directory}/src/nn`, { recursive: true });
    // Assembled at run time, so that this file passes the check.
    const phrase = ["counts", "for", "nothing"];
    await Deno.writeTextFile(`${directory}/src/nn/a.ts`, `// Fine.\n// The bias ${phrase.join(" ")}.\n`);
    assertEquals(await check(), [
      1,
      `src/nn/a.ts:2: unclear phrase "${phrase.join(" ")}"; better: "is ignored"\n`,
    ]);
    await Deno.writeTextFile(`${directory}/src/nn/a.ts`, "// The bias is ignored.\n");
    assertEquals(await check(), [0, ""]);
  });
});
