/**
 * Input and output of commands: the terminal, standard input, progress, signals, and backups of existing files. This
 * folder must not depend on what a command computes.
 * @module
 */
export { type Answering, answerTexts, formatSpeed } from "./answer_texts.ts";
export { clearCount, type CountProgress, countReporter } from "./count_progress.ts";
export { Interrupt, INTERRUPTED, interruptible } from "./interrupt.ts";
export { jsonLine } from "./json_lines.ts";
export { exists } from "../../tasks/data/mod.ts";
export { keepAside } from "./keep_aside.ts";
export {
  environmentVariable,
  giveUpReading,
  isBrokenPipe,
  isColoured,
  isSystemError,
  isTerminal,
  mayWrite,
  residentBytes,
  startProgram,
} from "./platform.ts";
export {
  formatDuration,
  formatFigures,
  formatProgress,
  Progress,
  type ProgressOptions,
  type ProgressState,
} from "./progress.ts";
export { inputLines, inputText, isPiped, promptForInput, typedLines } from "./standard_input.ts";
export {
  terminalColumns,
  writeError,
  writeErrorLine,
  writeLine,
  writeMessage,
  writeOut,
  writeSequences,
} from "./terminal.ts";
export { visible } from "./visible.ts";
export { wrapWords } from "./wrap_words.ts";
