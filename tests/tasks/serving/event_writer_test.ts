// Events go out in few pieces, and none is lost or sent twice.

import { assert, assertEquals } from "@std/assert";
import { EventWriter } from "../../../tasks/serving/event_writer.ts";

/** Reads all pieces of a stream. */
async function piecesOf(body: ReadableStream<Uint8Array>): Promise<string[]> {
  const pieces: string[] = [];
  const decoder = new TextDecoder();
  for await (const piece of body) pieces.push(decoder.decode(piece, { stream: true }));
  return pieces;
}

Deno.test("the first events go out at once, later ones together, and all of them in order", async () => {
  const writer = new EventWriter(() => {});
  const pieces = piecesOf(writer.body);
  const expected: string[] = [];
  for (let step = 0; step < 50; step++) {
    // Two texts of one request.
    for (const text of ["a", "b"]) {
      writer.send(`${text}${step}`);
      expected.push(`data: ${text}${step}\n\n`);
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  writer.close();
  const found = await pieces;
  assertEquals(found.join(""), expected.join(""));
  assertEquals(found[0], expected.slice(0, 2).join(""));
  assert(found.length <= 51);
});

Deno.test("a client that does not read gets what has come since in one piece", async () => {
  const writer = new EventWriter(() => {});
  const reader = writer.body.getReader();
  writer.send("0");
  await Promise.resolve();
  for (let i = 1; i < 100; i++) {
    writer.send(String(i));
    if (i % 30 === 0) await new Promise((resolve) => setTimeout(resolve, 6));
  }
  const decode = async () => new TextDecoder().decode((await reader.read()).value);
  assertEquals(await decode(), "data: 0\n\n");
  assertEquals(await decode(), Array.from({ length: 99 }, (_, i) => `data: ${i + 1}\n\n`).join(""));
  writer.close();
  assertEquals((await reader.read()).done, true);
});

Deno.test("a client that goes away is noticed once, and what comes later is dropped", async () => {
  let cancelled = 0;
  const writer = new EventWriter(() => cancelled++);
  writer.send("0");
  await writer.body.cancel();
  writer.send("1");
  await Promise.resolve();
  writer.close();
  assertEquals(cancelled, 1);
});

Deno.test("a client that waits gets many events at once, and whoever sends them hears that they are taken", async () => {
  const writer = new EventWriter(() => {});
  let taken = 0;
  writer.onTaken = () => taken++;
  const reader = writer.body.getReader();
  const first = reader.read();
  writer.send("first");
  await first;
  const second = reader.read();
  assertEquals([taken, writer.isFull], [1, false]);
  while (!writer.isFull) writer.send("x".repeat(1000));
  await second;
  assertEquals([taken, writer.isFull], [2, false]);
});
