// Until src/kernels/signatures.ts exists: which operands of a kernel are addresses.
import type { KernelName } from "../../../src/kernels/mod.ts";

const folder = new URL("../../../src/kernels/assembly/", import.meta.url);
const found = new Map<string, boolean[]>();
for (const { name } of Deno.readDirSync(folder)) {
  const text = Deno.readTextFileSync(new URL(name, folder));
  for (const [, kernel, operands] of text.matchAll(/^export function (\w+)\(([^)]*)\): void/gm)) {
    const kinds = operands.split(",").map((o) => o.trim()).filter((o) => o);
    found.set(kernel, kinds.map((o) => /: (usize|Reads|Writes|Updates|Optional|Scratch)/.test(o)));
  }
}
export const isAddress = (kernel: KernelName): readonly boolean[] => found.get(kernel)!;
