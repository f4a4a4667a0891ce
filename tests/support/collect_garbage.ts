import v8 from "node:v8";
import vm from "node:vm";

/** Collects garbage and lets the callbacks of finalization registries run. */
export async function collectGarbage(): Promise<void> {
  v8.setFlagsFromString("--expose-gc");
  vm.runInNewContext("gc")();
  await new Promise((resolve) => setTimeout(resolve, 0));
}
