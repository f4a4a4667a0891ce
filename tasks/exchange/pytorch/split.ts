import { type Cell, makeRecurrent, type Recurrent } from "../../../src/nn/mod.ts";
import { type PythonRecurrent, pythonRecurrent } from "./recurrent.ts";

/** Returns whether layers are of several sizes, which a module of PyTorch cannot have, so that each is a module. */
export function isSplitIn(cell: Cell, { hiddenSizes }: Recurrent): boolean {
  return new Set(hiddenSizes).size > 1 && /^(?:rnn|lstm|gru)$/.test(cell);
}

/** Writes layers of several sizes as modules of one layer each. */
export function split(cell: Cell, { input, hiddenSizes }: Recurrent): PythonRecurrent {
  const parts = hiddenSizes.map((hidden, i) => {
    const layer = makeRecurrent(cell, { input: hiddenSizes[i - 1] ?? input, hidden });
    return pythonRecurrent(cell, layer).make[0];
  });
  return { make: [`nn.ModuleList([${parts.join(", ")}])`], definitions: [], isOwn: false, states: 1 };
}

/** Returns the name that a parameter of such layers has in its module. */
export function splitName(name: string): string {
  return name.replace(/^(rnn\.)(.*_l)(\d+)$/, "$1$3.$20");
}

/** Writes the lines that compute `output` and the new `state` from an input and `state`. */
export function runStack(input: string, isSplit: boolean): string[] {
  if (!isSplit) return [`output, state = self.rnn(${input}, state)`];
  return [
    `output, after = ${input}, []`,
    "for i, layer in enumerate(self.rnn):",
    "    output, last = layer(output, None if state is None else state[i])",
    "    after.append(last)",
    "state = after",
  ];
}
