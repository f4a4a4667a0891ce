import { dirname } from "node:path";
import { replaceFile } from "../../src/formats/write_file.ts";
import { UsageError } from "../arguments/mod.ts";
import { quoted } from "../invocation.ts";
import { mayWrite, writeError, writeErrorLine, writeOut } from "../terminal/mod.ts";
import { checkPlace, STANDARD_OUTPUT } from "./output_file.ts";

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

/** Throws `UsageError` or `RangeError` if there is not one text to draw, or if the drawing cannot be written. */
export async function expectDrawable({ texts, noun, ...drawing }: AskedTextDrawing): Promise<void> {
  if (texts.length !== 1) {
    throw new UsageError(`${drawing.option}: expected one ${noun} on the command line, found ${texts.length}`);
  }
  await expectWritable(drawing);
}

/** Throws `UsageError` or `RangeError` if a drawing cannot be written, before any time is spent on it. */
export async function expectWritable({ option, file, json }: AskedDrawing): Promise<void> {
  if (file === STANDARD_OUTPUT) {
    if (json) throw new UsageError(`${option} -: expected this option or --json, found both`);
    return;
  }
  const folder = dirname(file);
  if (mayWrite(folder)) return await checkPlace(file, option);
  throw new UsageError(
    `${option} ${file}: expected permission to write it, found none; ` +
      `use ${option} - > ${quoted(file)}, or run deno with --allow-write=${quoted(folder)}`,
  );
}

/** Writes a drawing to standard output or a file. An existing file is moved aside. */
export async function saveDrawing(file: string, picture: string, isQuiet = false): Promise<void> {
  if (file === STANDARD_OUTPUT) return writeOut(picture);
  const kept = await replaceFile(file, picture, { keepOld: true });
  if (kept !== undefined) writeError(`Moved the existing file ${file} to ${kept}.\n`);
  if (!isQuiet) writeErrorLine(`Saved the drawing to ${file}.`);
}
