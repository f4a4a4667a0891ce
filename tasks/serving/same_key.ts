/** Whether a request has the key, in a time that does not depend on how much of it is right. */
export async function hasKey(request: Request, key: string): Promise<boolean> {
  const [, given = ""] = /^Bearer (.*)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  const [a, b] = await Promise.all([given, key].map(digest));
  let difference = 0;
  for (const [i, byte] of a.entries()) difference |= byte ^ b[i];
  return difference === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** Whether a value can be a key: a text that the headers of all clients carry alike. */
export function isKey(value: unknown): value is string {
  return typeof value === "string" && /^[!-~]+$/.test(value);
}
