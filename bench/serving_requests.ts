/** The requests of the measurements of a server. */

/** Characters of a prompt. */
const PROMPT = 40;

/** The symbols of the vocabulary. */
export const SYMBOLS = Array.from({ length: 65 }, (_, i) => String.fromCharCode(48 + i)).join("");

/** Makes request i for a stream of `tokens` tokens; each has a prompt of its own. */
export function makeRequest(i: number, tokens: number, stream = true): Request {
  const prompt = Array.from({ length: PROMPT }, (_, j) => SYMBOLS[(i * 7 + j * j) % 65]).join("");
  return new Request("http://example.com/v1/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ prompt, max_tokens: tokens, seed: i, stream }),
  });
}

/** Mebibytes of a number of bytes. */
export function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
