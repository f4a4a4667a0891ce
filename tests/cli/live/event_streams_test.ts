import { assertEquals } from "@std/assert";
import { type EventStream, EventStreams } from "../../../cli/live/event_streams.ts";

/** Reads the next part of a stream as text; undefined at its end. */
function readerOf(stream: EventStream): () => Promise<string | undefined> {
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  return async () => (await reader.read()).value;
}

Deno.test("a page that reads slowly gets the newest event of each name", async () => {
  const streams = new EventStreams();
  const stream = streams.open();
  for (let step = 1; step <= 1000; step++) streams.send("progress", { step });
  streams.send("sections", { text: "a\nb" });
  const read = readerOf(stream);
  const events = 'event: progress\ndata: {"step":1000}\n\nevent: sections\ndata: {"text":"a\\nb"}\n\n';
  assertEquals(await read(), `retry: 2000\n\n${events}`);
  const next = read();
  streams.send("progress", { step: 1001 });
  assertEquals(await next, 'event: progress\ndata: {"step":1001}\n\n');
});

Deno.test("a stream ends after what was sent before, and is then forgotten", async () => {
  const streams = new EventStreams();
  const read = readerOf(streams.open());
  await read();
  streams.send("end", {});
  streams.end();
  streams.send("progress", {});
  assertEquals([await read(), await read()], ["event: end\ndata: {}\n\n", undefined]);
  assertEquals(streams.count, 0);
});

Deno.test("a stream whose reader has gone is forgotten", async () => {
  const streams = new EventStreams();
  const reader = streams.open().body.getReader();
  await reader.read();
  const waiting = reader.read();
  await reader.cancel();
  assertEquals([(await waiting).done, streams.count], [true, 0]);
  streams.send("progress", {});
});
