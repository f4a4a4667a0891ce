import { faultOf } from "./api_error.ts";
import type { Call } from "./call.ts";
import { EventWriter } from "./event_writer.ts";

/** Answers with the server-sent events that `write` sends, and ends the call after them. */
export function answerEvents(call: Call, write: (writer: EventWriter) => Promise<void>): Response {
  call.isStreaming = true;
  const writer = new EventWriter(() => call.abandon());
  const answer = async (): Promise<void> => {
    try {
      await write(writer);
      call.fail();
    } catch (error) {
      call.fail(error);
      // The status has been sent; clients take an error in an event as one of the whole answer.
      writer.send(JSON.stringify({ error: faultOf(error) }));
    }
    writer.close();
  };
  answer();
  return new Response(writer.body, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" },
  });
}
