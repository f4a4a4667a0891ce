import { basename, resolve } from "node:path";
import { type Command, fieldsOf, optionsOf, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { codeOf, reasonOf } from "../../src/formats/system_errors.ts";
import { complete } from "../../src/schema/mod.ts";
import type { LanguageModel } from "../../tasks/language_modeling/mod.ts";
import { drawScore, textToTune, tuneToScore, writeMIDI } from "../../tasks/data/music/mod.ts";
import { MusicModel } from "../../tasks/music/mod.ts";
import { findTask, type TaskEntry } from "../../tasks/registry.ts";
import { LIMITS, MAX_SECONDS } from "../../tasks/serving/limits.ts";
import { ModelServer, type RequestRecord, type ServedModel, type ServeOptions } from "../../tasks/serving/mod.ts";
import { isOrigin } from "../../tasks/serving/origin.ts";
import { isKey } from "../../tasks/serving/same_key.ts";
import { SERVED } from "../../tasks/serving/server.ts";
import { SpeechRecognizer } from "../../tasks/speech/mod.ts";
import { readTask } from "../../tasks/task_model/mod.ts";
import { announceEngine, ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  hostInURL,
  isLoopback,
  listen,
  onlyLocal,
  portFault,
} from "../http/mod.ts";
import { environmentVariable } from "../terminal/platform.ts";
import { giveUpReading, Interrupt, jsonLine, writeErrorLine } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { expectModel, newestModel } from "./model_option.ts";
import { QUIET_OPTION } from "./open_model.ts";

/** Environment variable that stands in for `--api-key`. */
const KEY_VARIABLE = "ELMAN_API_KEY";

const OPTIONS = {
  model: {
    kind: "path",
    group: "model",
    value: "[NAME=]DIR",
    repeatable: true,
    help: "Directory of a model, with the name it is served under; may be given more than once.",
    default: "the newest in models/",
  },
  ...VERIFY_OPTION,
  port: { kind: "integer", group: "run", min: 0, max: 65535, help: "Port to listen at; 0 for any.", default: "8000" },
  host: {
    kind: "string",
    group: "run",
    value: "ADDRESS",
    help: "Address to listen at; one that others reach needs --api-key or --open.",
    default: "127.0.0.1",
  },
  "api-key": {
    kind: "string",
    group: "run",
    value: "KEY",
    help: `Key that requests must have; ${KEY_VARIABLE} sets it too, unseen by other users.`,
  },
  open: {
    kind: "boolean",
    group: "run",
    help: `Let everybody who reaches the address use the models, even if ${KEY_VARIABLE} is set.`,
  },
  cors: {
    kind: "string",
    group: "run",
    value: "ORIGIN",
    help: "Origin whose pages may use the models, such as https://example.com; * for all.",
  },
  ...optionsOf(LIMITS),
  "max-connections": {
    kind: "integer",
    group: "run",
    min: 1,
    help: "Maximum number of open connections; the next ones get the status 503.",
    default: String(CONNECTION_LIMITS.maxConnections),
  },
  "idle-timeout": {
    kind: "number",
    group: "run",
    value: "S",
    above: 0,
    max: MAX_SECONDS,
    help: "Seconds that a connection may be open without a request, or without reading its answer.",
    default: String(CONNECTION_LIMITS.idleTimeout),
  },
  ...ENGINE_OPTIONS,
  log: { kind: "boolean", group: "run", help: "Print one JSON object per request." },
  ...QUIET_OPTION,
} as const satisfies OptionSpecs;

type ServeValues = Values<typeof OPTIONS>;

/** Milliseconds in which clients must read the last of their answers. */
const LAST_BYTES_MS = 5000;

/** Makes the command that serves models over HTTP. */
export function makeServeCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    options: OPTIONS,
    run: async (values) => {
      const address = { host: values.host ?? "127.0.0.1", port: values.port ?? 8000 };
      const options = serveOptions(values, address.host);
      const engine = startEngine(values);
      const models = await loadModels(values, tasks);
      giveUpReading();
      const server = new ModelServer(models, options);
      const handler = isLoopback(address.host) ? onlyLocal(server.fetch) : server.fetch;
      const listener = await listen(handler, address, connectionLimits(values))
        .catch((error) => refuseAddress(error, address));
      const interrupt = new Interrupt("Finishing the running requests. Press Ctrl-C again to stop at once.");
      if (!values.quiet) {
        announceEngine(engine, false);
        const names = Object.keys(models).join(", ");
        writeErrorLine(`Serving ${names} at http://${hostInURL(address.host)}:${listener.port}/`);
      }
      await new Promise((resolve) => interrupt.signal.addEventListener("abort", resolve));
      await server.shutDown();
      await listener.finish(LAST_BYTES_MS);
      interrupt[Symbol.dispose]();
      return 0;
    },
  };
}

/** Names the option to change if the system refuses an address. */
function refuseAddress(error: unknown, { host, port }: { readonly host: string; readonly port: number }): never {
  const fault = portFault(error);
  if (fault !== undefined) throw new UsageError(`--port ${port}: ${fault}; --port 0 takes any free one`);
  const code = codeOf(error);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    throw new UsageError(`--host ${host}: expected an address of this computer, found another`);
  }
  throw error;
}

/** Loads what a model needs for its first answer, while files may be read. */
async function warmUp(model: ServedModel): Promise<void> {
  if (model instanceof SpeechRecognizer) {
    const { rate } = model.processor;
    await model.transcribe({ samples: new Float32Array(rate), rate });
  } else if (model instanceof MusicModel) {
    const { tune } = textToTune("M:4/4 K:C B:1 @1 C8 |]");
    await writeMIDI(tuneToScore(tune));
    // Piano rolls are drawn without a package.
    if (model.notation.kind === "abc") await drawScore(tune);
  }
}

function serveOptions(values: ServeValues, host: string): ServeOptions {
  const { open, cors, log } = values;
  if (open && values["api-key"] !== undefined) {
    throw new UsageError("--open: expected this option or --api-key, found both");
  }
  // What is asked for on the command line goes before a variable that may be there for other servers.
  const apiKey = values["api-key"] ?? (open ? undefined : environmentVariable(KEY_VARIABLE));
  if (apiKey !== undefined && !isKey(apiKey)) {
    const found = apiKey === "" ? "nothing" : "other characters";
    throw new UsageError(`--api-key: expected visible characters of ASCII, found ${found}`);
  }
  if (cors !== undefined && !isOrigin(cors)) {
    throw new UsageError(`--cors ${cors}: expected * or an origin such as https://example.com, found something else`);
  }
  if (!isLoopback(host) && apiKey === undefined && !open) {
    throw new UsageError(`--host ${host}: expected --api-key, or --open to let everybody in, found neither`);
  }
  const limits = complete(LIMITS, fieldsOf(LIMITS, values), "serve");
  return { ...limits, apiKey, cors, ...log && { log: requestLog() } };
}

/** Returns a function that prints entries of the log until one cannot be written: answers go on without them. */
function requestLog(): (record: RequestRecord) => void {
  let isWritable = true;
  return (record) => {
    if (!isWritable) return;
    try {
      jsonLine({ ...record });
    } catch (error) {
      isWritable = false;
      writeErrorLine(`warning: the log ends here, since it cannot be written: ${reasonOf(error)}`);
    }
  };
}

function connectionLimits(values: ServeValues): ConnectionLimits {
  const { maxConnections, idleTimeout } = CONNECTION_LIMITS;
  return {
    maxConnections: values["max-connections"] ?? maxConnections,
    idleTimeout: values["idle-timeout"] ?? idleTimeout,
  };
}

async function loadModels(values: ServeValues, tasks: readonly TaskEntry[]): Promise<Record<string, ServedModel>> {
  const served = SERVED.map(({ task }) => findTask(task.name, tasks)).filter((entry) => entry !== undefined);
  const named = values.model ?? [await newestModel(served, values.quiet)];
  const models: Record<string, ServedModel> = {};
  for (const one of named) {
    const [, name, directory] = /^(?:([\w.:-]+)=)?(.+)$/s.exec(one)!;
    await expectModel("model", directory, served);
    const task = await readTask(directory, verifying(values));
    const kind = SERVED.find((kind) => findTask(task, served)?.name === kind.task.name);
    if (kind === undefined) {
      const nouns = SERVED.map(({ task: { noun } }) => noun).join(", ");
      throw new UsageError(`--model ${directory}: expected one of ${nouns}, found a model for ${task}`);
    }
    const key = name ?? basename(resolve(directory));
    if (Object.hasOwn(models, key)) {
      throw new UsageError(`--model: expected a name for each model, found ${key} twice; write NAME=DIR`);
    }
    models[key] = await (kind as typeof LanguageModel).load(directory, verifying(values));
    await warmUp(models[key]);
  }
  return models;
}
