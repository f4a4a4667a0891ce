// --watch shows a run on a page, and the run has the same bits with it.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { LanguageModel } from "../../../mod.ts";
import { babble, filesUnder, inTempDir, jsonLines, type Outcome, runCommandIn } from "../../support/command.ts";

const SIZES = ["--cell", "rnn", "--hidden", "5", "--embed", "4", "--batch", "2", "--bptt", "16", "--threads", "1"];

/** Trains on a small text. */
function train(directory: string, ...args: readonly string[]): Promise<Outcome> {
  Deno.writeTextFileSync(`${directory}/text.txt`, babble(400));
  return runCommandIn(directory, "train-lm", "--data", "text.txt", ...SIZES, ...args);
}

/** Returns a port that is free now. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The page of a run at a port. */
class Page {
  readonly url: string;

  constructor(port: number) {
    this.url = ["http:", "", `127.0.0.1:${port}`, ""].join("/");
  }

  /** Opens a stream of events as soon as there is one. */
  async follow(): Promise<ReadableStream<Uint8Array>> {
    for (;;) {
      const response = await fetch(`${this.url}events`).catch(() => undefined);
      if (response) return response.body!;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async send(path: string, body: object = {}): Promise<Record<string, unknown>> {
    const headers = { "content-type": "application/json" };
    return await (await fetch(this.url + path, { method: "POST", headers, body: JSON.stringify(body) })).json();
  }
}

Deno.test("a run that is watched, sampled, saved and stopped has the bits of one that is not", async () => {
  await inTempDir(async (directory) => {
    const port = freePort();
    const page = new Page(port);
    const plan = ["--schedule", "constant", "--epochs", "100000", "--dropout", "0.3", "--averaging", "0.9"];
    const running = train(directory, ...plan, "--out", "watched", "--watch", String(port));
    const events = new Response(await page.follow()).text();
    const { text } = await page.send("sample", { prompt: "the c", length: 12, temperature: 0.5 });
    assertMatch(text as string, /^the c.{12}/s);
    assertStringIncludes((await page.send("sample", { prompt: "é" })).error as string, '"é"');
    const { step } = await page.send("save");
    const { snapshot } = await LanguageModel.loadCheckpoint(`${directory}/watched`);
    assert(snapshot.progress.step >= (step as number), `${step}`);
    assertEquals(await page.send("stop"), {});
    const { code, stdout, stderr } = await running;
    assertEquals(code, 130, stderr);
    assertStringIncludes(stdout, `\nWatch at ${page.url}\n`);
    const [, stopped] = /event: end\ndata: {"message":"Stopped after step (\d+)\. To resume: /.exec(await events)!;
    assertStringIncludes(stderr, `Stopped after step ${stopped}. To resume: `);

    const plain = await train(directory, ...plan, "--max-steps", stopped, "--out", "plain", "--quiet");
    assertEquals(plain.code, 0, plain.stderr);
    const stateOf = (out: string) => filesUnder(`${directory}/${out}`).get("training_state.safetensors");
    assertEquals(stateOf("watched"), stateOf("plain"));
  });
});

Deno.test("the page's address is a line, or an event with --json; options that exclude each other are refused", async () => {
  await inTempDir(async (directory) => {
    const short = ["--max-steps", "2", "--watch", "0"];
    const [first] = jsonLines((await train(directory, ...short, "--out", "a", "--json")).stdout);
    assertMatch(first.url as string, /^http:\/\/[\d.]+:\d+\/$/);
    assertEquals(first.event, "watch");
    assertMatch((await train(directory, ...short, "--out", "b", "--quiet")).stderr, /^Watch at \S+\n$/);
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const refused: [args: string[], message: string][] = [
      [
        ["--out", "refused", "--watch", `${taken.addr.port}`],
        `--watch ${taken.addr.port}: expected a free port, found one in use`,
      ],
      [["--watch", "--find-lr"], "--find-lr: expected this option or --watch, found both"],
    ];
    for (const [args, message] of refused) {
      const { code, stderr } = await train(directory, ...args);
      assertEquals([code, stderr], [2, `error: ${message}\n`]);
    }
    assertEquals([...Deno.readDirSync(directory)].filter(({ name }) => name === "refused"), []);
  });
});
