import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { searchBeams, searchGreedily, type SearchSettings } from "../../../../tasks/translation/search/mod.ts";
import { drawnLanguage, enumerate, MadeUpModel, NamingModel } from "./made_up_model.ts";

const PLAIN: SearchSettings = {
  beam: 4,
  nBest: 1,
  lengthNorm: "none",
  lengthPenalty: 1,
  coveragePenalty: 0,
  minLength: 0,
  maxLengths: [4],
  blockNgrams: 0,
};

/** A beam that holds every sequence of at most 4 symbols, out of 3 and the end. */
const WIDE = 3 ** 4 + 3 ** 3 + 3 ** 2 + 3 + 1;

Deno.test("beam search with a beam as wide as the search space finds the best sequence by every score", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const language = drawnLanguage(4, seed);
    const all = enumerate(language, 4, 4);
    for (const lengthNorm of ["none", "average", "wu"] as const) {
      for (const lengthPenalty of [0.5, 1, 2]) {
        const settings = { ...PLAIN, beam: WIDE, nBest: 5, lengthNorm, lengthPenalty };
        const size = (n: number): number => lengthNorm === "none" ? 1 : lengthNorm === "average" ? n : (5 + n) / 6;
        const expected = all.map(({ symbols, logProbability }) => ({
          symbols,
          score: logProbability / size(symbols.length + 1) ** lengthPenalty,
        })).sort((a, b) => b.score - a.score).slice(0, 5);
        const [found] = await searchBeams(new MadeUpModel(4, 1, language), settings);
        assertEquals(found.map(({ symbols }) => symbols), expected.map(({ symbols }) => symbols), `seed ${seed}`);
        found.forEach(({ score }, i) => assertAlmostEquals(score, expected[i].score, 1e-12));
      }
    }
  }
});

Deno.test("a beam of two avoids a misleading first symbol that greedy search takes", async () => {
  const astray = (symbols: readonly number[]): number[] => {
    if (symbols.length === 0) return [0.6, 0.4, 0];
    return symbols[0] === 0 ? [0.34, 0.33, 0.33] : [0.05, 0.05, 0.9];
  };
  const [greedy] = await searchGreedily(new MadeUpModel(3, 1, astray), { ...PLAIN, beam: 1 });
  assertEquals(greedy.symbols[0], 0);
  const [[best]] = await searchBeams(new MadeUpModel(3, 1, astray), { ...PLAIN, beam: 2 });
  assertEquals(best.symbols, [1]);
  assertAlmostEquals(best.logProbability, Math.log(0.4 * 0.9), 1e-6);
});

Deno.test("with length normalization, a long hypothesis beats a short one that ended first", async () => {
  // Ending at once has probability 0.3; the sequence 0 0 0 0 with the end has probability 0.7.
  const late = (symbols: readonly number[]): number[] =>
    symbols.length === 0 ? [0.7, 0.3] : symbols.length < 4 ? [1, 0] : [0, 1];
  const [[found]] = await searchBeams(new MadeUpModel(2, 1, late), { ...PLAIN, beam: 2, lengthNorm: "average" });
  assertEquals(found.symbols, [0, 0, 0, 0]);
  const [both] = await searchBeams(new MadeUpModel(2, 1, late), { ...PLAIN, beam: 2, nBest: 2 });
  assertEquals(both.map(({ symbols }) => symbols), [[0, 0, 0, 0], []]);
});

Deno.test("very improbable hypotheses that end early do not crowd out a confident one", async () => {
  const sure = (symbols: readonly number[]): number[] =>
    symbols.length < 8 ? [0.97, 0.01, 0.01, 0.01] : [0.01, 0.01, 0.01, 0.97];
  for (const beam of [2, 3, 5]) {
    const settings = { ...PLAIN, beam, lengthNorm: "wu" as const, maxLengths: [30] };
    const [[best]] = await searchBeams(new MadeUpModel(4, 1, sure), settings);
    assertEquals(best.symbols, new Array(8).fill(0), `beam ${beam}`);
  }
});

Deno.test("beam search with a beam of 1 matches greedy search", async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const settings = {
      ...PLAIN,
      ...{ beam: 1, minLength: seed % 3, blockNgrams: seed % 4, maxLengths: [6, 3, 5], coveragePenalty: seed % 2 },
    };
    const language = drawnLanguage(5, seed, 0.4);
    const greedy = await searchGreedily(new MadeUpModel(5, 3, language), settings);
    assertEquals(
      await searchBeams(new MadeUpModel(5, 3, language), settings),
      greedy.map((best) => [best]),
      `seed ${seed}`,
    );
  }
});

Deno.test("sequences searched in parallel match each searched alone", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const language = drawnLanguage(6, seed, 0.5);
    const settings = { ...PLAIN, beam: 3, nBest: 3, lengthNorm: "wu", coveragePenalty: 0.2 } as const;
    const together = await searchBeams(new MadeUpModel(6, 5, language), { ...settings, maxLengths: [3, 7, 5, 1, 9] });
    for (const [b, length] of [3, 7, 5, 1, 9].entries()) {
      const alone = await searchBeams(
        new MadeUpModel(6, 1, (symbols) => language(symbols, b)),
        { ...settings, maxLengths: [length] },
      );
      assertEquals(together[b], alone[0], `seed ${seed}, sequence ${b}`);
    }
  }
});

Deno.test("hypotheses respect the minimum and maximum length", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    for (const beam of [1, 4]) {
      const settings = { ...PLAIN, beam, nBest: beam, minLength: 3, maxLengths: [5] };
      const [found] = await searchBeams(new MadeUpModel(4, 1, drawnLanguage(4, seed, 3)), settings);
      assertEquals(found.length, beam);
      assertEquals(found.every(({ symbols }) => symbols.length >= 3 && symbols.length <= 5), true);
      assertEquals(found.every(({ symbols }) => !symbols.includes(3)), true, "the end is no symbol of a sequence");
    }
  }
});

Deno.test("blockNgrams 2 prevents repeated bigrams", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const settings = { ...PLAIN, beam: 3, minLength: 6, maxLengths: [8], blockNgrams: 2 };
    const [[{ symbols }]] = await searchBeams(new MadeUpModel(4, 1, drawnLanguage(4, seed, 0.1)), settings);
    const runs = symbols.slice(1).map((symbol, i) => `${symbols[i]} ${symbol}`);
    assertEquals(new Set(runs).size, runs.length, symbols.join(" "));
  }
});

Deno.test("the coverage penalty counts source symbols without attention", async () => {
  // 1 1 is more probable than 0 1, but only 0 1 attends to both source symbols: attention follows the preceding symbol.
  const language = (symbols: readonly number[]): number[] => {
    if (symbols.length === 0) return [0.45, 0.55, 0];
    return symbols.length === 1 ? [0.01, 0.99, 0] : [0, 0, 1];
  };
  const best = async (coveragePenalty: number): Promise<readonly number[]> =>
    (await searchBeams(new MadeUpModel(3, 1, language), { ...PLAIN, beam: 3, coveragePenalty }))[0][0].symbols;
  assertEquals(await best(0), [1, 1]);
  assertEquals(await best(0.5), [0, 1]);
});

Deno.test("the search stops as soon as no hypothesis can be better", async () => {
  const certain = new MadeUpModel(3, 1, (symbols) => symbols.length === 0 ? [0.98, 0.01, 0.01] : [0.01, 0.01, 0.98]);
  await searchBeams(certain, { ...PLAIN, beam: 3, maxLengths: [50] });
  assertEquals(certain.rows < 12, true, `${certain.rows} rows`);
});

Deno.test("finished sequences are no longer computed", async () => {
  const lengths = Array.from({ length: 16 }, (_, b) => b === 0 ? 40 : 2);
  const endless = (): number[] => [0.9, 0.06, 0.04];
  for (const beam of [1, 2]) {
    const model = new MadeUpModel(3, 16, endless);
    const settings = { ...PLAIN, beam, maxLengths: lengths };
    const found = beam === 1
      ? await searchGreedily(model, settings)
      : (await searchBeams(model, settings)).map(([best]) => best);
    if (beam === 1) assertEquals(found.map(({ symbols }) => symbols.length), lengths);
    // Three steps of all sequences, then the rest of the longest.
    assertEquals(model.rows <= beam * (3 * 16 + 38), true, `${model.rows} rows`);
    assertEquals(model.sequences, 1);
  }
});

Deno.test("invalid search settings throw an error", async () => {
  const model = new MadeUpModel(3, 1, drawnLanguage(3, 1));
  const refuse = async (change: Partial<SearchSettings>, words: string): Promise<void> => {
    await assertRejects(() => searchBeams(model, { ...PLAIN, ...change }), RangeError, words);
  };
  await refuse({ beam: 0 }, "expected beam to be a whole number from 1 to 1000, found 0");
  await refuse({ nBest: 5 }, "expected nBest to be from 1 to the beam, 4, found 5");
  await refuse({ maxLengths: [0] }, "expected the maximum length to be at least 1, found 0");
  await refuse({ minLength: 5 }, "expected the maximum length to be at least 5, found 4");
  await refuse({ lengthPenalty: NaN }, "expected lengthPenalty to be a finite number of at least 0, found NaN");
  await refuse({ coveragePenalty: -1 }, "expected coveragePenalty");
  await refuse({ blockNgrams: 1.5 }, "expected blockNgrams to be a whole number, found 1.5");
});

Deno.test("results do not depend on whether the model gives its most probable symbols", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const drawn = drawnLanguage(7, seed, 0.4);
    // Few distinct probabilities, some of them 0, give many ties.
    const language: typeof drawn = (symbols, b) => drawn(symbols, b).map((p) => Math.floor(p * 8) / 8);
    const settings = {
      ...PLAIN,
      ...{ nBest: 1, minLength: seed % 3, blockNgrams: seed % 4, maxLengths: [6, 3, 5], coveragePenalty: seed % 2 },
    };
    for (const named of [1, 2, 4, 7]) {
      const models = [new MadeUpModel(7, 3, language), new NamingModel(7, 3, language, named)];
      const [scanned, found] = await Promise.all(models.map((model) => searchBeams(model, { ...settings, beam: 3 })));
      assertEquals(found, scanned, `seed ${seed}, ${named} named`);
      const greedy = [new MadeUpModel(7, 3, language), new NamingModel(7, 3, language, named)];
      const [own, other] = await Promise.all(greedy.map((model) => searchGreedily(model, { ...settings, beam: 1 })));
      assertEquals(other, own, `seed ${seed}, ${named} named, greedy`);
    }
  }
});

Deno.test("the search pauses once between steps and throws the error of a pause", async () => {
  const endless = (): number[] => [0.9, 0.06, 0.04];
  for (const beam of [1, 2]) {
    const search = beam === 1 ? searchGreedily : searchBeams;
    const settings = { ...PLAIN, beam, maxLengths: [10] };
    const model = new MadeUpModel(3, 1, endless);
    const rows: number[] = [];
    await search(model, settings, () => Promise.resolve(void rows.push(model.rows)));
    assertEquals(rows, Array.from({ length: 10 }, (_, step) => 1 + step * beam));
    const pause = () => Promise.reject(new RangeError("enough"));
    await assertRejects(() => search(new MadeUpModel(3, 1, endless), settings, pause), RangeError, "enough");
  }
});
