// The names of exported programs. Needs a Python: the one that the environment variable PYTHON names, or python3.

import { moduleName } from "../../tasks/exchange/pytorch/python_names.ts";
import { assertEquals } from "@std/assert";
import { HAS_PYTHON, runPython } from "./python.ts";

const SCRIPT = `import json, keyword, sys, collections, math, pathlib, random, re, types, unicodedata
library = [name for name in sys.modules if name in getattr(sys, "stdlib_module_names", []) and name[0] != "_"]
print(json.dumps(keyword.kwlist + library))`;

Deno.test({ name: "no program has the name of a keyword, or of a module of Python", ignore: !HAS_PYTHON }, async () => {
  const names = await runPython(".", SCRIPT, null) as string[];
  assertEquals(names.filter((name) => moduleName(name) === name), []);
});
