/** Whether a value is `*` or an origin as browsers send it, such as `https://example.com`. */
export function isOrigin(value: unknown): value is string {
  if (value === "*") return true;
  return typeof value === "string" && URL.canParse(value) && new URL(value).origin === value;
}
