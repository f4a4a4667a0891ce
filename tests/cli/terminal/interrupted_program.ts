// A program to interrupt: `deno run interrupted_program.ts BLOCKED WAIT` prints that it is ready. Asked to stop, it
// blocks the event loop for BLOCKED ms, runs for another WAIT ms, stops listening to signals, and exits with code 5.
import { Interrupt } from "../../../cli/terminal/mod.ts";

const [blocked, wait] = Deno.args.map(Number);

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function work(): Promise<void> {
  using interrupt = new Interrupt("stopping");
  const stop = new Promise((resolve) => interrupt.signal.addEventListener("abort", resolve));
  console.log("ready");
  await Promise.race([stop, sleep(20_000)]);
  for (const end = performance.now() + blocked; performance.now() < end;);
  await sleep(wait);
}

await work();
console.log("done");
await sleep(wait);
Deno.exit(5);
