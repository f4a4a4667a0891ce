import type { NamedArray } from "../../../src/formats/mod.ts";

/** A layer in Python: the expression that makes it, and the functions and classes that this needs. */
export interface PythonLayer {
  /** Lines of the expression. */
  readonly make: readonly string[];
  /** Lines of definitions. */
  readonly definitions: readonly string[];
}

/** A network in Python. */
export interface PythonModel {
  /** The sentence with which the program begins. */
  readonly summary: string;
  /** Lines of functions and classes; the last class is `Model`. */
  readonly definitions: readonly (readonly string[])[];
  /** Another program, which computes inputs, and the end of its name. */
  readonly beside?: { readonly suffix: string; readonly text: string };
  /** The tensors under the names that the classes give them. */
  readonly tensors: readonly NamedArray[];
}

/** Indents lines; empty ones stay so. */
export function indent(lines: readonly string[], levels: number = 1): string[] {
  return lines.map((line) => line === "" ? "" : " ".repeat(4 * levels) + line);
}

/** Assigns an expression of several lines to a name. */
export function assign(name: string, [first, ...others]: readonly string[]): string[] {
  return [`${name} = ${first}`, ...others];
}

/** Writes a class of a module: its layers, and its methods. */
export function moduleClass(
  name: string,
  { summary, layers, methods }: {
    readonly summary: string;
    readonly layers: readonly string[];
    readonly methods: readonly (readonly string[])[];
  },
): string[] {
  return [
    `class ${name}(nn.Module):`,
    `    """${summary}"""`,
    "",
    "    def __init__(self):",
    "        super().__init__()",
    ...indent(layers, 2),
    ...methods.flatMap((lines) => ["", ...indent(lines)]),
  ];
}

/** Writes the class of an ensemble, whose members' outputs are averaged. */
export function ensembleClass(count: number): string[] {
  return moduleClass("Model", {
    summary: "An ensemble, whose members' outputs are averaged.",
    layers: [`self.members = nn.ModuleList(Member() for _ in range(${count}))`],
    methods: [[
      "def forward(self, *inputs):",
      "    return sum(member(*inputs) for member in self.members) / len(self.members)",
    ]],
  });
}

/** Writes the whole program, whose weights are in the file of that name beside it. */
export function program({ summary, definitions }: PythonModel, weightsName: string): string {
  const quoted = JSON.stringify(weightsName);
  const body = definitions.map((lines) => lines.join("\n")).join("\n\n\n");
  const uses = (text: string): boolean => body.includes(text);
  return [
    `"""${summary}\n\nWritten by Elman. The weights are in ${
      quoted.slice(1, -1)
    } beside this file; load() reads them.\n"""`,
    "",
    "from pathlib import Path",
    ...uses("SimpleNamespace") ? ["from types import SimpleNamespace"] : [],
    "",
    "import torch",
    ...uses("F.") ? ["import torch.nn.functional as F"] : [],
    "from torch import nn",
    "",
    "",
    body,
    "",
    "",
    `def load(path=Path(__file__).with_name(${quoted})):`,
    '    """Returns the trained network, ready for use."""',
    "    model = Model()",
    "    model.load_state_dict(torch.load(path, weights_only=True))",
    "    return model.eval()",
    "",
  ].join("\n");
}
