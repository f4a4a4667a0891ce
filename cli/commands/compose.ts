import { complete, count } from "../../src/schema/mod.ts";
import { COMPOSING } from "../../tasks/music/composing.ts";
import { readBeginning } from "../../tasks/music/beginning.ts";
import { readPiece } from "../../tasks/music/pieces.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import {
  type Command,
  fieldsOf,
  optionsOf,
  type OptionSpecs,
  refuseContradictions,
  UsageError,
} from "../arguments/mod.ts";
import { jsonLine, writeErrorLine } from "../terminal/mod.ts";
import { MUSIC_MODEL_OPTIONS, MUSIC_WRITING_OPTIONS, startMusicCommand } from "./music_command.ts";
import { numbered, writePiece } from "./music_out.ts";

const OPTIONS = {
  ...MUSIC_MODEL_OPTIONS,
  prime: {
    kind: "path",
    group: "sampling",
    value: "FILE",
    help: "Music to continue: a tune in ABC, a MIDI file or a piano roll in JSON.",
  },
  ...optionsOf(COMPOSING),
  ...MUSIC_WRITING_OPTIONS,
} as const satisfies OptionSpecs;

/** Makes the command that composes. */
export function makeComposeCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "",
    options: OPTIONS,
    run: async (values, operands) => {
      if (operands.length > 0) throw new UsageError(`expected no operands, found ${operands[0]}`);
      const given = fieldsOf(COMPOSING, values);
      refuseContradictions(COMPOSING, given);
      const settings = complete(COMPOSING, given, "compose");
      const { model, out, stepsPerQuarter } = await startMusicCommand(values, { tasks, texts: [] });
      const { notation, tokenizer } = model;
      const { text: prime, warnings } = values.prime === undefined
        ? { text: "", warnings: [] }
        : await readBeginning(values.prime, { notation: notation.kind, stepsPerQuarter, tokenizer });
      for (const warning of warnings) writeErrorLine(`warning: ${warning}`);
      const pieces = await model.compose({ ...settings, prime });
      for (const [i, { text, logProbability, tokens, steps }] of pieces.entries()) {
        const files = out.map((file) => numbered(file, i, pieces.length));
        await writePiece(files, readPiece(model, text, { stepsPerQuarter }));
        if (values.json) jsonLine({ files, text, log_probability: logProbability, tokens, steps });
        else if (!values.quiet) writeErrorLine(`Composed ${count(steps, notation.unit)}: ${files.join(", ")}.`);
      }
      return 0;
    },
  };
}
