import { dirname } from "node:path";
import { replaceFile } from "../../src/formats/write_file.ts";
import { UsageError } from "../arguments/mod.ts";
import { mayWrite, writeError, writeErrorLine, writeOut } from "../terminal/mod.ts";

/** The value of an option for a drawing that means standard output. */
export const STANDARD_OUTPUT = "-";

/** A drawing that a command is asked for. */
interface AskedDrawing {
  /** The option that names the file. */
  readonly option: string;
  /** The file, or `-`. */
  readonly file: string;
  /** Whether the command prints JSON. */
  readonly json?: boolean;
}

/** A drawing of a text. */
interface AskedTextDrawing extends AskedDrawing {
  /** The texts on the command line, of which there must be one, and their noun. */
  readonly texts: readonly string[];
  readonly noun: string;
}

/** Throws `UsageError` if there is not one text to draw, or if the drawing cannot be written. */
export function expectDrawable({ texts, noun, ...drawing }: AskedTextDrawing): void {
  if (texts.length !== 1) {
    throw new UsageError(`${drawing.option}: expected one ${noun} on the command line, found ${texts.length}`);
  }
  expectWritable(drawing);
}

/** Throws `UsageError` if a drawing cannot be written. */
export function expectWritable({ option, file, json }: AskedDrawing): void {
  if (file === STANDARD_OUTPUT && json) {
    throw new UsageError(`${option} -: expected this option or --json, found both`);
  }
  const folder = dirname(file);
  if (file === STANDARD_OUTPUT || mayWrite(folder)) return;
  throw new UsageError(
    `${option} ${file}: expected permission to write it, found none; ` +
      `use ${option} - > ${file}, or run deno with --allow-write=${folder}`,
  );
}

/** Writes a drawing to standard output or a file. An existing file is moved aside. */
export async function saveDrawing(file: string, picture: string, isQuiet = false): Promise<void> {
  if (file === STANDARD_OUTPUT) return writeOut(picture);
  const kept = await replaceFile(file, picture, { keepOld: true });
  if (kept !== undefined) writeError(`Moved the existing file ${file} to ${kept}.\n`);
  if (!isQuiet) writeErrorLine(`Saved the drawing to ${file}.`);
}
