// A program that adds a task to Elman's command line. The task has no cell, and its `evaluate` options share names with
// other tasks'.

import { main } from "../../cli/main.ts";
import { boolean, integer } from "../../src/schema/mod.ts";
import { LANGUAGE_MODEL_PROGRAM } from "../../tasks/language_modeling/program.ts";
import type { AnyProgram } from "../../tasks/task_model/mod.ts";
import { TASKS } from "../../tasks/registry.ts";

const program: AnyProgram = {
  ...LANGUAGE_MODEL_PROGRAM,
  nameOf: (_plan, _config, data = "nothing") => `other-${data}`,
  evaluation: {
    data: integer({ min: 1, group: "data", help: "Bits to measure on." }),
    beam: boolean({ default: false, help: "Follow a beam." }),
  },
};

const other = {
  name: "other",
  verb: "tell",
  commands: [{ name: "train-other", summary: "Train another model.", examples: [] }],
  load: () => Promise.resolve(program),
};

Deno.exit(await main(Deno.args, [other, ...TASKS]));
