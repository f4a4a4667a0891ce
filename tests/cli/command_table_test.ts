import { assert, assertEquals, fail } from "@std/assert";
import { formatOverview, parseCommandLine, runCommand } from "../../cli/arguments/mod.ts";
import { type CommandRow, makeCommandTable } from "../../cli/command_table.ts";
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

  Deno.test(`${name} has grouped options, described alike in sentences that begin with a verb or a noun`, async () => {
    const { options } = await load([]);
    for (const [option, { group, help, default: value }] of Object.entries(options)) {
      assert(group !== undefined, `--${option}: expected a group`);
      assert(/^[A-Z].*\.$/s.test(help), `--${option}: expected a sentence, found ${help}`);
      assert(!/^(?:An?|The|How|If|Their|Whether|Which|With) /.test(help), `--${option}: found ${help}`);
      assert(!/default/i.test(help), `--${option}: expected the default beside the sentence, found ${help}`);
      assert(value !== "", `--${option}: expected a non-empty default, or none`);
    }
    assert(["search", undefined].includes(options.beam?.group));
  });

  for (const program of ["elman", "deno task", "deno run --allow-read --allow-write cli/main.ts"]) {
    Deno.test(`${program} ${name} --help says what it does, how and with examples, in 80 columns`, async () => {
      const lines = await helpOf({ name, summary, examples, load }, program);
      assertEquals(lines.filter((line) => line.length > 80 || /\s$/.test(line)), []);
      const [sentence, empty, usage] = lines;
      assert(/^[A-Z][^:]*[^.:]\.$/.test(sentence), sentence);
      assertEquals(empty, "");
      assert(usage.startsWith(`Usage: ${program} `), usage);
      const shown = lines.slice(lines.indexOf("Examples:") + 1).join("\n").replaceAll(/ \\\n +/g, " ").trim();
      assertEquals(shown.split(/\n +/), examples.map((example) => `${program} ${example}`));
    });
  }
}

/** The lines of a command's help on 80 columns, if `program` starts the command line. */
async function helpOf({ name, summary, examples, load }: CommandRow, program: string): Promise<string[]> {
  const out: string[] = [];
  const introduction = {
    name: `${program} ${name}`,
    summary,
    examples: examples.map((example) => `${program} ${example}`),
  };
  await runCommand(introduction, await load([]), ["--help"], { log: (text) => out.push(text), error: fail });
  return out[0].split("\n");
}

Deno.test("all commands have --json and --quiet, except those that the documentation names", async () => {
  const page = (await Deno.readTextFile(new URL("../../docs/cli.md", import.meta.url))).replaceAll(/\s+/g, " ");
  const all = await Promise.all(COMMANDS.map(async ({ name, load }) => ({ name, options: (await load([])).options })));
  for (const option of ["json", "quiet"]) {
    const [, named] = page.match(`(?<=[.;] )([^.;]*) have no \`--${option}\``)!;
    const without = all.filter(({ options }) => !Object.hasOwn(options, option)).map(({ name }) => name);
    assertEquals([...named.matchAll(/[\w-]+(?=`)/g)].map(([word]) => word).sort(), without.sort());
  }
});

Deno.test("the overview lists every command and fits a terminal of 80 columns", () => {
  const lines = formatOverview({ title: "Title.", usage: "elman COMMAND [OPTIONS]", commands: COMMANDS }, 80).split(
    "\n",
  );
  assertEquals(lines.slice(0, 3), ["Title.", "", "Usage: elman COMMAND [OPTIONS]"]);
  assertEquals(lines.filter((line) => line.length > 80), []);
  for (const { name } of COMMANDS) assert(lines.some((line) => line.startsWith(`  ${name} `)), name);
});
