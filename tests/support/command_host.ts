// Runs command lines in one process, each as a process of its own would.

import { Buffer } from "node:buffer";
import process from "node:process";
import { Readable } from "node:stream";
import { Engine } from "../../src/engine/mod.ts";
import { main } from "../../cli/main.ts";
import { serve } from "./host_program.ts";

/** A command to run. */
export interface CommandRequest {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  /** The working directory. */
  readonly cwd: string;
  /** Standard input, in base64. Default: the program's own, which is empty. */
  readonly input?: string;
}

/** Makes a program read bytes as its standard input. */
function provide(input: string): void {
  const stdin = Readable.from([Buffer.from(input, "base64")], { objectMode: false });
  Object.defineProperty(process, "stdin", { value: stdin, configurable: true });
}

if (import.meta.main) {
  await serve(async ({ args, cwd, input }: CommandRequest) => {
    process.chdir(cwd);
    const own = Object.getOwnPropertyDescriptor(process, "stdin")!;
    if (input !== undefined) provide(input);
    try {
      return await main(args);
    } finally {
      // A process ends with its threads.
      Engine.default()[Symbol.dispose]();
      Object.defineProperty(process, "stdin", own);
    }
  });
}
