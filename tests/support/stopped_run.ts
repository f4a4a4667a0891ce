import { assertRejects } from "@std/assert";

/** Starts a run and stops it after an epoch, whose checkpoint it leaves. */
export async function stopAfter(
  epoch: number,
  start: (signal: AbortSignal) => AsyncIterable<{ readonly event: string; readonly epoch: number }>,
): Promise<void> {
  const controller = new AbortController();
  await assertRejects(
    async () => {
      for await (const event of start(controller.signal)) {
        if (event.event === "epoch" && event.epoch === epoch) controller.abort(new RangeError("stop"));
      }
    },
    RangeError,
    "stop",
  );
}
