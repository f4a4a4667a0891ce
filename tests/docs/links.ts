// The links of Markdown pages, and the anchors that their headings make.

/** A page without its code, in which nothing is a link. */
function withoutCode(text: string): string {
  return text.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, "").replace(/`[^`\n]*`/g, "``");
}

/** The targets of all links and pictures of a page that lead to another file or to a heading. */
export function relativeLinks(text: string): string[] {
  const targets = Array.from(withoutCode(text).matchAll(/\]\(<?([^()\s<>]+)>?(?:\s+"[^"]*")?\)/g), (match) => match[1]);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
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
