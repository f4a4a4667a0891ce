import type { HostedCommand } from "./command_host.ts";
import type { Outcome } from "./command.ts";

const HOST = decodeURIComponent(new URL("./command_host.ts", import.meta.url).pathname);

/** Moves standard input to file descriptor 3, where requests do not mix with what a command reads. */
const SHELL = 'exec 3<&0 </dev/null; exec "$@"';

/** Ends the output of a command; no command prints it. */
const MARK = `\0${crypto.randomUUID()} `;

/**
 * Runs command lines in a process that is started once: starting Deno and loading the modules takes longer than most
 * commands do. The process ends with the test file.
 */
export class HostedCommands {
  #permissions: readonly string[];
  #host: Host | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param permissions The options of `deno run` with which the process is started. */
  constructor(permissions: readonly string[]) {
    this.#permissions = permissions;
  }

  /** Runs a command in a directory, after those that were asked for before. */
  async run(args: readonly string[], cwd: string): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#run({ args, cwd, mark: MARK }));
    this.#last = outcome.catch(() => {});
    return await outcome;
  }

  async #run(command: HostedCommand): Promise<Outcome> {
    this.#host ??= new Host(this.#permissions);
    const outcome = await this.#host.run(command);
    if (this.#host.hasEnded) this.#host = undefined;
    return outcome;
  }
}

/** The process. */
class Host {
  #child: Deno.ChildProcess;
  #requests: WritableStreamDefaultWriter<Uint8Array>;
  #output: MarkedStream;
  #errors: MarkedStream;

  constructor(permissions: readonly string[]) {
    this.#child = new Deno.Command("sh", {
      args: ["-c", SHELL, "sh", Deno.execPath(), "run", "--no-prompt", ...permissions, HOST],
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

  /** Whether the last command has ended the process. */
  get hasEnded(): boolean {
    return this.#output.hasEnded;
  }

  async run(command: HostedCommand): Promise<Outcome> {
    await this.#requests.write(new TextEncoder().encode(`${JSON.stringify(command)}\n`));
    const [[stdout, code], [stderr]] = await Promise.all([this.#output.next(), this.#errors.next()]);
    return { code: code ?? (await this.#child.status).code, stdout, stderr };
  }
}

/** The output of commands on one stream. */
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
