import { assertRejects } from "@std/assert";
import { ResourceError } from "../../../errors.ts";
import { importPackage } from "../../../tasks/data/npm_package.ts";

Deno.test("a package that cannot be had is what the program lacks", async () => {
  const message = "read a.parquet: expected the package npm:@none@0.0.0, found none: ";
  await assertRejects(
    () => importPackage({ name: "@none", version: "0.0.0" }, "read a.parquet"),
    ResourceError,
    message,
  );
});
