import { assertEquals } from "@std/assert";

/** The Python that the environment variable PYTHON names, or python3. */
const PYTHON = Deno.env.get("PYTHON") ?? "python3";

/** Whether there is a Python. */
export const HAS_PYTHON = await new Deno.Command(PYTHON, { args: ["-c", ""] }).output().then(() => true, () => false);

/** Whether it has NumPy. */
export const HAS_NUMPY = HAS_PYTHON &&
  (await new Deno.Command(PYTHON, { args: ["-c", "import numpy"], stderr: "null" }).output()).success;

/** Runs a script in a folder, and returns the JSON that it prints for the JSON on its standard input. */
export async function runPython(folder: string, script: string, input: unknown): Promise<unknown> {
  const options = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const process = new Deno.Command(PYTHON, { args: ["-B", "-c", script], cwd: folder, ...options }).spawn();
  await new Response(JSON.stringify(input)).body!.pipeTo(process.stdin);
  const { stdout, stderr } = await process.output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return JSON.parse(new TextDecoder().decode(stdout));
}
