// Charts as text in SVG. Colours are those of the page's style, so that they follow light and dark.

/** Some round numbers from low to high, about as many as wanted. */
function roundNumbers(low, high, wanted) {
  const rough = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** Powers of ten in a range. */
function powersOfTen(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

function tickText(value) {
  const power = Math.log10(value);
  if (value < 0.001 && Number.isInteger(Number(power.toFixed(9)))) {
    const exponent = String(Math.round(-power));
    return `10⁻${exponent.replace(/[0-9]/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit])}`;
  }
  return String(Number(value.toPrecision(4))).replace("-", "−");
}

function escaped(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(text).replace(/[&<>"]/g, (character) => entities[character]);
}

/**
 * Two axes and what is between them. An axis has `min`, `max`, `label`, and perhaps `log`. Places
 * are in pixels: `x(value)`, `y(value)`.
 */
class Chart {
  constructor(width, height, x, y) {
    Object.assign(this, { width, height, xAxis: x, yAxis: y, parts: [] });
    this.left = y.label ? 58 : 44;
    this.right = width - 10;
    this.top = 8;
    this.bottom = height - (x.label ? 40 : 24);
    this.x = this.scale(x, this.left, this.right);
    this.y = this.scale(y, this.bottom, this.top);
    this.axes();
  }

  scale({ min, max, log }, from, to) {
    const at = log ? Math.log : (v) => v, low = at(min), span = at(max) - low;
    return (value) => from + ((at(value) - low) / span) * (to - from);
  }

  /** An axis as the script that says values reads it: pixels and the values there. */
  reading({ min, max, log, label }, from, to) {
    return escaped([label ?? "", log ? "log" : "linear", from, to, min, max].join("|"));
  }

  axes() {
    const { xAxis, yAxis, left, right, top, bottom } = this;
    const xs = xAxis.ticks ?? (xAxis.log ? powersOfTen : roundNumbers)(
      xAxis.min, xAxis.max, Math.max(3, (right - left) / 80));
    const ys = yAxis.ticks ?? (yAxis.log ? powersOfTen : roundNumbers)(yAxis.min, yAxis.max, 5);
    for (const value of xs) {
      const x = this.x(value).toFixed(1);
      this.parts.push(`<path class="grid" d="M${x} ${top}V${bottom}"/>`
        + `<text class="tick" x="${x}" y="${bottom + 16}" text-anchor="middle">`
        + `${tickText(value)}</text>`);
    }
    for (const value of ys) {
      const y = this.y(value).toFixed(1);
      this.parts.push(`<path class="grid" d="M${left} ${y}H${right}"/>`
        + `<text class="tick" x="${left - 6}" y="${y}" dy=".35em" text-anchor="end">`
        + `${tickText(value)}</text>`);
    }
    this.parts.push(`<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>`);
    if (xAxis.label) {
      this.parts.push(
        `<text x="${(left + right) / 2}" y="${bottom + 34}" text-anchor="middle">`
        + `${escaped(xAxis.label)}</text>`);
    }
    if (yAxis.label) {
      const middle = (top + bottom) / 2;
      this.parts.push(
        `<text x="12" y="${middle}" text-anchor="middle" transform="rotate(-90 12 ${middle})">`
        + `${escaped(yAxis.label)}</text>`);
    }
  }

  inside(y) {
    return Math.min(Math.max(y, this.top), this.bottom);
  }

  /** A rectangle from value to value; `says` is what it tells who points at it. */
  bar(x0, x1, y0, y1, color, says, opacity = 1) {
    const [left, right] = [this.x(x0), this.x(x1)];
    const [high, low] = [this.inside(this.y(y1)), this.inside(this.y(y0))];
    this.parts.push(
      `<rect x="${left.toFixed(1)}" y="${high.toFixed(1)}" `
      + `width="${Math.max(right - left, 0).toFixed(1)}" `
      + `height="${Math.max(low - high, 0).toFixed(1)}" style="fill:${color};opacity:${opacity}">`
      + (says ? `<title>${escaped(says)}</title>` : "") + "</rect>");
  }

  line(name, xs, ys, color, { width = 2, dash = "" } = {}) {
    let path = "", pen = "M";
    for (let i = 0; i < xs.length; i++) {
      const x = this.x(xs[i]), y = this.y(ys[i]);
      if (!Number.isFinite(x + y)) { pen = "M"; continue; }
      path += `${pen}${x.toFixed(1)} ${this.inside(y).toFixed(1)}`;
      pen = "L";
    }
    this.parts.push(
      `<path d="${path}" style="fill:none;stroke:${color};stroke-width:${width}" `
      + `stroke-dasharray="${dash}" stroke-linejoin="round" data-name="${escaped(name)}" `
      + `data-x="${this.reading(this.xAxis, this.left, this.right)}" `
      + `data-y="${this.reading(this.yAxis, this.bottom, this.top)}"/>`);
  }

  dot(x, y, color, says, radius = 5) {
    this.parts.push(
      `<circle cx="${this.x(x).toFixed(1)}" cy="${this.inside(this.y(y)).toFixed(1)}" `
      + `r="${radius}" style="fill:${color};stroke:var(--paper);stroke-width:1.5">`
      + (says ? `<title>${escaped(says)}</title>` : "") + "</circle>");
  }

  /** An upright bar from a low value to a high one, with ends. */
  interval(x, low, high, color) {
    const px = this.x(x), [a, b] = [this.inside(this.y(low)), this.inside(this.y(high))];
    this.parts.push(
      `<path d="M${px - 4} ${a}h8M${px - 4} ${b}h8M${px} ${a}V${b}" `
      + `style="stroke:${color};stroke-width:1.5;fill:none"/>`);
  }

  upright(x, color, dash = "4 4") {
    this.parts.push(
      `<path d="M${this.x(x).toFixed(1)} ${this.top}V${this.bottom}" `
      + `style="stroke:${color}" stroke-dasharray="${dash}"/>`);
  }

  text(x, y, text, { anchor = "middle", color = "var(--ink)", dx = 0, dy = 0 } = {}) {
    this.parts.push(
      `<text x="${(this.x(x) + dx).toFixed(1)}" y="${(this.inside(this.y(y)) + dy).toFixed(1)}" `
      + `text-anchor="${anchor}" style="fill:${color}">${escaped(text)}</text>`);
  }

  get svg() {
    const content = this.parts.join("");
    // What has lines is gone along by the arrows.
    const reach = content.includes("data-name=") ? ' tabindex="0"' : "";
    return `<svg viewBox="0 0 ${this.width} ${this.height}" height="${this.height}"${reach}>`
      + `${content}</svg>`;
  }
}

/** Names of colours below a chart. */
function legend(entries) {
  return element("p", { class: "note legend" }, ...entries.flatMap(([name, color]) => {
    const mark = element("span", { "aria-hidden": "true" }, "■ ");
    mark.style.color = color;
    return [mark, `${name} \u2003`];
  }));
}

function classColor(index) {
  return `var(--class${index})`;
}
