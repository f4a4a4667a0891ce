// Requests take places of texts and of sounds from one queue.

import { assertEquals, assertRejects } from "@std/assert";
import { Admission, type Places } from "../../../tasks/serving/admission.ts";

/** Lets requests enter an admission, and lists the names of those that have, in order. */
function make(limits: { readonly maxRunning: number; readonly maxQueue?: number }) {
  const admission = new Admission({ maxSound: 1, maxQueue: 9, queueTimeout: 9, ...limits });
  const entered: string[] = [];
  const { signal } = new AbortController();
  const enter = async (name: string, places: Places): Promise<() => void> => {
    const leave = await admission.enter(places, signal);
    entered.push(name);
    return leave;
  };
  return { admission, entered, enter };
}

Deno.test("who waits for a sound lets those without one pass, and keeps its turn among texts", async () => {
  const { admission, entered, enter } = make({ maxRunning: 2 });
  const leave = await enter("sounds", { sound: 4 });
  const sound = enter("sound", { sound: 1 });
  const leaveText = await enter("text", {});
  const late = enter("late text", {});
  assertEquals([admission.running, admission.queued], [2, 2]);
  leave();
  const leaveSound = await sound;
  assertEquals([entered, admission.queued], [["sounds", "text", "sound"], 1]);
  leaveText();
  for (const leave of [leaveSound, await late]) leave();
  assertEquals([admission.running, admission.queued], [0, 0]);
});

Deno.test("a small sound waits behind a large one", async () => {
  const { entered, enter } = make({ maxRunning: 9 });
  const leave = await enter("first", { sound: 2 });
  const others = [enter("large", { sound: 3 }), enter("small", { sound: 1 })];
  await enter("text", {});
  assertEquals(entered, ["first", "text"]);
  leave();
  await Promise.all(others);
  assertEquals(entered, ["first", "text", "large", "small"]);
});

Deno.test("texts and sounds that wait count together", async () => {
  const { admission, enter } = make({ maxRunning: 2, maxQueue: 1 });
  const leave = await enter("sounds", { sound: 4 });
  const sound = enter("sound", { sound: 1 });
  const leaveText = await enter("text", {});
  await assertRejects(() => enter("late text", {}), Error, "expected fewer than 1 waiting requests");
  leaveText();
  admission.expectRoom();
  await assertRejects(() => enter("late sound", { sound: 1 }), Error, "expected fewer than 1 waiting requests");
  leave();
  await sound;
});
