// The reparameterisation of the Gaussian, the sibling of that of the categorical distribution.

function leadsLesson() {
  const count = 4000, shown = 60;
  let noise = [];

  const text = (x) => decimals(x, 2);
  const mean = slider({
    name: "Mean μ", from: -3, to: 3, step: 0.05, at: 1, text, changed: show,
  });
  const spread = slider({
    name: "Deviation σ", from: 0.1, to: 2.5, step: 0.05, at: 0.8, text, changed: show,
  });
  const table = element("div", {
    class: "reading scroll", tabindex: 0, role: "region", "aria-label": "Gradients of the mean square",
  });
  const dots = picture("The same noise E, and z = μ + σ E", drawDots, () =>
    `${shown} values of noise above, and below what the mean ${text(mean.value)} and the `
    + `deviation ${text(spread.value)} make of them.`);

  function moments(gradients) {
    const average = gradients.reduce((sum, g) => sum + g, 0) / count;
    return [average, gradients.reduce((sum, g) => sum + (g - average) ** 2, 0) / (count - 1)];
  }

  /** Gradients of E z² through the draw, 2 z and 2 z E, and by the score function. */
  function show() {
    const m = mean.value, s = spread.value, z = noise.map((e) => m + s * e);
    const inMean = [z.map((x) => 2 * x), z.map((x, i) => (x * x * noise[i]) / s)];
    const inSpread = [
      z.map((x, i) => 2 * x * noise[i]), z.map((x, i) => (x * x * (noise[i] ** 2 - 1)) / s),
    ];
    const rows = [["in μ", 2 * m, inMean], ["in σ", 2 * s, inSpread]].map(
      ([name, exact, estimates]) => [name, exact, ...estimates.flatMap(moments)]);
    const titles = [
      "gradient of E z²", "exact", "through the draw", "variance", "score function", "variance",
    ];
    const head = element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title)));
    const body = rows.map(([name, ...values]) => element("tr", {},
      element("th", { scope: "row" }, name),
      ...values.map((x) => element("td", {}, decimals(x, 2)))));
    table.replaceChildren(
      element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)));
    dots.update();
  }

  function drawDots(width) {
    const chart = new Chart(width, 190, { min: -5, max: 6 }, { min: 0, max: 1, ticks: [] });
    for (let i = 0; i < shown; i++) {
      const e = noise[i], z = mean.value + spread.value * e;
      const [from, to] = [chart.x(e).toFixed(1), chart.x(z).toFixed(1)];
      chart.parts.push(
        `<path d="M${from} ${chart.y(0.82)}L${to} ${chart.y(0.18)}" style="stroke:var(--line)"/>`);
    }
    for (let i = 0; i < shown; i++) {
      const e = noise[i], z = mean.value + spread.value * e;
      chart.dot(e, 0.82, "var(--muted)", `E = ${decimals(e, 3)}`, 4);
      chart.dot(z, 0.18, "var(--class0)", `z = ${decimals(z, 3)}`, 4);
    }
    chart.text(-5, 0.82, "E", { anchor: "start", dx: 6, dy: -8 });
    chart.text(-5, 0.18, "z", { anchor: "start", dx: 6, dy: -8, color: "var(--class0)" });
    return chart.svg;
  }

  const commands = [
    ["the article's experiment, with a report", "learn", "learn.html"],
    ["images in discrete codes", "vae train fashion-mnist --latent categorical:20x10", "vae.html"],
    ["images in Gaussian codes", "vae train fashion-mnist --latent gaussian:10", "gaussian.html"],
    ["strings from a generator and a discriminator",
      "text train --grammar arithmetic --objective gan", "sums.html"],
  ].map(([name, words, report]) => ({ made: command(name), name, words, report }));
  function showCommands() {
    for (const { made, words, report } of commands) {
      made.text = `gumbel ${words} --seed ${seed.text} --report ${report}`;
    }
  }

  lab("leads", [mean.node, spread.node], [dots.node, table]);
  const wide = element("div", { class: "wide controls" });
  for (const { made, name } of commands) {
    wide.append(element("div", {}, element("p", { class: "note" }, name), made.node));
  }
  document.getElementById("leads-lab").append(wide);
  function drawNoise() {
    noise = Array.from(normal(seed.key.fold("reparameterisation"), count));
    show();
    showCommands();
  }
  seed.changed(drawNoise);
  drawNoise();
  return {};
}
