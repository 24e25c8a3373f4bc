// Noise falls on logits and the largest wins: exactly with Gumbel noise, and wrongly with others.

/** Of Gumbel noise, and how wide uniform noise of the same deviation is. */
const deviation = Math.PI / Math.sqrt(6), uniformWidth = deviation * Math.sqrt(12);

/** Noises by name: `draw` makes them, and the other functions say which class wins how often. */
const noises = {
  gumbel: {
    name: "Gumbel", draw: gumbel, from: -4, to: 30,
    density: (x) => gumbelDensity(x, 0, 1), distribution: (x) => gumbelDistribution(x, 0, 1),
  },
  exponential: {
    name: "exponential", from: 0, to: 40,
    draw: (key, count, first) => exponential(key.fold("exponential"), count, first),
    density: (x) => (x < 0 ? 0 : Math.exp(-x)), distribution: (x) => (x < 0 ? 0 : -Math.expm1(-x)),
  },
  // These have the variance of the Gumbel's, so that only their shape makes a difference.
  uniform: {
    name: "uniform", from: 0, to: uniformWidth,
    draw: (key, count, first) =>
      uniform(key.fold("uniform"), count, first).map((u) => u * uniformWidth),
    density: (x) => (x < 0 || x > uniformWidth ? 0 : 1 / uniformWidth),
    distribution: (x) => Math.min(Math.max(x / uniformWidth, 0), 1),
  },
  normal: {
    name: "normal", from: -10, to: 10,
    draw: (key, count, first) =>
      normal(key.fold("normal"), count, first).map((z) => z * deviation),
    density: (x) => Math.exp(-((x / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI)),
    distribution: (x) => normalDistribution(x / deviation),
  },
};

/** P(Z ≤ z) by the series of its integral, to 10⁻¹⁰ and better where it matters here. */
function normalDistribution(z) {
  if (z < -7) return 0;
  if (z > 7) return 1;
  let sum = z, term = z;
  for (let i = 3; Math.abs(term) > 1e-16; i += 2) sum += term *= (z * z) / i;
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** How often each class wins in the long run: ∫ f(x - θᵢ) Π F(x - θⱼ) dx, by midpoints. */
function winningProbabilities(logits, noise) {
  if (noise === noises.gumbel) return softmax(logits);
  const steps = 4000, width = (noise.to - noise.from) / steps;
  return logits.map((own, i) => {
    let sum = 0;
    for (let s = 0; s < steps; s++) {
      const x = noise.from + (s + 0.5) * width + own;
      let product = noise.density(x - own);
      for (let j = 0; j < logits.length && product > 0; j++) {
        if (j !== i) product *= noise.distribution(x - logits[j]);
      }
      sum += product * width;
    }
    return sum;
  });
}

/** Wilson's 95 % interval of a probability, of `count` in `total`. */
function wilson(count, total) {
  const z = 1.96, p = count / total, z2 = (z * z) / total;
  const middle = (p + z2 / 2) / (1 + z2);
  const half = (z * Math.sqrt((p * (1 - p)) / total + z2 / 4 / total)) / (1 + z2);
  return [middle - half, middle + half];
}

function totalVariation(p, q) {
  return p.reduce((sum, x, i) => sum + Math.abs(x - q[i]), 0) / 2;
}

function noiseLesson() {
  const low = -4, high = 4, most = 1_000_000;
  let counts = [], drawn = 0, last = [], limit = [], falling = 1, dragged = -1;

  const kind = choice({
    name: "Noise", at: "gumbel", changed: restart,
    options: { gumbel: "Gumbel", exponential: "exponential", uniform: "uniform", normal: "normal" },
  });
  const classes = slider({
    name: "Classes", from: 2, to: 10, at: 3, text: (k) => `${k}`,
    changed: () => { showSliders(); restart(); },
  });
  // The probabilities 0.5, 0.2 and 0.3, and more of them for those who want them.
  const starts = [0.5, 0.2, 0.3, 0.1, 0.4, 0.05, 0.25, 0.15, 0.02, 0.35];
  const logits = starts.map((start, i) => slider({
    name: `Logit ${i}`, from: low, to: high, step: 0.01, at: Math.log(2 * start).toFixed(2),
    text: (x) => decimals(x, 2), changed: restart,
  }));
  const chosen = () => logits.slice(0, classes.value).map((logit) => logit.value);
  function showSliders() {
    logits.forEach((logit, i) => { logit.node.hidden = i >= classes.value; });
  }
  const run = runButton("Draw and draw", "Pause", () => {
    // One by one at first, and then so many that they double within a second.
    add(Math.max(1, Math.min(Math.round(drawn / 60), 4000)));
    return drawn < most;
  });
  const buttons = element("div", { class: "buttons" },
    run.node, button("One draw", () => { fall(); add(1); }),
    button("10,000 draws", () => add(10_000)), button("Anew", restart));
  const said = command("these draws in a shell");
  const reading = element("p", { class: "reading" });

  const race = picture("Logits, and the noise of the last draw on top", drawRace, () => {
    if (last.length === 0) return "No draw yet.";
    const sums = chosen().map((logit, i) =>
      `class ${i} ${decimals(logit, 2)} and noise ${decimals(last[i] - logit, 2)}`);
    return `Of the last draw: ${sums.join(", ")}. Class ${largest(last)} wins.`;
  });
  const frequencies = picture(
    "How often each class has won, and softmax", drawFrequencies, () => reading.textContent);

  function restart() {
    counts = new Array(classes.value).fill(0);
    drawn = 0;
    last = [];
    limit = winningProbabilities(chosen(), noises[kind.value]);
    add(100);
  }

  /** The next draws; the last one's sums are shown. */
  function add(count) {
    const k = classes.value, total = Math.min(count, most - drawn);
    // The key of the first distribution that `gumbel sample` is given.
    const key = seed.key.fold(0), theta = floatLogits(chosen());
    const noise = noises[kind.value].draw(key, total * k, drawn * k), sums = new Float32Array(k);
    for (let i = 0; i < total; i++) {
      for (let c = 0; c < k; c++) sums[c] = theta[c] + noise[i * k + c];
      counts[largest(sums)]++;
    }
    drawn += total;
    if (total > 0) last = Array.from(sums, (sum) => sum + Math.max(...chosen()));
    show();
  }

  /** Lets the noise of one draw come down on the logits, unless motion is not wanted. */
  function fall() {
    if (calm.matches || run.running) return;
    const start = performance.now();
    const step = (time) => {
      falling = Math.min((time - start) / 450, 1);
      race.update();
      if (falling < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  function show() {
    const p = softmax(chosen()), list = (values) => values.map((x) => decimals(x, 3)).join(", ");
    const right = kind.value === "gumbel", observed = counts.map((n) => n / drawn);
    const off = (probabilities) => decimals(totalVariation(probabilities, p), 3);
    const outlook = right ? "come as close as you like: draw more."
      : `stay so: with ${noises[kind.value].name} noise they tend to ${list(limit)}, which is `
        + `${off(limit)} off.`;
    reading.textContent =
      `${grouped(drawn)} draws: ${list(observed)}. Softmax of the logits: ${list(p)}. The draws are `
      + `${off(observed)} off in total variation, and ${outlook}`;
    said.node.hidden = !right;
    said.text = `gumbel sample ${listArgument("--logits", chosen())} --method gumbel-max `
      + `--count ${drawn} --seed ${seed.text}`;
    race.update();
    frequencies.update();
  }

  function drawRace(width) {
    const k = classes.value, values = chosen();
    const top = Math.max(high, ...last) + 0.5;
    const chart = new Chart(width, 290,
      { min: -0.5, max: k - 0.5, ticks: values.map((_, i) => i), label: "class (drag its bar)" },
      { min: Math.min(low - 1, ...last), max: top, label: "logit, and noise" });
    const winner = largest(last), bottom = chart.yAxis.min;
    values.forEach((logit, i) => {
      chart.bar(i - 0.32, i + 0.32, bottom, logit, classColor(i),
        `class ${i}: logit ${decimals(logit, 2)}`, 0.55);
      if (last.length > 0) {
        // It falls from the top onto the bar; where it stops is the sum.
        const sum = last[i], now = top + (sum - top) * falling;
        chart.bar(i - 0.06, i + 0.06, Math.min(logit, now), Math.max(logit, now), classColor(i));
        chart.dot(i, now, classColor(i), `class ${i}: logit and noise ${decimals(sum, 2)}`,
          i === winner ? 9 : 5);
        if (i === winner && falling === 1) chart.text(i, sum, "wins", { dy: -13 });
      }
      const [left, right] = [chart.x(i - 0.45), chart.x(i + 0.45)];
      chart.parts.push(
        `<rect class="drag" data-class="${i}" x="${left}" y="${chart.top}" width="${right - left}" `
        + `height="${chart.bottom - chart.top}" fill="transparent"/>`);
    });
    race.valueAt = (y) =>
      bottom + ((chart.bottom - y) / (chart.bottom - chart.top)) * (top - bottom);
    return chart.svg;
  }

  function drawFrequencies(width) {
    const k = classes.value, p = softmax(chosen());
    const highest = Math.max(0.1, ...p, ...counts.map((n) => n / drawn));
    const chart = new Chart(width, 250,
      { min: -0.5, max: k - 0.5, ticks: p.map((_, i) => i), label: "class" },
      { min: 0, max: Math.min(1, highest * 1.25), label: "frequency" });
    p.forEach((probability, i) => {
      const frequency = counts[i] / drawn, [from, to] = wilson(counts[i], drawn);
      chart.bar(i - 0.34, i + 0.02, 0, frequency, classColor(i),
        `class ${i}: ${grouped(counts[i])} of ${grouped(drawn)}, ${decimals(frequency, 4)} `
        + `(95 %: ${decimals(from, 4)} to ${decimals(to, 4)})`);
      chart.bar(i + 0.04, i + 0.34, 0, probability, "var(--muted)",
        `class ${i}: softmax ${decimals(probability, 4)}`, 0.4);
      chart.interval(i - 0.16, from, to, "var(--ink)");
    });
    return chart.svg;
  }

  // A bar is dragged by its column; with the keyboard its slider does the same.
  const place = race.node;
  place.addEventListener("pointerdown", (event) => {
    const column = event.target.dataset?.class;
    if (column === undefined) return;
    dragged = Number(column);
    place.setPointerCapture(event.pointerId);
    drag(event);
  });
  place.addEventListener("pointermove", (event) => { if (dragged >= 0) drag(event); });
  for (const end of ["pointerup", "pointercancel"]) {
    place.addEventListener(end, () => { dragged = -1; });
  }
  function drag(event) {
    const { top } = place.querySelector("svg").getBoundingClientRect();
    const value = race.valueAt(event.clientY - top);
    logits[dragged].place = Math.min(Math.max(value, low), high);
    restart();
  }

  lab("noise",
    [kind.node, buttons, classes.node, several(logits)],
    [race.node, frequencies.node,
      element("p", { class: "note" },
        "Coloured: how often, with 95 % intervals. Grey: softmax of the logits."),
      reading, said.node]);
  showSliders();
  seed.changed(restart);
  restart();
  return { get counts() { return counts; }, get limit() { return limit; } };
}
