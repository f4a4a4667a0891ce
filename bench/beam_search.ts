/**
 * Times translation in sentences per second: `deno task bench:beam --model DIR --sentences FILE`. Each run translates
 * all sentences; `--out` writes the translations, so that two versions can be compared.
 */
import { Translator } from "../mod.ts";
import { type Command, type OptionSpecs, runCommand, UsageError } from "../cli/arguments/mod.ts";
import { ENGINE_OPTIONS, startEngine } from "../cli/engine_options.ts";
import { format, spread } from "./support.ts";

const OPTIONS = {
  model: { kind: "path", value: "DIR", help: "the translator's directory" },
  sentences: { kind: "path", value: "FILE", help: "file with one sentence per line" },
  beam: { kind: "integer", min: 1, help: "number of beams", default: "5" },
  runs: { kind: "integer", min: 1, help: "number of times that all sentences are translated", default: "3" },
  out: { kind: "path", value: "FILE", help: "file for the translations" },
  ...ENGINE_OPTIONS,
} as const satisfies OptionSpecs;

/** Number of sentences translated before the first run. */
const WARM_UP = 100;

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ model, sentences, beam = 5, runs = 3, out, ...requested }) => {
    if (model === undefined || sentences === undefined) throw new UsageError("expected --model and --sentences");
    const engine = startEngine(requested);
    const translator = await Translator.load(model, { engine });
    const texts = (await Deno.readTextFile(sentences)).trimEnd().split("\n");
    await engine.ready();
    const rates: number[] = [];
    await translator.translate(texts.slice(0, WARM_UP), { beam });
    for (let run = 0; run < runs; run++) {
      const start = performance.now();
      const found = await translator.translate(texts, { beam });
      rates.push(texts.length / (performance.now() - start) * 1e3);
      if (out !== undefined) await Deno.writeTextFile(out, found.map(({ text }) => `${text}\n`).join(""));
    }
    const { median, min, max } = spread(rates);
    console.log(
      `${format(median, 1)} sentences per second (${format(min, 1)} to ${
        format(max, 1)
      }), the median of ${runs} runs of ` +
        `${format(texts.length)}, beam ${beam}, ${engine.gemm}, threads: ${engine.threads}`,
    );
    return 0;
  },
};

if (import.meta.main) {
  Deno.exit(
    await runCommand({ name: "bench:beam", summary: "Time the beam search of a translator." }, command, Deno.args),
  );
}
