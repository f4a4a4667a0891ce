// SHA-256 (FIPS 180-4) for web pages, whose own function takes no parts and exists only in secure contexts.

/** The first 32 bits of the fractional part of a root. */
const fraction = (root: number): number => (root % 1) * 2 ** 32 | 0;

const PRIMES = firstPrimes(64);
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const K = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));

/** Bytes per block. */
const BLOCK = 64;

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

/** The SHA-256 of bytes that are given in parts. */
export class PortableSha256 {
  #state = Int32Array.from(START);
  #schedule = new Int32Array(BLOCK);
  #block = new Uint8Array(BLOCK);
  #words = new DataView(this.#block.buffer);
  #length = 0;

  /** Adds bytes. */
  update(bytes: Uint8Array): this {
    for (let at = 0; at < bytes.length;) {
      const start = this.#length % BLOCK;
      const part = bytes.subarray(at, at + BLOCK - start);
      this.#block.set(part, start);
      this.#length += part.length;
      at += part.length;
      if (this.#length % BLOCK === 0) this.#compress();
    }
    return this;
  }

  /** Returns the hash of all bytes as hexadecimal digits. Nothing can be added after that. */
  digest(_encoding: "hex"): string {
    const bits = BigInt(this.#length) * 8n;
    const zeros = (2 * BLOCK - 9 - this.#length % BLOCK) % BLOCK;
    const end = new DataView(new ArrayBuffer(1 + zeros + 8));
    end.setUint8(0, 0x80);
    end.setBigUint64(1 + zeros, bits);
    this.update(new Uint8Array(end.buffer));
    return [...this.#state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #compress(): void {
    const w = this.#schedule;
    for (let i = 0; i < 16; i++) w[i] = this.#words.getInt32(4 * i);
    for (let i = 16; i < BLOCK; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const small = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
      const large = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
      w[i] = w[i - 16] + small + w[i - 7] + large;
    }
    const state = this.#state;
    let [a, b, c, d] = [state[0], state[1], state[2], state[3]];
    let [e, f, g, h] = [state[4], state[5], state[6], state[7]];
    for (let i = 0; i < BLOCK; i++) {
      const t = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i] | 0;
      const u = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c)) | 0;
      h = g;
      g = f;
      f = e;
      e = d + t | 0;
      d = c;
      c = b;
      b = a;
      a = t + u | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}
