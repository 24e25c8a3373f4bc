// Relaxed samples in the triangle of three classes, at a temperature, and the gradient through them.

/** What the two lessons share: three logits and a temperature. */
const simplex = {
  draws: 20_000,
  logits: [0.5, -0.3, 0.1],
  temperature: 1,
  perturbed: new Float32Array(0),
  listeners: [],
  /** The noise of `gumbel sample --relaxed`, which draws by blocks, the first of them here. */
  drawNoise() {
    const theta = floatLogits(simplex.logits), noise = gumbel(seed.key.fold(0).fold(0), 3 * simplex.draws);
    simplex.perturbed = noise.map((g, i) => theta[i % 3] + g);
    simplex.tell("noise");
  },
  set(temperature) {
    simplex.temperature = temperature;
    simplex.tell("temperature");
  },
  tell(what) {
    for (const listener of simplex.listeners) listener(what);
  },
};

const ends = { cold: 0.01, hot: 10 };

function temperatureSlider(changed) {
  return ratioSlider({
    name: "Temperature", from: ends.cold, to: ends.hot, at: simplex.temperature, steps: 120, digits: 2,
    text: (t) => `t = ${t}`, changed,
  });
}

function relaxationLesson() {
  const shown = 1000;
  let followed = 0, cooling = 0;

  const temperature = temperatureSlider(() => simplex.set(temperature.value));
  const logits = simplex.logits.map((start, i) => slider({
    name: `Logit ${i}`, from: -3, to: 3, step: 0.05, at: start, text: (x) => decimals(x, 2),
    changed: () => { simplex.logits = logits.map((logit) => logit.value); simplex.drawNoise(); },
  }));
  const cool = runButton("Cool down", "Pause", (time) => {
    // Half a minute would be long: from hot to cold in six seconds, or in steps where motion is not wanted.
    const step = calm.matches ? 0.1 : Math.min((time - cooling) / 6000, 0.05);
    cooling = time;
    const share = Math.log(simplex.temperature / ends.cold) / Math.log(ends.hot / ends.cold) - step;
    simplex.set(Math.max(ends.cold, ends.cold * (ends.hot / ends.cold) ** share));
    return simplex.temperature > ends.cold;
  });
  cool.node.addEventListener("click", () => {
    cooling = performance.now();
    if (cool.running && simplex.temperature <= ends.cold * 1.01) simplex.set(ends.hot);
  });
  const another = button("Follow another draw", () => { followed = (followed + 1) % shown; show(); });
  const reading = element("p", { class: "reading" });
  const said = command("these samples in a shell");

  const triangle = picture("", drawTriangle, () => reading.textContent);
  const bars = picture("The draw that is followed", drawBars, () => {
    const y = point(simplex.temperature);
    return `Components ${y.map((x) => decimals(x, 3)).join(", ")}.`;
  });

  function point(t) {
    return Array.from(relaxed(simplex.perturbed.subarray(3 * followed, 3 * followed + 3), 3, t));
  }

  function show() {
    temperature.set(simplex.temperature);
    const t = Number(simplex.temperature.toPrecision(3)), samples = relaxed(simplex.perturbed.subarray(0, 3 * shown), 3, t);
    let largestMean = 0;
    const won = [0, 0, 0];
    for (let i = 0; i < shown; i++) {
      const y = samples.subarray(3 * i, 3 * i + 3);
      largestMean += Math.max(...y) / shown;
      won[largest(y)]++;
    }
    const p = softmax(simplex.logits);
    reading.textContent =
      `${grouped(shown)} relaxed samples at t = ${t}: the largest component is ${decimals(largestMean, 3)} on average. `
      + `Class 0, 1, 2 is the largest in ${won.map((n) => decimals(n / shown, 3)).join(", ")} of them, at every temperature, where softmax says `
      + `${p.map((x) => decimals(x, 3)).join(", ")}.`;
    said.text = `gumbel sample ${listArgument("--logits", simplex.logits)} --relaxed --temperature ${t} --count ${shown} --format csv --seed ${seed.text}`;
    triangle.update();
    bars.update();
  }

  function drawTriangle(width) {
    const side = Math.min(width - 20, 460), height = (side * Math.sqrt(3)) / 2, top = 24, left = (width - side) / 2;
    const corners = [[left + side / 2, top], [left, top + height], [left + side, top + height]];
    const place = (y) => [0, 1].map((d) => y[0] * corners[0][d] + y[1] * corners[1][d] + y[2] * corners[2][d]);
    const at = (y) => place(y).map((v) => v.toFixed(1)).join(" ");
    let svg = `<svg viewBox="0 0 ${width} ${height + 52}" height="${height + 52}">`;
    for (const share of [0.25, 0.5, 0.75]) {
      for (let c = 0; c < 3; c++) {
        const from = [0, 0, 0], to = [0, 0, 0];
        from[c] = to[c] = share;
        from[(c + 1) % 3] = to[(c + 2) % 3] = 1 - share;
        svg += `<path class="grid" d="M${at(from)}L${at(to)}"/>`;
      }
    }
    svg += `<path class="axis" d="M${at([1, 0, 0])}L${at([0, 1, 0])}L${at([0, 0, 1])}z"/>`;
    const samples = relaxed(simplex.perturbed.subarray(0, 3 * shown), 3, simplex.temperature), dots = ["", "", ""];
    for (let i = 0; i < shown; i++) {
      const y = samples.subarray(3 * i, 3 * i + 3);
      dots[largest(y)] += `M${at(y)}h0`;
    }
    dots.forEach((path, c) => {
      svg += `<path d="${path}" style="stroke:${classColor(c)};stroke-width:4;stroke-linecap:round;opacity:.5"/>`;
    });
    // The way of the draw that is followed, from hot to cold.
    let way = "";
    for (let i = 0; i <= 80; i++) {
      way += `${i ? "L" : "M"}${at(point(ends.hot * (ends.cold / ends.hot) ** (i / 80)))}`;
    }
    const here = point(simplex.temperature), color = classColor(largest(here));
    svg += `<path d="${way}" style="stroke:var(--ink);stroke-width:1.5;fill:none"/>`
      + `<circle cx="${place(here)[0].toFixed(1)}" cy="${place(here)[1].toFixed(1)}" r="8" style="fill:${color};stroke:var(--ink);stroke-width:2">`
      + `<title>${here.map((x) => decimals(x, 3)).join(", ")}</title></circle>`;
    const names = [[corners[0][0], top - 8, "middle"], [corners[1][0], top + height + 20, "start"], [corners[2][0], top + height + 20, "end"]];
    names.forEach(([x, y, anchor], c) => {
      svg += `<text x="${x}" y="${y}" text-anchor="${anchor}" style="fill:${classColor(c)};font-weight:600">class ${c}</text>`;
    });
    return svg + "</svg>";
  }

  function drawBars(width) {
    const y = point(simplex.temperature);
    const chart = new Chart(width, 130, { min: -0.5, max: 2.5, ticks: [0, 1, 2] }, { min: 0, max: 1, ticks: [0, 0.5, 1] });
    y.forEach((x, c) => chart.bar(c - 0.3, c + 0.3, 0, x, classColor(c), `class ${c}: ${decimals(x, 4)}`));
    return chart.svg;
  }

  lab("relaxation",
    [temperature.node, element("div", { class: "buttons" }, cool.node, another), element("div", { class: "many" }, ...logits.map((logit) => logit.node)), bars.node],
    [triangle.node, reading, said.node]);
  simplex.listeners.push(show);
  return { temperature, get perturbed() { return simplex.perturbed; } };
}

// MARK: - The gradient

/** f(y) = exp(0.8 w·y) + 0.3 |y|², and its slope. */
const objective = {
  weights: [1, -0.7, 0.4],
  value(y) {
    const w = objective.weights;
    return Math.exp(0.8 * (w[0] * y[0] + w[1] * y[1] + w[2] * y[2])) + 0.3 * (y[0] ** 2 + y[1] ** 2 + y[2] ** 2);
  },
  slope(y, result) {
    const w = objective.weights, power = 0.8 * Math.exp(0.8 * (w[0] * y[0] + w[1] * y[1] + w[2] * y[2]));
    for (let c = 0; c < 3; c++) result[c] = power * w[c] + 0.6 * y[c];
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
    for (let c = 0; c < 3; c++) square += p[d] * (objective.value(corner) * (corner[c] - p[c])) ** 2;
  });
  return square - exact.reduce((sum, x) => sum + x * x, 0);
}

/**
 * Means, biases and variances of one draw's gradient over these draws: through the relaxed sample, and
 * straight through, where the slope of f is that of the corner. Both are J g / t, J = diag y - y yᵀ.
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
  const temperatures = Array.from({ length: 31 }, (_, i) => ends.cold * (ends.hot / ends.cold) ** (i / 30));
  let exact = [], now = [], curves = [], isStale = true;

  const temperature = temperatureSlider(() => simplex.set(temperature.value));
  const table = element("div", { class: "reading" });
  const reading = element("p", { class: "reading" });
  const said = command("these estimators, measured");
  said.text = "gumbel estimators --problem k3 --report estimators.html";

  const gradient = picture("Mean gradient in the logits, from one draw each", drawGradient, () =>
    `Exact ${exact.map((x) => decimals(x, 3)).join(", ")}; `
    + now.map((m, kind) => `${names[kind]} ${m.mean.map((x) => decimals(x, 3)).join(", ")}`).join("; ") + ".");
  const describe = (what) => () => now.map((m, kind) => `${names[kind]}: ${short(m[what])} at this temperature`).join("; ") + ".";
  const bias = picture("Bias, relative to the exact gradient", (width) => drawCurve(width, "bias"), describe("bias"));
  const variance = picture("Variance of one draw's gradient", (width) => drawCurve(width, "variance"), describe("variance"));

  function show(what) {
    temperature.set(simplex.temperature);
    exact = exactGradient(simplex.logits);
    now = gradientMoments(simplex.perturbed, simplex.temperature, exact);
    if (what === "noise") isStale = true;
    const better = now.map((m) => m.bias ** 2 * Math.hypot(...exact) ** 2);
    // So many draws' mean has a variance as large as the square of the bias.
    const draws = now.map((m, kind) => m.variance / better[kind]);
    reading.textContent =
      `At t = ${Number(simplex.temperature.toPrecision(3))}, from ${grouped(simplex.draws)} draws: the relaxed gradient is ${decimals(100 * now[0].bias, 1)} % off `
      + `with a variance of ${short(now[0].variance)}, the straight-through one ${decimals(100 * now[1].bias, 1)} % with ${short(now[1].variance)}. `
      + `The score function has no bias and the variance ${short(scoreFunctionVariance(simplex.logits))}. `
      + (Number.isFinite(draws[0]) ? `A mean over some ${grouped(Math.max(1, Math.round(draws[0])))} draws has as much chance in it as bias, relaxed.` : "");
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
    const chart = new Chart(width, 230, { min: -0.5, max: 2.5, ticks: [0, 1, 2], label: "logit of class" },
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
    const values = [0, 1].map((kind) => curve(kind, what)), all = values.flat().filter((v) => v > 0);
    const y = isVariance
      ? { min: 10 ** Math.floor(Math.log10(Math.min(...all))), max: 10 ** Math.ceil(Math.log10(Math.max(level, ...all))), log: true, label: "trace of the covariance" }
      : { min: 0, max: Math.max(...all) * 1.05, label: "relative bias" };
    const chart = new Chart(width, 240, { min: ends.cold, max: ends.hot, log: true, label: "temperature" }, y);
    if (isVariance) {
      chart.line("score function", [ends.cold, ends.hot], [level, level], "var(--muted)", { dash: "5 4" });
      chart.text(ends.hot, level, "score function", { anchor: "end", dy: -6, color: "var(--muted)" });
    }
    chart.upright(simplex.temperature, "var(--muted)");
    values.forEach((line, kind) => chart.line(names[kind], temperatures, line, colors[kind]));
    now.forEach((m, kind) => chart.dot(simplex.temperature, m[what], colors[kind], `${names[kind]}: ${short(m[what])}`, 6));
    return chart.svg;
  }

  lab("temperature",
    [temperature.node, element("p", { class: "note" }, "The logits and the noise are those of the triangle above, and so is this slider."), reading, table, said.node],
    [gradient.node, legend([["exact", "var(--muted)"], ["relaxed", colors[0]], ["straight-through", colors[1]]]),
      element("div", { class: "pair" }, bias.node, variance.node)]);
  simplex.listeners.push(show);
  return { temperature, get now() { return now; }, get exact() { return exact; } };
}
