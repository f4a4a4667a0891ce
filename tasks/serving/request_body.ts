import { checkValue, describeValue, expectOptions, type Given, parseJSON, type Schema } from "../../src/schema/mod.ts";
import { ApiError, asApiError } from "./api_error.ts";

/** The bounds of a body, and what ends its reading. */
export interface BodyLimits {
  /** Maximum size in bytes. */
  readonly maxBody: number;
  /** Seconds in which it must arrive. */
  readonly bodyTimeout: number;
}

/**
 * Reads a JSON object from a request. Throws `ApiError` if the body has another type, is larger than `maxBody` bytes,
 * does not arrive in time or is no JSON object; throws the signal's reason if it is aborted.
 */
export async function readBody(request: Request, limits: BodyLimits, signal: AbortSignal): Promise<Given> {
  const type = request.headers.get("content-type") ?? "";
  // A page of another site can send any other type without asking.
  if (!/^application\/json\b/i.test(type)) {
    throw new ApiError(`read a request: expected content-type application/json, found ${describeValue(type)}`, {
      status: 415,
    });
  }
  const bytes = await readBytes(request, limits, signal);
  const value = answering(() => parseJSON(decode(bytes), "read a request: expected JSON", false), {});
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Given;
  throw new ApiError(`read a request: expected a JSON object, found ${describeValue(value)}`, { status: 400 });
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError("read a request: expected UTF-8, found other bytes", { status: 400 });
  }
}

/** Reads the body of a request. Throws as `readBody` does. */
export async function readBytes(
  request: Request,
  { maxBody, bodyTimeout }: BodyLimits,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const refuse = (): never => {
    throw new ApiError(`read a request: expected at most ${maxBody} bytes, found more`, { status: 413 });
  };
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (!/^\s*identity\s*$/i.test(encoding)) {
    throw new ApiError(`read a request: expected a body without encoding, found ${describeValue(encoding)}`, {
      status: 415,
    });
  }
  if (Number(request.headers.get("content-length")) > maxBody) refuse();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  let late: ApiError | undefined;
  const abort = (): void => void reader?.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", abort);
  const timer = setTimeout(() => {
    late = lateBody(bodyTimeout);
    abort();
  }, bodyTimeout * 1000);
  const broken = (): never => {
    signal.throwIfAborted();
    if (late !== undefined) throw late;
    throw new ApiError("read a request: expected the whole body, found that it breaks off", { status: 400 });
  };
  const read = async () => await reader?.read().catch(broken);
  try {
    for (let part = await read(); part && !part.done; part = await read()) {
      size += part.value.length;
      if (size > maxBody) refuse();
      parts.push(part.value as Uint8Array<ArrayBuffer>);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    // Whoever has the connection may read the rest, so that the client hears the answer.
    reader?.releaseLock();
  }
  signal.throwIfAborted();
  if (late !== undefined) throw late;
  const bytes = new Uint8Array(size);
  for (let end = 0, i = 0; i < parts.length; end += parts[i++].length) bytes.set(parts[i], end);
  return bytes;
}

function lateBody(seconds: number): ApiError {
  return new ApiError(`read a request: expected the whole body within ${seconds} s, found a part of it`, {
    status: 408,
    code: "timeout",
    headers: { connection: "close" },
  });
}

/**
 * Checks the fields of a request and fills in the defaults; null counts as not given. Throws `ApiError` that names the
 * field.
 */
export function readFields<T extends object>(action: string, schema: Schema<T>, body: Given): T {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  answering(() => expectOptions(action, given, Object.keys(schema)), {});
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema) as [string, Schema<T>[keyof T]][]) {
    const value = given[name] ?? field.default;
    answering(() => checkValue(field, value, action, name), { param: name });
    values[name] = value;
  }
  return values as T;
}

/** Runs something that may find fault with a request. Throws `ApiError` with the message of an error for people. */
export function answering<T>(run: () => T, details: { readonly param?: string }): T {
  try {
    return run();
  } catch (error) {
    throw asApiError(error, details);
  }
}
