import { assertEquals } from "@std/assert";
import { checkEventLog } from "../../../cli/training/event_log.ts";
import { inTempDir } from "../../support/command.ts";

/** Writes a file as soon as its directory is there. */
async function writeOnceThere(directory: string, name: string): Promise<void> {
  for (;; await new Promise((resolve) => setTimeout(resolve, 0))) {
    try {
      return Deno.writeTextFileSync(`${directory}/${name}`, "");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

Deno.test("a place for event files is tried without a trace, and without harm to another run's", async () => {
  await inTempDir(async (directory) => {
    await checkEventLog({ tensorboard: `${directory}/a/b/c` });
    assertEquals([...Deno.readDirSync(directory)], []);
    for (let i = 0; i < 20; i++) {
      const own = `${directory}/${i}/runs`;
      // The other run begins after the directory has been made, or makes it itself if it has gone.
      const written = writeOnceThere(own, "events");
      await checkEventLog({ tensorboard: own });
      Deno.mkdirSync(own, { recursive: true });
      await written;
      assertEquals([...Deno.readDirSync(own)].map(({ name }) => name), ["events"]);
    }
  });
});
