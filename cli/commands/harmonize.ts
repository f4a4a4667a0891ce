import { complete, count } from "../../src/schema/mod.ts";
import { readMelody } from "../../tasks/music/melody.ts";
import { HARMONIZING } from "../../tasks/music/model.ts";
import { readPiece } from "../../tasks/music/pieces.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { type Command, fieldsOf, optionsOf, type OptionSpecs, UsageError } from "../arguments/mod.ts";
import { jsonLine, writeErrorLine } from "../terminal/mod.ts";
import { MUSIC_MODEL_OPTIONS, MUSIC_WRITING_OPTIONS, startMusicCommand } from "./music_command.ts";
import { writePiece } from "./music_out.ts";

const OPTIONS = {
  ...MUSIC_MODEL_OPTIONS,
  track: {
    kind: "integer",
    group: "sampling",
    min: 1,
    value: "N",
    default: "that named melody, or the highest with one note at a time",
    help: "Track of the MIDI file, or voice of the tune, that has the melody.",
  },
  ...optionsOf(HARMONIZING),
  ...MUSIC_WRITING_OPTIONS,
} as const satisfies OptionSpecs;

/** Makes the command that adds voices to a melody. */
export function makeHarmonizeCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "FILE",
    options: OPTIONS,
    run: async (values, operands) => {
      if (operands.length !== 1) throw new UsageError(`expected one melody, found ${operands.length}`);
      const { json, quiet, track } = values;
      const settings = complete(HARMONIZING, fieldsOf(HARMONIZING, values), "harmonize");
      const { model, out, stepsPerQuarter } = await startMusicCommand(values, { tasks, texts: operands });
      const melody = await readMelody(operands[0], { stepsPerQuarter, track });
      for (const warning of melody.warnings) writeErrorLine(`warning: ${warning}`);
      if (melody.note !== undefined && !json && !quiet) writeErrorLine(melody.note);
      const { text, logProbability, steps } = await model.harmonize(melody.roll, settings);
      const { voices } = settings;
      await writePiece(out, readPiece(model, text, { stepsPerQuarter, voices, like: melody.score }));
      const perStep = -logProbability / steps;
      if (json) {
        jsonLine({
          ...{ files: out, text, log_probability: logProbability, steps, nats_per_step: perStep },
          ...melody.track !== undefined && { melody_track: melody.track },
        });
      } else if (!quiet) {
        writeErrorLine(
          `Harmonized ${count(steps, "time step")}, ${perStep.toFixed(2)} nats per time step: ${out.join(", ")}.`,
        );
      }
      return 0;
    },
  };
}
