// Sends random requests to a server by the thousand: `deno task fuzz:serve --cases 100000 --seed 7`. Prints how many
// requests had which status; fails at the first request without an answer and at the first fault.

import { listen } from "../../cli/http/listener.ts";
import { seededRandom } from "../support/random.ts";
import { expectIdle, fuzzedServer, sendRequests } from "./requests.ts";

const option = (name: string, otherwise: number): number => {
  const at = Deno.args.indexOf(name);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
};

const server = await fuzzedServer();
const { port, close } = await listen(server.fetch, { host: "127.0.0.1", port: 0 });
const memory = (): number => Math.round(Deno.memoryUsage().rss / 2 ** 20);
const [start, before] = [performance.now(), memory()];
const outcome = await sendRequests({ server, port }, seededRandom(option("--seed", 1)), option("--cases", 100_000));
console.log(JSON.stringify(outcome, null, 1));
await expectIdle(server);
const seconds = (performance.now() - start) / 1000;
console.log(`${seconds.toFixed(0)} s; memory: ${before} MiB before, ${memory()} MiB after`);
await server.shutDown();
close();
