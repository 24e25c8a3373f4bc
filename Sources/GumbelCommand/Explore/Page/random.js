// Random keys and draws as in the Swift library: Philox4x32-10 and what its kernels make of its
// words, so that a seed draws here what it draws in `gumbel sample`. The kernels compute in float32;
// Math.fround rounds where they do.

// MARK: - Words

const words = new Uint32Array(4);

/** The upper 32 bits of the product of two words, in parts of 16 bits, which stay integers. */
function upperProduct(a, b) {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const other = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
}

/** A block of Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), whose words come in `words`. */
function philox(c0, c1, c2, c3, k0, k1) {
  c0 |= 0, c1 |= 0, c2 |= 0, c3 |= 0, k0 |= 0, k1 |= 0;
  for (let round = 0; round < 10; round++) {
    const high0 = upperProduct(0xd2511f53, c0), low0 = Math.imul(0xd2511f53, c0);
    const high1 = upperProduct(0xcd9e8d57, c2), low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
  return words;
}

/** The source of a draw: a value that is folded with numbers and names, and never changes. */
class RandomKey {
  constructor(k0, k1) {
    this.k0 = k0;
    this.k1 = k1;
  }

  /** The key of a seed from 0 to 2⁶⁴ - 1, as text or as a number. */
  static seed(seed) {
    const bits = BigInt(seed);
    return new RandomKey(Number(bits & 0xffffffffn), Number(bits >> 32n));
  }

  /** The key for a number from 0 to 2⁴⁸ - 1, or for a name. */
  fold(data) {
    if (typeof data === "number") {
      return this.folded(data % 4294967296, Math.floor(data / 4294967296));
    }
    // FNV-1a, 48 bits of it, in a range of its own.
    let hash = 0xcbf29ce484222325n;
    for (const byte of new TextEncoder().encode(data)) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
    return this.folded(
      Number((hash >> 16n) & 0xffffffffn), (0x40000000 | Number(hash >> 48n)) >>> 0);
  }

  folded(low, high) {
    const block = philox(low, high, 0xffffffff, 0xf01d0000, this.k0, this.k1);
    return new RandomKey(block[0], block[1]);
  }
}

/** Words number `first` to `first + count - 1` of a key. */
function randomWords(key, count, first = 0, stream = 0) {
  const result = new Uint32Array(count);
  let at = -1;
  for (let i = 0; i < count; i++) {
    const number = first + i, block = Math.floor(number / 4);
    if (block !== at) {
      philox(block % 4294967296, Math.floor(block / 4294967296), stream, 0, key.k0, key.k1);
      at = block;
    }
    result[i] = words[number % 4];
  }
  return result;
}

// MARK: - Logarithms in float32

const round = Math.fround;
const bits = new Int32Array(1);
const float = new Float32Array(bits.buffer);

/** a b + c with one rounding. */
function fma(a, b, c) {
  return round(a * b + c);
}

// Those of the library's polynomial, with the sign of -log.
const [l0, l1, l2, l3, l4, l5, l6, l7] = [
  -0.333333313, 0.250008196, -0.200012445, 0.166234136, -0.14201501, 0.131594718, -0.127627298,
  0.0763746798,
].map(round);
// log 2 in two parts; the first has 16 bits, so that its product with an exponent is exact.
const minusLog2High = -0x162e4 / 2 ** 17, minusLog2Low = -0x17f7d1c / 2 ** 44;

/** -(e log 2 + log(1 + f)) for 1 + f between the roots of 1/2 and 2. */
function minusLogOfParts(f, e) {
  const f2 = round(f * f), f4 = round(f2 * f2);
  const lower = fma(fma(l3, f, l2), f2, fma(l1, f, l0));
  const upper = fma(fma(l7, f, l6), f2, fma(l5, f, l4));
  const p = fma(f, fma(upper, f4, lower), 0.5);
  const y = fma(f2, p, round(e * minusLog2Low));
  return fma(e, minusLog2High, round(y - f));
}

/** -log x for x positive and normal. */
function minusLog(x) {
  float[0] = x;
  const k = (bits[0] - 0x3f3504f3) | 0;
  bits[0] -= k & 0xff800000;
  return minusLogOfParts(round(float[0] - 1), k >> 23);
}

/** -log u where u is p, or 1 - p if `upper`; p in (0, 1/2]. */
function exponentialOf(p, upper) {
  if (!upper) return minusLog(p);
  return p < 0.29289323 ? minusLogOfParts(-p, 0) : minusLogOfParts(fma(p, -2, 1), -1);
}

/** The exponential value of a word, whose uniform number takes 32 more bits near 0 and 1. */
function exponentialOfWord(word, key, number) {
  const x = word | 0, upper = x >> 31, nearer = x ^ upper;
  let p;
  if (((x + 0x1000000) >>> 25) !== 0) {
    p = round(round(round(nearer) + 0.5) * 2 ** -32);
  } else {
    const low = ((randomWords(key, 1, number, 1)[0] | 0) ^ upper) >>> 0;
    const rest = round(round((low >>> 16) * 65536) + round((low & 0xffff) + 0.5));
    p = round(round(round(nearer) * 4294967296 + rest) * 2 ** -64);
  }
  return exponentialOf(p, upper !== 0);
}

// MARK: - Draws: element number i is a function of the key and i alone

/** Exponential values of mean 1. */
function exponential(key, count, first = 0) {
  const drawn = randomWords(key, count, first), result = new Float32Array(count);
  for (let i = 0; i < count; i++) result[i] = exponentialOfWord(drawn[i], key, first + i);
  return result;
}

/** Standard Gumbel values, -log(-log u). */
function gumbel(key, count, first = 0) {
  const result = exponential(key, count, first);
  for (let i = 0; i < count; i++) result[i] = minusLog(result[i]);
  return result;
}

/** Uniform numbers: odd multiples of 2⁻²⁴. */
function uniform(key, count, first = 0) {
  const drawn = randomWords(key, count, first);
  return Float32Array.from(drawn, (word) => (2 * (word >>> 9) + 1) * 2 ** -24);
}

/** Standard normal values (Box and Muller): an even word gives the radius, an odd one the angle. */
function normal(key, count, first = 0) {
  const start = first - (first % 2), drawn = randomWords(key, count + 2, start);
  const result = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const number = first + i, even = number - (number % 2), place = even - start;
    const radius = Math.sqrt(2 * exponentialOfWord(drawn[place], key, even));
    const angle = ((drawn[place + 1] + 0.5) / 2 ** 32) * 2 * Math.PI;
    result[i] = radius * (number === even ? Math.cos(angle) : Math.sin(angle));
  }
  return result;
}

// MARK: - Classes

/** The place of the largest, the first where several are. */
function largest(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Logits as the samplers take them: float32, the largest 0. */
function floatLogits(logits) {
  const top = Math.max(...logits);
  return Float32Array.from(logits, (logit) => logit - top);
}

/** The classes of `gumbel sample --method gumbel-max`, draws number `first` and following. */
function gumbelMax(logits, key, count, first = 0) {
  const k = logits.length, theta = floatLogits(logits);
  const noise = gumbel(key, count * k, first * k), classes = new Int32Array(count);
  const sums = new Float32Array(k);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < k; c++) sums[c] = theta[c] + noise[i * k + c];
    classes[i] = largest(sums);
  }
  return classes;
}

/** exp(x) / Σ exp(x). */
function softmax(logits) {
  const top = Math.max(...logits);
  const powers = Array.from(logits, (x) => Math.exp(x - top));
  const total = powers.reduce((sum, x) => sum + x, 0);
  return powers.map((x) => x / total);
}

/** Relaxed samples of these perturbed logits, rows of k: softmax(perturbed / t). */
function relaxed(perturbed, k, temperature, result = new Float64Array(perturbed.length)) {
  for (let row = 0; row < perturbed.length; row += k) {
    let top = -Infinity, sum = 0;
    for (let c = row; c < row + k; c++) top = Math.max(top, perturbed[c]);
    for (let c = row; c < row + k; c++) {
      sum += result[c] = Math.exp((perturbed[c] - top) / temperature);
    }
    for (let c = row; c < row + k; c++) result[c] /= sum;
  }
  return result;
}
