// What clients of a port get that send their request slowly.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { CONNECTION_LIMITS } from "../../cli/http/connections.ts";
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

Deno.test("a request of HTTP/1.0 needs no host, one of HTTP/1.1 does", async () => {
  const { port, close } = await listen(
    onlyLocal(({ url }) => Promise.resolve(new Response(new URL(url).pathname))),
    { host: "127.0.0.1", port: 0 },
  );
  const ask = async (head: string): Promise<string[]> => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode(`GET /health ${head}\r\nConnection: close\r\n\r\n`));
    const answer = await new Response(connection.readable).text();
    return [answer.split(" ")[1], /undefined|\/health/.exec(answer)?.[0] ?? ""];
  };
  try {
    assertEquals(await ask("HTTP/1.0"), ["200", "/health"]);
    assertEquals(await ask("HTTP/1.0\r\nHost: a.example"), ["403", ""]);
    assertEquals(await ask("HTTP/1.1"), ["400", ""]);
  } finally {
    close();
  }
});

Deno.test("a client that sends a large body before it reads gets the answer that refuses it", async () => {
  const server = new ModelServer({ lm: untrainedModel() }, { maxBody: 1000 });
  const { port, close } = await listen(server.fetch, { host: "127.0.0.1", port: 0 });
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const length = 2 ** 24;
    const head = ["POST /v1/completions HTTP/1.1", "Host: a", "Content-Type: application/json"];
    const writer = connection.writable.getWriter();
    await writer.write(new TextEncoder().encode([...head, `Content-Length: ${length}`, "", ""].join("\r\n")));
    for (let sent = 0; sent < length; sent += 2 ** 16) await writer.write(new Uint8Array(2 ** 16));
    assertMatch(await new Response(connection.readable).text(), /^HTTP\/1\.1 413 .*connection: close/is);
  } finally {
    await server.shutDown();
    close();
  }
});

Deno.test("the body of an answer is cancelled if the client has gone away before there was one", async () => {
  const cancelled = Promise.withResolvers<string>();
  const { port, close } = await listen(async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return new Response(new ReadableStream({ cancel: () => cancelled.resolve("cancelled") }));
  }, { host: "127.0.0.1", port: 0 });
  try {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    connection.close();
    assertEquals(await cancelled.promise, "cancelled");
  } finally {
    close();
  }
});

Deno.test("a client that reads slowly but steadily gets a large answer", async () => {
  const length = 2 ** 23;
  const limits = { ...CONNECTION_LIMITS, idleTimeout: 0.5 };
  const answer = (): Promise<Response> => Promise.resolve(new Response(new Uint8Array(length)));
  const { port, close } = await listen(answer, { host: "127.0.0.1", port: 0 }, limits);
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    let found = 0;
    const part = new Uint8Array(2 ** 20);
    for (let count = await connection.read(part); count !== null; count = await connection.read(part)) {
      found += count;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert(found > length, `${found} bytes`);
  } finally {
    close();
  }
});
