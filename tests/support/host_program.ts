// The inside of a process that `Host` starts.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** A request that a `Host` writes to file descriptor 3, as a line of JSON. */
export interface HostRequest<R> {
  readonly request: R;
  /** Ends the output on both streams, before the exit code and a line end. */
  readonly mark: string;
}

/** Serves the requests of a `Host` one after the other. `run` returns the exit code that a process would have. */
export async function serve<R>(run: (request: R) => Promise<number>): Promise<void> {
  for await (const line of createInterface({ input: createReadStream("/dev/fd/3") })) {
    const { request, mark }: HostRequest<R> = JSON.parse(line);
    const code = await run(request).catch((error) => {
      console.error("error: Uncaught (in promise)", error);
      return 1;
    });
    for (const write of [console.log, console.error]) write(mark + code);
  }
}
