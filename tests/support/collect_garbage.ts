import v8 from "node:v8";
import vm from "node:vm";

/** Collects garbage and waits until the callbacks of finalization registries have run, even on a busy machine. */
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
  // Registries are cleaned up in separate tasks, one after the other, so the others' callbacks may still be pending.
  for (let i = 0; i < 5; i++) await nextTask();
}

function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
