// The reparameterisation of the Gaussian, of which that of the categorical distribution is the sibling.

function leadsLesson() {
  const count = 4000, shown = 60;
  let noise = [];

  const mean = slider({ name: "Mean μ", from: -3, to: 3, step: 0.05, at: 1, text: (x) => decimals(x, 2), changed: show });
  const spread = slider({ name: "Deviation σ", from: 0.1, to: 2.5, step: 0.05, at: 0.8, text: (x) => decimals(x, 2), changed: show });
  const table = element("div", { class: "reading scroll", tabindex: 0, role: "region", "aria-label": "Gradients of the mean square" });
  const dots = picture("The same noise E, and z = μ + σ E", drawDots, () =>
    `${shown} values of noise above, and below what the mean ${decimals(mean.value, 2)} and the deviation ${decimals(spread.value, 2)} make of them.`);

  function moments(gradients) {
    const average = gradients.reduce((sum, g) => sum + g, 0) / count;
    return [average, gradients.reduce((sum, g) => sum + (g - average) ** 2, 0) / (count - 1)];
  }

  /** Gradients of E z² through the draw, 2 z and 2 z E, and by the score function. */
  function show() {
    const m = mean.value, s = spread.value, z = noise.map((e) => m + s * e);
    const rows = [
      ["in μ", 2 * m, z.map((x) => 2 * x), z.map((x, i) => (x * x * noise[i]) / s)],
      ["in σ", 2 * s, z.map((x, i) => 2 * x * noise[i]), z.map((x, i) => (x * x * (noise[i] ** 2 - 1)) / s)],
    ].map(([name, exact, through, score]) => [name, exact, ...moments(through), ...moments(score)]);
    const head = ["gradient of E z²", "exact", "through the draw", "variance", "score function", "variance"];
    table.replaceChildren(element("table", {},
      element("thead", {}, element("tr", {}, ...head.map((title) => element("th", { scope: "col" }, title)))),
      element("tbody", {}, ...rows.map(([name, ...values]) =>
        element("tr", {}, element("th", { scope: "row" }, name), ...values.map((x) => element("td", {}, decimals(x, 2))))))));
    dots.update();
  }

  function drawDots(width) {
    const chart = new Chart(width, 190, { min: -5, max: 6 }, { min: 0, max: 1, ticks: [] });
    for (let i = 0; i < shown; i++) {
      const e = noise[i], z = mean.value + spread.value * e;
      chart.parts.push(`<path d="M${chart.x(e).toFixed(1)} ${chart.y(0.82).toFixed(1)}L${chart.x(z).toFixed(1)} ${chart.y(0.18).toFixed(1)}" style="stroke:var(--line)"/>`);
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
    ["the article's experiment, with a report", () => `gumbel learn --seed ${seed.text} --report learn.html`],
    ["images in discrete codes", () => `gumbel vae train fashion-mnist --latent categorical:20x10 --seed ${seed.text} --report vae.html`],
    ["images in Gaussian codes", () => `gumbel vae train fashion-mnist --latent gaussian:10 --seed ${seed.text} --report gaussian.html`],
    ["strings from a generator and a discriminator", () => `gumbel text train --grammar arithmetic --objective gan --seed ${seed.text} --report sums.html`],
  ].map(([name, text]) => ({ made: command(name), name, text }));
  const showCommands = () => { for (const { made, text } of commands) made.text = text(); };

  lab("leads", [mean.node, spread.node], [dots.node, table]);
  const wide = element("div", { class: "wide controls" });
  for (const { made, name } of commands) wide.append(element("div", {}, element("p", { class: "note" }, name), made.node));
  document.getElementById("leads-lab").append(wide);
  const drawNoise = () => { noise = Array.from(normal(seed.key.fold("reparameterisation"), count)); show(); showCommands(); };
  seed.changed(drawNoise);
  drawNoise();
  return {};
}
