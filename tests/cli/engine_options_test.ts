import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { describeEngine, startEngine } from "../../cli/engine_options.ts";
import { UsageError } from "../../cli/arguments/mod.ts";
import { outcomeOf, runCommand, startCommand } from "../support/command.ts";

const IMPOSSIBLE = ["0", "-1", "65", "1000", "two", "1.5", "", " 2", "0x2", "1e1", "Infinity", "NaN", "AUTO"];

function refusal(threads: string): string {
  return `--threads: expected auto or a whole number from 1 to 64, found ${JSON.stringify(threads)}`;
}

Deno.test("startEngine rejects an invalid number of threads", () => {
  for (const threads of IMPOSSIBLE) {
    const { message } = assertThrows(() => startEngine({ threads }), UsageError);
    assertEquals(message, refusal(threads));
  }
});

Deno.test("an invalid --threads is a usage error", async () => {
  for (const threads of ["0", "-1", "1000", "two", "1.5"]) {
    const { code, stdout, stderr } = await runCommand("evaluate", "--model", "m", "--data", "d", "--threads", threads);
    assertEquals([code, stdout, stderr], [2, "", `error: ${refusal(threads)}\n`]);
  }
});

Deno.test("--blas or ELMAN_BLAS with a file that is not a library is a usage error that names it", async () => {
  const expected = `use README.md for matrix products: expected a library with dnnl_sgemm or cblas_sgemm, found `;
  const { message } = assertThrows(() => startEngine({ threads: "1", blas: "README.md" }), UsageError);
  assertEquals(message.startsWith(`--blas: ${expected}`), true, message);
  const { code, stdout, stderr } = await runCommand("generate", "--model", "m", "--blas", "README.md");
  const hint = "; the tasks whose names end with :native have it";
  assertEquals([code, stdout, stderr], [2, "", `error: --blas: ${expected}no permission; use --allow-ffi${hint}\n`]);
  const native = { task: "generate:native", env: { ELMAN_BLAS: "README.md" } };
  const outcome = await outcomeOf(startCommand(["generate", "--model", "m"], undefined, native));
  assertEquals([outcome.code, outcome.stdout], [2, ""]);
  assertMatch(outcome.stderr, new RegExp(`^error: ELMAN_BLAS: ${expected}(?!no permission)[^\n]+\n$`));
  // The option has precedence over the variable, so that the command now fails at the model.
  const off = await outcomeOf(startCommand(["generate", "--model", "m", "--blas", "off"], undefined, native));
  assertMatch(off.stderr, /^error: (?!ELMAN_BLAS)/);
});

Deno.test("describeEngine names the matrix product backend and the threads", () => {
  const engine = startEngine({ threads: "1", blas: "off" });
  assertEquals(describeEngine(engine), `matrix products by WebAssembly (${engine.build}), 1 thread`);
  assertEquals(
    describeEngine({ ...engine, gemm: "oneDNN 2.6 (ffi)", threads: 2 } as typeof engine),
    "matrix products by oneDNN 2.6, 2 threads",
  );
});
