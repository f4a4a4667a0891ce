/**
 * Keeps unclear phrases out of code and documentation: `deno task check:phrases [ROOT]`. Prints each one with its place
 * and a better wording, and exits with 1 if there are any.
 * @module
 */
import { fileURLToPath } from "node:url";

/** A phrase to avoid. */
export interface Phrase {
  /** Matches the phrase, with single spaces between words. Line breaks and comment markers count as spaces. */
  readonly pattern: RegExp;
  /** The suggested wording. */
  readonly better: string;
}

/** An unclear phrase in a file. */
export interface Finding {
  /** The path of the file. */
  readonly path: string;
  /** The line on which the phrase begins, counted from 1. */
  readonly line: number;
  /** The phrase as found. */
  readonly phrase: string;
  /** The suggested wording. */
  readonly better: string;
}

/** The phrases to avoid in this project. */
export const PHRASES: readonly Phrase[] = [
  { pattern: /\bwhere it is absent\b/i, better: '"Default: ..."' },
  { pattern: /\bcounts for nothing\b/i, better: '"is ignored"' },
  { pattern: /\bwant no gradient\b/i, better: '"do not require a gradient"' },
  { pattern: /\bsay what computes\b/i, better: '"name the backend"' },
  { pattern: /\bhow texts go on\b/i, better: '"predicts text"' },
  { pattern: /\bwhat it came to\b/i, better: '"the result"' },
  { pattern: /\bwhat it is good for\b/i, better: "say what it does" },
  { pattern: /\bwhich is none\b/i, better: '"which is not a ...", with the noun' },
  { pattern: /\bin its stead\b/i, better: '"instead"' },
  { pattern: /\bwhere absent\b/i, better: '"Default: ..."' },
  { pattern: /\bas is the default\b/i, better: '"Default: ..."' },
  { pattern: /\bfound out and said\b/i, better: '"is detected and reported"' },
  { pattern: /\bwants (?:no|a) gradient\b/i, better: '"requires no gradient" or "requires a gradient"' },
  { pattern: /\bwhere nobody looks\b/i, better: '"to scratch memory"' },
  { pattern: /\bcount for nothing\b/i, better: '"are ignored"' },
  { pattern: /\bsays what computes\b/i, better: '"names the backend"' },
  { pattern: /\bthat is none\b/i, better: '"invalid ..." or "not a ...", with the noun' },
  { pattern: /\blooked at once\b/i, better: '"evaluated once"' },
  { pattern: /\b[Tt]hrows an? `?[A-Z]\w*Error\b/, better: '"Throws `RangeError` if ...", without an article' },
  { pattern: /\/\*\* What [a-z`]/, better: "a noun phrase, such as the name of the value" },
  { pattern: /\b(?:us|ms|nats|seconds|minutes) an? (?:token|character|step|epoch)\b/i, better: '"per"' },
  { pattern: /\bto learn from, \d/i, better: '"for training"' },
  { pattern: /\bin the README's\b|\bthe command of the README\b/i, better: "the page that has the command" },
  { pattern: /\blabelled (?:corp|data|line|sentence|text)/i, better: '"labeled"' },
  { pattern: /\binitialis(?:es|ed|ing|ations?|ers?)\b(?!\.ts)/i, better: '"initialize"' },
  { pattern: /\b(?:behaviours?|favours?|modelling|tokenis(?:e|es|ed|ing|ation))\b/i, better: "American spelling" },
];

/** The files and folders to check. */
const CHECKED = ["README.md", "src", "tokenizers", "tasks", "cli", "tests", "bench", "examples", "docs"];

/** Generated files. */
const GENERATED = /^(?:src\/kernels\/artefacts|tests\/goldens)\//;

/** A line break with the indentation and comment marker of the next line. */
const LINE_BREAK = /[ \t]*\n[ \t]*(?:\*(?!\/)|\/\/+|#+|>)?[ \t]*/g;

/** Finds phrases in a text, in order of their lines. */
export function findPhrases(path: string, text: string, phrases: readonly Phrase[] = PHRASES): Finding[] {
  const breaks: number[] = [];
  let removed = 0;
  const joined = text.replaceAll(LINE_BREAK, (found, offset: number) => {
    breaks.push(offset - removed);
    removed += found.length - 1;
    return " ";
  });
  const findings = phrases.flatMap(({ pattern, better }) =>
    [...joined.matchAll(new RegExp(pattern, `g${pattern.flags}`))].map(({ index, 0: phrase }) => {
      const line = 1 + breaks.filter((position) => position < index).length;
      return { path, line, phrase, better };
    })
  );
  return findings.sort((a, b) => a.line - b.line);
}

/** Yields the paths of the text files in a file or folder, relative to `root`. */
async function* textFiles(root: string, path: string): AsyncGenerator<string, void, void> {
  const stats = await Deno.stat(`${root}/${path}`).catch(() => undefined);
  if (stats?.isFile && /\.(?:ts|js|md|html|py)$/.test(path) && !GENERATED.test(path)) yield path;
  if (!stats?.isDirectory) return;
  const names = (await Array.fromAsync(Deno.readDir(`${root}/${path}`))).map(({ name }) => name);
  for (const name of names.sort()) yield* textFiles(root, `${path}/${name}`);
}

/** Checks all files under a directory. Prints the findings and returns the exit code. */
async function main(root: string): Promise<number> {
  let code = 0;
  for (const folder of CHECKED) {
    for await (const path of textFiles(root, folder)) {
      for (const { line, phrase, better } of findPhrases(path, await Deno.readTextFile(`${root}/${path}`))) {
        console.error(`${path}:${line}: unclear phrase "${phrase}"; better: ${better}`);
        code = 1;
      }
    }
  }
  return code;
}

if (import.meta.main) {
  Deno.exit(await main(Deno.args[0] ?? fileURLToPath(new URL("..", import.meta.url))));
}
