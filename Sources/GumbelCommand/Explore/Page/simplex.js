// Three logits, noise and a temperature, which the triangle and the gradient share.

const simplex = {
  draws: 20_000,
  logits: [0.5, -0.3, 0.1],
  temperature: 1,
  perturbed: new Float32Array(0),
  listeners: [],
  /** The noise of `gumbel sample --relaxed`, which draws by blocks, the first of them here. */
  drawNoise() {
    const theta = floatLogits(simplex.logits);
    const noise = gumbel(seed.key.fold(0).fold(0), 3 * simplex.draws);
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
    name: "Temperature", from: ends.cold, to: ends.hot, at: simplex.temperature, steps: 120,
    digits: 2, text: (t) => `t = ${t}`, changed,
  });
}
