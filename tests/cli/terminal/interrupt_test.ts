import { assertEquals } from "@std/assert";
import { Interrupt } from "../../../cli/terminal/mod.ts";

const PROGRAM = decodeURIComponent(new URL("./interrupted_program.ts", import.meta.url).pathname);

/** A running `interrupted_program.ts`. */
class Program {
  #child: Deno.ChildProcess;
  #lines: ReadableStreamDefaultReader<string>;

  constructor(blocked: number, wait: number) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", PROGRAM, String(blocked), String(wait)],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Waits for a line. */
  async says(line: string): Promise<void> {
    assertEquals((await this.#lines.read()).value, `${line}\n`);
  }

  send(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Reads no more messages, as a pipe whose reader has ended. */
  async stopListening(): Promise<void> {
    await this.#child.stderr.cancel();
  }

  /** Returns the exit code. */
  async exitCode(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#lines.cancel();
    return code;
  }

  async end(): Promise<{ code: number; signal: Deno.Signal | null; errors: string }> {
    const drained = (async () => {
      while (!(await this.#lines.read()).done);
    })();
    const [{ code, signal }, errors] = await Promise.all([
      this.#child.status,
      new Response(this.#child.stderr).text(),
      drained,
    ]);
    return { code, signal, errors: errors.trim() };
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

Deno.test("work is asked to stop though nobody reads the message", async () => {
  const program = new Program(0, 10);
  await program.says("ready");
  await program.stopListening();
  program.send("SIGINT");
  assertEquals(await program.exitCode(), 5);
});

Deno.test("disposing of an interrupt removes its listeners", () => {
  using interrupt = new Interrupt("stopping");
  assertEquals(interrupt.signal.aborted, false);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`the first ${signal} asks the work to stop`, async () => {
    const program = new Program(0, 10);
    await program.says("ready");
    program.send(signal);
    assertEquals(await program.end(), { code: 5, signal: null, errors: "stopping" });
  });
}

Deno.test("the second SIGINT ends the process at once", async () => {
  const program = new Program(0, 20_000);
  await program.says("ready");
  program.send("SIGINT");
  await sleep(800);
  program.send("SIGINT");
  assertEquals(await program.end(), { code: 130, signal: null, errors: "stopping" });
});

Deno.test("a second SIGHUP does not end the process: shells send one after the kernel's", async () => {
  const program = new Program(0, 1500);
  await program.says("ready");
  program.send("SIGHUP");
  await sleep(800);
  program.send("SIGHUP");
  assertEquals(await program.end(), { code: 5, signal: null, errors: "stopping" });
});

// Ctrl-C in a terminal that runs `deno task` reaches the process twice.
for (const { blocked, gap } of [{ blocked: 0, gap: 0 }, { blocked: 0, gap: 20 }, { blocked: 700, gap: 70 }]) {
  Deno.test(`two signals ${gap} ms apart count as one, even if work then blocks for ${blocked} ms`, async () => {
    const program = new Program(blocked, 400);
    await program.says("ready");
    program.send("SIGINT");
    await sleep(gap);
    program.send("SIGINT");
    assertEquals(await program.end(), { code: 5, signal: null, errors: "stopping" });
  });
}

Deno.test("after the work is done, a signal ends the process as usual", async () => {
  const program = new Program(0, 600);
  await program.says("ready");
  program.send("SIGINT");
  await program.says("done");
  program.send("SIGINT");
  const { code, signal } = await program.end();
  assertEquals([code, signal], [130, "SIGINT"]);
});
