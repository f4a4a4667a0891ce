// Clients that hold connections open without requests, or that do not read, cost others nothing.

import { assertEquals, assertMatch } from "@std/assert";
import { listen, type Listener } from "../../cli/http/mod.ts";
import type { Handler } from "../../cli/http/mod.ts";

const HEAD = "GET /a HTTP/1.1\r\nHost: a\r\n";
const encoder = new TextEncoder();

/** A connection whose answers are collected. */
class Client implements Disposable {
  /** All that has arrived once the connection is closed. */
  readonly closed: Promise<string>;
  #connection: Deno.TcpConn;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.closed = this.#readAll();
  }

  static async open(port: number, text = ""): Promise<Client> {
    const client = new Client(await Deno.connect({ hostname: "127.0.0.1", port }));
    await client.send(text);
    return client;
  }

  async send(text: string): Promise<void> {
    await this.#connection.write(encoder.encode(text));
  }

  async #readAll(): Promise<string> {
    const [decoder, buffer] = [new TextDecoder(), new Uint8Array(4096)];
    let text = "";
    try {
      for (let n = await this.#connection.read(buffer); n !== null; n = await this.#connection.read(buffer)) {
        text += decoder.decode(buffer.subarray(0, n), { stream: true });
      }
    } catch {
      // A connection that is reset is closed, too.
    }
    return text;
  }

  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch {
      // The server has closed it.
    }
  }
}

/** Listens with bounds of connections, runs something and closes. */
async function listening(
  handler: Handler,
  limits: { readonly maxConnections?: number; readonly idleTimeout?: number },
  run: (port: number) => Promise<void>,
): Promise<void> {
  const address = { host: "127.0.0.1", port: 0 };
  const listener: Listener = await listen(handler, address, { maxConnections: 100, idleTimeout: 100, ...limits });
  try {
    await run(listener.port);
  } finally {
    listener.close();
  }
}

const hello: Handler = () => Promise.resolve(new Response("hello"));

Deno.test("a connection beyond the bound is told why while all others are in use", async () => {
  const waiting = Promise.withResolvers<void>();
  const all: PromiseWithResolvers<void>[] = [];
  const slow: Handler = async () => {
    all.push(waiting);
    await waiting.promise;
    return new Response("done");
  };
  await listening(slow, { maxConnections: 2 }, async (port) => {
    using first = await Client.open(port, `${HEAD}Connection: close\r\n\r\n`);
    using second = await Client.open(port, `${HEAD}Connection: close\r\n\r\n`);
    while (all.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    using third = await Client.open(port, `${HEAD}\r\n`);
    const refused = await third.closed;
    assertMatch(refused, /^HTTP\/1\.1 503 Service Unavailable\r\n.*retry-after: 1\r\nconnection: close/s);
    assertMatch(refused, /"expected at most 2 connections, found more; try again","type":"server_error"/);
    waiting.resolve();
    assertMatch(await first.closed, /^HTTP\/1\.1 200 .*done/s);
    assertMatch(await second.closed, /^HTTP\/1\.1 200 .*done/s);
    assertEquals(all.length, 2);
    using fourth = await Client.open(port, `${HEAD}Connection: close\r\n\r\n`);
    assertMatch(await fourth.closed, /^HTTP\/1\.1 200 /);
  });
});

Deno.test("the connection that has waited for longest without a request makes way for a new one", async () => {
  await listening(hello, { maxConnections: 2 }, async (port) => {
    using oldest = await Client.open(port, HEAD);
    await new Promise((resolve) => setTimeout(resolve, 20));
    using other = await Client.open(port);
    await new Promise((resolve) => setTimeout(resolve, 300));
    using next = await Client.open(port, `${HEAD}Connection: close\r\n\r\n`);
    assertMatch(await next.closed, /^HTTP\/1\.1 200 .*hello/s);
    assertEquals(await oldest.closed, "");
    await other.send(`${HEAD}Connection: close\r\n\r\n`);
    assertMatch(await other.closed, /^HTTP\/1\.1 200 .*hello/s);
  });
});

Deno.test("a connection without a request is closed, half a request is answered", async () => {
  await listening(hello, { idleTimeout: 0.1 }, async (port) => {
    using silent = await Client.open(port);
    using half = await Client.open(port, HEAD);
    using kept = await Client.open(port, `${HEAD}\r\n`);
    // Bytes that trickle in gain no time.
    const trickle = setInterval(() => half.send("X").catch(() => undefined), 20);
    assertEquals(await silent.closed, "");
    assertMatch(await half.closed, /^HTTP\/1\.1 408 Request Timeout\r\n.*within 0\.1 s, found a part of it/s);
    clearInterval(trickle);
    assertMatch(await kept.closed, /^HTTP\/1\.1 200 .*hello/s);
  });
});

Deno.test("an answer that nobody reads ends", async () => {
  const ended = Promise.withResolvers<void>();
  const endless: Handler = () => {
    const piece = new Uint8Array(2 ** 20);
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(piece),
      cancel: () => ended.resolve(),
    });
    return Promise.resolve(new Response(body));
  };
  await listening(endless, { idleTimeout: 0.1 }, async (port) => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(encoder.encode(`${HEAD}\r\n`));
    await ended.promise;
  });
});
