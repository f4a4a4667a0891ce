/**
 * Compares a training step of the speech recognizer of `bench:speech` with the same model in PyTorch (nn.LSTM and
 * ctc_loss), on the same batch and from the same weights, one after the other and round by round, on an otherwise idle
 * machine: `deno task bench:speech-step --python PATH [--rounds N]` writes results/speech_step.json and
 * results/speech_step.md after each round. Each measurement runs in its own process. `deno task bench:environment`
 * installs the PyTorch.
 * @module
 */
import { CharTokenizer, type Engine, SoundProcessor, SpeechRecognizer } from "../mod.ts";
import { ctcLoss, inference, sum } from "../src/nn/mod.ts";
import { inputsOf, type PaddedFrames, padFrames } from "../tasks/batching/mod.ts";
import { labelsOf, type Utterance } from "../tasks/speech/corpus.ts";
import { medianStep, runStepBench, type StepBench } from "./peers/step_command.ts";
import type { StepMeasurement } from "./peers/step_comparison.ts";
import { format } from "./support.ts";

/** A batch of `bench:speech`: utterances of about the mean length of AN4's, 2.7 seconds. */
const UTTERANCES = 16;
const [SHORTEST, RATE] = [2.4, 16_000];
const [STEPS, WARM_UP] = [10, 3];
const SYMBOLS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ' ";
/** The settings of AdamW and of clipping in `fit`. */
const [LEARNING_RATE, WEIGHT_DECAY, CLIP_NORM, DROPOUT] = [0.002, 0.01, 5, 0.2];

/**
 * Returns sounds of arbitrary samples, each a little longer than the last, with arbitrary texts of 20 to 27 symbols.
 */
function makeUtterances(): Utterance[] {
  return Array.from({ length: UTTERANCES }, (_, row) => ({
    sound: {
      samples: Float32Array.from(
        { length: Math.round((SHORTEST + 0.03 * row) * RATE) },
        (_, i) => Math.sin(i * i * (row + 3) % 7919) * Math.sin(i / 3000),
      ),
      rate: RATE,
    },
    text: Array.from({ length: 20 + row % 8 }, (_, i) => SYMBOLS[(row * 7 + i * 11) % SYMBOLS.length]).join(""),
  }));
}

/** Returns the inputs of the batch. */
async function padBatch(model: SpeechRecognizer, utterances: readonly Utterance[]): Promise<PaddedFrames> {
  const inputs = [];
  for (const { sound } of utterances) inputs.push(await model.processor.encode(sound));
  return padFrames(inputs, model.processor.width);
}

/** Writes the model and the batch that all peers read. Returns the number of frames of a step. */
async function prepare(folder: string): Promise<number> {
  const processor = await SoundProcessor.fit([]);
  const model = SpeechRecognizer.create({ processor, tokenizer: CharTokenizer.train(SYMBOLS), dropout: DROPOUT });
  await model.save(folder);
  const utterances = makeUtterances();
  const { inputs, shape, lengths } = await padBatch(model, utterances);
  await Deno.writeFile(`${folder}/inputs.bin`, new Uint8Array(inputs.buffer));
  const labels = utterances.map(({ text }) => [...labelsOf(model.tokenizer, text)]);
  await Deno.writeTextFile(`${folder}/batch.json`, JSON.stringify({ shape, lengths: [...lengths], labels }));
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** Measures a training step with the settings of `fit`, without the augmentation, which PyTorch's step lacks. */
async function measure(folder: string, engine: Engine): Promise<StepMeasurement> {
  const model = await SpeechRecognizer.load(folder, { engine });
  const train = makeUtterances();
  const batch = await padBatch(model, train);
  const labels = train.map(({ text }) => labelsOf(model.tokenizer, text));
  const loss = inference(() => {
    const logits = model.network.forward(inputsOf(batch, engine), batch.lengths);
    return sum(ctcLoss(logits, labels, { lengths: batch.lengths })).toArray()[0];
  }, { engine });
  const settings = { learningRate: LEARNING_RATE, weightDecay: WEIGHT_DECAY, clipNorm: CLIP_NORM, batch: UTTERANCES };
  const unchanged = { speed: 0, bandMasks: 0, timeMasks: 0, noise: 0, gain: 0 };
  const training = model.fit(train, { ...settings, ...unchanged, epochs: STEPS, schedule: "constant" });
  return { milliseconds: await medianStep(training, WARM_UP), loss: loss / labels.flatMap((own) => [...own]).length };
}

const BENCH: StepBench = {
  name: "bench:speech-step",
  summary: "Compare a speech recognizer's training step with PyTorch's.",
  noun: "speech recognizer",
  results: "speech_step",
  elman: "speech_step.ts",
  pytorch: "pytorch_speech.py",
  targets: { webAssembly: 0.38, native: 1.5, bf16: 1.4 },
  unit: "frames",
  title: "A training step of a speech recognizer",
  optimizer: "AdamW",
  prepare,
  measure,
  step: (frames) =>
    `A step consists of the forward and backward pass, clipping and AdamW on ${UTTERANCES} utterances of ` +
    `${format(frames)} frames of 120 values, one every 30 ms. The model has two bidirectional LSTM layers of 256, ` +
    `${SYMBOLS.length + 1} classes and the CTC loss.`,
};

if (import.meta.main) Deno.exit(await runStepBench(BENCH, Deno.args));
