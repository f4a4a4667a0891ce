import { TASKS } from "../../tasks/registry.ts";
import { CASES } from "./cases.ts";
import { taskContract } from "./task_contract.ts";

for (const { name, load } of TASKS) {
  const { model } = await load();
  const cases = CASES[name];
  if (cases === undefined) throw new RangeError(`expected a case of the task ${name} in this file, found none`);
  for (const [variant, task] of Object.entries(cases)) taskContract(name + variant, model, task);
}
