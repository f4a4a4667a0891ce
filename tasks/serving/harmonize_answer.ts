import { integer, nullable, number, type Schema } from "../../src/schema/mod.ts";
import { onlyMelody } from "../music/melody.ts";
import { HARMONIZING, MusicModel } from "../music/model.ts";
import { readPiece } from "../music/pieces.ts";
import { answerPlace, fieldsOf } from "./answers.ts";
import { ApiError } from "./api_error.ts";
import type { Call } from "./call.ts";
import { MODEL_FIELD } from "./completion_fields.ts";
import { expectBars } from "./compose_answer.ts";
import { readGivenMusic } from "./given_music.ts";
import { answerMusic, FORM_FIELDS, type GivenMusic, music, type MusicForm, soundIn } from "./music_answer.ts";
import type { Serving } from "./serving.ts";

/** The fields of a request for a harmony. */
export interface HarmonizeFields extends MusicForm {
  /** Name of the model; null for the only model of music. */
  readonly model: string | null;
  /** The melody. */
  readonly melody: GivenMusic;
  /** Most voices with the melody. */
  readonly voices: number;
  /** Number of harmonies of which the likeliest is returned. */
  readonly best_of: number;
  /** The sampling temperature. */
  readonly temperature: number;
  /** Seed of the random numbers; null for a random one. */
  readonly seed: number | null;
}

/** Schema of a request for a harmony. */
export const HARMONIZE_FIELDS: Schema<HarmonizeFields> = {
  model: MODEL_FIELD,
  melody: music("The melody, one note at a time: a piano roll in JSON, a tune in ABC, or a MIDI file in base64."),
  voices: integer({
    min: 1,
    max: HARMONIZING.voices.max,
    default: 4,
    help: "Most voices, with the melody.",
  }),
  best_of: integer({ min: 1, max: 256, default: 32, help: "Samples this many harmonies, returns the likeliest." }),
  temperature: number({ min: 0, max: 100, default: 1, help: "Divides the logits; 0 takes the likeliest token." }),
  seed: nullable(integer({ min: 0, help: "Seed of the random numbers. Default: random." })),
  ...FORM_FIELDS,
};

/** Answers `POST /v1/music/harmonies`: a melody with voices below it, by a model of piano rolls. */
export async function answerHarmonize(serving: Serving, call: Call): Promise<Response> {
  const fields = await fieldsOf(serving, call, "harmonize", HARMONIZE_FIELDS);
  const { voices, best_of: bestOf, temperature } = fields;
  const { name, model } = serving.find(MusicModel, fields.model ?? undefined);
  if (model.notation.kind !== "steps") {
    throw new ApiError("harmonize: expected a model of piano rolls, found one of another notation", {
      status: 400,
      param: "model",
    });
  }
  const stepsPerQuarter = fields.steps_per_quarter ?? model.config.stepsPerQuarter;
  const { roll, score, note, warnings } = await readGivenMusic(
    serving,
    fields.melody,
    "melody",
    (reading, source) => onlyMelody(reading, { stepsPerQuarter }, source),
  );
  const remarks = [...note === undefined ? [] : [note], ...warnings];
  expectBars(serving, roll.length, "melody");
  const seed = fields.seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
  // Harmonies side by side take places as texts do; more than there are have them all.
  const texts = Math.min(bestOf, serving.limits.maxRunning);
  return await answerPlace(
    serving,
    call,
    name,
    async (pause) => {
      const options = { voices, bestOf, temperature, seed, signal: call.signal, pause };
      const composition = await model.harmonize(roll, options);
      const piece = readPiece(model, composition.text, { stepsPerQuarter, voices, like: score });
      const pieces = [{ composition, piece }];
      return await answerMusic(call, fields, { model: name, seed, warnings: remarks, pieces, pause });
    },
    { param: "melody", texts, sound: soundIn(fields, serving) },
  );
}
