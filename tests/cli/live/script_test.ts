// How the page's script follows a run, with made-up elements; tests/browser/live_page_test.ts tests the page itself.

import { assertEquals, assertMatch } from "@std/assert";
import { SCRIPT } from "../../../cli/live/script.ts";

/** A stream whose state the test sets. */
class FakeEvents {
  static readonly CLOSED = 2;
  static opened: FakeEvents[] = [];
  readyState = 0;
  onerror = (): void => {};
  onopen = (): void => {};

  constructor() {
    FakeEvents.opened.push(this);
  }

  addEventListener(): void {}
}

Deno.test("a page that is refused says so and opens another stream, until one opens", () => {
  const state = { textContent: "Training.", addEventListener: () => {} };
  const retries: (() => void)[] = [];
  const run = new Function("document", "EventSource", "setTimeout", SCRIPT);
  run({ getElementById: () => state }, FakeEvents, (retry: () => void) => void retries.push(retry));
  FakeEvents.opened[0].onerror();
  assertMatch(state.textContent, /does not answer\..* goes on trying\.$/);
  assertEquals(retries.length, 0, "the browser itself opens a stream again that breaks off");
  for (let i = 0; i < 2; i++) {
    const stream = FakeEvents.opened[i];
    stream.readyState = FakeEvents.CLOSED;
    stream.onerror();
    assertMatch(state.textContent, /refuses this page.* goes on trying\.$/);
    retries[i]();
    assertEquals([retries.length, FakeEvents.opened.length], [i + 1, i + 2]);
  }
  FakeEvents.opened[2].onopen();
  assertEquals(state.textContent, "Training.");
});
