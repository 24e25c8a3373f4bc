// Bias and variance of the gradient through relaxed samples, at the triangle's temperature.

/** f(y) = exp(0.8 w·y) + 0.3 |y|², and its slope. */
const objective = {
  weights: [1, -0.7, 0.4],
  value(y) {
    return objective.power(y) + 0.3 * (y[0] ** 2 + y[1] ** 2 + y[2] ** 2);
  },
  slope(y, result) {
    const power = 0.8 * objective.power(y);
    for (let c = 0; c < 3; c++) result[c] = power * objective.weights[c] + 0.6 * y[c];
  },
  power(y) {
    const w = objective.weights;
    return Math.exp(0.8 * (w[0] * y[0] + w[1] * y[1] + w[2] * y[2]));
  },
};

const corners = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

/** The gradient of E f(one-hot draw) in the logits: pᵢ (fᵢ - E f). */
function exactGradient(logits) {
  const p = softmax(logits), f = corners.map(objective.value);
  const mean = p.reduce((sum, x, i) => sum + x * f[i], 0);
  return p.map((x, i) => x * (f[i] - mean));
}

/** The trace of the covariance of f(D) (D - p), the score function's estimate from one draw. */
function scoreFunctionVariance(logits) {
  const p = softmax(logits), exact = exactGradient(logits);
  let square = 0;
  corners.forEach((corner, d) => {
    for (let c = 0; c < 3; c++) {
      square += p[d] * (objective.value(corner) * (corner[c] - p[c])) ** 2;
    }
  });
  return square - exact.reduce((sum, x) => sum + x * x, 0);
}

/**
 * Means, biases and variances of one draw's gradient over these draws: through the relaxed sample,
 * and straight through, where the slope of f is that of the corner. Both are J g / t, where
 * J = diag y - y yᵀ.
 */
function gradientMoments(perturbed, temperature, exact) {
  const count = perturbed.length / 3, slope = [0, 0, 0];
  const samples = relaxed(perturbed, 3, temperature);
  const sums = [[0, 0, 0], [0, 0, 0]], squares = [0, 0];
  for (let i = 0; i < samples.length; i += 3) {
    const y = samples.subarray(i, i + 3);
    for (let kind = 0; kind < 2; kind++) {
      objective.slope(kind === 0 ? y : corners[largest(y)], slope);
      const mean = y[0] * slope[0] + y[1] * slope[1] + y[2] * slope[2];
      for (let c = 0; c < 3; c++) {
        const g = (y[c] * (slope[c] - mean)) / temperature;
        sums[kind][c] += g;
        squares[kind] += g * g;
      }
    }
  }
  const length = (v) => Math.hypot(...v);
  return sums.map((sum, kind) => {
    const mean = sum.map((s) => s / count);
    return {
      mean,
      bias: length(mean.map((m, c) => m - exact[c])) / length(exact),
      variance: squares[kind] / count - length(mean) ** 2,
    };
  });
}

function temperatureLesson() {
  const names = ["relaxed", "straight-through"], colors = ["var(--class0)", "var(--class1)"];
  const temperatures = Array.from(
    { length: 31 }, (_, i) => ends.cold * (ends.hot / ends.cold) ** (i / 30));
  let exact = [], now = [], curves = [], isStale = true;

  const temperature = temperatureSlider(() => simplex.set(temperature.value));
  const reading = element("p", { class: "reading" });
  const said = command("these estimators, measured");
  said.text = "gumbel estimators --problem k3 --report estimators.html";

  const gradient = picture("Mean gradient in the logits, from one draw each", drawGradient, () => {
    const list = (values) => values.map((x) => decimals(x, 3)).join(", ");
    const means = now.map((m, kind) => `${names[kind]} ${list(m.mean)}`);
    return `Exact ${list(exact)}; ${means.join("; ")}.`;
  });
  const curvePicture = (title, what) => picture(title, (width) => drawCurve(width, what), () => {
    const values = now.map((m, kind) => `${names[kind]}: ${short(m[what])} at this temperature`);
    return `${values.join("; ")}.`;
  });
  const bias = curvePicture("Bias, relative to the exact gradient", "bias");
  const variance = curvePicture("Variance of one draw's gradient", "variance");

  function show(what) {
    temperature.set(simplex.temperature);
    exact = exactGradient(simplex.logits);
    now = gradientMoments(simplex.perturbed, simplex.temperature, exact);
    if (what === "noise") isStale = true;
    const [soft, hard] = now, percent = (share) => `${decimals(100 * share, 1)} %`;
    // The mean of so many draws has a variance as large as the square of the bias.
    const draws = soft.variance / (soft.bias * Math.hypot(...exact)) ** 2;
    reading.textContent =
      `At t = ${Number(simplex.temperature.toPrecision(3))}, from ${grouped(simplex.draws)} draws: `
      + `the relaxed gradient is ${percent(soft.bias)} off with a variance of `
      + `${short(soft.variance)}, the straight-through one ${percent(hard.bias)} with `
      + `${short(hard.variance)}. The score function has no bias and the variance `
      + `${short(scoreFunctionVariance(simplex.logits))}. `
      + (Number.isFinite(draws)
        ? `A mean over some ${grouped(Math.max(1, Math.round(draws)))} relaxed draws has as much `
          + "chance in it as bias."
        : "");
    for (const made of [gradient, bias, variance]) made.update();
  }

  /** The curves take a tenth of a second, so they are computed when they are first seen. */
  function curve(kind, what) {
    if (isStale) {
      const few = simplex.perturbed.subarray(0, 3 * 6000);
      curves = temperatures.map((t) => gradientMoments(few, t, exact));
      isStale = false;
    }
    return curves.map((moments) => moments[kind][what]);
  }

  function drawGradient(width) {
    const all = [exact, ...now.map((m) => m.mean)].flat();
    const chart = new Chart(width, 230,
      { min: -0.5, max: 2.5, ticks: [0, 1, 2], label: "logit of class" },
      { min: Math.min(-0.4, ...all), max: Math.max(0.4, ...all), label: "gradient" });
    [exact, ...now.map((m) => m.mean)].forEach((values, which) => {
      const color = which === 0 ? "var(--muted)" : colors[which - 1];
      values.forEach((value, c) => {
        const from = c - 0.39 + 0.26 * which;
        chart.bar(from, from + 0.24, Math.min(value, 0), Math.max(value, 0), color,
          `class ${c}, ${which === 0 ? "exact" : names[which - 1]}: ${decimals(value, 4)}`);
      });
    });
    return chart.svg;
  }

  function drawCurve(width, what) {
    const isVariance = what === "variance", level = scoreFunctionVariance(simplex.logits);
    const values = [0, 1].map((kind) => curve(kind, what));
    const all = values.flat().filter((v) => v > 0);
    const least = 10 ** Math.floor(Math.log10(Math.min(...all)));
    const most = 10 ** Math.ceil(Math.log10(Math.max(level, ...all)));
    const y = isVariance
      ? { min: least, max: most, log: true, label: "trace of the covariance" }
      : { min: 0, max: Math.max(...all) * 1.05, label: "relative bias" };
    const chart = new Chart(
      width, 240, { min: ends.cold, max: ends.hot, log: true, label: "temperature" }, y);
    if (isVariance) {
      const color = "var(--muted)";
      chart.line("score function", [ends.cold, ends.hot], [level, level], color, { dash: "5 4" });
      chart.text(ends.hot, level, "score function", { anchor: "end", dy: -6, color });
    }
    chart.upright(simplex.temperature, "var(--muted)");
    values.forEach((line, kind) => chart.line(names[kind], temperatures, line, colors[kind]));
    now.forEach((m, kind) => {
      const says = `${names[kind]}: ${short(m[what])}`;
      chart.dot(simplex.temperature, m[what], colors[kind], says, 6);
    });
    return chart.svg;
  }

  lab("temperature",
    [temperature.node,
      element("p", { class: "note" },
        "The logits and the noise are those of the triangle above, and so is this slider."),
      reading, said.node],
    [gradient.node,
      legend([["exact", "var(--muted)"], ["relaxed", colors[0]], ["straight-through", colors[1]]]),
      element("div", { class: "pair" }, bias.node, variance.node)]);
  simplex.listeners.push(show);
  return { temperature, get now() { return now; }, get exact() { return exact; } };
}
