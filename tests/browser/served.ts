// Small models that have learned something, behind a real port.

import { listen } from "../../cli/http/listener.ts";
import {
  CharTokenizer,
  Classifier,
  Forecaster,
  LanguageModel,
  MusicModel,
  type SentencePair,
  SoundProcessor,
  SpeechRecognizer,
  Translator,
  VectorClassifier,
} from "../../mod.ts";
import { vectorSequence } from "../../tasks/data/mod.ts";
import { readSeriesText } from "../../tasks/data/series/mod.ts";
import { FrameProcessor } from "../../tasks/mod.ts";
import { TUNE_TOKENIZER } from "../tasks/music/made_music.ts";
import { RATE, UTTERANCES } from "../tasks/speech/tones.ts";
import { ModelServer, type ServedModel, type ServeOptions } from "../../tasks/serving/mod.ts";

/** A text that a small model learns by heart in a second. */
export const VERSE = "the rain in spain stays mainly in the plain. ";

/** A language model that knows the verse. */
export async function verseModel(): Promise<LanguageModel> {
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train(VERSE), hidden: 32, seed: 1 });
  await all(model.fit(VERSE.repeat(30), { epochs: 15, batch: 4, bptt: 24, learningRate: 0.02 }));
  return model;
}

/** A classifier that tells good weather from bad. */
export async function weatherClassifier(): Promise<Classifier> {
  const words = { good: ["sun", "warm", "blue"], bad: ["rain", "cold", "gray"] };
  const train = Object.entries(words).flatMap(([label, own]) =>
    own.flatMap((one) => own.map((other) => ({ label, text: `${one} and ${other}` })))
  );
  const model = Classifier.create({
    tokenizer: CharTokenizer.train(train.map(({ text }) => text).join(" ")),
    labels: Object.keys(words),
    hidden: 16,
    seed: 1,
  });
  await all(model.fit({ train }, { epochs: 30, learningRate: 0.02 }));
  return model;
}

/** A translator that writes capitals. */
export async function capitalTranslator(): Promise<Translator> {
  const pairs: SentencePair[] = Array.from({ length: 27 }, (_, i) => {
    const source = ["abc"[i % 3], "abc"[Math.floor(i / 3) % 3], "abc"[Math.floor(i / 9)]].join("");
    return { source, target: source.toUpperCase() };
  });
  const [sourceTokenizer, targetTokenizer] = [CharTokenizer.train("abc"), CharTokenizer.train("ABC")];
  const model = Translator.create({ sourceTokenizer, targetTokenizer, embed: 16, hidden: 32, dropout: 0, seed: 1 });
  await all(model.fit({ train: pairs }, { epochs: 30, learningRate: 0.01, batchTokens: 60, labelSmoothing: 0 }));
  return model;
}

/** A classifier that tells which of two numbers of a frame is larger. */
export async function cornerClassifier(): Promise<VectorClassifier> {
  const train = Array.from({ length: 16 }, (_, i) => {
    const frame = i % 2 === 0 ? [1, i / 40] : [i / 40, 1];
    return vectorSequence(Array.from({ length: 3 }, () => frame), { label: ["first", "second"][i % 2] });
  });
  const processor = FrameProcessor.fit(train, { kind: "values" });
  const model = VectorClassifier.create({ processor, labels: ["first", "second"], hidden: 8, seed: 1 });
  await all(model.fit({ train }, { epochs: 30, batch: 8, learningRate: 0.02 }));
  return model;
}

/** A forecaster of three days with random weights, which knows the calendar. */
export function waveForecaster(): Forecaster {
  const target = Array.from({ length: 60 }, (_, t) => 2 + Math.sin(t / 2));
  const records = JSON.stringify([{ start: "2024-01-01", target }]);
  const { set } = readSeriesText("waves.json", records, { frequency: { unit: "day", count: 1 } });
  return Forecaster.create({ data: set, horizon: 3, hidden: 4, seed: 1 });
}

/** A model of tunes with random weights; what it composes is in the key and meter that are asked for. */
export function tuneModel(): MusicModel {
  return MusicModel.create({ tokenizer: TUNE_TOKENIZER, embed: 8, hidden: 12 });
}

/** A speech recognizer that writes a low, a middle and a high tone as l, m and h. */
export async function toneRecognizer(): Promise<SpeechRecognizer> {
  const options = { rate: RATE, bands: 12, normalization: "running" } as const;
  const processor = await SoundProcessor.fit(UTTERANCES.map(({ sound }) => sound), options);
  const size = { hidden: 16, layers: 1, bidirectional: false, dropout: 0, seed: 1 };
  const model = SpeechRecognizer.create({ processor, tokenizer: CharTokenizer.train("lmh"), ...size });
  const settings = { epochs: 60, batch: 4, learningRate: 0.02, speed: 0, bandMasks: 0, timeMasks: 0 };
  await all(model.fit(UTTERANCES, settings));
  return model;
}

async function all(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events);
}

/** A server at a port of this computer. */
export interface Served extends AsyncDisposable {
  /** The address, ending with `/`. */
  readonly url: string;
  /** Returns a number of the metrics. */
  metric(name: string): Promise<number>;
  /** Waits until no text is generated. */
  idle(): Promise<void>;
}

/** Serves models, as the command does. `onRequest` sees each request. */
export async function serve(
  models: Readonly<Record<string, ServedModel>>,
  options?: ServeOptions,
  onRequest?: (request: Request) => void,
): Promise<Served> {
  const server = new ModelServer(models, options);
  const handler = async (request: Request): Promise<Response> => {
    onRequest?.(request);
    return await server.fetch(request);
  };
  const { port, close } = await listen(handler, { host: "127.0.0.1", port: 0 });
  const url = `${"http"}://127.0.0.1:${port}/`;
  const metric = async (name: string): Promise<number> => {
    const headers = { authorization: `Bearer ${options?.apiKey}` };
    const text = await (await fetch(`${url}metrics`, { headers })).text();
    return Number(text.split("\n").find((line) => line.startsWith(`${name} `))?.slice(name.length));
  };
  return {
    url,
    metric,
    idle: async () => {
      for (let waits = 0; await metric("elman_running_texts") > 0; waits++) {
        if (waits === 500) throw new RangeError("wait for the server: expected no running texts, found some");
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    [Symbol.asyncDispose]: async () => {
      await server.shutDown();
      close();
    },
  };
}
