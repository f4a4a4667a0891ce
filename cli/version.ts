/** The version of the package, equal to that in deno.json. */
export const VERSION = "0.1.0";
