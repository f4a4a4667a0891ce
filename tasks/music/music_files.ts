import { InputRangeError, isInputError } from "../../errors.ts";
import { isDirectory, nameOf, readWhole } from "../data/file_system.ts";
import { findFiles, namesBelow } from "../data/find_files.ts";
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

/** The endings of MIDI files, also of those with lyrics and those in a RIFF file. */
const MIDI = /\.(?:mid|midi|kar|rmi)$/i;

/** The endings of files of music in folders. */
const MUSIC = /\.(?:abc|mid|midi|kar|rmi|json)$/i;

/**
 * Reads piano rolls in JSON, tunes in ABC or MIDI files: one file, or the files of a folder and its subfolders, which
 * must be of one kind. Files of a folder that cannot be read are left out and counted.
 *
 * Throws an error that names the file if it cannot be read, or none of a folder can, and `RangeError` if there is none
 * or they differ in kind.
 */
export async function readMusic(path: string): Promise<MusicReading> {
  const files = await filesAt(path);
  const problems = new ProblemList();
  const found: MusicFiles[] = [];
  for (const [i, file] of files.entries()) {
    try {
      const own = await readFile(file);
      problems.addAll(own.problems, files.length > 1 ? nameOf(file) : "");
      found.push(own.music);
    } catch (error) {
      if (!isInputError(error) || found.length === 0 && i === files.length - 1) throw error;
      problems.add("files that cannot be read", error.message);
    }
  }
  const other = found.find(({ kind }) => kind !== found[0].kind);
  if (other !== undefined) {
    throw new InputRangeError(`read ${path}: expected files of one kind, found ${found[0].kind} and ${other.kind}`);
  }
  return { music: joined(found), problems: problems.list() };
}

/** Reads a file of music of any kind. */
async function readFile(path: string): Promise<MusicReading> {
  const bytes = await readWhole(path);
  try {
    return MIDI.test(path) ? await readScore(bytes) : await readMusicBytes(bytes);
  } catch (error) {
    throw namedError(nameOf(path), error);
  }
}

/** Reads the bytes of a file of music of any kind. Throws `SyntaxError` or `RangeError` if they are none. */
export async function readMusicBytes(bytes: Uint8Array): Promise<MusicReading> {
  if (isMIDI(bytes)) return await readScore(bytes);
  const text = decode(bytes);
  if (/^\s*[[{]/.test(text)) {
    const rolls = readPianoRolls(text);
    return { music: { kind: "rolls", rolls }, problems: rolls.problems };
  }
  const { tunes, problems } = readABC(text);
  return { music: { kind: "tunes", tunes }, problems };
}

async function readScore(bytes: Uint8Array): Promise<MusicReading> {
  const { score, problems } = await readMIDI(bytes);
  if (score.tracks.every(({ notes }) => notes.length === 0)) {
    throw new InputRangeError("read a MIDI file: expected at least 1 note, found none");
  }
  return { music: { kind: "scores", scores: [score] }, problems };
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
  const files = (await namesBelow(path)).filter((name) => MUSIC.test(name));
  if (files.length > 0) return files.map((name) => `${path.replace(/[/\\]+$/, "")}/${name}`);
  throw new InputRangeError(`read ${path}: expected .abc, .mid, .midi or .json files in the folder, found none`);
}

/** Joins music of one kind. */
function joined(files: readonly MusicFiles[]): MusicFiles {
  if (files[0].kind === "tunes") {
    return { kind: "tunes", tunes: files.flatMap((own) => own.kind === "tunes" ? own.tunes : []) };
  }
  if (files[0].kind === "scores") {
    return { kind: "scores", scores: files.flatMap((own) => own.kind === "scores" ? own.scores : []) };
  }
  const all = files.flatMap((own) => own.kind === "rolls" ? [own.rolls] : []);
  const join = (part: "train" | "valid" | "test"): PianoRoll[] => all.flatMap((rolls) => rolls[part]);
  const rolls = { isSplit: all.some(({ isSplit }) => isSplit), train: join("train"), valid: join("valid") };
  return { kind: "rolls", rolls: { ...rolls, test: join("test"), problems: [] } };
}

/** Returns what was found wrong as a warning. */
export function warningsOf(path: string, problems: readonly Problem[]): string[] {
  return problems.length === 0 ? [] : [`${nameOf(path)}: ${describeProblems(problems)}`];
}
