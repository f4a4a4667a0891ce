import { assertThrows } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { crossEntropy, inference, Parameter, Random, tensor, training } from "../../src/tensor/mod.ts";
import { checkOptionsRefused } from "../support/options.ts";

const engine = Engine.default();
const [nothing, logits] = [(): void => {}, (): ReturnType<typeof tensor> => tensor([1, 2], [1, 2])];

/** Each action with a function that takes its options, and valid options. */
const ACTIONS: readonly [action: string, take: (options: never) => unknown, good: Record<string, unknown>][] = [
  ["make random numbers", (options) => new Random(1, options), { engine, stream: 3 }],
  ["make a parameter", (options) => new Parameter([2], options), { engine, values: [1, 2] }],
  ["make a tensor", (options) => inference(() => tensor([1], [1], options)), { engine, requiresGradient: true }],
  ["start a training step", (options) => training(nothing, options), { engine, seed: 1, step: 2 }],
  ["start a step without gradients", (options) => inference(nothing, options), { engine }],
  [
    "cross entropy",
    (options) => inference(() => crossEntropy(logits(), Int32Array.of(1), options)),
    { smoothing: 0.1, weights: [1, 2] },
  ],
];

for (const [action, take, good] of ACTIONS) {
  Deno.test(`${action}: rejects unknown options and wrong types`, () => {
    checkOptionsRefused(action, take, good, { mayBeAbsent: true });
  });
}

Deno.test("values and shapes that are not lists are rejected", () => {
  const refused = (take: () => unknown, message: string): void => {
    assertThrows(() => inference(take), TypeError, message);
  };
  refused(() => tensor(5 as never), "make a tensor: expected its values to be a list, found 5");
  refused(() => tensor(undefined as never), "make a tensor: expected its values to be a list, found none");
  refused(() => tensor([5], 1 as never), "make a tensor: expected its shape to be of the class Array, found 1");
  refused(() => new Parameter(5 as never), "make a parameter: expected its shape to be of the class Array, found 5");
});
