import { assertMatch } from "@std/assert";
import type { Random, Target } from "./requests.ts";

/** The habits of clients with a stream before they close their connection. */
const HABITS = ["read quickly", "read slowly", "stop reading", "say goodbye"] as const;

/** Tokens of a text that does not end while a client reads it. */
export const ENDLESS = 1e9;

/**
 * Lets clients of a port ask for streams without end, several at a time, of which they read a part, quickly, slowly or
 * until they read no more. Throws if a stream does not begin.
 */
export async function readPartly(target: Target, random: Random, count: number): Promise<void> {
  let left = count;
  const client = async (): Promise<void> => {
    while (left > 0) await readOnePartly(target, random, HABITS[left-- % HABITS.length]);
  };
  await Promise.all(Array.from({ length: 16 }, client));
}

async function readOnePartly({ port }: Target, random: Random, habit: typeof HABITS[number]): Promise<void> {
  const body = JSON.stringify({ model: "lm", prompt: "the", max_tokens: ENDLESS, logprobs: 5, stream: true });
  const lines = ["POST /v1/completions HTTP/1.1", "Host: a", "Content-Type: application/json"];
  const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    const request = [...lines, `Content-Length: ${body.length}`, "", body].join("\r\n");
    await connection.write(new TextEncoder().encode(request));
    const buffer = new Uint8Array(habit === "read quickly" ? 2 ** 16 : 500);
    const length = await connection.read(buffer);
    assertMatch(new TextDecoder().decode(buffer.subarray(0, length ?? 0)), /^HTTP\/1\.1 200 OK/);
    for (let reads = random() * 20; reads > 0; reads--) {
      await connection.read(buffer);
      if (habit === "read slowly") await pause(5 * random());
    }
    if (habit === "stop reading") await pause(300 * random());
    if (habit === "say goodbye") await connection.closeWrite();
  } finally {
    connection.close();
  }
}
