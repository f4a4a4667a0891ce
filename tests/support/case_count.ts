/**
 * Returns the number of random cases of a test: as many as given, times the environment variable `CASE_FACTOR` if that
 * is set and the test may read it, as in `CASE_FACTOR=10 deno test -A tests/tokenizers`.
 */
export function caseCount(count: number): number {
  const isGranted = Deno.permissions.querySync({ name: "env", variable: "CASE_FACTOR" }).state === "granted";
  return Math.round(count * Number((isGranted && Deno.env.get("CASE_FACTOR")) || 1));
}
