import { MusicModel } from "../../tasks/music/mod.ts";
import { OWN_STEPS_PER_QUARTER } from "../../tasks/music/hyperparameters.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import type { OptionSpecs, Values } from "../arguments/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";
import { VERIFY_OPTION } from "../verify_option.ts";
import { MODEL_OPTION } from "./model_option.ts";
import { expectOutputs, OUT_OPTION } from "./music_out.ts";
import { openModel, QUIET_OPTION } from "./open_model.ts";

/** The options of the commands that write music with a model: those that name the model, and those of their files. */
export const MUSIC_MODEL_OPTIONS = { ...MODEL_OPTION, ...VERIFY_OPTION } as const satisfies OptionSpecs;

/** The other options that these commands share. */
export const MUSIC_WRITING_OPTIONS = {
  ...OUT_OPTION,
  "steps-per-quarter": {
    kind: "integer",
    group: "sampling",
    min: OWN_STEPS_PER_QUARTER.min,
    max: OWN_STEPS_PER_QUARTER.max,
    default: OWN_STEPS_PER_QUARTER.defaultText,
    help: OWN_STEPS_PER_QUARTER.help,
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per piece and nothing else." },
  ...QUIET_OPTION,
} as const satisfies OptionSpecs;

/** The first steps of a command that writes music. */
export interface MusicCommand {
  /** The model. */
  readonly model: MusicModel;
  /** The files to write. */
  readonly out: readonly string[];
  /** Time steps of a quarter note. */
  readonly stepsPerQuarter: number;
}

/** Checks the files to write and opens the model. */
export async function startMusicCommand(
  values: Values<typeof MUSIC_MODEL_OPTIONS & typeof MUSIC_WRITING_OPTIONS>,
  { tasks, texts }: { readonly tasks: readonly TaskEntry[]; readonly texts: readonly string[] },
): Promise<MusicCommand> {
  const { out = [] } = values;
  await expectOutputs(out);
  const model = await openModel(values, {
    ...{ tasks, task: "music", operands: texts },
    load: (directory, options) => MusicModel.load(directory, options),
  });
  return { model, out, stepsPerQuarter: values["steps-per-quarter"] ?? model.config.stepsPerQuarter };
}
