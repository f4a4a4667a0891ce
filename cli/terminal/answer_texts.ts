import { count } from "../../tasks/task_model/wording.ts";
import { isTerminal } from "./platform.ts";
import { inputBlocks } from "./standard_input.ts";
import { writeError } from "./terminal.ts";

/** How texts are answered. */
export interface Answering {
  /** What a text is called: "sentence". */
  readonly noun: string;
  /** Most texts that are answered side by side. */
  readonly most: number;
  /** Whether nothing is said on standard error. */
  readonly isQuiet?: boolean;
  /** Answers some texts, in their order. */
  readonly answer: (texts: string[]) => Promise<void>;
}

/**
 * Answers the operands of a command or, where it has none or a `-` alone, each line of standard input as soon as it is there; of those it says how many there
 * were and how fast they were answered.
 */
export async function answerTexts(operands: readonly string[], answering: Answering): Promise<void> {
  const isInput = operands.length === 0 || (operands.length === 1 && operands[0] === "-");
  if (isInput) await answerInput(answering);
  else await answerInParts(operands, answering);
}

async function answerInParts(texts: readonly string[], { most, answer }: Answering): Promise<void> {
  for (let start = 0; start < texts.length; start += most) await answer(texts.slice(start, start + most));
}

async function answerInput(answering: Answering): Promise<void> {
  const { noun, isQuiet } = answering;
  const isTyped = isTerminal("input");
  if (isTyped && !isQuiet) writeError(`Type a ${noun} and press Enter; Ctrl-D ends.\n`);
  let [texts, milliseconds] = [0, 0];
  for await (const lines of inputBlocks()) {
    const start = performance.now();
    await answerInParts(lines.map((line, i) => textOf(line, texts + i === 0)), answering);
    texts += lines.length;
    milliseconds += performance.now() - start;
  }
  if (isQuiet || isTyped) return;
  const speed = formatSpeed(texts / Math.max(milliseconds, 1) * 1e3);
  writeError(`${count(texts, noun)} in ${(milliseconds / 1e3).toFixed(2)} s, ${speed} a second.\n`);
}

/** A line without what files of other systems have around it. */
function textOf(line: string, isFirst: boolean): string {
  const text = isFirst && line.startsWith("\uFEFF") ? line.slice(1) : line;
  return text.replace(/\r$/, "");
}

/** A number a second, with a decimal where it is small: "58.2", "1,646". */
export function formatSpeed(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString("en");
}
