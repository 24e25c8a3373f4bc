// The largest of n draws, for n under a slider, against the Gumbel density.

/** Euler's constant. */
const eulerGamma = 0.5772156649015329;

/** exp(-(z + exp(-z))) / scale. */
function gumbelDensity(x, location, scale) {
  const z = (x - location) / scale;
  return Math.exp(-z - Math.exp(-z)) / scale;
}

function gumbelDistribution(x, location, scale) {
  return Math.exp(-Math.exp(-(x - location) / scale));
}

/** Where the upper tail of the standard normal distribution is this (Wichura 1988, AS 241). */
function normalUpperQuantile(tail) {
  const polynomial = (x, c) => c.reduceRight((sum, term) => sum * x + term, 0);
  const q = 0.5 - tail;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(r, [3.387132872796366, 133.14166789178438, 1971.5909503065514,
      13731.693765509461, 45921.95393154987, 67265.7709270087, 33430.57558358813,
      2509.0809287301227]))
      / polynomial(r, [1, 42.31333070160091, 687.1870074920579, 5394.196021424751,
        21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852545]);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? 1 - tail : tail));
  const value = r <= 5
    ? polynomial(r - 1.6, [1.4234371107496835, 4.630337846156546, 5.769497221460691,
      3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184,
      0.0007745450142783414])
    / polynomial(r - 1.6, [1, 2.053191626637759, 1.6763848301838038, 0.6897673349851,
      0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9])
    : polynomial(r - 5, [6.657904643501103, 5.463784911164114, 1.7848265399172913,
      0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 0.000027115555687434876,
      2.0103343992922881e-7])
    / polynomial(r - 5, [1, 0.5998322065558879, 0.1369298809227358, 0.014875361290850615,
      0.0007868691311456133, 0.00001846318317510055, 1.421511758316446e-7, 2.0442631033899397e-15]);
  return q < 0 ? -value : value;
}

/** The numbers that are drawn, each by where its upper tail has a probability. */
const parents = {
  normal: { name: "normal", upperQuantile: normalUpperQuantile },
  exponential: { name: "exponential", upperQuantile: (tail) => -Math.log(tail) },
  uniform: { name: "uniform", upperQuantile: (tail) => 1 - tail },
};

function maximaLesson() {
  const count = 5000;
  let noise = [], maxima = [], chart = {};

  const parent = choice({
    name: "Draws from", at: "normal", changed: drawMaxima,
    options: { normal: "normal", exponential: "exponential", uniform: "uniform" },
  });
  const sizes = slider({
    name: "The largest of", to: 60, at: 40, changed: drawMaxima,
    value: (place) => Math.round(10 ** (place / 10)),
    text: (n) => (n === 1 ? "1 draw" : `${grouped(n)} draws`),
  });
  const follows = checkbox({ name: "The curve follows the bars", at: true, changed: fit });
  const byHand = () => { follows.value = false; show(); };
  const location = slider({
    name: "Location of the curve", from: -2, to: 15, step: 0.01, at: 0,
    text: (x) => decimals(x, 2), changed: byHand,
  });
  const scale = ratioSlider({
    name: "Scale of the curve", from: 0.001, to: 3, at: 1, steps: 1000, changed: byHand,
  });
  const reading = element("p", { class: "reading" });

  const bars = picture("", draw, () => reading.textContent);

  /** The largest of n has the distribution function Fⁿ: a uniform U gives it, where F is U^(1/n). */
  function drawMaxima() {
    const n = sizes.value, { upperQuantile } = parents[parent.value];
    // -log U is exponential, so that the tail above U^(1/n) is 1 - e^(-E/n).
    maxima = Float64Array.from(noise, (e) => upperQuantile(-Math.expm1(-e / n))).sort();
    fit();
  }

  function fit() {
    if (follows.value) {
      const mean = maxima.reduce((sum, x) => sum + x, 0) / count;
      const variance = maxima.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (count - 1);
      // The standard Gumbel distribution has the mean γ and the variance π²/6.
      scale.set((Math.sqrt(variance) * Math.sqrt(6)) / Math.PI);
      location.place = mean - eulerGamma * scale.value;
    }
    show();
  }

  function show() {
    const gap = maxima.reduce((far, x, i) => {
      const share = gumbelDistribution(x, location.value, scale.value);
      return Math.max(far, share - i / count, (i + 1) / count - share);
    }, 0);
    chart = { gap };
    const why = parent.value === "uniform"
      ? " Uniform numbers end at 1: there is no tail for a largest value to wander into, and the "
        + "limit is another one, an exponential mirrored."
      : sizes.value === 1 ? " With one draw the bars are the numbers themselves." : "";
    reading.textContent =
      `${grouped(count)} times the largest of ${grouped(sizes.value)} `
      + `${parents[parent.value].name} draws, against the Gumbel density of location `
      + `${decimals(location.value, 2)} and scale ${short(scale.value)}. The two distribution `
      + `functions are up to ${decimals(gap, 3)} apart; chance alone leaves about `
      + `${decimals(0.87 / Math.sqrt(count), 3)}.${why}`;
    bars.update();
  }

  function draw(width) {
    const low = maxima[0], high = maxima[Math.floor(count * 0.999)], binCount = 60;
    const bin = (high - low) / binCount || 1;
    const counts = new Array(binCount).fill(0);
    for (const x of maxima) {
      if (x < high) counts[Math.min(Math.floor((x - low) / bin), binCount - 1)]++;
    }
    const heights = counts.map((n) => n / count / bin);
    const xs = Array.from({ length: 241 }, (_, i) => low + ((high - low) * i) / 240);
    const ys = xs.map((x) => gumbelDensity(x, location.value, scale.value));
    const top = Math.min(Math.max(...heights, ...ys), 2.2 * Math.max(...heights)) * 1.06;
    const chart = new Chart(width, 300,
      { min: low, max: high, label: "largest value" }, { min: 0, max: top, label: "density" });
    heights.forEach((height, i) => {
      const from = low + i * bin;
      chart.bar(from, from + bin, 0, height, "var(--bars)",
        `${short(from)} to ${short(from + bin)}: ${grouped(counts[i])} of ${grouped(count)}`);
    });
    chart.line("Gumbel density", xs, ys, "var(--accent)", { width: 2.5 });
    return chart.svg;
  }

  function drawNoise() {
    noise = exponential(seed.key.fold("maxima"), count);
    drawMaxima();
  }

  lab("maxima",
    [parent.node, sizes.node, follows.node, location.node, scale.node],
    [bars.node, legend([["maxima", "var(--bars)"], ["Gumbel density", "var(--accent)"]]), reading]);
  seed.changed(drawNoise);
  drawNoise();
  return { get gap() { return chart.gap; }, get maxima() { return maxima; } };
}
