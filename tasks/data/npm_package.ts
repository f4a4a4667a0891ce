import { ResourceError } from "../../errors.ts";

/** An npm package that is downloaded when it is first used. */
export interface NpmPackage {
  /** Its name. */
  readonly name: string;
  /** Its version, which Deno downloads; elsewhere the installed version is used. */
  readonly version: string;
}

/** The part of a runtime that tells which one it is; web pages have none. */
interface Runtime {
  readonly process?: { readonly versions?: Readonly<Record<string, string>> };
}

/**
 * Imports a module of a package, for example `package.json` as JSON. In a web page, an import map has to say where the
 * package is. Throws `RangeError`, with `action` in front, if
 * there is no such package.
 */
export async function importPackage<T>(
  { name, version }: NpmPackage,
  action: string,
  { file = "", ...options }: { readonly file?: string } & ImportCallOptions = {},
): Promise<T> {
  const specifier = specifierOf({ name, version }, file);
  // The specifier is not a literal, so that the package is downloaded when it is used, not when this module is loaded.
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ specifier, options);
  } catch (error) {
    const reason = (error as Error).message;
    throw new ResourceError(`${action}: expected the package npm:${name}@${version}, found none: ${reason}`);
  }
}

/** Returns the URL of `package.json` in a package's folder. Throws like `importPackage`. */
export async function locatePackage(npmPackage: NpmPackage, action: string): Promise<string> {
  const file = "/package.json";
  // The files of a package have a URL only after something in it has been imported.
  await importPackage(npmPackage, action, { file, with: { type: "json" } });
  return import.meta.resolve(specifierOf(npmPackage, file));
}

function specifierOf({ name, version }: NpmPackage, file: string): string {
  const { process } = globalThis as Runtime;
  return process?.versions && "deno" in process.versions ? `npm:${name}@${version}${file}` : `${name}${file}`;
}
