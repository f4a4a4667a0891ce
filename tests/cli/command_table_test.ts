import { assert, assertEquals } from "@std/assert";
import { formatHelp, formatOverview, parseCommandLine } from "../../cli/arguments/mod.ts";
import { makeCommandTable } from "../../cli/command_table.ts";
import { TASKS } from "../../tasks/mod.ts";

const COMMANDS = makeCommandTable(TASKS);

/** Splits a command line into words as a shell does, up to the first redirection. */
function words(line: string): string[] {
  const [command] = line.split(/ [<>|] /);
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}

for (const { name, summary, examples, load } of COMMANDS) {
  Deno.test(`${name} has three valid examples`, async () => {
    const command = await load([]);
    assertEquals(examples.length, 3);
    for (const example of examples) {
      const [first, ...rest] = words(example);
      assertEquals(first, name);
      const { operands } = parseCommandLine(command.options, rest);
      assert(operands.length === 0 || command.operands !== undefined, example);
    }
  });

  Deno.test(`${name} has grouped options whose descriptions are sentences`, async () => {
    const { options } = await load([]);
    for (const [option, { group, help, default: value }] of Object.entries(options)) {
      assert(group !== undefined, `--${option}: expected a group`);
      assert(/^[A-Z].*\.$/s.test(help), `--${option}: expected a sentence, found ${help}`);
      assert(value !== "", `--${option}: expected a non-empty default, or none`);
    }
    assert(["search", undefined].includes(options.beam?.group));
  });

  Deno.test(`${name} --help fits a terminal of 80 columns`, async () => {
    const { options } = await load([]);
    const lines = formatHelp(name, summary, options, 80, examples).split("\n");
    assertEquals(lines.filter((line) => line.length > 80), []);
  });
}

Deno.test("the overview lists every command and fits a terminal of 80 columns", () => {
  const lines = formatOverview("Title.", COMMANDS, 80).split("\n");
  assertEquals(lines.filter((line) => line.length > 80), []);
  for (const { name } of COMMANDS) assert(lines.some((line) => line.startsWith(`  ${name} `)), name);
});
