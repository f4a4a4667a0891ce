import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { PortableSha256 } from "../../src/formats/sha256.ts";

Deno.test("the portable SHA-256 of any number of bytes, in any two parts, is that of node:crypto", () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => i * 7919 >> 3);
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 200]) {
    const expected = createHash("sha256").update(bytes.subarray(0, length)).digest("hex");
    for (const cut of [0, length >> 1, length]) {
      const hash = new PortableSha256().update(bytes.subarray(0, cut)).update(bytes.subarray(cut, length));
      assertEquals(hash.digest("hex"), expected, `${length} bytes cut at ${cut}`);
    }
  }
});
