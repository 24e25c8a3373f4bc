// Relaxed samples in the triangle of three classes, at a temperature.

function relaxationLesson() {
  const shown = 1000;
  let followed = 0, cooling = 0;

  const temperature = temperatureSlider(() => simplex.set(temperature.value));
  const logits = simplex.logits.map((start, i) => slider({
    name: `Logit ${i}`, from: -3, to: 3, step: 0.05, at: start, text: (x) => decimals(x, 2),
    changed: () => { simplex.logits = logits.map((logit) => logit.value); simplex.drawNoise(); },
  }));
  const cool = runButton("Cool down", "Pause", (time) => {
    // From hot to cold in six seconds, or in ten steps where motion is not wanted.
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
  const another = button("Follow another draw", () => {
    followed = (followed + 1) % shown;
    show();
  });
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
    const t = Number(simplex.temperature.toPrecision(3));
    const samples = relaxed(simplex.perturbed.subarray(0, 3 * shown), 3, t);
    let largestMean = 0;
    const won = [0, 0, 0];
    for (let i = 0; i < shown; i++) {
      const y = samples.subarray(3 * i, 3 * i + 3);
      largestMean += Math.max(...y) / shown;
      won[largest(y)]++;
    }
    const list = (values) => values.map((x) => decimals(x, 3)).join(", ");
    reading.textContent =
      `${grouped(shown)} relaxed samples at t = ${t}: the largest component is `
      + `${decimals(largestMean, 3)} on average. Class 0, 1, 2 is the largest in `
      + `${list(won.map((n) => n / shown))} of them, at every temperature, where softmax says `
      + `${list(softmax(simplex.logits))}.`;
    said.text = `gumbel sample ${listArgument("--logits", simplex.logits)} --relaxed `
      + `--temperature ${t} --count ${shown} --format csv --seed ${seed.text}`;
    triangle.update();
    bars.update();
  }

  function drawTriangle(width) {
    const side = Math.min(width - 20, 460), height = (side * Math.sqrt(3)) / 2;
    const top = 24, left = (width - side) / 2, bottom = top + height + 20;
    const corners = [[left + side / 2, top], [left, top + height], [left + side, top + height]];
    const place = (y) =>
      [0, 1].map((d) => y[0] * corners[0][d] + y[1] * corners[1][d] + y[2] * corners[2][d]);
    const at = (y) => place(y).map((v) => v.toFixed(1)).join(" ");
    let svg = `<svg viewBox="0 0 ${width} ${height + 52}" height="${height + 52}" tabindex="0">`;
    for (const share of [0.25, 0.5, 0.75]) {
      for (let c = 0; c < 3; c++) {
        const from = [0, 0, 0], to = [0, 0, 0];
        from[c] = to[c] = share;
        from[(c + 1) % 3] = to[(c + 2) % 3] = 1 - share;
        svg += `<path class="grid" d="M${at(from)}L${at(to)}"/>`;
      }
    }
    svg += `<path class="axis" d="M${at([1, 0, 0])}L${at([0, 1, 0])}L${at([0, 0, 1])}z"/>`;
    const perturbed = simplex.perturbed.subarray(0, 3 * shown);
    const samples = relaxed(perturbed, 3, simplex.temperature), dots = ["", "", ""];
    for (let i = 0; i < shown; i++) {
      const y = samples.subarray(3 * i, 3 * i + 3);
      dots[largest(y)] += `M${at(y)}h0`;
    }
    dots.forEach((path, c) => {
      svg += `<path d="${path}" class="cloud" style="stroke:${classColor(c)}" data-name="class ${c}" `
        + `data-corners="${corners.flat().join(" ")}"/>`;
    });
    // The way of the draw that is followed, from hot to cold.
    let way = "";
    for (let i = 0; i <= 80; i++) {
      way += `${i ? "L" : "M"}${at(point(ends.hot * (ends.cold / ends.hot) ** (i / 80)))}`;
    }
    const here = point(simplex.temperature), color = classColor(largest(here));
    const [x, y] = place(here).map((pixel) => pixel.toFixed(1));
    svg += `<path d="${way}" style="stroke:var(--ink);stroke-width:1.5;fill:none"/>`
      + `<circle cx="${x}" cy="${y}" r="8" style="fill:${color};stroke:var(--ink);stroke-width:2">`
      + `<title>${here.map((x) => decimals(x, 3)).join(", ")}</title></circle>`;
    const names = [[top - 8, "middle"], [bottom, "start"], [bottom, "end"]];
    names.forEach(([y, anchor], c) => {
      svg += `<text x="${corners[c][0]}" y="${y}" text-anchor="${anchor}" `
        + `style="fill:${classColor(c)};font-weight:600">class ${c}</text>`;
    });
    return svg + "</svg>";
  }

  function drawBars(width) {
    const y = point(simplex.temperature);
    const chart = new Chart(width, 130,
      { min: -0.5, max: 2.5, ticks: [0, 1, 2] }, { min: 0, max: 1, ticks: [0, 0.5, 1] });
    y.forEach((x, c) => {
      chart.bar(c - 0.3, c + 0.3, 0, x, classColor(c), `class ${c}: ${decimals(x, 4)}`);
    });
    return chart.svg;
  }

  lab("relaxation",
    [temperature.node, element("div", { class: "buttons" }, cool.node, another), several(logits),
      bars.node],
    [triangle.node, reading, said.node]);
  simplex.listeners.push(show);
  return { temperature, get perturbed() { return simplex.perturbed; } };
}
