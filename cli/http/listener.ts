import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { InputRangeError } from "../../errors.ts";
import { codeOf } from "../../src/formats/system_errors.ts";
import { mayListen } from "../terminal/platform.ts";
import { CONNECTION_LIMITS, type ConnectionLimits, Connections } from "./connections.ts";
import { refuse } from "./refusal.ts";

/** An open port. */
export interface Listener {
  /** The port's number. */
  readonly port: number;
  /** Closes the port and all connections. */
  close(): void;
  /** Closes the port, and the connections once their answers have been sent, or after so many milliseconds. */
  finish(milliseconds: number): Promise<void>;
}

/** The most that is read of a body to which the answer is known, before the answer and after it. */
const REST = { bytes: 2 ** 20, milliseconds: 500 };
const LATE_REST = { bytes: 2 ** 26, milliseconds: 5000 };

/** Milliseconds without a part of such a body after which no more is expected. */
const IDLE = 500;

/** Bytes of an answer that are sent at a time. */
const SLICE = 2 ** 16;

/** Answers a request; never throws. */
export type Handler = (request: Request) => Promise<Response>;

/**
 * Opens a port, any free one if it is 0, and answers what arrives there. Throws `RangeError` without the permission,
 * and the system's error if the port is taken.
 */
export async function listen(
  handler: Handler,
  address: { readonly host: string; readonly port: number },
  limits: ConnectionLimits = CONNECTION_LIMITS,
): Promise<Listener> {
  const { host } = address;
  // Without the permission, the server would end the process.
  if (!mayListen(host, address.port)) {
    throw new InputRangeError(`listen at ${host}: expected the permission --allow-net=${host}, found none`);
  }
  const server = createServer((incoming, outgoing) => {
    if (!connections.begin(incoming, outgoing)) return;
    // If the connection has failed, no answer can be sent.
    answer(handler, incoming, outgoing, limits.idleTimeout * 1000).catch(() => outgoing.destroy());
  });
  const connections = new Connections(server, limits);
  server.listen(address);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  const finish = async (milliseconds: number): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    server.closeIdleConnections();
    const timer = setTimeout(() => server.closeAllConnections(), milliseconds);
    await closed;
    clearTimeout(timer);
  };
  return { port, close, finish };
}

/** Says what is wrong with a port that the system has refused; undefined if the error is another one. */
export function portFault(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === "EADDRINUSE") return "expected a free port, found one in use";
  return code === "EACCES" ? "expected a port that you may open, found one that the system reserves" : undefined;
}

/** Answers a request. Gives up if the client reads nothing of the answer for so many milliseconds. */
async function answer(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  patience: number,
): Promise<void> {
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort());
  const isSupported = !UNSUPPORTED.test(incoming.method ?? "");
  const request = isSupported ? requestOf(incoming, gone.signal) : undefined;
  const response = request
    ? await handler(request)
    : isSupported
    ? refuse(400, "expected the address of a page, found another")
    : refuse(405, `expected another method, found ${incoming.method}`);
  const rest = request?.body?.locked === false ? request.body.getReader() : undefined;
  const isRead = rest === undefined || await readRest(rest, REST);
  const headers = Object.fromEntries(response.headers);
  outgoing.writeHead(response.status, isRead ? headers : { ...headers, connection: "close" });
  if (response.body) await send(response.body, { outgoing, signal: gone.signal, patience });
  // A client that sends all before it reads would not come to the answer.
  if (!isRead) await readRest(rest, LATE_REST);
  outgoing.end();
  if (!gone.signal.aborted) await inTime(once(outgoing, "close"), outgoing, patience);
}

/** Sends the body of an answer. Cancels it if the client goes away. */
async function send(
  body: ReadableStream<Uint8Array>,
  { outgoing, signal, patience }: {
    readonly outgoing: ServerResponse;
    readonly signal: AbortSignal;
    readonly patience: number;
  },
): Promise<void> {
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  // The client may have gone away before the answer was there.
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel);
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    for (let start = 0; start < part.value.length; start += SLICE) {
      if (outgoing.write(part.value.subarray(start, start + SLICE))) continue;
      await inTime(once(outgoing, "drain", { signal }), outgoing, patience);
    }
  }
}

/** Waits for a client that reads; closes its connection if that takes too long. */
async function inTime(reading: Promise<unknown>, outgoing: ServerResponse, patience: number): Promise<void> {
  const timer = setTimeout(() => outgoing.destroy(), patience);
  try {
    await reading;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Reads what a handler has left of a body, up to a bound: a connection that is closed while its client still sends
 * loses the answer. Returns whether the body has ended.
 */
async function readRest(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { bytes, milliseconds }: typeof REST,
): Promise<boolean> {
  const end = performance.now() + milliseconds;
  try {
    for (let left = bytes; left > 0;) {
      const part = await within(Math.min(IDLE, end - performance.now()), reader.read());
      if (part === undefined) return false;
      if (part.done) return true;
      left -= part.value.length;
    }
    return false;
  } catch {
    // The client has gone away, or what it sends is no body.
    return true;
  }
}

/** Returns what a promise brings within so many milliseconds; undefined if it takes longer. */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => timer = setTimeout(() => resolve(undefined), milliseconds));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Methods that requests of the web cannot have. */
const UNSUPPORTED = /^(?:CONNECT|TRACE|TRACK)$/i;

/** The host of requests that name none, as HTTP/1.0 allows. No browser sends them, so no page can have made them up. */
const OWN_HOST = "localhost";

/**
 * Returns the address of a request. The host is that of the header, whatever the path looks like: `//127.0.0.1/` is a
 * path, too. Throws if they are no address.
 */
function addressOf({ url = "/", httpVersion, headers }: IncomingMessage): URL {
  const host = headers.host ?? (httpVersion === "1.0" ? OWN_HOST : "");
  const origin = new URL(`http://${host}`);
  if (origin.href !== `${origin.origin}/`) throw new InputRangeError("expected a host alone");
  // A proxy may have been meant, which names the host in the path.
  const path = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?#]*/i, "");
  return new URL(`${origin.origin}${path.startsWith("/") ? "" : "/"}${path}`);
}

/** Returns the request that has arrived; undefined if its address is none. */
function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const { method = "GET", headers } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  try {
    return new Request(addressOf(incoming), {
      method,
      headers: Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")] as [string, string]),
      signal,
      ...hasBody && { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: "half" },
    });
  } catch {
    return undefined;
  }
}
