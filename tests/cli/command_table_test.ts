import { assert, assertEquals } from "@std/assert";
import { formatHelp, formatOverview, parseCommandLine } from "../../cli/arguments/mod.ts";
import { COMMANDS } from "../../cli/command_table.ts";

/** The words of a command line as a shell takes them apart, up to where it reads or writes files. */
function words(line: string): string[] {
  const [command] = line.split(/ [<>|] /);
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}

for (const { name, summary, examples, load } of COMMANDS) {
  Deno.test(`${name}: the table says what the command says, and its examples are command lines of it`, async () => {
    const command = await load();
    assertEquals([command.name, command.summary], [name, summary]);
    assertEquals(examples.length, 3);
    for (const example of examples) {
      const [program, first, ...rest] = words(example);
      assertEquals([program, first], ["elman", name]);
      const { operands } = parseCommandLine(command.options, rest);
      assert(operands.length === 0 || command.operands !== undefined, example);
    }
  });

  Deno.test(`${name}: the help fits a terminal of 80 columns`, async () => {
    const { options } = await load();
    const lines = formatHelp(name, summary, options, 80, examples).split("\n");
    assertEquals(lines.filter((line) => line.length > 80), []);
  });
}

Deno.test("the overview names each command and fits a terminal of 80 columns", () => {
  const lines = formatOverview("Title.", COMMANDS, 80).split("\n");
  assertEquals(lines.filter((line) => line.length > 80), []);
  for (const { name } of COMMANDS) assert(lines.some((line) => line.startsWith(`  ${name} `)), name);
});
