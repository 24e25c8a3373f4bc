// Controls, pictures and commands: the few parts that all lessons are made of.

/** An element with attributes, or properties where a value is a function, and what is in it. */
function element(name, attributes = {}, ...content) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node[key] = value;
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...content.filter((part) => part !== undefined));
  return node;
}

/** An element of SVG, which has a name space of its own. */
function svgElement(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");
let controlCount = 0;

/** A number with so many digits behind the point and a true minus. */
function decimals(value, digits = 3) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** A number with about three digits that count. */
function short(value) {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.995 ? 2 : size >= 0.01 ? 3 : 4;
  return decimals(value, digits);
}

/** 12,345. */
function grouped(count) {
  return count.toLocaleString("en-US");
}

/**
 * A slider of places from `from` to `to`, each of which stands for `value(place)`.
 * `changed` is called when a hand moves it.
 */
function slider({
  name, from = 0, to, step = 1, at, value = (place) => place, text = short, changed,
}) {
  const input = element("input", {
    type: "range", min: from, max: to, step, value: at, id: `control${++controlCount}`,
  });
  const output = element("output", { for: input.id });
  const show = () => {
    output.textContent = text(value(Number(input.value)));
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => { show(); changed?.(); });
  show();
  return {
    node: element("label", { class: "slider" }, element("span", {}, name), output, input),
    input,
    get value() { return value(Number(input.value)); },
    get place() { return Number(input.value); },
    set place(place) { input.value = place; show(); },
  };
}

/** A slider whose value grows by equal ratios. */
function ratioSlider({ from, to, at, steps = 240, digits = 3, ...rest }) {
  const ratio = Math.log(to / from) / steps;
  const place = (value) => Math.round(Math.log(value / from) / ratio);
  const made = slider({
    ...rest, to: steps, at: place(at),
    // A few digits, so that a command can say the same number.
    value: (place) => Number((from * Math.exp(place * ratio)).toPrecision(digits)),
  });
  // Where a hand has moved it just now it stays, though what it says is rounded.
  made.set = (value) => { if (made.value !== value) made.place = place(value); };
  return made;
}

/** Many sliders, two in a row where there is room. */
function several(sliders) {
  return element("div", { class: "many" }, ...sliders.map((slider) => slider.node));
}

/** One of several: `options` are names by value. */
function choice({ name, options, at, changed }) {
  const group = `group${++controlCount}`;
  const inputs = Object.keys(options).map((value) => {
    const input = element("input", { type: "radio", name: group, value, checked: value === at });
    input.addEventListener("change", () => changed?.());
    return input;
  });
  return {
    node: element("fieldset", {}, element("legend", {}, name), element("div", { class: "options" },
      ...inputs.map((input) => element("label", {}, input, options[input.value])))),
    inputs,
    get value() { return inputs.find((input) => input.checked).value; },
    set value(value) { for (const input of inputs) input.checked = input.value === value; },
  };
}

function checkbox({ name, at = false, changed }) {
  const input = element("input", { type: "checkbox", checked: at });
  input.addEventListener("change", () => changed?.());
  return {
    node: element("label", { class: "check" }, input, element("span", {}, name)),
    input,
    get value() { return input.checked; },
    set value(value) { input.checked = value; },
  };
}

function button(name, pressed, main = false) {
  const node = element("button", { type: "button", class: main ? "main" : undefined }, name);
  node.addEventListener("click", pressed);
  return node;
}

/** A button that starts and stops what frames do: `frame` returns whether there is more to do. */
function runButton(start, stop, frame) {
  const node = button(start, () => made.running ? made.stop() : made.start(), true);
  const made = {
    node, running: false,
    start() {
      if (made.running) return;
      made.running = true;
      node.textContent = stop;
      requestAnimationFrame(next);
    },
    stop() {
      made.running = false;
      node.textContent = start;
    },
  };
  function next(time) {
    if (!made.running) return;
    if (frame(time)) requestAnimationFrame(next);
    else made.stop();
  }
  return made;
}

/** What to type in a shell, and a button that copies it. */
function command(label) {
  const code = element("code");
  const copy = button("Copy", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // Files have no clipboard in some browsers: then it is selected, ready to copy.
      getSelection().selectAllChildren(code);
    }
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
  copy.setAttribute("aria-label", `Copy the command: ${label}`);
  return {
    node: element("div", { class: "command" },
      element("pre", { tabindex: 0, role: "region", "aria-label": `Command: ${label}` }, code),
      copy),
    set text(text) { code.textContent = text; },
    get text() { return code.textContent; },
  };
}

/** Numbers as an argument: a list that begins with a minus would look like an option. */
function listArgument(option, values) {
  const text = values.map((value) => String(Number(value.toPrecision(6)))).join(",");
  return text.startsWith("-") ? `${option}=${text}` : `${option} ${text}`;
}

// MARK: - Pictures

const pending = new Set();

/**
 * A picture that is drawn anew, at most once a frame, when it is asked to or its width changes.
 * `draw(width)` returns SVG; `describe()` says in words what it shows.
 */
function picture(title, draw, describe) {
  const holder = element("div");
  const node = element("figure", { class: "picture" },
    title ? element("figcaption", {}, title) : undefined, holder);
  const made = {
    node,
    update() {
      if (pending.size === 0) requestAnimationFrame(drawPending);
      pending.add(made);
    },
    drawNow() {
      const width = holder.clientWidth;
      if (width === 0) return;
      const hasFocus = holder.contains(document.activeElement);
      holder.innerHTML = draw(width);
      holder.firstElementChild.setAttribute("role", "img");
      holder.firstElementChild.setAttribute("aria-label", describe());
      if (hasFocus) holder.firstElementChild.focus({ preventScroll: true });
    },
  };
  let width = 0;
  new ResizeObserver(() => {
    if (holder.clientWidth !== width) {
      width = holder.clientWidth;
      made.update();
    }
  }).observe(holder);
  return made;
}

function drawPending() {
  const all = [...pending];
  pending.clear();
  for (const made of all) made.drawNow();
}

/** A place below a lesson's heading for its controls and pictures. */
function lab(lesson, controls, pictures) {
  const place = document.getElementById(`${lesson}-lab`);
  place.hidden = false;
  place.append(
    element("div", { class: "controls" }, ...controls),
    element("div", { class: "pictures" }, ...pictures));
}

// MARK: - The seed of all draws

const seed = {
  listeners: [],
  text: "42",
  get key() { return RandomKey.seed(seed.text); },
  changed(listener) { seed.listeners.push(listener); },
  set(text) {
    seed.text = text;
    for (const listener of seed.listeners) listener();
  },
};

function seedControl(at) {
  seed.text = at;
  const input = element("input", {
    type: "text", inputmode: "numeric", pattern: "[0-9]{1,20}", value: at, id: "seed",
    autocomplete: "off",
  });
  input.addEventListener("input", () => {
    const isSeed = /^[0-9]+$/.test(input.value) && BigInt(input.value) < 1n << 64n;
    input.setCustomValidity(isSeed ? "" : "expected a whole number from 0 to 18446744073709551615");
    if (isSeed) seed.set(String(BigInt(input.value)));
  });
  return element("p", { class: "seed" },
    element("label", { for: "seed" }, "Seed of all draws"), input,
    button("Another seed", () => {
      input.value = crypto.getRandomValues(new Uint32Array(1))[0] % 1000000;
      input.dispatchEvent(new Event("input"));
    }));
}
