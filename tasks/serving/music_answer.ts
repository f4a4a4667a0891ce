import type { Pause } from "../../src/train/mod.ts";
import { choice, custom, type Field, integer, nullable } from "../../src/schema/mod.ts";
import { base64Parts } from "../data/base64.ts";
import { writeABC } from "../data/music/abc/mod.ts";
import { clockOf, type PianoRoll, scoreEnd } from "../data/music/mod.ts";
import { runPartsPatiently } from "../data/parts.ts";
import type { Composition } from "../music/mod.ts";
import { musicFile } from "../music/music_output.ts";
import type { WrittenPiece } from "../music/pieces.ts";
import { ApiError } from "./api_error.ts";
import type { Call } from "./call.ts";
import type { Serving } from "./serving.ts";

/** The forms of an answer with music: JSON, or a file of one piece. */
const FORMATS = ["json", "midi", "wav", "abc", "svg"] as const;

/** Formats that the JSON of an answer can have besides. */
const EXTRAS = ["wav", "svg"] as const;

/** The longest sound of an answer, in seconds. */
const LONGEST = 600;

/** The endings and the types of files. */
const FILES = {
  midi: ["mid", "audio/midi"],
  wav: ["wav", "audio/wav"],
  abc: ["abc", "text/vnd.abc; charset=utf-8"],
  svg: ["svg", "image/svg+xml"],
} as const;

/** The fields of a request for music that say what the answer has. */
export interface MusicForm {
  /** The form of the answer. */
  readonly response_format: (typeof FORMATS)[number];
  /** Additional formats within JSON. */
  readonly include: readonly (typeof EXTRAS)[number][];
  /** Time steps of a quarter note of piano rolls; null for those of the model. */
  readonly steps_per_quarter: number | null;
}

/** Schema of these fields. */
export const FORM_FIELDS: { readonly [Name in keyof MusicForm]: Field<MusicForm[Name]> } = {
  response_format: choice(FORMATS, {
    default: "json",
    help: "JSON with MIDI files in base64, or a file of one piece.",
  }),
  include: custom<MusicForm["include"]>({
    default: [],
    check: (value) =>
      Array.isArray(value) && value.length <= EXTRAS.length && value.every((one) => EXTRAS.includes(one))
        ? undefined
        : `a list of ${EXTRAS.join(", ")}`,
    help: "Additional formats within JSON: WAV files in base64, pictures.",
  }),
  steps_per_quarter: nullable(integer({
    min: 1,
    max: 24,
    help: "Time steps of a quarter note, for models of piano rolls. Default: that of the model.",
  })),
};

/** A piece with its probability, and whatever its reading warns of. */
export interface AnsweredPiece {
  /** The piece as the model has written it. */
  readonly composition: Composition;
  /** The piece in the forms that it has. */
  readonly piece: WrittenPiece;
}

/** The parts of an answer. */
export interface MusicResult {
  /** Name of the model. */
  readonly model: string;
  /** Seed of the pieces. */
  readonly seed: number;
  /** Sentences about faults of the request's music. */
  readonly warnings: readonly string[];
  /** The pieces. */
  readonly pieces: readonly AnsweredPiece[];
  /** Awaited between the sounds and pictures of two pieces. */
  readonly pause: Pause;
}

/** The place that an answer in a form takes among the sounds: that of a sound of any length, since it is not known. */
export function soundIn({ response_format: format, include }: MusicForm, { limits: { maxSound } }: Serving): number {
  return format === "wav" || format === "json" && include.includes("wav") ? maxSound : 0;
}

/** Returns pieces in the form that a request asks for. Throws the signal's reason if the call is given up. */
export async function answerMusic(
  call: Call,
  { response_format: format, include }: MusicForm,
  { model, seed, warnings, pieces, pause }: MusicResult,
): Promise<Response> {
  call.used = { ...call.used, completionTokens: pieces.reduce((sum, { composition }) => sum + composition.tokens, 0) };
  call.signal.throwIfAborted();
  if (format !== "json") {
    if (format === "wav") expectShort(pieces.slice(0, 1), "response_format");
    const [ending, type] = FILES[format];
    const content = await fileOf(ending, pieces[0].piece, pause);
    return new Response(content as BodyInit, { headers: { "content-type": type } });
  }
  if (include.includes("wav")) expectShort(pieces, "include");
  const data: object[] = [];
  for (const [index, { composition, piece }] of pieces.entries()) {
    data.push({ index, ...await describePiece(composition, piece, { include, pause }) });
    await pause();
  }
  return Response.json({ object: "list", model, seed, data, ...warnings.length > 0 && { warnings } });
}

async function describePiece(
  { steps, logProbability }: Composition,
  piece: WrittenPiece,
  { include, pause }: Pick<MusicForm, "include"> & { readonly pause: Pause },
): Promise<object> {
  const { score, tune, roll } = piece;
  const [key, meter] = tune ? [tune.key.name, tune.meter] : roll ? [] : [score.key, score.meter];
  const base64 = async (ending: string): Promise<string> =>
    await runPartsPatiently(base64Parts(await fileOf(ending, piece, pause) as Uint8Array), pause);
  return {
    ...key !== undefined && { key },
    ...meter !== undefined && { meter },
    bars: steps,
    log_probability: logProbability,
    ...tune && { abc: writeABC([tune]) },
    ...roll && { roll },
    midi: await base64("mid"),
    ...include.includes("wav") && { wav: await base64("wav") },
    ...include.includes("svg") && { svg: await fileOf("svg", piece, pause) },
  };
}

async function fileOf(ending: string, piece: WrittenPiece, pause: Pause): Promise<string | Uint8Array> {
  const content = await musicFile(`music.${ending}`, piece, pause);
  await pause();
  return content;
}

/** Refuses sounds that would take long to compute, and much memory. */
function expectShort(pieces: readonly AnsweredPiece[], param: string): void {
  const seconds = pieces.reduce((sum, { piece: { score } }) => sum + clockOf(score)(scoreEnd(score)), 0);
  if (seconds <= LONGEST) return;
  const found = `${Math.round(seconds)} s`;
  const remedy = pieces.length > 1 ? "fewer pieces or bars" : "fewer bars";
  throw new ApiError(`play music: expected at most ${LONGEST} s of sound, found ${found}; ask for ${remedy}`, {
    status: 400,
    param,
  });
}

/** Music in a request: ABC, JSON or a MIDI file in base64 as a text, or a piano roll. */
export type GivenMusic = string | PianoRoll;

/** Declares music in a request. */
export function music(help: string): Field<GivenMusic> {
  return custom<GivenMusic>({
    check: (value) => typeof value === "string" || isRoll(value) ? undefined : "a text or a list of lists of pitches",
    help,
  });
}

/** Whether a value is a list of time steps, each a list of pitches. */
export function isRoll(value: unknown): value is PianoRoll {
  const isPitch = (one: unknown): boolean => Number.isInteger(one) && Number(one) >= 0 && Number(one) <= 127;
  return Array.isArray(value) && value.length > 0 &&
    value.every((step) => Array.isArray(step) && step.every(isPitch));
}
