// Finds the links of Markdown pages and the anchors of their headings.

/** Removes the code from a page, since code contains no links. */
function withoutCode(text: string): string {
  return text.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, "").replace(/`[^`\n]*`/g, "``");
}

/** Lists the targets of a page's links and pictures that lead to another file or to a heading. */
export function relativeLinks(text: string): string[] {
  const targets = Array.from(withoutCode(text).matchAll(/\]\(<?([^()\s<>]+)>?(?:\s+"[^"]*")?\)/g), (match) => match[1]);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** Lists the anchors that GitHub gives to a page's headings. */
export function anchorsOf(text: string): string[] {
  const counts = new Map<string, number>();
  const prose = text.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, "");
  return Array.from(prose.matchAll(/^#{1,6} +(.+?)\s*$/gm), ([, heading]) => {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "").toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count ? `${anchor}-${count}` : anchor;
  });
}
