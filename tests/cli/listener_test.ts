// What clients of a port get that send their request slowly.

import { assertEquals, assertMatch } from "@std/assert";
import { listen } from "../../cli/http/listener.ts";
import { onlyLocal } from "../../cli/http/mod.ts";
import { ModelServer } from "../../tasks/serving/mod.ts";
import { untrainedModel } from "../support/serving.ts";

/** The beginning of addresses that name a host. */
const SCHEME = `${"http"}://`;

/** Sends a body in parts, after the head of its request, and returns the answer. */
async function sendSlowly(port: number, path: string, parts: readonly string[]): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay();
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [`POST ${path} HTTP/1.1`, "Host: a", "Connection: close", "Content-Type: application/json"];
  for (const part of [[...head, `Content-Length: ${length}`, "", ""].join("\r\n"), ...parts]) {
    await connection.write(new TextEncoder().encode(part));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return await new Response(connection.readable).text();
}

Deno.test("a client that still sends a body that is refused gets the answer", async () => {
  const server = new ModelServer({ lm: untrainedModel() }, { maxBody: 1000 });
  const { port, close } = await listen(server.fetch, { host: "127.0.0.1", port: 0 });
  try {
    const parts = Array.from({ length: 5 }, () => "x".repeat(700));
    assertMatch(await sendSlowly(port, "/v1/nothing", parts), /^HTTP\/1\.1 404 /);
    assertMatch(await sendSlowly(port, "/v1/models", parts), /^HTTP\/1\.1 405 /);
    assertMatch(await sendSlowly(port, "/v1/completions", parts), /^HTTP\/1\.1 413 /);
    const asked = JSON.stringify({ prompt: "the", max_tokens: 1 });
    assertMatch(await sendSlowly(port, "/v1/completions", [...asked]), /^HTTP\/1\.1 200 /);
  } finally {
    await server.shutDown();
    close();
  }
});

Deno.test("a client whose body does not arrive in time gets the status 408", async () => {
  const server = new ModelServer({ lm: untrainedModel() }, { bodyTimeout: 0.05 });
  const { port, close } = await listen(server.fetch, { host: "127.0.0.1", port: 0 });
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const head = ["POST /v1/completions HTTP/1.1", "Host: a", "Content-Type: application/json", "Content-Length: 100"];
    await connection.write(new TextEncoder().encode([...head, "", '{"prompt": "the'].join("\r\n")));
    const answer = await new Response(connection.readable).text();
    assertMatch(answer, /^HTTP\/1\.1 408 .*connection: close.*within 0\.05 s, found a part of it.*"timeout"/is);
  } finally {
    await server.shutDown();
    close();
  }
});

Deno.test("a request is for the host that its header names, whatever its path looks like", async () => {
  const handler = onlyLocal(({ url, method }) => Promise.resolve(new Response(`${method} ${new URL(url).pathname}`)));
  const { port, close } = await listen(handler, { host: "127.0.0.1", port: 0 });
  const ask = async (start: string, host: string): Promise<string> => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const request = `${start} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    await connection.write(new TextEncoder().encode(request));
    const answer = await new Response(connection.readable).text();
    return `${answer.split(" ")[1]} ${/\b(?:GET|OPTIONS) \S+/.exec(answer)?.[0] ?? ""}`.trim();
  };
  try {
    const cases = [
      ["GET /a?b=c", "localhost:80", "200 GET /a"],
      ["GET //b/a", "127.0.0.1", "200 GET //b/a"],
      ["GET /\\127.0.0.1/a", "[::1]", "200 GET //127.0.0.1/a"],
      [`GET ${SCHEME}a/b`, "127.0.0.1", "200 GET /b"],
      ["OPTIONS *", "127.0.0.1", "200 OPTIONS /*"],
      // A page of another site can make up such paths, with a name of its own for this computer.
      ["GET //127.0.0.1/a", "a.example", "403"],
      [`GET ${SCHEME}127.0.0.1/a`, "a.example", "403"],
      ["GET /\\127.0.0.1/a", "a.example", "403"],
      ["GET /a", "127.0.0.1@a.example", "400"],
      ["GET /a", "127.0.0.1/b", "400"],
      ["GET /a", "127.0.0.1?b", "400"],
      ["GET /a", "a b", "400"],
      ["TRACE /a", "127.0.0.1", "405"],
    ];
    for (const [start, host, expected] of cases) assertEquals(await ask(start, host), expected, `${start} ${host}`);
  } finally {
    close();
  }
});
