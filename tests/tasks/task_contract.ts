import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { decodeSafetensors, encodeSafetensors } from "../../src/formats/mod.ts";
import type { AnyModelClass } from "../../tasks/task_model/mod.ts";
import { Engine, type Module } from "../../src/nn/mod.ts";
import type { Checkpoint, RunOptions, TrainSettings } from "../../src/train/mod.ts";
import { assertSameBits } from "../support/bounds.ts";
import { filesUnder, inTempDir } from "../support/command.ts";

/** The common interface of the models of all tasks. */
interface Model {
  readonly network: Module;
  save(directory: string): Promise<void>;
  toBytes(): Uint8Array;
}

/** The options of `fit` that all tasks share. */
type FitOptions<S extends TrainSettings> = Partial<S> & RunOptions & { readonly checkpoint?: Checkpoint<S> };

/** A task for the contract: a small model, how to train it, and a question to ask it. */
export interface TaskCase<M extends Model, S extends TrainSettings> {
  /** Creates an untrained model with dropout, the same one each time. */
  readonly create: (engine: Engine) => M;
  /** Trains it for three epochs, a few dozen batches in total, with validation. */
  readonly fit: (model: M, options: FitOptions<S>) => AsyncIterable<{ readonly event: "step" | "epoch" }>;
  /** Settings of the fit. */
  readonly settings: Partial<S>;
  /** A setting that differs from those of the fit. */
  readonly otherSetting: Partial<S>;
  /** The field of `config.json` that must agree with another file, and that file. Default: `vocabSize`, "symbols". */
  readonly agreement?: readonly [field: string, words: string];
  /** The files of its processors. Default: `tokenizer.json`. */
  readonly processorFiles?: readonly string[];
  /** Asks the model something; the answer depends only on its parameters. */
  readonly ask: (model: M) => Promise<unknown>;
}

/** A case of any task. */
// deno-lint-ignore no-explicit-any
export type AnyTaskCase = TaskCase<any, any>;

/** Returns the case; lets the compiler check its types. */
export function taskCase<M extends Model, S extends TrainSettings>(task: TaskCase<M, S>): AnyTaskCase {
  return task;
}

async function finish(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of events) count++;
  return count;
}

function assertSameParameters(actual: Model, expected: Model, what: string): void {
  const named = actual.network.namedParameters();
  for (const [name, parameter] of expected.network.namedParameters()) {
    assertSameBits(named.get(name)!.toArray(), parameter.toArray(), `${what}: ${name}`);
  }
}

/**
 * Tests what holds for every task: training is reproducible with any number of threads and resumes exactly, and saved
 * models are complete.
 */
export function taskContract(name: string, Class: AnyModelClass, task: AnyTaskCase): void {
  const engine = Engine.default();
  const { settings, processorFiles = ["tokenizer.json"], agreement = ["vocabSize", "symbols"] } = task;

  /** An uninterrupted run, its number of events and the files that it left. The tests do not change it. */
  const trainOnce = async () => {
    const model = task.create(engine);
    return await inTempDir(async (directory) => {
      const events = await finish(task.fit(model, { ...settings, directory }));
      return { model, events, files: filesUnder(directory) };
    });
  };
  let trained: ReturnType<typeof trainOnce> | undefined;

  Deno.test(`${name}: training gives the same bits each time, and with 1, 2 and 3 threads`, async () => {
    const { model: expected } = await (trained ??= trainOnce());
    for (const threads of [1, 2, 3]) {
      const other = new Engine({ threads });
      try {
        await other.ready();
        const model = task.create(other);
        await finish(task.fit(model, settings));
        assertSameParameters(model, expected, `${threads} threads`);
      } finally {
        other[Symbol.dispose]();
      }
    }
  });

  Deno.test(`${name}: a run that is stopped anywhere and resumed ends with the same bits as an uninterrupted one`, async () => {
    const { model: whole, events } = await (trained ??= trainOnce());
    for (const stop of [1, Math.floor(events / 3), Math.ceil(events / 3) + 1, events - 1]) {
      await inTempDir(async (directory) => {
        const controller = new AbortController();
        const options = { ...settings, directory, signal: controller.signal };
        let seen = 0;
        const stopped = await assertRejects(async () => {
          for await (const _ of task.fit(task.create(engine), options)) {
            if (++seen === stop) controller.abort(new RangeError("stop"));
          }
        });
        assertEquals((stopped as Error).message, "stop");
        const checkpoint = await Class.loadCheckpoint(directory);
        const model = await Class.load(directory, { engine });
        await finish(task.fit(model, { checkpoint, directory }));
        assertSameParameters(model, whole, `after ${stop} of ${events} events`);
        assertSameParameters(await Class.load(directory, { engine }), whole, `kept, after ${stop} of ${events} events`);
      });
    }
  });

  Deno.test(`${name}: a resumed run refuses different settings, and no file changes`, async () => {
    await inTempDir(async (directory) => {
      const { files: before } = await (trained ??= trainOnce());
      for (const [name, bytes] of before) await Deno.writeFile(`${directory}/${name}`, bytes);
      const checkpoint = await Class.loadCheckpoint(directory);
      const model = await Class.load(directory, { engine });
      const options = { ...task.otherSetting, checkpoint, directory };
      await assertRejects(() => finish(task.fit(model, options)), RangeError, "as in the run that is resumed");
      assertEquals(filesUnder(directory), before);
    });
  });

  Deno.test(`${name}: saving and loading preserves the model, in a directory and in bytes`, async () => {
    const { model } = await (trained ??= trainOnce());
    const answer = await task.ask(model);
    assertEquals(await task.ask(Class.fromBytes(model.toBytes(), { engine })), answer);
    await inTempDir(async (directory) => {
      await model.save(directory);
      const files = filesUnder(directory);
      assertEquals([...files.keys()], [
        "README.md",
        "SHA256SUMS",
        "config.json",
        "model.safetensors",
        ...processorFiles,
      ]);
      const loaded = await Class.load(directory, { engine });
      assertEquals(await task.ask(loaded), answer);
      await loaded.save(directory);
      // The card of a loaded model has no figures of its training.
      const withoutCard = (all: Map<string, Uint8Array>) => [...all].filter(([name]) => name !== "README.md");
      assertEquals(withoutCard(filesUnder(directory)), withoutCard(files));
    });
  });

  Deno.test(`${name}: loading names the file that is missing, damaged, of another task or from a newer version`, async () => {
    await inTempDir(async (directory) => {
      await task.create(engine).save(directory);
      // An edited file is refused for its checksum before its contents are looked at.
      await Deno.remove(`${directory}/SHA256SUMS`);
      const files = filesUnder(directory);
      const config = JSON.parse(new TextDecoder().decode(files.get("config.json")));
      const [field, words] = agreement;
      const write = (change: Record<string, unknown>): string => JSON.stringify({ ...config, ...change });
      const damages: [file: string, content: string | Uint8Array | undefined, words: string][] = [
        ["config.json", undefined, "config.json"],
        ...processorFiles.map((file) => [file, undefined, file] as [string, undefined, string]),
        ["model.safetensors", undefined, "model.safetensors"],
        ["config.json", "{", "config.json: expected JSON"],
        ["config.json", write({ format: "other" }), 'expected "format": "elman"'],
        ["config.json", write({ version: 99 }), "a newer Elman wrote it"],
        ["config.json", write({ task: "juggling" }), `expected a model of the task ${config.task}, found "juggling"`],
        ["config.json", write({ hidden: -1 }), "expected hidden to be a whole number of at least 1"],
        ["config.json", write({ hidden: config.hidden + 1 }), "model.safetensors"],
        ["config.json", write({ [field]: config[field] + 1 }), words],
        ...processorFiles.map((file) => [file, "{}", file] as [string, string, string]),
        ["model.safetensors", files.get("model.safetensors")!.slice(0, -1), "model.safetensors"],
      ];
      for (const [file, content, words] of damages) {
        if (content === undefined) await Deno.remove(`${directory}/${file}`);
        else {await Deno.writeFile(
            `${directory}/${file}`,
            typeof content === "string" ? new TextEncoder().encode(content) : content,
          );}
        const error = await assertRejects(() => Class.load(directory, { engine }), Error, words) as Error;
        assert(error instanceof RangeError || error instanceof SyntaxError, `${file}: ${error}`);
        await Deno.writeFile(`${directory}/${file}`, files.get(file)!);
      }
      await Class.load(directory, { engine });
    });
  });

  Deno.test(`${name}: loading refuses tensors and keys that the model does not use, unless it is not strict`, async () => {
    const model = task.create(engine);
    const files = await inTempDir(async (directory) => {
      await model.save(directory);
      await Deno.remove(`${directory}/SHA256SUMS`);
      return filesUnder(directory);
    });
    const { tensors, metadata } = decodeSafetensors(files.get("model.safetensors")!);
    const surplus = { name: "rnn.weight_hh_l9", shape: [1], data: new Float32Array(1) };
    const config = JSON.parse(new TextDecoder().decode(files.get("config.json")));
    const text = new TextEncoder();
    const changes: [file: string, content: Uint8Array, words: string][] = [
      [
        "model.safetensors",
        encodeSafetensors([...tensors.values(), surplus]),
        'found "rnn.weight_hh_l9"; in a program, strict: false',
      ],
      [
        "config.json",
        text.encode(JSON.stringify({ ...config, layer: 2 })),
        'found "layer"; in a program, strict: false',
      ],
    ];
    for (const [file, content, words] of changes) {
      await inTempDir(async (directory) => {
        for (const [name, bytes] of files) await Deno.writeFile(`${directory}/${name}`, bytes);
        await Deno.writeFile(`${directory}/${file}`, content);
        await assertRejects(() => Class.load(directory, { engine }), RangeError, words);
        assertSameParameters(await Class.load(directory, { engine, strict: false }), model, file);
      });
    }
    const { tensors: own, metadata: texts } = decodeSafetensors(model.toBytes());
    const bytes = encodeSafetensors([...own.values(), surplus], texts);
    assertThrows(() => Class.fromBytes(bytes, { engine }), RangeError, 'found "rnn.weight_hh_l9"');
    assertSameParameters(Class.fromBytes(bytes, { engine, strict: false }), model, "bytes");
    assertEquals(metadata, { format: "pt" });
    await assertRejects(() => Class.load("model", { strict: "no" as never }), TypeError, "strict to be a boolean");
  });
}
