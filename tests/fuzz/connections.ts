import type { FuzzedRequest, Random } from "./requests.ts";

/** Headers that servers have stumbled over. */
const ODD_HEADERS = [
  "X-Long: " + "x".repeat(9000),
  "X-Many: a\r\n".repeat(90).trimEnd(),
  "X-Latin: \u00e4\u00ff",
  "X-Empty:",
  "X-Folded: a\r\n b",
  "Expect: 100-continue",
  "Accept-Encoding: gzip, br;q=0",
  "Range: bytes=0-1",
  "Authorization: Bearer",
  "Cookie: a=b; a=b; =",
  "Origin: null",
  "Content-Type: text/plain",
  "Upgrade: websocket\r\nConnection: upgrade",
  "X-Forwarded-For: 127.0.0.1, ::1",
];

/** Lines that are no header or contradict the others. */
const BROKEN_HEADERS = [
  "no colon",
  ": no name",
  "a b: c",
  "Content-Length: -1",
  "Content-Length: 1e9",
  "Content-Length: 5\r\nContent-Length: 6",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: chunked\r\nContent-Length: 3",
  "Host: a\r\nHost: b",
  "X-Null: \u0000",
  "X-Endless: " + "x".repeat(200_000),
];

/** Characters of headers that every server takes. */
const MOST_HEADERS = 15_000;

/** A request as bytes. */
interface Raw {
  readonly bytes: Uint8Array;
  /** Whether it is damaged, so that the server may close the connection without an answer. */
  readonly isDamaged: boolean;
}

/** Why there is no status: the client left, or the server closed the connection instead of answering. */
export type Unanswered = "left" | "closed";

/**
 * Sends a request over a connection of its own, in pieces: with odd headers, in right and wrong chunks, damaged, or
 * broken off. The client goes away early if `leaves`. Returns the status of the answer. Throws `RangeError` if an
 * answer is missing or incomplete, unless the request is damaged or was refused before all of it had been sent.
 */
export async function sendOverConnection(
  port: number,
  request: FuzzedRequest,
  { random, leaves }: { readonly random: Random; readonly leaves: boolean },
): Promise<number | Unanswered> {
  const { bytes, isDamaged } = rawRequest(port, request, random);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay();
  try {
    const end = leaves && random() < 0.5 ? Math.floor(random() * bytes.length) : bytes.length;
    const isSent = await write(connection, bytes.subarray(0, end), random).then(() => true, () => false);
    if (leaves) {
      const read = connection.read(new Uint8Array(1 + Math.floor(random() * 300))).catch(() => undefined);
      await Promise.race([read, pause(random() * 10)]);
      return "left";
    }
    // Only the end of what the client sends tells the server that a damaged request has ended.
    if (isDamaged && isSent) await connection.closeWrite();
    const mayBeClosed = isDamaged || !isSent;
    return statusOf(await receive(connection).catch((error) => mayBeClosed ? "" : Promise.reject(error)), mayBeClosed);
  } catch (error) {
    const text = new TextDecoder("latin1").decode(bytes.subarray(0, 2000));
    throw new RangeError(`expected an answer to ${JSON.stringify(text)}, found a fault`, { cause: error });
  } finally {
    connection.close();
  }
}

function rawRequest(port: number, request: FuzzedRequest, random: Random): Raw {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const { method, path, type, body } = request;
  const lines = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, "Connection: close"];
  if (type !== undefined) lines.push(`Content-Type: ${type}`);
  while (random() < 0.2) lines.push(pick(ODD_HEADERS));
  let isDamaged = lines.some((line) => line.startsWith("Upgrade"));
  if (random() < 0.05) {
    isDamaged = true;
    if (random() < 0.5) lines.push(pick(BROKEN_HEADERS));
    else lines[0] = pick([`${method} ${path}`, "GET", "\u0016\u0003\u0001", `${method} ${path} HTTP/9.9`, `a b c d e`]);
  }
  let sent: (string | Uint8Array)[] = [];
  if (body !== undefined) {
    const wrong = random() < 0.05;
    isDamaged ||= wrong;
    if (random() < 0.5) {
      lines.push("Transfer-Encoding: chunked");
      sent = chunked(body, random, wrong);
    } else {
      lines.push(`Content-Length: ${body.length + (wrong ? pick([-1, 1, 1000]) : 0)}`);
      sent = [body];
    }
  }
  const head = lines.join("\r\n") + "\r\n\r\n";
  // What reads HTTP refuses long headers before the body has come, and may close the connection on it.
  isDamaged ||= head.length > MOST_HEADERS;
  return {
    bytes: join([latin1(head), ...sent.map((part) => typeof part === "string" ? latin1(part) : part)]),
    isDamaged,
  };
}

/** A body in chunks of random sizes; a wrong one has an invalid size, a size too large, or no end. */
function chunked(body: Uint8Array, random: Random, isWrong: boolean): (string | Uint8Array)[] {
  const parts: (string | Uint8Array)[] = [];
  for (let at = 0; at < body.length;) {
    const part = body.subarray(at, at += 1 + Math.floor(random() * body.length));
    const extension = random() < 0.1 ? ";name=value" : "";
    parts.push(part.length.toString(16) + extension + "\r\n", part, "\r\n");
  }
  if (!isWrong) return [...parts, "0\r\n\r\n"];
  return [...parts, ["zz\r\n\r\n", "ffffffff\r\nabc", "ffffffffffffffffff\r\n", ""][Math.floor(random() * 4)]];
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Writes bytes in a few pieces, some after a pause. */
async function write(connection: Deno.Conn, bytes: Uint8Array, random: Random): Promise<void> {
  const size = random() < 0.5 ? bytes.length : 1 + Math.floor(random() * bytes.length);
  for (let at = 0; at < bytes.length;) {
    if (random() < 0.2) await pause(1);
    at += await connection.write(bytes.subarray(at, at + size));
  }
}

/** Reads to the end of the connection. */
async function receive(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder("latin1");
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  for (let length; (length = await connection.read(buffer)) !== null;) {
    text += decoder.decode(buffer.subarray(0, length));
  }
  return text;
}

/** Returns the status of an answer that is complete. */
function statusOf(answer: string, mayBeClosed: boolean): number | Unanswered {
  const text = answer.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, "");
  const [, status, head = "", body = ""] = /^HTTP\/1\.1 (\d{3}) (.*?)\r\n\r\n(.*)$/s.exec(text) ?? [];
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  const isWhole = length === undefined ? body.endsWith("0\r\n\r\n") : body.length === Number(length);
  // The answer to HEAD has a length and no body.
  if (status !== undefined && (isWhole || body === "")) return Number(status);
  if (mayBeClosed) return "closed";
  throw new RangeError(`expected a whole answer, found ${text.slice(0, 200)} ... ${text.slice(-100)}`);
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
