import { complete, count } from "../../src/schema/mod.ts";
import { COMPOSING } from "../../tasks/music/composing.ts";
import { readBeginning } from "../../tasks/music/beginning.ts";
import { MusicModel } from "../../tasks/music/mod.ts";
import { readPiece } from "../../tasks/music/pieces.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { type Command, fieldsOf, optionsOf, type OptionSpecs, UsageError } from "../arguments/mod.ts";
import { describeEngine, ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import { jsonLine, writeErrorLine } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { MODEL_OPTION, modelDirectory } from "./model_option.ts";
import { expectOutputs, numbered, OUT_OPTION, writePiece } from "./music_out.ts";

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  prime: {
    kind: "path",
    group: "sampling",
    value: "FILE",
    help: "Music to continue: a tune in ABC, a MIDI file or a piano roll in JSON.",
  },
  ...optionsOf(COMPOSING),
  ...OUT_OPTION,
  "steps-per-quarter": {
    kind: "integer",
    group: "sampling",
    min: 1,
    max: 24,
    default: "2",
    help: "Time steps of a quarter note, for a model of piano rolls.",
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per piece and nothing else." },
  quiet: { kind: "boolean", group: "run", help: "Print only warnings and errors on standard error." },
} as const satisfies OptionSpecs;

/** Makes the command that composes. */
export function makeComposeCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "",
    options: OPTIONS,
    run: async (values, operands) => {
      if (operands.length > 0) throw new UsageError(`expected no operands, found ${operands[0]}`);
      const { json, quiet, out = [] } = values;
      await expectOutputs(out);
      const settings = complete(COMPOSING, fieldsOf(COMPOSING, values), "compose");
      const engine = startEngine(values);
      const isQuiet = json || quiet;
      const asked = { tasks, texts: [], isQuiet, ...verifying(values) };
      const model = await MusicModel.load(await modelDirectory(values.model, "music", asked), verifying(values));
      if (engine.blas && !isQuiet) writeErrorLine(describeEngine(engine));
      const stepsPerQuarter = values["steps-per-quarter"] ?? 2;
      const prime = values.prime === undefined
        ? ""
        : await readBeginning(values.prime, { notation: model.notation.kind, stepsPerQuarter });
      const pieces = await model.compose({ ...settings, prime });
      for (const [i, { text, logProbability, tokens, steps }] of pieces.entries()) {
        const files = out.map((file) => numbered(file, i, pieces.length));
        await writePiece(files, readPiece(model.notation, text, { stepsPerQuarter }));
        if (json) jsonLine({ files, text, log_probability: logProbability, tokens, steps });
        else if (!quiet) writeErrorLine(`Composed ${count(steps, model.notation.unit)}: ${files.join(", ")}.`);
      }
      return 0;
    },
  };
}
