import { replaceFile } from "../../src/formats/write_file.ts";
import { musicFile, outputKind, OUTPUTS } from "../../tasks/music/music_output.ts";
import type { WrittenPiece } from "../../tasks/music/pieces.ts";
import { type OptionSpecs, UsageError } from "../arguments/mod.ts";
import { writeError } from "../terminal/mod.ts";
import { checkPlace, refuseSameFile } from "./output_file.ts";

/** The option that names the files of a piece. */
export const OUT_OPTION = {
  out: {
    kind: "path",
    group: "run",
    value: "FILE",
    repeatable: true,
    help: `File to write; its name ends with ${
      OUTPUTS.map((kind) => `.${kind}`).join(", ")
    }. May be given several times.`,
  },
} as const satisfies OptionSpecs;

/** Throws `UsageError` or `RangeError` if a file cannot be written, before any time is spent on its content. */
export async function expectOutputs(files: readonly string[]): Promise<void> {
  if (files.length === 0) throw new UsageError("expected --out FILE, found none");
  for (const file of files) {
    outputKind(file);
    await checkPlace(file);
  }
  refuseSameFile(files.map((file) => ["--out", file] as const));
}

/** Returns the file of piece i of several: `tune-2.mid` is the second one of `tune.mid`. */
export function numbered(file: string, i: number, count: number): string {
  return count === 1 ? file : file.replace(/(\.[^.]+)$/, `-${i + 1}$1`);
}

/** Writes a piece to its files. Existing ones are moved aside. All contents are made before any is written. */
export async function writePiece(files: readonly string[], piece: WrittenPiece): Promise<void> {
  const contents: (string | Uint8Array)[] = [];
  for (const file of files) contents.push(await musicFile(file, piece));
  for (const [i, file] of files.entries()) {
    const kept = await replaceFile(file, contents[i], { keepOld: true });
    if (kept !== undefined) writeError(`Moved the existing file ${file} to ${kept}.\n`);
  }
}
