import { assert } from "@std/assert";
import { listen } from "../../cli/http/listener.ts";
import { assertPromised } from "../support/promises.ts";
import { seededRandom } from "../support/random.ts";
import { expectIdle, fuzzedServer, sendRequests } from "./requests.ts";
import { ENDLESS, readPartly } from "./slow_clients.ts";

const REQUESTS = 300;

Deno.test("random requests get an answer each, none of them a fault, and leave nothing behind", async () => {
  const server = await fuzzedServer();
  const { port, close } = await listen(server.fetch, { host: "127.0.0.1", port: 0 });
  const { calls, connections } = await sendRequests({ server, port }, seededRandom(1), REQUESTS);
  for (const status of [200, 400, 405, 413]) {
    assert(calls[status] > 0, `expected ${status} in ${Object.keys(calls)}`);
  }
  for (const status of [200, 400, "left"]) {
    assert(connections[status] > 0, `expected ${status} in ${Object.keys(connections)}`);
  }
  await expectIdle(server);
  await server.shutDown();
  close();
  await assertPromised(`send ${REQUESTS} random requests`);
});

Deno.test("clients that read slowly, stop reading or vanish leave nothing behind", async () => {
  const server = await fuzzedServer({ maxRunning: 16, maxNewTokens: ENDLESS });
  const { port, close } = await listen(server.fetch, { host: "127.0.0.1", port: 0 });
  await readPartly({ server, port }, seededRandom(1), 24);
  await expectIdle(server);
  await server.shutDown();
  close();
});
