/**
 * Simple methods of forecasting, to compare a network with.
 * @module
 */
export { drift, naive, seasonalNaive } from "./naive.ts";
export { fitNaive2, naive2 } from "./naive2.ts";
export { LinearForecast, type LinearSizes } from "./linear.ts";
export { fitSimpleMethods, SIMPLE_METHODS, type SimpleMethod, type SimpleOptions } from "./methods.ts";
