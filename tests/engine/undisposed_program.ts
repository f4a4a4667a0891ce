// Makes an engine with two threads the default, trains briefly and disposes of nothing; see worker_lifetime_test.ts.

import { Engine } from "../../src/engine/mod.ts";
import { startEngine, train } from "../runtimes/training.ts";

(await startEngine(2)).makeDefault();
const { threads, digest } = train(Engine.default());
// This engine is still starting when the program ends.
new Engine({ threads: 3 }).makeDefault();
console.log(threads, digest);
