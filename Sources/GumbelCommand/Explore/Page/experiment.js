// The article's experiment, trained while it is watched.

function experimentLesson() {
  const { epochs } = articleSettings, k = articleSettings.truth.length;
  let gan, distances = [], frames = [], isChanged = false, settings = { ...articleSettings };

  // What can be set, and what is set when it has been.
  const changed = (change) => () => {
    isChanged ||= gan.round > 0;
    change();
    show();
  };
  const temperature = ratioSlider({
    name: "Temperature", from: 1e-6, to: 10, at: 0.001, steps: 280, digits: 2, text: (t) => `${t}`,
    changed: changed(() => {
      settings.temperature = temperature.value;
      if (!anneals.value) settings.annealTo = temperature.value;
    }),
  });
  const anneals = checkbox({
    name: "Anneal it to 0.01 by the last epoch",
    changed: changed(() => { settings.annealTo = anneals.value ? 0.01 : settings.temperature; }),
  });
  const smooths = checkbox({
    name: "Smooth the real rows", changed: changed(() => { settings.smoothReal = smooths.value; }),
  });
  const discriminator = choice({
    name: "Discriminator", at: "0", options: { 0: "logistic", 16: "perceptron" },
    changed: changed(() => {
      settings.hidden = Number(discriminator.value);
      gan.changeDiscriminator();
    }),
  });
  const batch = slider({
    name: "Batch", from: 1, to: 100, at: 10, text: (n) => `${n}`,
    changed: changed(() => { settings.batch = batch.value; }),
  });
  const rate = (name, key) => {
    const made = ratioSlider({
      name, from: 1e-5, to: 0.1, at: 0.0007, digits: 2, text: (x) => `${x}`,
      changed: changed(() => { settings[key] = made.value; }),
    });
    return made;
  };
  const rates = [
    rate("Discriminator's learning rate", "discriminatorRate"),
    rate("Generator's learning rate", "generatorRate"),
  ];
  const weights = articleSettings.truth.map((p, i) => slider({
    name: `Weight of number ${i}`, to: 1, step: 0.05, at: p, text: (x) => decimals(x, 2),
    changed: changed(() => {
      const total = weights.reduce((sum, weight) => sum + weight.value, 0);
      if (total === 0) return;
      settings.truth = weights.map((weight) => weight.value / total);
      gan.block = -1;
    }),
  }));
  const pace = choice({
    name: "Pace", at: "full",
    options: { calm: "ten epochs a second", full: "as fast as it can" },
  });

  const scene = (name, settings) => button(name, () => play({ ...articleSettings, ...settings }));
  const warning = (name, provoked, cured) =>
    element("div", { class: "scene", role: "group", "aria-label": name }, name,
      element("div", { class: "buttons" },
        scene("Provoke it", { hidden: 16, ...provoked }),
        scene("Cure it", { hidden: 16, ...cured })));
  const warnings = [
    warning("First warning: too cold, and no gradient passes.",
      { temperature: 1e-6, annealTo: 1e-6 }, { temperature: 1, annealTo: 0.01 }),
    warning("Second warning: smooth means fake.",
      { temperature: 1, annealTo: 1, generatorRate: 1e-4 },
      { temperature: 1, annealTo: 1, generatorRate: 1e-4, smoothReal: true }),
  ];

  const run = runButton("Train", "Pause", train);
  const buttons = element("div", { class: "buttons" }, run.node,
    button("Begin anew", () => { run.stop(); begin(); }), scene("As in the article", {}));
  const progress = element("p", { class: "reading note" });
  const reading = element("p", { class: "reading" });
  const said = command("this training in a shell");
  const note = element("p", { class: "note" });

  // The heat map: a column an epoch, a row a number.
  const map = svgElement("svg", {
    viewBox: `0 0 ${epochs} ${k}`, preserveAspectRatio: "none", role: "img",
    "shape-rendering": "crispEdges",
  });
  const heat = element("figure", { class: "picture" },
    element("figcaption", {}, "Learned minus true, epoch by epoch"),
    element("div", { class: "heat" },
      element("div", { class: "rows", "aria-hidden": "true" },
        ...articleSettings.truth.map((_, i) => element("span", {}, `${i}`))),
      map),
    element("div", { class: "scale", "aria-hidden": "true" },
      "too little", element("i"), "too much, from 0.5 on"));

  const bars = picture("What is drawn now, and what is true", drawBars, () => reading.textContent);
  const course = picture("Total variation from the truth", drawCourse, () => {
    if (distances.length < 2) return "Nothing is learned yet.";
    return `After ${distances.length - 1} epochs ${decimals(distances.at(-1), 3)}, at first `
      + `${decimals(distances[0], 3)}.`;
  });

  /** Begins anew with other settings, which the controls then show. */
  function play(wanted) {
    settings = { ...wanted };
    temperature.set(settings.temperature);
    anneals.value = settings.annealTo !== settings.temperature;
    smooths.value = settings.smoothReal;
    discriminator.value = String(settings.hidden);
    batch.place = settings.batch;
    rates[0].set(settings.discriminatorRate);
    rates[1].set(settings.generatorRate);
    weights.forEach((weight, i) => { weight.place = settings.truth[i]; });
    begin();
    run.start();
  }

  function begin() {
    gan = new StreamGAN(settings, seed.key);
    // Settings are shared: what is changed on the way is changed for the next step.
    gan.settings = settings;
    distances = [totalVariation(gan.learned, settings.truth)];
    isChanged = false;
    map.replaceChildren();
    show();
  }

  /** How many milliseconds of a frame go into training: less where frames come late. */
  let budget = 8;

  function train(time) {
    if (gan.epoch >= epochs) begin();
    const sinceLast = frames.length > 0 ? time - frames.at(-1) : 0;
    if (sinceLast > 18) budget = Math.max(budget - 0.5, 2);
    else if (budget < 9) budget += 0.1;
    frames.push(time);
    while (frames[0] < time - 1000) frames.shift();
    const until = performance.now() + budget;
    const most = pace.value === "full" ? Infinity : Math.max(1, Math.round(settings.rounds / 6));
    for (let rounds = 0; rounds < most && gan.epoch < epochs; rounds++) {
      if (performance.now() >= until) break;
      gan.trainRound();
      if (gan.round % settings.rounds === 0) endEpoch();
    }
    show();
    const goesOn = gan.epoch < epochs;
    if (!goesOn) frames = [];
    return goesOn;
  }

  function endEpoch() {
    const learned = gan.learned, epoch = gan.round / settings.rounds;
    distances.push(totalVariation(learned, settings.truth));
    learned.forEach((p, i) => {
      const error = p - settings.truth[i], title = svgElement("title", {});
      title.textContent = `epoch ${epoch}, number ${i}: learned ${decimals(p, 3)}, true `
        + `${decimals(settings.truth[i], 3)}, ${error > 0 ? "+" : ""}${decimals(error, 3)}`;
      const cell = svgElement("rect", { x: epoch - 1, y: i, width: 1, height: 1 });
      const color = error > 0 ? "var(--too-much)" : "var(--too-little)";
      const strength = Math.min(Math.abs(error) / 0.5, 1) * 100;
      cell.style.fill = `color-mix(in srgb, ${color} ${strength.toFixed(1)}%, var(--paper))`;
      cell.append(title);
      map.append(cell);
    });
  }

  function show() {
    const learned = gan.learned, list = (values) => values.map((x) => decimals(x, 3)).join(", ");
    const distance = totalVariation(learned, settings.truth), done = Math.floor(gan.epoch);
    progress.textContent =
      `Epoch ${done} of ${epochs}, temperature ${Number(gan.temperature.toPrecision(2))}`
      + (frames.length > 20 ? `, ${Math.round(framesPerSecond())} frames a second` : "");
    reading.textContent = `Learned ${list(learned)}; true ${list(settings.truth)}. Total variation `
      + `${decimals(distance, 3)}. ${verdict(distance, done)}`;
    const errors = learned.map((p, i) => `number ${i} ${decimals(p - settings.truth[i], 3)}`);
    map.setAttribute("aria-label", `Learned minus true after ${done} epochs: ${errors.join(", ")}.`);
    said.text = commandText();
    note.textContent = isChanged
      ? "Settings were changed on the way: the command has those of now from the beginning."
      : settings.annealTo < 0.02
        ? "So cold, slopes are little more than rounding: the command draws the same noise and comes "
          + "to the distribution by another way."
        : "";
    bars.update();
    course.update();
  }

  function framesPerSecond() {
    return frames.length > 1 ? ((frames.length - 1) * 1000) / (frames.at(-1) - frames[0]) : 0;
  }

  function verdict(distance, done) {
    if (gan.round === 0) return "All numbers are equally likely at first.";
    if (done > 60 && distance > 0.2 && settings.temperature < 1e-4) {
      return "Next to nothing is learned: so cold a sample is one-hot to the last digit, and a "
        + "gradient passes only where two classes happen to be as close as that. Begin warm and "
        + "anneal.";
    }
    const staysWarm = settings.temperature > 0.3 && settings.annealTo === settings.temperature;
    if (done > 60 && distance > 0.2 && staysWarm && !settings.smoothReal) {
      return "The discriminator has learned that smooth means fake: a sure number is as close to "
        + "one-hot as the generator comes. Smooth the real rows, or anneal.";
    }
    return distance < 0.06 && done > 20 ? "The rows have faded: the distribution is found." : "";
  }

  function commandText() {
    const now = settings, parts = ["gumbel learn"];
    const isArticle = now.truth.every((p, i) => Math.abs(p - articleSettings.truth[i]) < 1e-9);
    const add = (option, value, usual) => {
      if (value !== usual) parts.push(`${option} ${value}`);
    };
    if (!isArticle) parts.push("- --preset article --categories 0,1,2,3,4");
    add("--temperature", now.temperature, articleSettings.temperature);
    if (now.annealTo !== now.temperature) parts.push(`--final-temperature ${now.annealTo}`);
    add("--batch-size", now.batch, articleSettings.batch);
    add("--discriminator-rate", now.discriminatorRate, articleSettings.discriminatorRate);
    add("--generator-rate", now.generatorRate, articleSettings.generatorRate);
    if (now.hidden > 0) parts.push(`--discriminator mlp --hidden ${now.hidden}`);
    if (now.smoothReal) parts.push("--smooth-real");
    parts.push(`--seed ${seed.text} --report learn.html`);
    const line = parts.join(" ");
    const stream = `gumbel sample ${listArgument("--probabilities", now.truth)} --count 1000000`;
    return isArticle ? line : `${stream} --seed ${seed.text} | ${line}`;
  }

  function drawBars(width) {
    const learned = gan.learned;
    const chart = new Chart(width, 220,
      { min: -0.5, max: k - 0.5, ticks: learned.map((_, i) => i), label: "number" },
      { min: 0, max: Math.max(0.7, ...learned, ...settings.truth) * 1.05, label: "probability" });
    learned.forEach((p, i) => {
      chart.bar(i - 0.34, i + 0.02, 0, p, "var(--class0)",
        `number ${i}: learned ${decimals(p, 4)}`);
      chart.bar(i + 0.04, i + 0.34, 0, settings.truth[i], "var(--muted)",
        `number ${i}: true ${decimals(settings.truth[i], 4)}`, 0.45);
    });
    return chart.svg;
  }

  function drawCourse(width) {
    const chart = new Chart(width, 220, { min: 0, max: epochs, label: "epoch" },
      { min: 0, max: Math.max(0.5, ...distances) * 1.05, label: "total variation" });
    chart.line("total variation", distances.map((_, i) => i), distances, "var(--class0)");
    return chart.svg;
  }

  const more = (name, ...parts) => element("details", {},
    element("summary", {}, name), element("div", { class: "controls" }, ...parts));
  lab("experiment",
    [buttons, progress, temperature.node, anneals.node, discriminator.node, smooths.node,
      more("Batch, learning rates and pace", batch.node, several(rates), pace.node),
      more("The true distribution", several(weights)),
      ...warnings],
    [heat, element("div", { class: "pair" }, bars.node, course.node),
      legend([["learned", "var(--class0)"], ["true", "var(--muted)"]]), reading, said.node, note]);
  seed.changed(() => { run.stop(); begin(); });
  begin();
  return {
    get distances() { return distances; },
    get isRunning() { return run.running; },
    get framesPerSecond() { return framesPerSecond(); },
  };
}
