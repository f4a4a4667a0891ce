import { assert, assertEquals } from "@std/assert";
import { ModelServer } from "../../tasks/serving/mod.ts";
import { seededRandom } from "../support/random.ts";
import { untrainedModel } from "../support/serving.ts";
import { sendRequests } from "./requests.ts";

Deno.test("random requests get an answer each, none of them a fault, and leave nothing behind", async () => {
  const server = new ModelServer({ lm: untrainedModel() }, {
    maxBody: 1000,
    maxPromptTokens: 400,
    maxRunning: 6,
    maxQueue: 1,
    maxSessions: 1,
  });
  const statuses = await sendRequests(server, seededRandom(1), 300);
  for (const status of [200, 400, 404, 413, 429]) {
    assert(statuses[status] > 0, `expected ${status} in ${Object.keys(statuses)}`);
  }
  const metrics = await (await server.fetch(new Request("http://example.com/metrics"))).text();
  assertEquals(metrics.match(/^elman_(?:running|waiting)_\w+ .*/gm), [
    "elman_running_texts 0",
    "elman_waiting_requests 0",
  ]);
  await server.shutDown();
});
