// Sends random requests to a server by the thousand: `deno task fuzz:serve --cases 100000 --seed 7`. Prints how many
// requests had which status; fails at the first request without an answer and at the first fault.

import { ModelServer } from "../../tasks/serving/mod.ts";
import { seededRandom } from "../support/random.ts";
import { untrainedModel } from "../support/serving.ts";
import { sendRequests } from "./requests.ts";

const option = (name: string, otherwise: number): number => {
  const at = Deno.args.indexOf(name);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
};

const limits = { maxBody: 1000, maxPromptTokens: 400, maxRunning: 6, maxQueue: 1, maxSessions: 1 };
const server = new ModelServer({ lm: untrainedModel() }, limits);
const random = seededRandom(option("--seed", 1));
const memory = (): number => Math.round(Deno.memoryUsage().rss / 2 ** 20);
const before = memory();
console.log(JSON.stringify(await sendRequests(server, random, option("--cases", 100_000)), null, 1));
console.log(`memory: ${before} MiB before, ${memory()} MiB after`);
