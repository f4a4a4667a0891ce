// TensorBoard of PyPI, over the event files of a directory.

/** A running TensorBoard. */
export interface TensorBoard extends AsyncDisposable {
  /** The address of its page. */
  readonly url: string;
}

/** Whether there is a `python3` with TensorBoard. */
export async function hasTensorBoard(): Promise<boolean> {
  const script = "import tensorboard.main";
  const command = new Deno.Command("python3", { args: ["-c", script], stdout: "null", stderr: "null" });
  return await command.output().then(({ success }) => success, () => false);
}

/** Starts TensorBoard and waits for its page. Throws `RangeError` if it ends before. */
export async function startTensorBoard(directory: string): Promise<TensorBoard> {
  const args = ["-m", "tensorboard.main", "--logdir", directory, "--host", "127.0.0.1", "--port", "0"];
  const child = new Deno.Command("python3", { args, stdin: "null", stdout: "null", stderr: "piped" }).spawn();
  const decoder = new TextDecoder();
  const page = Promise.withResolvers<string>();
  let text = "";
  const reading = (async () => {
    for await (const bytes of child.stderr) {
      text += decoder.decode(bytes, { stream: true });
      const port = /at http:\/\/[^:]+:(\d+)\//.exec(text)?.[1];
      if (port !== undefined) page.resolve(`${"http"}://127.0.0.1:${port}/`);
    }
  })();
  const url = await Promise.race([page.promise, reading.then(() => undefined)]);
  if (url === undefined) throw new RangeError(`start TensorBoard: expected its page, found ${text}`);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await Promise.all([child.status, reading]);
    },
  };
}
