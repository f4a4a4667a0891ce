import { InputRangeError, InputSyntaxError, InputTypeError } from "../../../errors.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Command, type OptionSpecs, runCommand, UsageError } from "../../../cli/arguments/mod.ts";

const OPTIONS = { steps: { kind: "integer", min: 1, help: "steps" } } as const satisfies OptionSpecs;

/** Runs a command that calls `run`, and returns its exit code and output. */
async function outcome(
  args: readonly string[],
  run: Command<typeof OPTIONS>["run"] = () => Promise.resolve(0),
): Promise<{ code: number; out: string[]; errors: string[] }> {
  const out: string[] = [];
  const errors: string[] = [];
  const output = { log: (text: string) => out.push(text), error: (text: string) => errors.push(text) };
  const introduction = { name: "elman walk", summary: "Walk some steps." };
  const code = await runCommand(introduction, { options: OPTIONS, run }, args, output);
  return { code, out, errors };
}

function failing(error: unknown): () => Promise<number> {
  return () => Promise.reject(error);
}

Deno.test("a command receives its options and determines the exit code", async () => {
  const { code, out, errors } = await outcome(["--steps", "3"], ({ steps }) => Promise.resolve(steps! + 4));
  assertEquals([code, out, errors], [7, [], []]);
});

Deno.test("--help and -h print the help regardless of other arguments", async () => {
  for (const args of [["--help"], ["-h"], ["--steps", "0", "--help"], ["--nonsense", "-h"]]) {
    const { code, out, errors } = await outcome(args, failing(new RangeError("must not run")));
    assertEquals([code, out.length, errors], [0, 1, []]);
    assertStringIncludes(out[0], "Walk some steps.\n\nUsage: elman walk [OPTIONS]\n");
    assertStringIncludes(out[0], "--steps N");
  }
});

Deno.test("messages name options in place of the library's fields", async () => {
  const options = {
    "max-steps": { kind: "integer", help: "steps", field: "maxSteps" },
    lr: { kind: "number", help: "rate", field: "learningRate" },
    rate: { kind: "number", help: "rate", field: "learningRate", isHidden: true },
  } as const satisfies OptionSpecs;
  const errors: string[] = [];
  const output = { log: () => {}, error: (text: string) => errors.push(text) };
  const message = "walk: expected maxSteps (learningRate: 1) to be 2, found a/maxSteps and bpttDeviation";
  const run = failing(new InputRangeError(message));
  await runCommand({ name: "elman walk", summary: "Walk." }, { options, run }, [], output);
  assertEquals(errors, ["error: walk: expected --max-steps (--lr: 1) to be 2, found a/maxSteps and bpttDeviation"]);
});

Deno.test("an invalid command line prints one line and exits with 2", async () => {
  const { code, out, errors } = await outcome(["--steps", "0"]);
  assertEquals([code, out], [2, []]);
  assertEquals(errors, ['error: --steps: expected a whole number of at least 1, found "0"']);
  assertEquals((await outcome([], failing(new UsageError("--steps: expected it, found none")))).code, 2);
});

Deno.test("a failure that the user can fix prints one line and exits with 1", async () => {
  const fileSystem = await import("node:fs/promises");
  const ofNode = await assertRejects(() => fileSystem.readFile("/no/such/file"), Error, "ENOENT");
  const expected = [
    new InputRangeError("out of range"),
    new InputTypeError("a type"),
    new InputSyntaxError("not JSON"),
    new Deno.errors.NotFound("no file"),
    new Deno.errors.NotCapable("no permission"),
    new Deno.errors.AlreadyExists("a file"),
    ofNode,
  ];
  for (const error of expected) {
    const { code, out, errors } = await outcome([], failing(error));
    assertEquals([code, out, errors], [1, [], [`error: ${error.message}`]]);
  }
});

Deno.test("an error message of several lines is joined into one", async () => {
  const { errors } = await outcome([], failing(new Deno.errors.NotFound("no file\n    at a place\n")));
  assertEquals(errors, ["error: no file; at a place"]);
});

Deno.test("an unexpected error is rethrown with its stack", async () => {
  const faults = [new RangeError("Invalid array length"), new TypeError("x is not a function")];
  const others = [new WebAssembly.RuntimeError("unreachable"), new DOMException("x", "DataError"), "text"];
  for (const error of [...faults, ...others]) {
    const [result] = await Promise.allSettled([outcome([], failing(error))]);
    assertEquals(result, { status: "rejected", reason: error });
  }
});

Deno.test("a broken pipe ends a command silently", async () => {
  const { code, out, errors } = await outcome([], failing(new Deno.errors.BrokenPipe("Broken pipe")));
  assertEquals([code, out, errors], [141, [], []]);
});
