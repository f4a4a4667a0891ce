import { complete, integer, nullable, number, type Schema, string } from "../../src/schema/mod.ts";
import { type Beginning, onlyPiece } from "../music/beginning.ts";
import { type ComposeSettings, COMPOSING, planComposition, USUAL_LENGTH } from "../music/composing.ts";
import { MusicModel } from "../music/mod.ts";
import { notationOf } from "../music/notations/mod.ts";
import { readPiece } from "../music/pieces.ts";
import { answerPlace, expectLength, fieldsOf } from "./answers.ts";
import { ApiError } from "./api_error.ts";
import type { Call } from "./call.ts";
import { COMPLETION_FIELDS, MODEL_FIELD } from "./completion_fields.ts";
import { readGivenMusic } from "./given_music.ts";
import {
  type AnsweredPiece,
  answerMusic,
  FORM_FIELDS,
  type GivenMusic,
  music,
  type MusicForm,
  soundIn,
} from "./music_answer.ts";
import { answering } from "./request_body.ts";
import type { Serving } from "./serving.ts";

/** The fields of a request for composed music. */
export interface ComposeFields extends MusicForm {
  /** Name of the model; null for the only model of music. */
  readonly model: string | null;
  /** The key of tunes; null for that of the beginning, or one at random. */
  readonly key: string | null;
  /** The meter of tunes; null for that of the beginning, or one at random. */
  readonly meter: string | null;
  /** Number of bars or time steps; null for the usual one. */
  readonly bars: number | null;
  /** The beginning; null for none. */
  readonly prime: GivenMusic | null;
  /** The sampling temperature. */
  readonly temperature: number;
  /** Probability that the candidates must reach. */
  readonly top_p: number;
  /** Number of likeliest tokens to draw from. */
  readonly top_k: number | null;
  /** Most equal bars or time steps in a row. */
  readonly most_repeats: number | null;
  /** Number of pieces. */
  readonly n: number;
  /** Seed of the random numbers; null for a random one. */
  readonly seed: number | null;
}

/** Schema of a request for composed music. */
export const COMPOSE_FIELDS: Schema<ComposeFields> = {
  model: MODEL_FIELD,
  key: nullable(
    string({ help: "Key of the tune, such as D, Em or A Dorian. Default: that of prime, or one at random." }),
  ),
  meter: nullable(string({ help: "Meter of the tune, such as 6/8. Default: that of prime, or one at random." })),
  bars: nullable(
    integer({ min: 1, help: "Number of bars or time steps, with those of prime. Default: 16 bars, 64 time steps." }),
  ),
  prime: nullable(music("The beginning: a tune in ABC, a piano roll in JSON, or a MIDI file in base64.")),
  temperature: number({ min: 0, max: 100, default: 0.9, help: "Divides the logits; 0 takes the likeliest token." }),
  top_p: COMPLETION_FIELDS.top_p,
  top_k: COMPLETION_FIELDS.top_k,
  most_repeats: nullable(integer({ min: 1, help: "Most equal bars or time steps in a row. Default: any number." })),
  n: integer({ min: 1, max: 256, default: 1, help: "Number of pieces." }),
  seed: nullable(integer({ min: 0, help: "Seed of the random numbers. Default: random." })),
  ...FORM_FIELDS,
};

/** Answers `POST /v1/music/compositions`: pieces that a model of music composes or continues. */
export async function answerCompose(serving: Serving, call: Call): Promise<Response> {
  const fields = await fieldsOf(serving, call, "compose", COMPOSE_FIELDS);
  const { prime, n } = fields;
  expectCount(serving, fields);
  const { name, model } = serving.find(MusicModel, fields.model ?? undefined);
  const seed = fields.seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
  const settings = settingsOf(fields, seed);
  const { kind } = model.notation;
  const stepsPerQuarter = fields.steps_per_quarter ?? model.config.stepsPerQuarter;
  const beginning: Beginning = prime === null || prime === "" ? { text: "", warnings: [] } : await readGivenMusic(
    serving,
    prime,
    "prime",
    (reading, source) => onlyPiece(reading, { notation: kind, stepsPerQuarter, tokenizer: model.tokenizer }, source),
  );
  expectBars(serving, fields.bars ?? USUAL_LENGTH[kind], "bars");
  expectPossible(serving, model, settings, beginning.text);
  return await answerPlace(
    serving,
    call,
    name,
    async (pause) => {
      const found = await model.compose({ ...settings, prime: beginning.text, signal: call.signal, pause });
      const pieces: AnsweredPiece[] = [];
      for (const composition of found) {
        pieces.push({ composition, piece: readPiece(model, composition.text, { stepsPerQuarter }) });
        await pause();
      }
      return await answerMusic(call, fields, { model: name, seed, warnings: beginning.warnings, pieces, pause });
    },
    { texts: n, sound: soundIn(fields, serving) },
  );
}

/** Throws `ApiError` if a piece has more bars or time steps than the server lets it have. */
export function expectBars({ limits: { maxBars } }: Serving, found: number, param: string): void {
  if (found <= maxBars) return;
  throw new ApiError(`serve: expected at most ${maxBars} bars or time steps, found ${found}`, { status: 400, param });
}

function settingsOf(fields: ComposeFields, seed: number): ComposeSettings {
  const { key, meter, bars, temperature, top_p: topP, top_k: topK, most_repeats: mostRepeats, n: count } = fields;
  return complete(COMPOSING, { key, meter, bars, temperature, topP, topK, mostRepeats, count, seed }, "compose");
}

function expectCount({ limits: { maxRunning } }: Serving, { n, response_format: format }: ComposeFields): void {
  if (format !== "json" && n > 1) {
    throw new ApiError(`compose: expected n of 1 for ${format}, found ${n}`, { status: 400, param: "n" });
  }
  if (n <= maxRunning) return;
  throw new ApiError(`serve: expected at most ${maxRunning} pieces in a request, found ${n}`, {
    status: 400,
    param: "n",
  });
}

/** Throws `ApiError` with the field that a model cannot satisfy: each is tried alone, then all with the beginning. */
function expectPossible(
  serving: Serving,
  { tokenizer }: MusicModel,
  settings: ComposeSettings,
  beginning: string,
): void {
  const parts = { tokenizer, notation: notationOf("compose", tokenizer) };
  const { key, meter, bars } = settings;
  const none = { ...settings, key: null, meter: null, bars: null };
  for (const [param, asked] of [["meter", { meter }], ["key", { key }], ["bars", { bars }]] as const) {
    answering(() => planComposition(parts, { ...none, ...asked }, ""), { param });
  }
  expectLength(serving, tokenizer.encode(beginning).length, "tokens", "prime");
  answering(() => planComposition(parts, settings, beginning), { param: "prime" });
}
