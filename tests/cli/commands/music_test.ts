import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { checkBars, readABC } from "../../../tasks/data/music/abc/mod.ts";
import { isMIDI, readMIDI, rollToScore, scoreToRoll, writeMIDI } from "../../../tasks/data/music/mod.ts";
import { isWav } from "../../../tasks/data/audio/mod.ts";
import { inTempDir, runCommand } from "../../support/command.ts";

const SIZE = ["--hidden", "12", "--embed", "8", "--threads", "1", "--blas", "off"];

/** Chords in which the second highest pitch is a third below the highest. */
const CHORALES = Array.from(
  { length: 12 },
  (_, i) => Array.from({ length: 8 }, (_, t) => [48 + (i + t) % 3, 60 + (i * t) % 4, 64 + (i + 2 * t) % 4]),
);

async function writeJSON(path: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(value));
}

Deno.test("train-music learns tunes, and compose writes them with what is asked for", async () => {
  await inTempDir(async (directory) => {
    const model = `${directory}/model`;
    const plan = ["--tunes", "20", "--epochs", "1", "--batch", "8"];
    const trained = await runCommand("train-music", ...plan, ...SIZE, "--out", model);
    assertEquals(trained.code, 0, trained.stderr);
    assertStringIncludes(trained.stdout, "Generated tunes: 18 training pieces, 2 validation pieces.");
    assertStringIncludes(trained.stdout, "nats per bar");
    assert(isMIDI(await Deno.readFile(`${model}/tune.mid`)) && isWav(await Deno.readFile(`${model}/tune.wav`)));
    assertStringIncludes(await Deno.readTextFile(`${model}/tune.svg`), "<svg");

    const again = await runCommand("train-music", ...plan, ...SIZE, "--quiet", "--out", model);
    assertEquals(again.code, 0, again.stderr);
    assert((await Deno.stat(`${model}.1/tune.mid`)).isFile);
    const [abc, mid] = [`${directory}/new.abc`, `${directory}/new.mid`];
    const asked = ["--key", "D", "--meter", "6/8", "--bars", "6", "--out", abc, "--out", mid];
    const composed = await runCommand("compose", "--model", model, ...asked, "--blas", "off");
    assertEquals(composed.code, 0, composed.stderr);
    const [tune] = readABC(await Deno.readTextFile(abc)).tunes;
    assertEquals([tune.key.name, tune.meter], ["D", "6/8"]);
    assertEquals(checkBars(tune), { bars: 6, wrong: [] });
    assertEquals((await readMIDI(await Deno.readFile(mid))).score.meter, "6/8");

    const start = `${directory}/start.abc`;
    await Deno.writeTextFile(start, 'X:1\nT:Start\nM:3/4\nL:1/8\nK:G\nG2 A2 B2 | "Am"c2 B2 A2 | G2\n');
    const more = ["--prime", start, "--bars", "4", "--count", "2", "--json", "--blas", "off", "--out", abc];
    const continued = await runCommand("compose", "--model", model, ...more);
    assertEquals(continued.code, 0, continued.stderr);
    const kind = 'names of chords that the model does not know: 1, in "Am"';
    assertStringIncludes(continued.stderr, `warning: ${start}: ${kind}`);
    const [first, second] = continued.stdout.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals([first.files, second.files], [[`${directory}/new-1.abc`], [`${directory}/new-2.abc`]]);
    assert(first.text.includes("G2 A2 B2 | @3 c2 B2 A2 | @2 G2 "), first.text);
    const [composedTune] = readABC(await Deno.readTextFile(first.files[0])).tunes;
    assertEquals(checkBars(composedTune), { bars: 4, wrong: [] });
    const measured = await runCommand("evaluate", "--model", model, "--data", abc, "--json", "--blas", "off");
    assertEquals(JSON.parse(measured.stdout).pieces, 1, measured.stderr);
  });
});

Deno.test("train-music learns piano rolls, harmonize adds voices, and evaluate measures the test part", async () => {
  await inTempDir(async (directory) => {
    const [data, model, melody, out] = ["rolls.json", "model", "melody.mid", "chorale.mid"].map((name) =>
      `${directory}/${name}`
    );
    await writeJSON(data, { train: CHORALES.slice(0, 8), valid: CHORALES.slice(8, 10), test: CHORALES.slice(10) });
    const fit = ["--epochs", "2", "--batch", "4", "--bptt", "8", "--transpose", "2", "--steps-per-quarter", "3"];
    const trained = await runCommand("train-music", "--data", data, ...fit, ...SIZE, "--out", model);
    assertEquals(trained.code, 0, trained.stderr);
    assertStringIncludes(trained.stdout, "8 training pieces, 2 validation pieces, 2 test pieces.");
    assert(/Test: \d+\.\d{4} nats per time step \(\d+\.\d{4} without the first of each piece\)/.test(trained.stdout));

    await Deno.writeFile(melody, await writeMIDI(rollToScore([[64], [65], [65], [67]], { stepsPerQuarter: 3 })));
    const harmonized = await runCommand("harmonize", "--model", model, melody, "--out", out, "--blas", "off");
    assertEquals(harmonized.code, 0, harmonized.stderr);
    const roll = scoreToRoll((await readMIDI(await Deno.readFile(out))).score, { stepsPerQuarter: 3 });
    assertEquals(roll.map((pitches) => pitches.at(-1)), [64, 65, 65, 67]);
    const abc = `${directory}/melody.abc`;
    await Deno.writeTextFile(abc, "X:1\nM:4/4\nL:1/8\nK:C\nL:1/12\nV:S\n{a}EFFG|]\nV:B\nC4|]\n");
    const voices = await runCommand("harmonize", "--model", model, abc, "--out", out, "--blas", "off");
    assertStringIncludes(voices.stderr, `warning: ${abc}: grace notes: 1, in line 7, column 1`);
    assertStringIncludes(voices.stderr, "Melody: voice 1 of 2.");
    const same = await runCommand(
      "harmonize",
      "--model",
      model,
      abc,
      "--out",
      `${directory}/same.mid`,
      "--blas",
      "off",
    );
    assertEquals([voices.code, same.code], [0, 0], voices.stderr);
    const mids = await Promise.all([out, `${directory}/same.mid`].map((path) => Deno.readFile(path)));
    assertEquals(mids[0], mids[1]);
    const { score } = await readMIDI(mids[0]);
    assertEquals([score.key, score.meter, score.tempo], ["C", "4/4", 120]);

    const evaluated = await runCommand("evaluate", "--model", model, "--data", data, "--json", "--blas", "off");
    const figures = JSON.parse(evaluated.stdout);
    assertEquals([figures.pieces, figures.steps, figures.notes], [2, 16, 48], evaluated.stderr);
    assert(figures.nats_per_step > 0 && figures.nats_per_later_step > 0 && figures.nats_per_note > 0);
    const other = `${directory}/other.json`;
    await writeJSON(other, [...CHORALES.slice(10), [[30, 99]]]);
    const partly = await runCommand("evaluate", "--model", model, "--data", other, "--json", "--blas", "off");
    assertEquals([JSON.parse(partly.stdout).pieces, JSON.parse(partly.stdout).left_out], [2, 1]);
    await writeJSON(other, [[[30, 99]]]);
    const unknown = await runCommand("evaluate", "--model", model, "--data", other, "--blas", "off");
    assertStringIncludes(unknown.stderr, '1 piece left out: the model does not know "30", "99"');
    const shifted = ["evaluate", "--model", model, "--data", data, "--transpose-test", "2", "--json", "--blas", "off"];
    assert(JSON.parse((await runCommand(...shifted)).stdout).nats_per_step !== figures.nats_per_step);
  });
});

Deno.test("train-music learns MIDI files as events, and compose writes as many bars as asked for", async () => {
  await inTempDir(async (directory) => {
    const [folder, model, out] = [`${directory}/midi`, `${directory}/model`, `${directory}/new.mid`];
    await Deno.mkdir(folder);
    for (const [i, roll] of CHORALES.slice(0, 6).entries()) {
      await Deno.writeFile(`${folder}/${i}.mid`, await writeMIDI(rollToScore(roll, { meter: "4/4", key: "C" })));
    }
    const fit = ["--epochs", "1", "--batch", "4", "--transpose", "0", "--valid-fraction", "0"];
    const trained = await runCommand("train-music", "--data", folder, ...fit, ...SIZE, "--out", model);
    assertEquals(trained.code, 0, trained.stderr);
    const asked = ["--meter", "4/4", "--bars", "3", "--out", out, "--blas", "off", "--json"];
    const composed = await runCommand("compose", "--model", model, ...asked);
    assertEquals(composed.code, 0, composed.stderr);
    const { text } = JSON.parse(composed.stdout);
    assertEquals(text.split(" ").filter((token: string) => token === "Bar").length, 3, text);
    assert(text.includes("Meter_4/4"), text);
    await readMIDI(await Deno.readFile(out));
  });
});

Deno.test("wrong music and wrong options are one line that names them", async () => {
  await inTempDir(async (directory) => {
    const one = `${directory}/one.abc`;
    await Deno.writeTextFile(one, "X:1\nM:4/4\nL:1/8\nK:C\nC4 D4 | E8 |]\n");
    const rolls = `${directory}/rolls.json`;
    await writeJSON(rolls, { train: CHORALES.slice(0, 4) });
    const model = `${directory}/model`;
    const fit = ["--epochs", "1", "--batch", "2", "--valid-fraction", "0", "--transpose", "0"];
    assertEquals((await runCommand("train-music", "--data", rolls, ...fit, ...SIZE, "--out", model)).code, 0);
    await Deno.writeTextFile(`${directory}/text.abc`, "no music at all\n");
    await Deno.mkdir(`${directory}/empty`);
    const cases: [readonly string[], string][] = [
      [["train-music", "--data", one], "expected at least 2 pieces, found 1; with --valid-fraction 0"],
      [["train-music", "--data", `${directory}/text.abc`], "read "],
      [["train-music", "--data", `${directory}/empty`], "expected .abc, .mid, .midi or .json files in the folder"],
      [
        ["train-music", "--data", one, "--notation", "events"],
        "expected MIDI files for the notation events, found tunes",
      ],
      [["compose", "--model", model], "expected --out FILE, found none"],
      [["compose", "--model", model, "--out", `${directory}/a.ogg`], "expected a name that ends with one of .mid"],
      [["compose", "--model", model, "--key", "D", "--out", `${directory}/a.mid`], "expected no key for a model of"],
      [["compose", "--model", directory, "--out", `${directory}/a.mid`], "config.json"],
      [["harmonize", "--model", model, rolls, "--out", `${directory}/a.mid`], "expected one piece, found 4 pieces"],
      [["harmonize", "--model", model, "--out", `${directory}/a.mid`], "expected one melody, found 0"],
      [
        ["evaluate", "--model", model, "--data", one],
        "expected piano rolls or MIDI files for the notation steps, found tunes",
      ],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await runCommand(
        ...args,
        ...args[0] === "train-music" ? ["--out", `${directory}/x`] : [],
      );
      assertEquals(code === 0, false, args.join(" "));
      assertStringIncludes(stderr, message, args.join(" "));
      assertEquals(stderr.trimEnd().split("\n").filter((line) => line.startsWith("error: ")).length, 1, stderr);
    }
  });
});
