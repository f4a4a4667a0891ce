// Forecasts a series with a weekly course and a known event ahead, with an interval for each value.
// deno run examples/scripts/forecast_series.ts

import { Forecaster } from "@elman/elman";

/** Trains on made-up sales of 26 weeks and prints the week that follows. */
export async function main(): Promise<void> {
  const values = Float64Array.from(
    { length: 7 * 26 },
    (_, t) => 100 + 30 * Math.sin(2 * Math.PI * t / 7) + t / 10 + 5 * Math.sin(t * t),
  );
  const names = { targetName: "sales", knownNames: [], observedNames: [], staticNames: [] };
  const data = { series: [{ id: "shop", values }], period: 7, ...names };
  const forecaster = Forecaster.create({ data, horizon: 7, hidden: 16 });
  await forecaster.fit(data, { epochs: 12, seed: 1 });

  const { mase } = await forecaster.evaluate(data, { folds: 4 });
  console.log(`MASE ${mase.toFixed(2)}: below 1 is better than repeating the last week`);
  const [{ median, values: [low, , high] }] = await forecaster.forecast(data, { quantiles: [0.1, 0.5, 0.9] });
  for (const [i, day] of ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].entries()) {
    console.log(`${day} ${median[i].toFixed(0)} (in 80 % of cases ${low[i].toFixed(0)} to ${high[i].toFixed(0)})`);
  }
}

if (import.meta.main) await main();
