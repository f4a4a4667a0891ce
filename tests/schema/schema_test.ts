import { assertEquals, assertThrows } from "@std/assert";
import {
  boolean,
  choice,
  choiceOrPath,
  complete,
  custom,
  describeDefault,
  integer,
  nullable,
  number,
  optionName,
  path,
  readNames,
  type Schema,
  share,
  string,
} from "../../src/schema/mod.ts";

interface Settings {
  readonly cell: "rnn" | "gru";
  readonly hiddenSize: number;
  readonly embed: number;
  readonly rate: number;
  readonly dropout: number;
  readonly limit: number | null;
  readonly tied: boolean;
  readonly tokenizer: string;
  readonly file: string | null;
  readonly name: string;
  readonly weights: "none" | readonly number[];
}

const SCHEMA: Schema<Settings> = {
  cell: choice(["rnn", "gru"], { default: "rnn", help: "A cell." }),
  hiddenSize: integer({ min: 1, max: 9, default: 4, formerly: ["hidden"], help: "A size." }),
  embed: integer({ min: 1, default: ({ hiddenSize, wide }) => wide ? 8 : hiddenSize as number, help: "A size." }),
  rate: number({ above: 0, default: 0.5, option: "lr", help: "A rate." }),
  dropout: share({ default: 0, help: "A share." }),
  limit: nullable(integer({ min: 0, help: "A limit." })),
  tied: boolean({ default: false, help: "A switch." }),
  tokenizer: choiceOrPath(["char"], { default: "char", help: "A tokenizer or a file." }),
  file: nullable(path({ help: "A file." })),
  name: string({ default: "", help: "A name." }),
  weights: custom<Settings["weights"]>({
    default: "none",
    help: "Weights.",
    check: (value) => value === "none" || Array.isArray(value) ? undefined : "none or numbers",
  }),
};

const DEFAULTS: Settings = {
  ...{ cell: "rnn", hiddenSize: 4, embed: 4, rate: 0.5, dropout: 0, limit: null, tied: false },
  ...{ tokenizer: "char", file: null, name: "", weights: "none" },
};

Deno.test("absent values get their default, which may depend on other values", () => {
  assertEquals(complete(SCHEMA, {}, "fit"), DEFAULTS);
  assertEquals(complete(SCHEMA, { hiddenSize: 7 }, "fit"), { ...DEFAULTS, hiddenSize: 7, embed: 7 });
  assertEquals(complete(SCHEMA, {}, "fit", { wide: true }), { ...DEFAULTS, embed: 8 });
  const given: Settings = { ...DEFAULTS, cell: "gru", embed: 2, limit: 0, tied: true, weights: [1], file: "a" };
  assertEquals(complete(SCHEMA, given, "fit"), given);
  assertEquals(complete(SCHEMA, { limit: undefined, cell: undefined }, "fit"), DEFAULTS);
});

Deno.test("a value of the wrong type or out of range is refused with what was expected and found", () => {
  const cases: [name: keyof Settings, value: unknown, message: string][] = [
    ["cell", "lstm", 'expected cell to be one of rnn, gru, found "lstm"'],
    ["hiddenSize", 0, "expected hiddenSize to be a whole number of at least 1 and at most 9, found 0"],
    ["hiddenSize", 10, "found 10"],
    ["hiddenSize", "4", 'found "4"'],
    ["hiddenSize", null, "found null"],
    ["rate", 0, "expected rate to be a finite number above 0, found 0"],
    ["rate", Infinity, "found Infinity"],
    ["rate", "0.5", 'found "0.5"'],
    ["dropout", 1, "expected dropout to be from 0 to below 1, found 1"],
    ["dropout", NaN, "found NaN"],
    ["limit", -1, "expected limit to be a whole number of at least 0, or null, found -1"],
    ["tied", 1, "expected tied to be true or false, found 1"],
    ["tied", "true", 'found "true"'],
    ["tokenizer", "", 'expected tokenizer to be a string that is not empty, found ""'],
    ["file", {}, "expected file to be a string that is not empty, or null, found {}"],
    ["name", 3, "expected name to be a string, found 3"],
    ["weights", "some", 'expected weights to be none or numbers, found "some"'],
    ["weights", () => {}, "found a function"],
    ["weights", new Map(), "found a Map"],
  ];
  for (const [name, value, message] of cases) {
    const error = assertThrows(() => complete(SCHEMA, { [name]: value }, "fit"), RangeError, message);
    assertEquals(error.message.startsWith(`fit: expected ${name} to be `), true);
  }
  const long = assertThrows(() =>
    complete(SCHEMA, { name: "a".repeat(1e6) as "a", rate: "b".repeat(1e6) as never }, "fit")
  );
  assertEquals((long as Error).message.length < 200, true);
});

Deno.test("unknown names are refused with the nearest known name, and values other than objects are refused", () => {
  const given = (value: unknown) => () => complete(SCHEMA, value as Partial<Settings>, "fit");
  assertThrows(given({ hidenSize: 3 }), TypeError, 'fit: unknown option "hidenSize"; did you mean hiddenSize?');
  assertThrows(given({ learning_rate: 3 }), TypeError, 'unknown option "learning_rate"; expected one of cell, ');
  assertThrows(given(null), TypeError, "fit: expected an object of options, found null");
  assertThrows(given([]), TypeError, "found []");
  assertThrows(given("lr"), TypeError, 'found "lr"');
});

Deno.test("a field without a default is required", () => {
  const schema: Schema<{ size: number }> = { size: integer({ min: 1, help: "A size." }) };
  assertThrows(
    () => complete(schema, {}, "load"),
    RangeError,
    "load: expected size to be a whole number of at least 1, found none",
  );
});

Deno.test("options are named in kebab case unless a field overrides the name", () => {
  assertEquals(optionName("hiddenSize", SCHEMA.hiddenSize), "hidden-size");
  assertEquals(optionName("rate", SCHEMA.rate), "lr");
  assertEquals(optionName("rate", { ...SCHEMA.rate, option: false }), false);
  assertEquals(readNames(SCHEMA, { hidden: 3, lr: 2, embed: 1, other: 0 }), {
    hiddenSize: 3,
    rate: 2,
    embed: 1,
    other: 0,
  });
  const shown = Object.values(SCHEMA).map((field) => describeDefault(field));
  assertEquals(shown, ["rnn", "4", undefined, "0.5", "0", undefined, undefined, "char", undefined, "", "none"]);
});
