// Runs examples of the documentation in one process, one after the other.

import process from "node:process";
import { pathToFileURL } from "node:url";
import { serve } from "../support/host_program.ts";

/** An example to run. */
export interface ExampleRequest {
  /** The working directory, in which the example is. */
  readonly directory: string;
  /** The name of its file. */
  readonly file: string;
}

if (import.meta.main) {
  await serve(async ({ directory, file }: ExampleRequest) => {
    process.chdir(directory);
    await import(pathToFileURL(`${directory}/${file}`).href);
    return 0;
  });
}
