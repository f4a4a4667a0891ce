// A program that is interrupted: `deno run interrupted_program.ts BLOCKED WAIT` says that it is ready, computes without a
// pause for BLOCKED ms once it is asked to stop, goes on for WAIT ms, and ends with exit code 5. It then listens no more.
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
