import { unscaleValue } from "../scaling.ts";
import type { Distribution } from "./distribution.ts";
import { normalQuantile } from "./special_functions.ts";

/** The normal distribution; outputs are the mean and the logarithm of the standard deviation. */
export const NORMAL: Distribution = {
  initial: [0, -0.7],
  loss(outputs, value, slopes) {
    const deviation = Math.exp(outputs[1]);
    const error = (value - outputs[0]) / deviation;
    slopes[0] = -error / deviation;
    slopes[1] = 1 - error * error;
    return 0.5 * error * error + outputs[1] + 0.5 * Math.log(2 * Math.PI);
  },
  quantile: (outputs, level, scale) => unscaleValue(outputs[0] + normalQuantile(level) * Math.exp(outputs[1]), scale),
};
