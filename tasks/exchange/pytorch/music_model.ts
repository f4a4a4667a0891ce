import { parameterArrays } from "../../../src/nn/mod.ts";
import { placeProgram } from "../../music/feature_program.ts";
import type { MusicConfig, MusicNetwork, MusicTypes } from "../../music/mod.ts";
import { notationOf } from "../../music/notations/mod.ts";
import { assign, indent, moduleClass, type PythonModel } from "./python.ts";
import { pythonRecurrent } from "./recurrent.ts";
import { isSplitIn, runStack, split, splitName } from "./split.ts";

/** Writes a music model in Python. */
export function musicModel(
  { cell, embed }: MusicConfig,
  network: MusicNetwork,
  _networkAlone: boolean,
  { tokenizer }: MusicTypes["processors"],
): PythonModel {
  const { language: { rnn, embedding }, place, inside } = network;
  const isSplit = isSplitIn(cell, rnn);
  const layers = isSplit ? split(cell, rnn) : pythonRecurrent(cell, rnn);
  const [V] = embedding.weight.shape;
  const [, C] = place.weight.shape;
  const H = rnn.projected;
  const I = inside?.weight.shape[1];
  return {
    summary: `A music model: the ids of the tokens before [T, B] and features of places [T, B, ${C}]` +
      (I === undefined ? "" : `, then the groups [N] and\nfeatures [N, ${I}] of tokens within them,`) +
      `\nto the logits [${I === undefined ? "T, B" : "N"}, ${V}] of tokens, before the grammar bans some.`,
    definitions: [
      ...layers.definitions.length > 0 ? [layers.definitions] : [],
      moduleClass("Model", {
        summary: "An embedding and a map of features, recurrent layers, and a layer for each token.",
        layers: [
          `self.embedding = nn.Embedding(${V}, ${embed})`,
          ...assign("self.rnn", layers.make),
          `self.decoder = nn.Linear(${H}, ${V})`,
          `self.place = nn.Linear(${C}, ${embed}, bias=False)`,
          `self.state = nn.Linear(${H}, ${H})`,
          ...I === undefined ? [] : [`self.inside = nn.Linear(${I}, ${H}, bias=False)`],
          `self.skip = nn.Linear(${C}, ${H}, bias=False)`,
        ],
        methods: [readMethod(isSplit), ...I === undefined ? forwardGroups() : forwardTokens()],
      }),
    ],
    beside: { suffix: "_features", text: placeProgram(notationOf("export a music model", tokenizer)) },
    tensors: parameterArrays(network).map((array) => {
      const name = array.name.replace(/^language\./, "");
      return { ...array, name: isSplit ? splitName(name) : name };
    }),
  };
}

function readMethod(isSplit: boolean): string[] {
  return [
    "def read(self, ids, features, state=None):",
    '    """Returns what the tokens of each group share, and the state after the last group."""',
    ...indent(runStack("self.embedding(ids) + self.place(features)", isSplit)),
    "    return self.state(output) + self.skip(features), state",
  ];
}

function forwardGroups(): string[][] {
  return [[
    "def forward(self, ids, features, state=None):",
    '    """Returns the logits, and the state after the last token, from which a next call goes on."""',
    "    shared, state = self.read(ids, features, state)",
    "    return self.decoder(F.relu(shared)), state",
  ]];
}

function forwardTokens(): string[][] {
  return [[
    "def score(self, shared, inside):",
    '    """Returns the logits of tokens from what their groups share [N, H] and their features."""',
    "    return self.decoder(F.relu(shared + self.inside(inside)))",
  ], [
    "def forward(self, ids, features, rows, inside, state=None):",
    '    """Returns the logits of the tokens of groups rows = t * B + b, and the state after the last group."""',
    "    shared, state = self.read(ids, features, state)",
    "    return self.score(shared.flatten(0, 1)[rows], inside), state",
  ]];
}
