import { assert, assertEquals } from "@std/assert";

/** A package as a lock file records it. */
interface Locked {
  readonly integrity: string;
}

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
}

async function packagesOf(path: string): Promise<Record<string, Locked>> {
  return JSON.parse(await read(path)).npm;
}

for (const path of ["deno.lock", "tools/deno.lock"]) {
  Deno.test(`${path} gives a hash for every package and names no host`, async () => {
    assertEquals((await read(path)).match(/https?:|:\/\/|tarball/g), null);
    const packages = Object.entries(await packagesOf(path));
    assert(packages.length > 0);
    for (const [name, { integrity }] of packages) assert(integrity?.startsWith("sha512-"), name);
  });
}

Deno.test("both lock files have the same hashes", async () => {
  const all = await packagesOf("tools/deno.lock");
  for (const [name, { integrity }] of Object.entries(await packagesOf("deno.lock"))) {
    assertEquals(integrity, all[name]?.integrity, name);
  }
});

Deno.test("only what the lock files record is run", async () => {
  const { lock, tasks } = JSON.parse(await read("deno.json"));
  assertEquals(lock, { path: "deno.lock", frozen: true });
  const commands = Object.values(tasks as Record<string, { command: string }>).map(({ command }) => command);
  const loose = commands.filter((command) =>
    /--no-lock|--frozen=false/.test(command) || /--lock=(?!tools\/deno\.lock --frozen )/.test(command)
  );
  assertEquals(loose, []);
});
