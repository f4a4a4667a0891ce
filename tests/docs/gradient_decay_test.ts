import { assert, assertEquals } from "@std/assert";
import { drawDecay, measureDecay, SIZES } from "../../docs/gradient_decay.ts";

const SMALL = { input: 4, hidden: 16, steps: 52, batch: 2, seeds: 2 };

Deno.test("the gradient vanishes over 50 steps of a tanh RNN, but not of an LSTM with open forget gates", () => {
  const ratios = new Map(measureDecay(SMALL).map(({ name, norms }) => [name, norms[50] / norms[1]]));
  const ratio = (name: string): number => ratios.get(name) ?? NaN;
  assert(ratio("RNN, tanh") < 1e-8, `expected a ratio below 1e-8, found ${ratio("RNN, tanh")}`);
  const open = ratio("LSTM, forget bias 3");
  assert(open > 0.05 && open < 20, `expected a ratio from 0.05 to 20, found ${open}`);
});

Deno.test("an LSTM's gradient decays less the wider its forget gates are open", () => {
  const norms = new Map(measureDecay(SMALL).map(({ name, norms }) => [name, norms[50] / norms[0]]));
  const [closed, half, open] = [0, 1, 3].map((bias) => norms.get(`LSTM, forget bias ${bias}`) ?? NaN);
  assert(closed < half / 100 && half < open / 100, `expected rising ratios, found ${[closed, half, open]}`);
});

Deno.test("the committed plot matches the script's output", async () => {
  const committed = await Deno.readTextFile(new URL("../../docs/gradient_decay.svg", import.meta.url));
  assertEquals(drawDecay(measureDecay(SIZES)), committed);
});
