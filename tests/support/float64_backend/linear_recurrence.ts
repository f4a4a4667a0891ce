import { logistic } from "../oracles/elementwise.ts";
import type { Operands } from "./numbers.ts";
import { stepsOf } from "./sequence.ts";

/** Returns where G gates of unit `i` of a step stand in its rows of G H. */
function placesOf(i: number, H: number, G: number): number[] {
  const first = Math.floor(i / H) * G * H + i % H;
  return Array.from({ length: G }, (_, k) => first + k * H);
}

export function min_gru_forward(...[steps, sizes, H, gates, h, h0, bias]: Operands<"min_gru_forward">): void {
  for (const { rows, take } of stepsOf(steps, sizes)) {
    const [g, now, previous] = [take.now(gates, 2 * H), take.now(h, H), take.previous(h, h0, H)];
    for (let i = 0; i < rows * H; i++) {
      const [z, n] = placesOf(i, H, 2);
      const candidate = g[n] + (bias?.[H + i % H] ?? 0);
      g[z] = logistic(g[z] + (bias?.[i % H] ?? 0));
      g[n] = candidate >= 0 ? candidate + 0.5 : logistic(candidate);
      const before = previous?.[i] ?? 0;
      now[i] = before + g[z] * (g[n] - before);
    }
  }
}

export function min_gru_backward(
  ...[steps, sizes, H, gates, h, h0, dOutput, dh]: Operands<"min_gru_backward">
): void {
  for (const { rows, take } of stepsOf(steps, sizes).toReversed()) {
    const [g, previous, dStep] = [take.now(gates, 2 * H), take.previous(h, h0, H), dOutput && take.now(dOutput, H)];
    for (let i = 0; i < rows * H; i++) {
      const places = placesOf(i, H, 2);
      const [z, n] = places.map((place) => g[place]);
      const d = dh[i] + (dStep?.[i] ?? 0);
      g[places[0]] = d * (n - (previous?.[i] ?? 0)) * z * (1 - z);
      g[places[1]] = d * z * (n >= 0.5 ? 1 : n * (1 - n));
      dh[i] = d * (1 - z);
    }
  }
}

export function qrnn_forward(...[steps, sizes, H, gates, c, h, c0, bias]: Operands<"qrnn_forward">): void {
  for (const { rows, take } of stepsOf(steps, sizes)) {
    const [g, now, output, previous] = [
      take.now(gates, 3 * H),
      take.now(c, H),
      take.now(h, H),
      take.previous(c, c0, H),
    ];
    for (let i = 0; i < rows * H; i++) {
      const places = placesOf(i, H, 3);
      const [a, b, d] = places.map((place, k) => g[place] + (bias?.[k * H + i % H] ?? 0));
      const [z, f, o] = [Math.tanh(a), logistic(b), logistic(d)];
      places.forEach((place, k) => g[place] = [z, f, o][k]);
      now[i] = z + f * ((previous?.[i] ?? 0) - z);
      output[i] = o * now[i];
    }
  }
}

export function qrnn_backward(...[steps, sizes, H, gates, c, c0, dOutput, dc]: Operands<"qrnn_backward">): void {
  for (const { rows, take } of stepsOf(steps, sizes).toReversed()) {
    const [g, now, previous] = [take.now(gates, 3 * H), take.now(c, H), take.previous(c, c0, H)];
    const dStep = dOutput && take.now(dOutput, H);
    for (let i = 0; i < rows * H; i++) {
      const places = placesOf(i, H, 3);
      const [z, f, o] = places.map((place) => g[place]);
      const dh = dStep?.[i] ?? 0;
      const d = dc[i] + dh * o;
      g[places[0]] = d * (1 - f) * (1 - z * z);
      g[places[1]] = d * ((previous?.[i] ?? 0) - z) * f * (1 - f);
      g[places[2]] = dh * now[i] * o * (1 - o);
      dc[i] = d * f;
    }
  }
}

export function sru_forward(
  ...[steps, sizes, H, G, gates, c, h, c0, x, scale, v, bias]: Operands<"sru_forward">
): void {
  for (const { rows, take } of stepsOf(steps, sizes)) {
    const [g, now, output, previous] = [
      take.now(gates, G * H),
      take.now(c, H),
      take.now(h, H),
      take.previous(c, c0, H),
    ];
    const own = x && take.now(x, H);
    for (let i = 0; i < rows * H; i++) {
      const [u, f, r, s] = placesOf(i, H, G);
      const j = i % H;
      const before = previous?.[i] ?? 0;
      const skipped = scale * (own ? own[i] : g[s]);
      g[f] = logistic(g[f] + v[j] * before + (bias?.[j] ?? 0));
      g[r] = logistic(g[r] + v[H + j] * before + (bias?.[H + j] ?? 0));
      now[i] = g[u] + g[f] * (before - g[u]);
      output[i] = skipped + g[r] * (now[i] - skipped);
    }
  }
}

export function sru_backward(
  ...[steps, sizes, H, G, gates, c, c0, x, scale, v, dOutput, dc, dx, dV]: Operands<"sru_backward">
): void {
  for (const { rows, take } of stepsOf(steps, sizes).toReversed()) {
    const [g, now, previous] = [take.now(gates, G * H), take.now(c, H), take.previous(c, c0, H)];
    const [own, dOwn, dStep] = [x, dx, dOutput].map((rows) => rows && take.now(rows, H));
    for (let i = 0; i < rows * H; i++) {
      const places = placesOf(i, H, G);
      const [u, f, r, s] = places.map((place) => g[place]);
      const [j, before, dh] = [i % H, previous?.[i] ?? 0, dStep?.[i] ?? 0];
      const skipped = scale * (own ? own[i] : s);
      const d = dc[i] + dh * r;
      const df = d * (before - u) * f * (1 - f);
      const dr = dh * (now[i] - skipped) * r * (1 - r);
      const slopes = [d * (1 - f), df, dr, dh * (1 - r) * scale];
      places.forEach((place, k) => g[place] = slopes[k]);
      if (dOwn) dOwn[i] += slopes[3];
      if (dV) {
        dV[j] += df * before;
        dV[H + j] += dr * before;
      }
      dc[i] = d * f + df * v[j] + dr * v[H + j];
    }
  }
}
