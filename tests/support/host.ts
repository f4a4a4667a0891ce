import type { HostRequest } from "./host_program.ts";

/** The exit code and output of a program. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Moves standard input to file descriptor 3, so that requests do not mix with what a program reads. */
const SHELL = 'exec 3<&0 </dev/null; exec "$@"';

/** Ends the output of a request; no program prints it. */
const MARK = `\0${crypto.randomUUID()} `;

/**
 * A process that does the work of many, one request after the other: starting Deno and loading the modules takes longer
 * than most requests do. Its standard input is empty. It ends with the test file.
 */
export class Host<R> {
  #program: URL;
  #permissions: readonly string[];
  #process: HostProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param program A program that calls `serve` of `host_program.ts`.
   * @param permissions The options of `deno run` with which it is started.
   */
  constructor(program: URL, permissions: readonly string[]) {
    this.#program = program;
    this.#permissions = permissions;
  }

  /** Makes a request after those that were made before. */
  async run(request: R): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#run({ request, mark: MARK }));
    this.#last = outcome.catch(() => {});
    return await outcome;
  }

  async #run(request: HostRequest<R>): Promise<Outcome> {
    this.#process ??= new HostProcess(this.#program, this.#permissions);
    const outcome = await this.#process.run(request);
    if (this.#process.hasEnded) this.#process = undefined;
    return outcome;
  }
}

class HostProcess {
  #child: Deno.ChildProcess;
  #requests: WritableStreamDefaultWriter<Uint8Array>;
  #output: MarkedStream;
  #errors: MarkedStream;

  constructor(program: URL, permissions: readonly string[]) {
    const line = [Deno.execPath(), "run", "--no-prompt", ...permissions, decodeURIComponent(program.pathname)];
    this.#child = new Deno.Command("sh", {
      args: ["-c", SHELL, "sh", ...line],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // As set by `deno task`.
      env: { NO_COLOR: "1", INIT_CWD: Deno.cwd() },
    }).spawn();
    this.#requests = this.#child.stdin.getWriter();
    this.#output = new MarkedStream(this.#child.stdout);
    this.#errors = new MarkedStream(this.#child.stderr);
  }

  /** Whether the last request has ended the process. */
  get hasEnded(): boolean {
    return this.#output.hasEnded;
  }

  async run(request: HostRequest<unknown>): Promise<Outcome> {
    await this.#requests.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
    const [[stdout, code], [stderr]] = await Promise.all([this.#output.next(), this.#errors.next()]);
    return { code: code ?? (await this.#child.status).code, stdout, stderr };
  }
}

/** The output of requests on one stream. */
class MarkedStream {
  /** Whether the stream has ended. */
  hasEnded = false;
  #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Returns the text up to the next mark and the number after it, or the rest of the stream. */
  async next(): Promise<[text: string, code: number | undefined]> {
    const decoder = new TextDecoder();
    for (let text = "";;) {
      const { value, done } = await this.#reader.read();
      text += decoder.decode(value, { stream: !done });
      this.hasEnded = done;
      if (done) return [text, undefined];
      const at = text.endsWith("\n") ? text.lastIndexOf(MARK) : -1;
      if (at >= 0) return [text.slice(0, at), Number(text.slice(at + MARK.length))];
    }
  }
}
