import { assertEquals } from "@std/assert";

const PROGRAM = new URL("main.ts", import.meta.url);

// In a process of its own, whose memory no other test uses.
Deno.test("memory is flat while generations and fits are abandoned and models dropped", async () => {
  const args = ["run", "--no-check", "--allow-read", PROGRAM.href, "--rounds", "100"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals(code, 0, said);
});
