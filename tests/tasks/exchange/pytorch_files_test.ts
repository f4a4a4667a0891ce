import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { CharTokenizer, Classifier, LanguageModel, treebankTokenizer } from "../../../mod.ts";
import { decodePyTorch } from "../../../src/formats/mod.ts";
import { parameterArrays } from "../../../src/nn/mod.ts";
import { type ExportableModel, pytorchFiles, safetensorsFiles } from "../../../tasks/exchange/mod.ts";

const tokenizer = CharTokenizer.train("to be or not to be");

/** Reads the tensors of an exported model. */
async function tensorsOf(model: ExportableModel): ReturnType<typeof decodePyTorch> {
  const [weights] = pytorchFiles(model, { networkAlone: model instanceof Classifier });
  return await decodePyTorch(await weights.bytes());
}

/** Returns the program of an exported model. */
async function programOf(model: ExportableModel): Promise<string> {
  return await pytorchFiles(model)[1].text();
}

Deno.test("an exported model has the weights, and a short program that names its layers", async () => {
  const model = LanguageModel.create({ tokenizer, embed: 6, hidden: 8, layers: 2, cell: "gru" });
  const { tensors } = await tensorsOf(model);
  assertEquals([...tensors.values()], parameterArrays(model.network));
  const program = await programOf(model);
  assertMatch(program, /self\.rnn = nn\.GRU\(6, 8, num_layers=2\)/);
  assert(program.split("\n").length <= 40);
});

Deno.test("the program of an export takes the place of no module, and has a name that can be imported", () => {
  const model = LanguageModel.create({ tokenizer, embed: 4, hidden: 4 });
  const names = ["torch", "class", "lambda", "types", "random", "numpy", "None", "hamlet", "classes", "my.lm"];
  const found = names.map((name) => pytorchFiles(model, { name }).map(({ name }) => name));
  const programs = [
    "torch_",
    "class_",
    "lambda_",
    "types_",
    "random_",
    "numpy_",
    "None_",
    "hamlet",
    "classes",
    "my_lm",
  ];
  assertEquals(found, names.map((name, i) => [`${name}.pt`, `${programs[i]}.py`]));
});

Deno.test("tied weights are exported under both names, as one storage", async () => {
  const { tensors } = await tensorsOf(LanguageModel.create({ tokenizer, embed: 8, hidden: 8, tied: true }));
  const [one, other] = ["embedding.weight", "decoder.weight"].map((name) => tensors.get(name)!.data);
  assertEquals(one.byteOffset, other.byteOffset);
});

Deno.test("layers of several sizes become modules of one layer each", async () => {
  const model = LanguageModel.create({ tokenizer, embed: 6, hidden: [8, 5] });
  const { tensors } = await tensorsOf(model);
  assertEquals(tensors.get("rnn.1.weight_ih_l0")!.shape, [20, 8]);
  assertMatch(await programOf(model), /nn\.ModuleList\(\[nn\.LSTM\(6, 8\), nn\.LSTM\(8, 5\)\]\)/);
});

Deno.test("a cell that PyTorch lacks is written out", async () => {
  const program = await programOf(LanguageModel.create({ tokenizer, hidden: 8, cell: "mingru" }));
  assertMatch(program, /def step\(p, x, h\):/);
});

Deno.test("what cannot be exported is named", () => {
  assertThrows(
    () => pytorchFiles(LanguageModel.create({ tokenizer, hidden: 8 }), { networkAlone: true }),
    RangeError,
    "a task that has networkAlone (--network-alone), found one of language-modeling",
  );
  const words = treebankTokenizer(["a fine film"]);
  const linear = Classifier.create({ tokenizer: words, labels: ["a", "b"], architecture: "linear" });
  assertThrows(
    () => pytorchFiles(linear),
    RangeError,
    "expected a linear model that is trained",
  );
  const letters = CharTokenizer.train(Array.from({ length: 200 }, (_, i) => String.fromCharCode(300 + i)).join(""));
  const narrow = LanguageModel.create({ tokenizer: letters, hidden: 5, softmax: "adaptive", cutoffs: [20, 60] });
  assertThrows(() => pytorchFiles(narrow), RangeError, "expected a hidden size of at least 16 for an adaptive softmax");
});

Deno.test("a linear model beside a network is exported, and left out if asked for", async () => {
  const train = ["fine", "a fine film", "dull", "a dull film"].map((text) => ({
    text,
    label: text.includes("fine") ? "good" : "bad",
  }));
  const words = treebankTokenizer(train.map(({ text }) => text));
  const model = Classifier.create({ tokenizer: words, labels: ["bad", "good"], embed: 4, hidden: 4 });
  await model.fit(train, { epochs: 1 });
  const both = pytorchFiles(model, { name: "films" });
  assertEquals(both.map(({ name }) => name), ["films.pt", "films.py", "films_features.py"]);
  assertMatch(await both[1].text(), /logits \+ [\d.e-]+ \* self\.linear\(features, feature_values\)/);
  assertMatch(await both[1].text(), /LABELS = \["bad","good"\]/);
  const names = [...(await tensorsOf(model)).tensors.keys()];
  assertEquals(names.filter((name) => name.startsWith("linear")), []);
  assert(names.includes("classifier.weight"));
});

Deno.test("weights are exported in shards with an index", async () => {
  const model = LanguageModel.create({ tokenizer, embed: 6, hidden: 8 });
  const files = safetensorsFiles(model, { name: "hamlet", maxShardBytes: 1000 });
  assertMatch(files[0].name, /^hamlet-00001-of-0000\d\.safetensors$/);
  const index = JSON.parse(await files.at(-1)!.text());
  assertEquals(Object.keys(index.weight_map), parameterArrays(model.network).map(({ name }) => name));
  assertEquals(
    index.metadata.total_size,
    parameterArrays(model.network).reduce((sum, { data }) => sum + data.byteLength, 0),
  );
});
