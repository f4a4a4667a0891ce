import { assertEquals } from "@std/assert";
import { type Outcome, train } from "../runtimes/training.ts";
import { Engine } from "../../src/engine/mod.ts";

const TRAINING = new URL("../runtimes/training.ts", import.meta.url).href;
const ENGINE = new URL("../../src/engine/mod.ts", import.meta.url).href;

/**
 * Trains in a separate process whose runtime `change` has restricted; a second engine starts before the first one ends.
 */
async function trainWhere(change: string, threads = 2): Promise<{ outcome: Outcome; stderr: string }> {
  const program = `
    const threads = process.getBuiltinModule("node:worker_threads");
    ${change}
    const { Engine } = await import(${JSON.stringify(ENGINE)});
    const { train } = await import(${JSON.stringify(TRAINING)});
    const start = async () => {
      const engine = new Engine({ threads: ${threads} });
      await Promise.race([engine.ready(), new Promise((resolve) => setTimeout(resolve, 200))]);
      return engine;
    };
    using engine = await start();
    using other = await start();
    console.log(JSON.stringify(train(engine)));`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  assertEquals(code, 0, text(stderr));
  return { outcome: JSON.parse(text(stdout)), stderr: text(stderr) };
}

const NO_SHARED_MEMORY = `
  const Real = WebAssembly.Memory;
  WebAssembly.Memory = function (limits) {
    if (limits.shared) throw new TypeError("no threads here");
    return new Real(limits);
  };`;

const CASES: Record<string, [change: string, found: string]> = {
  "no workers": [
    "delete globalThis.Worker; delete process.getBuiltinModule;",
    "TypeError: this runtime has no workers",
  ],
  "no shared memory": [NO_SHARED_MEMORY, "no shared memory"],
  "a page that is not cross-origin isolated": [
    "globalThis.crossOriginIsolated = false;",
    "a page that is not cross-origin isolated",
  ],
  "workers that may not start": [
    `threads.Worker = class { constructor() { throw new DOMException("not here", "SecurityError"); } };`,
    "SecurityError: not here",
  ],
  "workers that take no memory": [
    `threads.Worker.prototype.postMessage = () => { throw new DOMException("no memory", "DataCloneError"); };`,
    "DataCloneError: no memory",
  ],
  "workers whose text cannot be loaded": [
    `const Real = threads.Worker;
     threads.Worker = class extends Real { constructor() { super(")", { eval: true }); } };`,
    "one that did not start: SyntaxError: Unexpected token ')'",
  ],
  "workers that never start": [
    `threads.Worker = class { on() {} postMessage() {} terminate() {} };
     const now = performance.now.bind(performance);
     performance.now = () => 100 * now();`,
    "some that had not started after 10 s",
  ],
};

const expected = train(new Engine());

for (const [name, [change, found]] of Object.entries(CASES)) {
  Deno.test(`${name}: training continues on one thread and warns once`, async () => {
    const { outcome, stderr } = await trainWhere(change);
    assertEquals([outcome.digest, outcome.lastLoss], [expected.digest, expected.lastLoss]);
    const warnings = stderr.split("\n").filter((line) => line.startsWith("start threads"));
    assertEquals(warnings, [
      `start threads: expected workers on a shared memory, found ${found}; continuing on one thread`,
    ]);
    if (!name.includes("never")) assertEquals(outcome.threads, 1);
  });
}

Deno.test("an engine with one thread does not warn", async () => {
  assertEquals(await trainWhere(NO_SHARED_MEMORY, 1), { outcome: expected, stderr: "" });
});
