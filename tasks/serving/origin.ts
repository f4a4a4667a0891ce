/** An origin of a scheme that applications and browser extensions have for themselves, such as `tauri://localhost`. */
const OWN_SCHEME = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(?::\d+)?$/;

/** Whether a value is `*` or an origin as browsers send it, such as `https://example.com`. */
export function isOrigin(value: unknown): value is string {
  if (value === "*") return true;
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { origin } = new URL(value);
  return origin === value || origin === "null" && OWN_SCHEME.test(value);
}
