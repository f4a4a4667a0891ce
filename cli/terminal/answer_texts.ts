import { count, withArticle } from "../../src/schema/mod.ts";
import { isTerminal } from "./platform.ts";
import { inputBlocks, promptForInput } from "./standard_input.ts";
import { writeError } from "./terminal.ts";

/** Options of `answerTexts`. */
export interface Answering<T = never> {
  /** The noun for a text in messages, such as "sentence". */
  readonly noun: string;
  /** Maximum number of texts per call of `answer`. */
  readonly blockSize: number;
  /** Whether to suppress messages on standard error. */
  readonly isQuiet?: boolean;
  /** Encoding of standard input without a byte-order mark. Default: "utf-8". */
  readonly encoding?: string;
  /** Finds the texts in the lines of standard input. Default: each line is one. */
  readonly textsOf?: (lines: AsyncIterable<string[]>) => AsyncIterable<(string | T)[]>;
  /** Answers a block of texts, in order. */
  readonly answer: (texts: (string | T)[]) => Promise<void>;
}

/**
 * Answers the operands of a command. With no operands or a single `-`, answers each text of standard input as it
 * arrives and finally reports the number of texts and the speed.
 */
export async function answerTexts<T = never>(operands: readonly string[], answering: Answering<T>): Promise<void> {
  const isInput = operands.length === 0 || (operands.length === 1 && operands[0] === "-");
  if (isInput) await answerInput(answering);
  else await answerInParts(operands, answering);
}

async function answerInParts<T>(
  texts: readonly (string | T)[],
  { blockSize, answer }: Answering<T>,
): Promise<void> {
  for (let start = 0; start < texts.length; start += blockSize) await answer(texts.slice(start, start + blockSize));
}

async function answerInput<T>(answering: Answering<T>): Promise<void> {
  const { noun, isQuiet, encoding, textsOf = (lines) => lines } = answering;
  promptForInput(withArticle(noun), isQuiet);
  let [texts, milliseconds] = [0, 0];
  for await (const block of textsOf(inputBlocks({ encoding }))) {
    const start = performance.now();
    await answerInParts(block, answering);
    texts += block.length;
    milliseconds += performance.now() - start;
  }
  if (isQuiet || isTerminal("input") || texts === 0) return;
  const speed = formatSpeed(texts / Math.max(milliseconds, 1) * 1e3);
  writeError(`${count(texts, noun)} in ${(milliseconds / 1e3).toFixed(2)} s, ${speed} per second.\n`);
}

/** Formats a rate, with one decimal place below 100: "58.2", "1,646". */
export function formatSpeed(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString("en");
}
