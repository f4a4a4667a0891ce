import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type OptionSpecs, parseOptions, UsageError } from "../../../cli/arguments/mod.ts";

const SPECS = {
  data: { kind: "path", value: "FILE", help: "text" },
  prompt: { kind: "string", help: "text" },
  stop: { kind: "string", help: "text", repeatable: true },
  batch: { kind: "integer", min: 1, help: "streams" },
  seed: { kind: "integer", help: "seed" },
  dropout: { kind: "number", min: 0, below: 1, help: "rate" },
  lr: { kind: "number", above: 0, help: "rate" },
  "top-p": { kind: "number", above: 0, max: 1, help: "share" },
  cell: { kind: "choice", choices: ["rnn", "lstm", "gru"], help: "cell" },
  port: { kind: "integer", min: 0, help: "port", hasOptionalValue: true },
  json: { kind: "boolean", help: "print JSON" },
} as const satisfies OptionSpecs;

function parse(...args: string[]): Record<string, unknown> {
  return parseOptions(SPECS, args);
}

function assertRefused(args: string[], message: string): void {
  const error = assertThrows(() => parse(...args), UsageError);
  assertEquals(error.message, message, JSON.stringify(args));
  assert(!error.message.includes("\n"));
}

Deno.test("parsed values have the types of their specifications", () => {
  const values = parseOptions(SPECS, ["--batch", "32", "--cell=gru", "--json", "--lr", "1e-3", "--data", "a b.txt"]);
  const batch: number | undefined = values.batch;
  const cell: "rnn" | "lstm" | "gru" | undefined = values.cell;
  const stop: string[] | undefined = values.stop;
  assertEquals({ ...values, batch, cell, stop }, {
    batch: 32,
    cell: "gru",
    stop: undefined,
    json: true,
    lr: 0.001,
    data: "a b.txt",
  });
});

Deno.test("options that were not given are absent", () => {
  assertEquals(parse(), {});
  assertEquals(Object.keys(parse("--seed", "0", "--dropout", "0")), ["seed", "dropout"]);
});

Deno.test("values may begin with a dash, contain an equals sign or a line break, or be empty", () => {
  assertEquals(parse("--seed", "-3"), { seed: -3 });
  assertEquals(parse("--prompt", "-- he said"), { prompt: "-- he said" });
  assertEquals(parse("--prompt", "-x"), { prompt: "-x" });
  assertEquals(parse("--prompt=--json"), { prompt: "--json" });
  assertEquals(parse("--prompt", "a=b\nc"), { prompt: "a=b\nc" });
  assertEquals(parse("--prompt", ""), { prompt: "" });
  assertEquals(parse("--prompt="), { prompt: "" });
  assertEquals(parse("--prompt", "5"), { prompt: "5" });
});

Deno.test("a value that may be left out is true then", () => {
  const port: number | true | undefined = parseOptions(SPECS, ["--port", "--json"]).port;
  assertEquals(port, true);
  assertEquals([parse("--port").port, parse("--port", "80").port, parse("--port=80").port], [true, 80, 80]);
  assertRefused(["--port", "web"], '--port: expected a whole number of at least 0, found "web"');
});

Deno.test("a repeatable option collects its values; repeating any other option is an error", () => {
  assertEquals(parse("--stop", "a", "--stop=b"), { stop: ["a", "b"] });
  assertRefused(["--batch", "1", "--batch", "2"], "--batch: expected once, found 2 times");
  assertRefused(["--json", "--json"], "--json: expected once, found 2 times");
});

Deno.test("an unknown option is an error that suggests a similar name", () => {
  assertRefused(["--bacth", "3"], "unknown option --bacth; did you mean --batch?");
  assertRefused(["--topp=1"], "unknown option --topp; did you mean --top-p?");
  assertRefused(["--prom", "a"], "unknown option --prom; did you mean --prompt?");
  assertRefused(["--colour"], "unknown option --colour");
  assertRefused(["-x"], "unknown option -x");
  assertRefused(["-json"], "unknown option -json");
  assertRefused(["--no-json"], "unknown option --no-json");
  assertRefused(["--lr.x=1"], "unknown option --lr.x; did you mean --lr?");
  for (const name of ["constructor", "__proto__", "toString"]) {
    assertRefused([`--${name}`, "1"], `unknown option --${name}`);
  }
});

Deno.test("parseOptions rejects operands", () => {
  const data = { log: { kind: "path", help: "" }, data: { kind: "path", group: "data", help: "" } } as const;
  for (
    const [args, hint] of [
      [["my.txt"], "; did you mean --data my.txt?"],
      [["my file"], '; did you mean --data "my file"?'],
      [["--data", "a", "my.txt"], ""],
    ] as const
  ) {
    const message = `expected options only, found ${JSON.stringify(args.at(-1))}${hint}`;
    assertEquals(assertThrows(() => parseOptions(data, args), UsageError).message, message);
  }
  const spread = assertThrows(() => parseOptions(data, ["--data", "a.gif", "b.gif", "c.gif"]), UsageError);
  assertStringIncludes(spread.message, "; if --data reads several files, name their folder or put a pattern in quotes");
  assertRefused(["text.txt"], 'expected options only, found "text.txt"');
  assertRefused(["--json", "5"], 'expected options only, found "5"');
  assertRefused(["--batch", "3", "4"], 'expected options only, found "4"');
  assertRefused(["-"], 'expected options only, found "-"');
  assertRefused(["--", "a\nb"], 'expected options only, found "a\\nb"');
});

Deno.test("a missing value is an error", () => {
  assertRefused(["--data"], "--data: expected FILE, found no value");
  assertRefused(["--data", ""], '--data: expected FILE, found ""');
  assertRefused(["--prompt", "--json"], "--prompt: expected TEXT, found no value");
  assertRefused(["--batch"], "--batch: expected a whole number of at least 1, found no value");
  assertRefused(["--cell", "--batch", "3"], "--cell: expected one of rnn, lstm, gru, found no value");
  assertRefused(["--json=yes"], '--json: expected no value, found "--json=yes"');
});

Deno.test("an invalid value is an error that names what was expected", () => {
  for (const found of ["0", "-1", "1.5", "", " 3", "3x", "0x10", "1_000", "NaN", "Infinity", "9007199254740993"]) {
    assertRefused(
      [`--batch=${found}`],
      `--batch: expected a whole number of at least 1, found ${JSON.stringify(found)}`,
    );
  }
  assertRefused(["--dropout", "1"], '--dropout: expected a number of at least 0 and below 1, found "1"');
  assertRefused(["--lr", "0"], '--lr: expected a number above 0, found "0"');
  assertRefused(["--lr", "1e999"], '--lr: expected a number above 0, found "1e999"');
  assertRefused(["--top-p", "1.01"], '--top-p: expected a number above 0 and at most 1, found "1.01"');
  assertRefused(["--seed", "a"], '--seed: expected a whole number, found "a"');
  assertRefused(["--cell", "LSTM"], '--cell: expected one of rnn, lstm, gru, found "LSTM"');
});

Deno.test("inclusive bounds are valid values", () => {
  assertEquals(parse("--batch", "1", "--dropout", "0", "--top-p", "1"), { batch: 1, dropout: 0, "top-p": 1 });
  assertEquals(parse("--lr", ".5", "--dropout", "5e-1", "--batch", "1e3"), { lr: 0.5, dropout: 0.5, batch: 1000 });
});
