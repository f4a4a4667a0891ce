// `serve` listens at a real port, with permission to read the model and to listen alone.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inTempDir, runCommand, startCommand } from "../../support/command.ts";
import { untrainedModel } from "../../support/serving.ts";

/** The command at work. */
interface Served {
  readonly url: string;
  /** Stops it by a signal and returns the exit code, what it has printed and its messages. */
  readonly stop: () => Promise<[code: number, output: string, messages: string]>;
}

/** Starts the command on any free port. `read` takes what it prints, and `env` are environment variables. */
async function serve(
  directory: string,
  args: readonly string[],
  { env, read = (output) => new Response(output).text() }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly read?: (output: ReadableStream<Uint8Array>) => Promise<string>;
  } = {},
): Promise<Served> {
  const all = ["serve", "--model", "m=lm", "--port", "0", "--threads", "1", ...args];
  const child = startCommand(all, directory, { env });
  const output = read(child.stdout);
  const errors = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) text += (await errors.read()).value;
  const stop = async (): Promise<[number, string, string]> => {
    child.kill("SIGINT");
    for (let part = await errors.read(); !part.done; part = await errors.read()) text += part.value;
    return [(await child.status).code, await output, text];
  };
  return { url: /Serving m at (.*)\/\n/.exec(text)![1], stop };
}

/** Returns the status and the type of error of an answer to a request for a host. */
async function statusFor(host: string, url: string): Promise<[status: string, type: string | undefined]> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(url.split(":").at(-1)) });
  const request = `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  return [answer.split(" ")[1], /"type":"(\w+)"/.exec(answer)?.[1]];
}

Deno.test("serve answers as the library does, ends a request whose client goes away, and stops on a signal", async () => {
  await inTempDir(async (directory) => {
    const model = untrainedModel();
    await model.save(`${directory}/lm`);
    const { url, stop } = await serve(directory, ["--log", "--max-running", "1", "--max-new-tokens", "1000000000"]);
    const post = (body: object): Promise<Response> =>
      fetch(`${url}/v1/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ prompt: "the", seed: 1, ...body }),
      });
    const reader = (await post({ max_tokens: 1e9, stream: true })).body!.getReader();
    await reader.read();
    await reader.cancel();
    // There is one place, which the request before has left.
    const { choices } = await (await post({ max_tokens: 30 })).json();
    const expected = await model.complete("the", { seed: 1, maxTokens: 30, temperature: 1 });
    assertEquals(choices[0].text, expected.text);
    // A page of another site may have made up a name for this computer.
    const hosts = ["localhost", "example.com", "a b"];
    assertEquals(await Promise.all(hosts.map((host) => statusFor(host, url))), [
      ["200", undefined],
      ["403", "invalid_request_error"],
      ["400", "invalid_request_error"],
    ]);
    const [code, output] = await stop();
    const records = output.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals([code, records.map(({ status }) => status)], [0, [499, 200, 200]]);
    assert(records[0].completionTokens > 0 && records[1].completionTokens === 30);
  });
});

Deno.test("serve answers and stops though nobody reads its log, and says so once", async () => {
  await inTempDir(async (directory) => {
    await untrainedModel().save(`${directory}/lm`);
    const read = async (output: ReadableStream<Uint8Array>): Promise<string> => {
      await output.cancel();
      return "";
    };
    const { url, stop } = await serve(directory, ["--log"], { read });
    for (let i = 0; i < 2; i++) assertEquals(await (await fetch(`${url}/health`)).json(), { status: "ok" });
    const [code, , messages] = await stop();
    assertEquals([code, messages.split("warning: the log ends here").length], [0, 2], messages);
  });
});

Deno.test("serve asks for the key of the environment, unless it is to be open", async () => {
  await inTempDir(async (directory) => {
    await untrainedModel().save(`${directory}/lm`);
    for (const [args, expected] of [[[], 401], [["--open"], 200]] as const) {
      const { url, stop } = await serve(directory, args, { env: { ELMAN_API_KEY: "secret" } });
      const { status, body } = await fetch(`${url}/v1/models`);
      await body?.cancel();
      assertEquals(status, expected);
      await stop();
    }
  });
});

Deno.test("serve asks for a key where others reach it, for one name per model and for a free port", async () => {
  await inTempDir(async (directory) => {
    await untrainedModel().save(`${directory}/lm`);
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const port = String(taken.addr.port);
    const cases: [string[], string][] = [
      [["--model", "lm", "--host", "0.0.0.0"], "--host 0.0.0.0: expected --api-key, or --open"],
      [["--model", "lm", "--model", "a=lm", "--model", "a=lm"], "found a twice; write NAME=DIR"],
      [["--model", "lm", "--port", port], `error: --port ${port}: expected a free port, found one in use`],
      [["--model", "lm", "--cors", "example.com"], "--cors example.com: expected * or an origin such as https://"],
      [["--model", "lm", "--open", "--api-key", "k"], "--open: expected this option or --api-key, found both"],
      [["--model", "lm", "--api-key", ""], "--api-key: expected visible characters of ASCII, found nothing"],
      [["--model", "lm", "--api-key", "sécret"], "--api-key: expected visible characters of ASCII, found other"],
      [["--model", "none"], "--model: expected a model's directory"],
      [["--model", "lm", "--max-running", "0"], "--max-running: expected a whole number of at least 1"],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await runCommand("serve", ...args.map((arg) => arg.replace("lm", `${directory}/lm`)));
      assert(code !== 0, args.join(" "));
      assertStringIncludes(stderr, message);
    }
  });
});
