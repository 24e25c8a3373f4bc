// Pointing at a line or a point of a picture says its values. Paths have in `data-name` what they are
// called, and in `data-x` and `data-y` their axes: name, "linear", "log" or "periods", the ends in
// pixels and the values there, separated by |; or in `data-corners` those of a triangle, of which a
// point has shares. With the keyboard, a picture has the focus and the arrows go along its points.
{
  const label = document.createElement("div"), ring = document.createElement("div");
  label.className = "pointed";
  label.setAttribute("role", "status");
  ring.className = "pointed-ring";
  let place = null;

  function axis(text) {
    if (text === "") return null;
    const parts = text.split("|");
    const [from, to, low, high] = parts.slice(-4).map(Number), spread = parts.at(-5);
    return {
      name: parts.slice(0, -5).join("|"),
      value(pixel) {
        const share = (pixel - from) / (to - from);
        if (spread === "log") return low * (high / low) ** share;
        const value = low + share * (high - low);
        // The period of a reduced variate.
        return spread === "periods" ? -1 / Math.expm1(-Math.exp(-value)) : value;
      },
    };
  }

  /** The points of a path, which is made of moves and lines to absolute places. */
  function points(path) {
    const pairs = path.getAttribute("d").matchAll(/(-?[\d.]+) (-?[\d.]+)/g);
    return Array.from(pairs, (pair) => [Number(pair[1]), Number(pair[2])]);
  }

  function paths(picture) {
    return [...picture.querySelectorAll("path[data-name]")];
  }

  function text(value) {
    const digits = Number(value.toPrecision(3));
    const isTiny = digits !== 0 && Math.abs(digits) < 1e-3;
    return (isTiny ? value.toExponential(1) : String(digits)).replace("-", "−");
  }

  /** What the axes say of a point. */
  function coordinates(data, [x, y]) {
    const say = (axis, pixel) => axis && [axis.name, text(axis.value(pixel))].join(" ").trim();
    return [say(axis(data.x), x), say(axis(data.y), y)].filter((part) => part);
  }

  /** A point's shares of the corners of a triangle, which sum to 1. */
  function shares(corners, [x, y]) {
    const [ax, ay, bx, by, cx, cy] = corners.split(" ").map(Number);
    const area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy);
    const a = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / area;
    const b = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / area;
    return [a, b, 1 - a - b].map((share) => Math.abs(share).toFixed(3));
  }

  /** Shows what point `index` of a path is. */
  function show(path, index) {
    const all = points(path), at = Math.min(Math.max(index, 0), all.length - 1);
    if (all.length === 0) return;
    const { name, corners } = path.dataset;
    const values = corners ? shares(corners, all[at]) : coordinates(path.dataset, all[at]);
    label.textContent = [name, values.join(", ")].filter((part) => part).join(": ");
    const spot = new DOMPoint(...all[at]).matrixTransform(path.getScreenCTM());
    if (!label.isConnected) document.body.append(ring, label);
    ring.hidden = label.hidden = false;
    ring.style.transform = `translate(${spot.x}px, ${spot.y}px)`;
    const { offsetWidth: width, offsetHeight: height } = label;
    const left = Math.min(Math.max(spot.x - width / 2, 4), innerWidth - width - 4);
    const top = spot.y - height - 12;
    label.style.transform = `translate(${left}px, ${top < 4 ? spot.y + 12 : top}px)`;
    place = { picture: path.ownerSVGElement, path, index: at };
  }

  function hide() {
    ring.hidden = label.hidden = true;
    place = null;
  }

  document.addEventListener("pointermove", (event) => {
    const picture = event.target.closest?.("svg");
    let nearest = null, distance = 30;
    if (picture && event.buttons === 0) {
      for (const path of paths(picture)) {
        const toPicture = path.getScreenCTM().inverse();
        const hand = new DOMPoint(event.clientX, event.clientY).matrixTransform(toPicture);
        points(path).forEach(([x, y], index) => {
          const far = Math.hypot(x - hand.x, y - hand.y);
          if (far < distance) [nearest, distance] = [{ path, index }, far];
        });
      }
    }
    if (nearest) show(nearest.path, nearest.index);
    else if (place) hide();
  });
  document.addEventListener("keydown", (event) => {
    const picture = document.activeElement;
    if (picture?.tagName !== "svg") return;
    const all = paths(picture);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const turn = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") hide();
    if (all.length === 0 || (step ?? turn) === undefined) return;
    event.preventDefault();
    const which = Math.max(all.indexOf(place?.path), 0);
    const from = place?.picture === picture ? place.index : -1;
    if (step) show(all[which], from + step);
    else show(all[(which + turn + all.length) % all.length], Math.max(from, 0));
  });
  document.addEventListener("focusout", hide);
  addEventListener("scroll", hide, { passive: true });
  for (const picture of document.querySelectorAll("svg")) {
    if (paths(picture).length > 0) picture.setAttribute("tabindex", "0");
  }
}
