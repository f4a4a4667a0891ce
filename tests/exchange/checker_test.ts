import {
  CharTokenizer,
  Classifier,
  Forecaster,
  FrameProcessor,
  LanguageModel,
  MusicModel,
  PipelineTokenizer,
  presets,
  SoundProcessor,
  SpeechRecognizer,
  Translator,
  treebankTokenizer,
  VectorClassifier,
} from "@elman/elman";
import { vectorSequence } from "@elman/elman/data";
import { CELLS, Engine } from "@elman/elman/nn";
import { assertEquals } from "@std/assert";

type Exportable = Pick<Classifier, "exportONNX">;

const python = Deno.env.get("PYTHON") ?? "python3";
const script = new URL("check_models.py", import.meta.url).pathname;

/** Whether Python has the package `onnx`. */
async function hasChecker(): Promise<boolean> {
  const command = new Deno.Command(python, { args: ["-c", "import onnx"], stdout: "null", stderr: "null" });
  return (await command.output().catch(() => undefined))?.success ?? false;
}

/** Makes a small model of each task. */
async function models(cell: typeof CELLS[number], engine: Engine) {
  const tokenizer = CharTokenizer.train("abcdefgh");
  const values = Float64Array.from({ length: 60 }, (_, t) => 2 + t % 7);
  const names = { targetName: "sales", knownNames: [], observedNames: [], staticNames: [] };
  const data = { series: [{ id: "shop", values }], period: 7, ...names };
  const own = { cell, hidden: 6, layers: 2, engine } as const;
  const labels = ["a", "b"];
  const rolls = await PipelineTokenizer.train(["."], presets.steps({ lowest: 60, highest: 64 }));
  return {
    lm: LanguageModel.create({ tokenizer, embed: 6, ...own }),
    classifier: Classifier.create({ tokenizer, labels, architecture: "network", bidirectional: true, conv: 3, ...own }),
    vectors: VectorClassifier.create({ processor: FrameProcessor.fit([vectorSequence([[1], [2]])]), labels, ...own }),
    translator: Translator.create({ sourceTokenizer: tokenizer, embed: 6, encoderHidden: 4, ...own }),
    forecaster: Forecaster.create({ data, horizon: 3, ...own }),
    speech: SpeechRecognizer.create({ processor: await SoundProcessor.fit([], { bands: 4 }), tokenizer, ...own }),
    music: MusicModel.create({ tokenizer: rolls, embed: 6, ...own }),
  };
}

/** Trains classifiers with a linear model: beside a network, beside an ensemble, alone, of several labels. */
async function linearModels(engine: Engine) {
  const train = ["a fine film", "a dull one", "fine", "dull"].map((text, i) => ({ text, label: i % 2 ? "b" : "a" }));
  const tokenizer = treebankTokenizer(train.map(({ text }) => text));
  const kinds = {
    beside: { wide: true, members: 1 },
    ensemble: { wide: true, members: 2 },
    alone: { architecture: "linear" },
    labels: { architecture: "linear", multiLabel: true },
  } as const;
  return Object.fromEntries(
    await Promise.all(
      Object.entries(kinds).map(async ([name, kind]) => {
        const model = Classifier.create({ tokenizer, labels: ["a", "b"], embed: 4, hidden: 5, ...kind, engine });
        await model.fit(train, { epochs: 1 });
        return [`linear_${name}`, model] as const;
      }),
    ),
  );
}

const isThere = await hasChecker();
if (!isThere) console.log(`ONNX's checker did not run: ${python} has no package onnx; PYTHON names another Python.`);

Deno.test({
  name: "ONNX's checker accepts the files of every task and cell and of linear models: standard operators only",
  ignore: !isThere,
  async fn() {
    const folder = await Deno.makeTempDir();
    const engine = new Engine();
    let count = 0;
    const write = async (named: Record<string, Exportable>, ending: string): Promise<void> => {
      for (const [task, model] of Object.entries(named)) {
        for (const options of [{}, { int8: true }, { logProbabilities: true }]) {
          const name = [task, ending, ...Object.keys(options)].join("_");
          const files = await model.exportONNX({ name, ...options });
          for (const file of files.filter(({ name }) => name.endsWith(".onnx"))) {
            await Deno.writeFile(`${folder}/${file.name}`, new Uint8Array(await file.arrayBuffer()));
            count++;
          }
        }
      }
    };
    for (const cell of CELLS) await write(await models(cell, engine), cell);
    await write(await linearModels(engine), "classifier");
    const { stdout, stderr } = await new Deno.Command(python, { args: [script, folder] }).output();
    const text = new TextDecoder();
    assertEquals(text.decode(stdout), `${count} files are valid\n`, text.decode(stderr));
    await Deno.remove(folder, { recursive: true });
  },
});
