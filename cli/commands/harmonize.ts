import { complete, count } from "../../src/schema/mod.ts";
import { textToRoll } from "../../tasks/data/music/mod.ts";
import { readBeginning } from "../../tasks/music/beginning.ts";
import { HARMONIZING, MusicModel } from "../../tasks/music/model.ts";
import { readPiece } from "../../tasks/music/pieces.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { type Command, fieldsOf, optionsOf, type OptionSpecs, UsageError } from "../arguments/mod.ts";
import { describeEngine, ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import { jsonLine, writeErrorLine } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { MODEL_OPTION, modelDirectory } from "./model_option.ts";
import { expectOutputs, OUT_OPTION, writePiece } from "./music_out.ts";

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  ...optionsOf(HARMONIZING),
  ...OUT_OPTION,
  "steps-per-quarter": {
    kind: "integer",
    group: "sampling",
    min: 1,
    max: 24,
    default: "2",
    help: "Time steps of a quarter note of the melody and of what is written.",
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object and nothing else." },
  quiet: { kind: "boolean", group: "run", help: "Print only warnings and errors on standard error." },
} as const satisfies OptionSpecs;

/** Makes the command that adds voices to a melody. */
export function makeHarmonizeCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "FILE",
    options: OPTIONS,
    run: async (values, operands) => {
      if (operands.length !== 1) throw new UsageError(`expected one melody, found ${operands.length}`);
      const { json, quiet, out = [] } = values;
      await expectOutputs(out);
      const settings = complete(HARMONIZING, fieldsOf(HARMONIZING, values), "harmonize");
      const engine = startEngine(values);
      const isQuiet = json || quiet;
      const asked = { tasks, texts: operands, isQuiet, ...verifying(values) };
      const model = await MusicModel.load(await modelDirectory(values.model, "music", asked), verifying(values));
      if (engine.blas && !isQuiet) writeErrorLine(describeEngine(engine));
      const stepsPerQuarter = values["steps-per-quarter"] ?? 2;
      const melody = await readBeginning(operands[0], { notation: "steps", stepsPerQuarter });
      const { text, logProbability, steps } = await model.harmonize(textToRoll(melody).roll, settings);
      const { voices } = settings;
      await writePiece(out, readPiece(model.notation, text, { stepsPerQuarter, voices }));
      const perStep = -logProbability / steps;
      if (json) jsonLine({ files: out, text, log_probability: logProbability, steps, nats_per_step: perStep });
      else if (!quiet) {
        writeErrorLine(
          `Harmonized ${count(steps, "time step")}, ${perStep.toFixed(2)} nats per time step: ${out.join(", ")}.`,
        );
      }
      return 0;
    },
  };
}
