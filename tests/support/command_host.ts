// Runs command lines one after the other in one process, each as a process of its own would. `HostedCommands` of
// `hosted_commands.ts` starts it and writes a request per line to file descriptor 3. Standard input is empty.

import { createReadStream } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { Engine } from "../../mod.ts";
import { main } from "../../cli/main.ts";

/** A command to run. */
export interface HostedCommand {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  /** The working directory. */
  readonly cwd: string;
  /** Ends the command's output on both streams, before the exit code and a line end. */
  readonly mark: string;
}

/** Runs a command and returns its exit code. */
async function run({ args, cwd }: HostedCommand): Promise<number> {
  process.chdir(cwd);
  try {
    return await main(args);
  } catch (error) {
    console.error("error: Uncaught (in promise)", error);
    return 1;
  } finally {
    // A process ends with its threads.
    Engine.default()[Symbol.dispose]();
  }
}

if (import.meta.main) {
  for await (const line of createInterface({ input: createReadStream("/dev/fd/3") })) {
    const request: HostedCommand = JSON.parse(line);
    const end = `${request.mark}${await run(request)}`;
    console.log(end);
    console.error(end);
  }
}
