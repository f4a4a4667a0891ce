// What clients of a port get that send their request slowly.

import { assertMatch } from "@std/assert";
import { listen } from "../../cli/http/listener.ts";
import { ModelServer } from "../../tasks/serving/mod.ts";
import { untrainedModel } from "../support/serving.ts";

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
