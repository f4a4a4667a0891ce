// Sends random requests to a server by the thousand: `deno task fuzz:serve --cases 100000 --seed 7`. Prints how many
// requests had which status; fails at the first request without an answer and at the first fault.

import { listen } from "../../cli/http/listener.ts";
import type { ServeOptions } from "../../tasks/serving/mod.ts";
import { seededRandom } from "../support/random.ts";
import { expectIdle, fuzzedServer, sendRequests, type Target } from "./requests.ts";
import { ENDLESS, readPartly } from "./slow_clients.ts";

const option = (name: string, otherwise: number): number => {
  const at = Deno.args.indexOf(name);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
};

const memory = (): number => Math.round(Deno.memoryUsage().rss / 2 ** 20);
/** Runs something with a server, and expects that it leaves nothing behind. */
async function served(limits: ServeOptions, run: (target: Target) => Promise<unknown>): Promise<void> {
  const server = await fuzzedServer(limits);
  const { port, close } = await listen(server.fetch, { host: "127.0.0.1", port: 0 });
  const [start, before] = [performance.now(), memory()];
  const outcome = await run({ server, port });
  if (outcome !== undefined) console.log(JSON.stringify(outcome, null, 1));
  await expectIdle(server);
  const seconds = (performance.now() - start) / 1000;
  console.log(`${seconds.toFixed(0)} s; memory: ${before} MiB before, ${memory()} MiB after`);
  await server.shutDown();
  close();
}

const [random, cases] = [seededRandom(option("--seed", 1)), option("--cases", 100_000)];
await served({}, (target) => sendRequests(target, random, cases));
// A client in a hundred of those that send requests reads an endless answer for a while.
await served({ maxRunning: 64, maxNewTokens: ENDLESS }, (target) => readPartly(target, random, cases / 100));
