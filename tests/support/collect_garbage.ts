import v8 from "node:v8";
import vm from "node:vm";

/** Collects garbage and lets the callbacks of finalization registries run, however busy the machine. */
export async function collectGarbage(): Promise<void> {
  v8.setFlagsFromString("--expose-gc");
  const gc = vm.runInNewContext("gc");
  let isCollected = false;
  const registry = new FinalizationRegistry(() => isCollected = true);
  (() => registry.register({}, undefined))();
  while (!isCollected) {
    gc();
    await nextTask();
  }
  // Registries are cleaned up in tasks of their own, one after the other: the others' stand beside this one's.
  for (let i = 0; i < 5; i++) await nextTask();
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
