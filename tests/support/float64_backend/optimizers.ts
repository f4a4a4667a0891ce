import type { Numbers, Operands } from "./numbers.ts";

/** Yields the index of each float in the spans. */
function* placesOf(count: number, spans: Numbers): Generator<number> {
  for (let k = 0; k < count; k++) for (let i = spans[2 * k]; i < spans[2 * k + 1]; i++) yield i;
}

export function sgd_step(
  ...[_n, count, spans, w, g, velocity, rate, momentum, undamped, nesterov, decay, scale]: Operands<"sgd_step">
): void {
  for (const i of placesOf(count, spans)) {
    let d = scale * g[i] + decay * w[i];
    if (velocity) {
      velocity[i] = momentum * velocity[i] + undamped * d;
      d = nesterov ? d + momentum * velocity[i] : velocity[i];
    }
    w[i] -= rate * d;
  }
}

export function adam_step(
  ...[_n, count, spans, w, g, m, v, rate, beta1, beta2, rest1, rest2, epsilon, correction, keep, decay, scale]:
    Operands<"adam_step">
): void {
  for (const i of placesOf(count, spans)) {
    const d = scale * g[i] + decay * w[i];
    m[i] = beta1 * m[i] + rest1 * d;
    v[i] = beta2 * v[i] + rest2 * d * d;
    w[i] = keep * w[i] - rate * m[i] / (Math.sqrt(v[i]) / correction + epsilon);
  }
}

export function rmsprop_step(
  ...[_n, count, spans, w, g, s, velocity, rate, alpha, rest, epsilon, momentum, decay, scale]: Operands<"rmsprop_step">
): void {
  for (const i of placesOf(count, spans)) {
    const gradient = scale * g[i] + decay * w[i];
    s[i] = alpha * s[i] + rest * gradient * gradient;
    let d = gradient / (Math.sqrt(s[i]) + epsilon);
    if (velocity) d = velocity[i] = momentum * velocity[i] + d;
    w[i] -= rate * d;
  }
}

export function dynamic_step(
  ...[n, w, g, trained, s, adds, share, rate, decay, epsilon]: Operands<"dynamic_step">
): void {
  for (let i = 0; i < n; i++) {
    if (s && adds) s[i] += g[i] * g[i];
    const root = s ? Math.sqrt(share * s[i]) : 1;
    w[i] += Math.min(1, decay * root) * (trained[i] - w[i]) - rate * (s ? g[i] / (root + epsilon) : g[i]);
  }
}
