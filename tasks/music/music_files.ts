import { InputRangeError } from "../../errors.ts";
import { fileSystem, isDirectory, nameOf, readWhole } from "../data/file_system.ts";
import { findFiles } from "../data/find_files.ts";
import { type ABCTune, readABC } from "../data/music/abc/mod.ts";
import {
  describeProblems,
  isMIDI,
  type PianoRoll,
  type PianoRolls,
  type Problem,
  ProblemList,
  readMIDI,
  readPianoRolls,
  type Score,
} from "../data/music/mod.ts";
import { namedError } from "../data/named_error.ts";

/** Music that was read from files, all of one kind. */
export type MusicFiles =
  | { readonly kind: "rolls"; readonly rolls: PianoRolls }
  | { readonly kind: "tunes"; readonly tunes: readonly ABCTune[] }
  | { readonly kind: "scores"; readonly scores: readonly Score[] };

/** Music, and what was found wrong in it. */
export interface MusicReading {
  readonly music: MusicFiles;
  readonly problems: readonly Problem[];
}

/** The endings of files of music in folders. */
const MUSIC = /\.(?:abc|mid|midi|json)$/i;

/**
 * Reads piano rolls in JSON, tunes in ABC or MIDI files: one file, or the files of a folder and its subfolders, which
 * must be of one kind.
 *
 * Throws an error that names the file if one cannot be read, and `RangeError` if there is none or they differ in kind.
 */
export async function readMusic(path: string): Promise<MusicReading> {
  const files = await filesAt(path);
  const problems = new ProblemList();
  let music: MusicFiles | undefined;
  for (const file of files) {
    const own = await readFile(file);
    problems.addAll(own.problems, files.length > 1 ? nameOf(file) : "");
    if (music !== undefined && music.kind !== own.music.kind) {
      throw new InputRangeError(`read ${path}: expected files of one kind, found ${music.kind} and ${own.music.kind}`);
    }
    music = music === undefined ? own.music : joined(music, own.music);
  }
  return { music: music!, problems: problems.list() };
}

/** Reads a file of music of any kind. */
async function readFile(path: string): Promise<MusicReading> {
  const bytes = await readWhole(path);
  try {
    return await readMusicBytes(bytes);
  } catch (error) {
    throw namedError(nameOf(path), error);
  }
}

/** Reads the bytes of a file of music of any kind. Throws `SyntaxError` or `RangeError` if they are none. */
export async function readMusicBytes(bytes: Uint8Array): Promise<MusicReading> {
  if (isMIDI(bytes)) {
    const { score, problems } = await readMIDI(bytes);
    return { music: { kind: "scores", scores: [score] }, problems };
  }
  const text = decode(bytes);
  if (/^\s*[[{]/.test(text)) {
    const rolls = readPianoRolls(text);
    return { music: { kind: "rolls", rolls }, problems: rolls.problems };
  }
  const { tunes, problems } = readABC(text);
  return { music: { kind: "tunes", tunes }, problems };
}

/** Decodes UTF-8 or, as older tunes in ABC are written, Windows' Latin-1. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

async function filesAt(path: string): Promise<readonly string[]> {
  if (!await isDirectory(path)) return (await findFiles(path)).files;
  const names = (await fileSystem().promises.readdir(path, { recursive: true })).map(String).sort();
  const files = names.filter((name) => MUSIC.test(name) && !name.split("/").some((part) => part.startsWith(".")));
  if (files.length > 0) return files.map((name) => `${path.replace(/\/+$/, "")}/${name}`);
  throw new InputRangeError(`read ${path}: expected .abc, .mid, .midi or .json files in the folder, found none`);
}

function joined(a: MusicFiles, b: MusicFiles): MusicFiles {
  if (a.kind === "tunes" && b.kind === "tunes") return { kind: "tunes", tunes: [...a.tunes, ...b.tunes] };
  if (a.kind === "scores" && b.kind === "scores") return { kind: "scores", scores: [...a.scores, ...b.scores] };
  if (a.kind !== "rolls" || b.kind !== "rolls") throw new InputRangeError("read music: expected one kind, found two");
  const join = (part: "train" | "valid" | "test"): PianoRoll[] => [...a.rolls[part], ...b.rolls[part]];
  const rolls = { isSplit: a.rolls.isSplit || b.rolls.isSplit, train: join("train"), valid: join("valid") };
  return { kind: "rolls", rolls: { ...rolls, test: join("test"), problems: [] } };
}

/** Returns what was found wrong as a warning. */
export function warningsOf(path: string, problems: readonly Problem[]): string[] {
  return problems.length === 0 ? [] : [`${nameOf(path)}: ${describeProblems(problems)}`];
}
