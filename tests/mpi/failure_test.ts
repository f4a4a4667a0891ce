import { assert, assertEquals, assertMatch } from "@std/assert";
import { babble, inTempDir } from "../support/command.ts";
import { killRanks } from "./kills.ts";
import { end, launchers, messagesIn, startParts } from "./launcher.ts";

for (const launcher of launchers()) {
  Deno.test(`${launcher.name}: when a rank is killed, all end, and the run goes on from its checkpoint`, async () => {
    await killRanks(launcher, 1, 5);
  });

  Deno.test(`${launcher.name}: other data on a rank, and a failure of rank 0 alone, end all ranks`, async () => {
    await inTempDir(async (directory) => {
      const text = babble(3000);
      await Deno.mkdir(`${directory}/other`);
      await Deno.writeTextFile(`${directory}/text.txt`, text);
      await Deno.writeTextFile(`${directory}/other/text.txt`, text.replace("a", "e"));
      const args = ["train-lm", "--data", "text.txt", "--out", `${directory}/model`, "--max-steps", "20", "--quiet"];
      const parts = [[1, args], [1, args, { directory: `${directory}/other` }]] as const;
      const other = await end(startParts(launcher, parts, directory));
      assert(other.code !== 0);
      const messages = messagesIn(other);
      assertEquals(messages.length, 1, other.errors);
      assertMatch(messages[0], /expected the text with the hash \d+ of rank 0 on all ranks, found \d+ on rank 1/);
    });
  });
}
