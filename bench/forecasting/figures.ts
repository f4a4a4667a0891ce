import { measure, type Outcome } from "../../tasks/forecasting/mod.ts";
import type { DataSetName } from "./data.ts";

/** Figures by the names in the table. */
export type Figures = Readonly<Record<string, number>>;

/** Days ahead for which exchange rates are measured. */
const LEADS = [3, 6, 12, 24];

/** The figures that are customary for a data set, and the coverage of the 80 % interval. */
export function figuresOf(name: DataSetName, outcomes: readonly Outcome[], period: number): Figures {
  const probabilities = [0.1, 0.9];
  const { smape, mase, rmse, mae, coverage } = measure(outcomes, { period, probabilities });
  switch (name) {
    case "M4 Hourly":
      return { sMAPE: smape, MASE: mase, "in 80 %": coverage };
    case "ETTh1":
      return { MSE: rmse ** 2, MAE: mae, "in 80 %": coverage };
    case "exchange rates": {
      const leads = LEADS.map((lead) => [`RSE ${lead}`, measureLead(outcomes, lead, period)]);
      return { ...Object.fromEntries(leads), "in 80 %": coverage };
    }
  }
}

function measureLead(outcomes: readonly Outcome[], lead: number, period: number): number {
  const only = (values: Float64Array): Float64Array => values.subarray(lead - 1, lead);
  const last = outcomes.map(({ history, actual, forecast }) => ({
    history: history.subarray(-2),
    actual: only(actual),
    forecast: only(forecast),
  }));
  return measure(last, { period, probabilities: [] }).rse;
}
