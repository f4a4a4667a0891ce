import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { expectOutput } from "../../../cli/training/output_directory.ts";
import { inTempDir, jsonLines, runCommand } from "../../support/command.ts";

/** Writes two series of 60 days with a weekly season and a covariate that is known seven days ahead. */
function writeData(path: string): void {
  const rows = ["a", "b"].flatMap((shop, i) =>
    Array.from({ length: 67 }, (_, t) => {
      const date = new Date(Date.UTC(2024, 0, 1 + t)).toISOString().slice(0, 10);
      const sales = t < 60 ? String((i + 1) * (10 + t % 7)) : "";
      return `${shop},${date},${sales},${Number(t % 5 === 0)}`;
    })
  );
  Deno.writeTextFileSync(path, `shop,date,sales,promo\n${rows.join("\n")}\n`);
}

Deno.test("train-forecast, forecast and evaluate work end to end", async () => {
  await inTempDir(async (directory) => {
    const [data, model] = [`${directory}/sales.csv`, `${directory}/model`];
    writeData(data);
    const columns = ["--data", data, "--target", "sales", "--known", "promo"];
    const size = ["--hidden", "4", "--epochs", "1", "--threads", "1"];
    const trained = await runCommand("train-forecast", ...columns, "--horizon", "7", ...size, "--out", model);
    assertEquals(trained.code, 0, trained.stderr);
    const said = trained.stdout + trained.stderr;
    assertStringIncludes(said, "2 series of 60 values, one day apart, from 2024-01-01, period 7");
    assertStringIncludes(said, "seasonal-naive");
    assertStringIncludes(said, " values/s without validation");
    assert(/The network (?:beats|is)/.test(said), said);
    assertStringIncludes(Deno.readTextFileSync(`${model}/test.svg`), "80 % interval");
    await expectOutput(model, []);

    const [out, plot] = [`${directory}/out.csv`, `${directory}/fan.svg`];
    const asked = ["--model", model, "--data", data];
    const quantiles = ["--quantiles", "0.05,0.5,0.95"];
    const found = await runCommand("forecast", ...asked, ...quantiles, "--out", out, "--plot", plot, "--quiet");
    assertEquals([found.code, found.stdout, found.stderr], [0, "", ""]);
    const rows = Deno.readTextFileSync(out).trimEnd().split("\n");
    assertEquals([rows.length, rows[0]], [15, "series,time,forecast,0.05,0.5,0.95"]);
    assert(rows[1].startsWith("a,2024-03-01,"), rows[1]);
    assertStringIncludes(Deno.readTextFileSync(plot), "90 % interval");

    const drawn = await runCommand("forecast", ...asked, ...quantiles, "--out", "-", "--plot", "-", "--quiet");
    assertEquals(drawn.stdout, Deno.readTextFileSync(plot));
    const table = await runCommand("forecast", ...asked, ...quantiles, "--out", "-", "--quiet");
    assertEquals(table.stdout, Deno.readTextFileSync(out));
    const both = await runCommand("forecast", ...asked, "--plot", "-", "--json");
    assertStringIncludes(both.stderr, "--plot -: expected this option or --json, found both");

    const simple = await runCommand("forecast", ...asked, "--method", "seasonal-naive", "--json");
    const [{ forecast, start }] = jsonLines(simple.stdout) as unknown as { forecast: number[]; start: string }[];
    assertEquals([forecast, start], [Array.from({ length: 7 }, (_, h) => 10 + (60 + h) % 7), "2024-03-01"]);

    const evaluated = await runCommand("evaluate", ...asked, "--folds", "2", "--json");
    assertEquals(evaluated.code, 0, evaluated.stderr);
    const [{ forecasts, methods }] = jsonLines(evaluated.stdout) as unknown as {
      forecasts: number;
      methods: { method: string; mae: number }[];
    }[];
    assertEquals(forecasts, 4);
    assertEquals(methods.map(({ method }) => method), ["naive", "seasonal-naive", "drift", "linear", "network"]);
    assertEquals(methods[1].mae, 0);
  });
});

Deno.test("a model knows the columns of its training file, which no option has to repeat", async () => {
  await inTempDir(async (directory) => {
    const [data, model] = [`${directory}/odd.csv`, `${directory}/model`];
    const rows = Array.from({ length: 80 }, (_, i) => {
      const day = new Date(Date.UTC(2024, 0, 1 + i % 40)).toISOString().slice(0, 10);
      return `${day},${i < 40 ? 1 : 2},${i},${i % 7}`;
    });
    Deno.writeTextFileSync(data, `when,kind,other,size\n${rows.join("\n")}\n`);
    const columns = ["--time", "when", "--series", "2", "--target", "size"];
    const size = ["--horizon", "3", "--hidden", "4", "--epochs", "1", "--threads", "1"];
    const trained = await runCommand("train-forecast", "--data", data, ...columns, ...size, "--out", model);
    assertEquals(trained.code, 0, trained.stderr);
    assertStringIncludes(trained.stdout + trained.stderr, `forecast --model ${model} --data ${data}`);
    const found = await runCommand("forecast", "--model", model, "--data", data, "--json");
    assertEquals(found.code, 0, found.stderr);
    assertEquals(jsonLines(found.stdout).map(({ series, start }) => [series, start]), [
      ["1", "2024-02-10"],
      ["2", "2024-02-10"],
    ]);
  });
});

Deno.test("wrong options of forecasting are refused in one line", async () => {
  await inTempDir(async (directory) => {
    const data = `${directory}/short.csv`;
    Deno.writeTextFileSync(data, "date,y\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n");
    const train = ["train-forecast", "--data", data, "--out", `${directory}/model`];
    const cases: [string[], string][] = [
      [[...train, "--horizon", "14"], "to forecast 14 and to hold out 14, found at most 3; set a shorter --horizon"],
      [["forecast", "--data", data, "--out", data], "expected another file than that of --data"],
      [[...train, "--frequency", "fortnight"], "error: --frequency: expected a distance in time such as hour"],
      [
        ["forecast", "--sample", "weather", "--period", "365"],
        "--period: expected this option or --sample, found both",
      ],
      [["forecast", "--sample", "weather", "--no-header"], "--no-header: expected this option or --sample, found both"],
      [["forecast", "--quantiles", "0.9,0.1"], "expected ascending numbers between 0 and 1"],
    ];
    for (const [args, part] of cases) {
      const { code, stderr } = await runCommand(args[0], ...args.slice(1));
      assert(code !== 0 && stderr.split("\n").length === 2, stderr);
      assertStringIncludes(stderr, part);
    }
  });
});
