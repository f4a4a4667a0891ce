/**
 * Times the first generated token of a 5 MB model, from the start of the process:
 * `deno task bench:first-token [--runs N]`. Creates an untrained model in a temporary folder, starts the command line
 * with a known prompt, and waits for the first byte after it.
 */
import { CharTokenizer, LanguageModel } from "../mod.ts";
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { denoCommand, format, spread } from "./support.ts";

const OPTIONS = {
  runs: { kind: "integer", min: 1, help: "number of times that the process is started", default: "20" },
} as const satisfies OptionSpecs;

/** An LSTM with 65 symbols: 1.25 million parameters. */
const SIZES = { embed: 128, hidden: 488 };
const PROMPT = "#";

async function makeModel(directory: string): Promise<number> {
  const symbols = Array.from({ length: 65 }, (_, i) => String.fromCharCode(35 + i)).join("");
  const model = LanguageModel.create({ tokenizer: CharTokenizer.train(symbols), ...SIZES });
  await model.save(directory);
  return model.network.parameters().reduce((sum, { size }) => sum + size * 4, 0);
}

/** Returns the milliseconds until the process has written the prompt and one more byte. */
async function timeFirstToken(command: readonly string[]): Promise<number> {
  const start = performance.now();
  await using process = new Deno.Command(command[0], { args: command.slice(1), stdout: "piped" }).spawn();
  let bytes = 0;
  for await (const chunk of process.stdout) {
    bytes += chunk.length;
    if (bytes > PROMPT.length) return performance.now() - start;
  }
  throw new RangeError(`time the first token: expected more than ${PROMPT.length} bytes, found ${bytes}`);
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ runs = 20 }) => {
    const directory = await Deno.makeTempDir();
    try {
      const bytes = await makeModel(directory);
      const generate = ["generate", `--model=${directory}`, `--prompt=${PROMPT}`, "--max-tokens=1"];
      const command = denoCommand("../cli/main.ts", ["--allow-read"], ...generate);
      // The first start fills Deno's caches.
      await timeFirstToken(command);
      const times: number[] = [];
      for (let run = 0; run < runs; run++) times.push(await timeFirstToken(command));
      const { median, min, max } = spread(times);
      console.log(
        `First token of a model of ${format(bytes / 1e6, 1)} MB after ${
          format(median)
        } ms, the median of ${runs} starts ` +
          `(${format(min)} to ${format(max)} ms).`,
      );
      return 0;
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
};

if (import.meta.main) {
  Deno.exit(
    await runCommand({ name: "bench:first-token", summary: "Time the first token of a process." }, command, Deno.args),
  );
}
