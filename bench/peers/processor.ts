/** Names the processor and its vector extensions, on which the ratios between libraries depend. */

/** The processor of this machine. */
export interface Processor {
  /** Model name, or "unknown". */
  readonly processor: string;
  /** Vector extensions by the names of Linux; empty if the system does not list them. */
  readonly extensions: readonly string[];
}

/** The extensions worth reporting: vector width, then small number formats, for x86-64 and for ARM. */
const EXTENSIONS = [
  ...["avx", "avx2", "fma", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16"],
  ...["amx_tile", "amx_bf16", "amx_int8"],
  ...["asimd", "asimddp", "sve", "sve2", "i8mm", "bf16", "sme"],
];

/** Reads the text of Linux's `/proc/cpuinfo`. */
export function parseProcessor(cpuinfo: string): Processor {
  const field = (name: RegExp): string | undefined =>
    cpuinfo.split("\n").map((line) => line.split(/\s*:\s*/)).find(([key]) => name.test(key))?.[1]?.trim();
  const flags = new Set((field(/^(?:flags|Features)$/) ?? "").split(" "));
  return {
    processor: field(/^(?:model name|Model|Hardware)$/) ?? "unknown",
    extensions: EXTENSIONS.filter((name) => flags.has(name)),
  };
}

/**
 * Returns why a precision is not measured on a processor; undefined if it multiplies such numbers or may do so. Without
 * instructions for them, products in bfloat16 take many times as long as in float32.
 */
export function precisionRefusal(precision: "float32" | "bf16", { extensions }: Processor): string | undefined {
  const isAble = precision === "float32" || extensions.length === 0 || extensions.some((name) => name.endsWith("bf16"));
  return isAble ? undefined : "the processor has no instructions for bfloat16";
}

/** Describes the processor of this machine. Needs permission to run `cat` on Linux and `sysctl` on macOS. */
export async function readProcessor(): Promise<Processor> {
  if (Deno.build.os === "linux") return parseProcessor(await output("cat", "/proc/cpuinfo"));
  const name = Deno.build.os === "darwin" ? await output("sysctl", "-n", "machdep.cpu.brand_string") : "";
  return { processor: name.trim() || "unknown", extensions: [] };
}

async function output(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args: [...args], stderr: "null" }).output();
  return new TextDecoder().decode(stdout);
}
