// Runs command lines in one process, each as a process of its own would.

import process from "node:process";
import { Engine } from "../../mod.ts";
import { main } from "../../cli/main.ts";
import { serve } from "./host_program.ts";

/** A command to run. */
export interface CommandRequest {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  /** The working directory. */
  readonly cwd: string;
}

if (import.meta.main) {
  await serve(async ({ args, cwd }: CommandRequest) => {
    process.chdir(cwd);
    try {
      return await main(args);
    } finally {
      // A process ends with its threads.
      Engine.default()[Symbol.dispose]();
    }
  });
}
