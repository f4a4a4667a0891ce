/** The frequencies, in Hz, of the peaks of a sound's spectral envelope, by linear prediction (Makhoul 1975). */
export function spectralPeaks(
  samples: Float32Array,
  { rate, order }: { readonly rate: number; readonly order: number },
): number[] {
  const predictor = levinson(autocorrelation(samples, order));
  const step = 10;
  const gains = Array.from({ length: rate / 2 / step }, (_, k) => {
    const angle = 2 * Math.PI * k * step / rate;
    const real = predictor.reduce((sum, own, i) => sum + own * Math.cos(angle * i), 0);
    const imaginary = predictor.reduce((sum, own, i) => sum + own * Math.sin(angle * i), 0);
    return 1 / Math.hypot(real, imaginary);
  });
  return gains.flatMap((gain, k) => gain > gains[k - 1] && gain > gains[k + 1] ? [k * step] : []);
}

function autocorrelation(samples: Float32Array, order: number): number[] {
  return Array.from({ length: order + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < samples.length; i++) sum += samples[i] * samples[i - lag];
    return sum;
  });
}

/**
 * The coefficients of the filter that leaves the error of the best prediction, by the recursion of Levinson and Durbin.
 */
function levinson(correlations: readonly number[]): number[] {
  let coefficients = [1];
  let error = correlations[0];
  for (let k = 1; k < correlations.length; k++) {
    const reflection = -coefficients.reduce((sum, own, i) => sum + own * correlations[k - i], 0) / error;
    const longer = [...coefficients, 0];
    coefficients = longer.map((own, i) => own + reflection * longer[k - i]);
    error *= 1 - reflection * reflection;
  }
  return coefficients;
}
