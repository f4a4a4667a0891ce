// A training run with `--watch`, in a process of its own.

import { startCommand } from "../support/command.ts";

/** A run and its page. */
export interface WatchedRun extends AsyncDisposable {
  /** The address of the page. */
  readonly url: string;
  /** The exit code, once the run has ended. */
  readonly code: Promise<number>;
  /** Kills the run, if it has not ended, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts `train-lm` in a directory and waits for its page. Throws `RangeError` if it ends before. */
export async function watchRun(directory: string, ...args: readonly string[]): Promise<WatchedRun> {
  const child = startCommand(["train-lm", ...args, "--watch", "0"], directory);
  const [code, errors] = [child.status.then(({ code }) => code), new Response(child.stderr).text()];
  const page = Promise.withResolvers<string>();
  const reading = readTo(child.stdout, (text) => {
    const url = /^Watch at (\S+)\n/m.exec(text)?.[1];
    if (url !== undefined) page.resolve(url);
  });
  const kill = async (): Promise<void> => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await Promise.all([code, errors, reading]);
  };
  const url = await Promise.race([page.promise, reading.then(() => undefined)]);
  if (url === undefined) throw new RangeError(`watch a run: expected its page, found ${await errors}`);
  return { url, code, kill, [Symbol.asyncDispose]: kill };
}

/** Reads a stream to its end and shows all of it so far. */
async function readTo(stream: ReadableStream<Uint8Array>, show: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stream) show(text += decoder.decode(bytes, { stream: true }));
}
