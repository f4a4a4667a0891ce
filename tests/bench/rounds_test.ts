import { assertEquals, assertRejects } from "@std/assert";
import { findPeers, type Peer } from "../../bench/peers/rounds.ts";

function peer(name: string, settings: Partial<Peer<never>> = {}): Peer<never> {
  const command = [Deno.execPath(), "eval", "--no-config", 'console.log(JSON.stringify({ version: "1.2" }))', "--"];
  return { name, label: "A", command, ...settings };
}

Deno.test("peers: one that is refused is left out, whatever others of its label do", async () => {
  const refused = peer("A, bf16", { refusal: "no instructions" });
  for (const candidates of [[peer("A"), refused], [refused, peer("A")]]) {
    const { peers, versions, skipped } = await findPeers(candidates);
    assertEquals(peers.map(({ name }) => name), ["A"]);
    assertEquals(versions, { A: "1.2" });
    assertEquals(skipped, { "A, bf16": "no instructions" });
  }
  await assertRejects(() => findPeers([refused]), RangeError, "expected at least one peer, found none");
});
