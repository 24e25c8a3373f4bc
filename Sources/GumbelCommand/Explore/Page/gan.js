// The article's experiment: a generator that is nothing but logits, and a discriminator, which sees
// its relaxed draws and the one-hot rows of a stream. Keys and steps are those of `gumbel learn`, and
// what becomes of small temperatures hangs on float32, so that it is rounded here as there.

/** The article's settings; `annealTo` is the temperature at the end where it is another one. */
const articleSettings = {
  truth: [0, 0, 0.1, 0.3, 0.6],
  batch: 10,
  temperature: 0.001,
  annealTo: 0.001,
  discriminatorRate: 0.0007,
  generatorRate: 0.0007,
  hidden: 0,
  smoothReal: false,
  epochs: 200,
  rounds: 100,
  generatorSteps: 10,
};

/** Adam of one player's parameters, which are arrays of float32. */
class Adam {
  constructor(parameters) {
    this.parameters = parameters;
    this.first = parameters.map((p) => new Float32Array(p.length));
    this.second = parameters.map((p) => new Float32Array(p.length));
    this.gradients = parameters.map((p) => new Float32Array(p.length));
    this.steps = 0;
  }

  update(rate) {
    this.steps++;
    const first = 1 / (1 - 0.9 ** this.steps), second = 1 / (1 - 0.999 ** this.steps);
    this.parameters.forEach((p, which) => {
      const m = this.first[which], v = this.second[which], g = this.gradients[which];
      for (let i = 0; i < p.length; i++) {
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
        p[i] -= (rate * m[i] * first) / (Math.sqrt(v[i] * second) + 1e-8);
      }
    });
  }
}

class StreamGAN {
  constructor(settings, seedKey) {
    this.settings = settings;
    this.key = seedKey.fold("training");
    this.streamKey = seedKey.fold("stream");
    this.k = settings.truth.length;
    this.logits = new Float32Array(this.k).fill(1);
    this.generator = new Adam([this.logits]);
    this.round = 0;
    this.position = 0;
    this.block = -1;
    this.changeDiscriminator();
  }

  /** A discriminator that knows nothing yet: a logistic regression, or with a layer of ReLUs. */
  changeDiscriminator() {
    const { hidden } = this.settings, k = this.k, key = this.key.fold("discriminator");
    // Glorot's bound, and He's before a ReLU.
    const weights = (inputs, outputs, bound, index) =>
      uniform(key.fold(index), inputs * outputs).map((u) => round(u * round(2 * bound)) - bound);
    this.weights = hidden === 0
      ? [weights(k, 1, round(Math.sqrt(6 / (k + 1))), 0), new Float32Array(1)]
      : [weights(k, hidden, round(Math.sqrt(6 / k)), 0), new Float32Array(hidden),
        weights(hidden, 1, round(Math.sqrt(6 / (hidden + 1))), 1), new Float32Array(1)];
    this.discriminator = new Adam(this.weights);
    this.activations = new Float32Array(hidden);
  }

  get learned() { return softmax(this.logits); }
  get epoch() { return this.round / this.settings.rounds; }

  /** In equal ratios from the first to the last, changed every ten rounds. */
  get temperature() {
    const { temperature, annealTo, epochs, rounds } = this.settings;
    const share = Math.min((Math.floor(this.round / 10) * 10) / (epochs * rounds), 1);
    return round(temperature * (annealTo / temperature) ** share);
  }

  /** One step of the discriminator, and then some of the generator. */
  trainRound() {
    const key = this.key.fold(this.round);
    this.trainDiscriminator(key.fold(0));
    for (let step = 1; step <= this.settings.generatorSteps; step++) {
      this.trainGenerator(key.fold(step));
    }
    this.round++;
  }

  // MARK: - Rows

  /** The next numbers of the stream, which is drawn 4096 at a time. */
  realNumbers() {
    const numbers = new Int32Array(this.settings.batch);
    for (let i = 0; i < numbers.length; i++, this.position++) {
      const block = Math.floor(this.position / 4096);
      if (block !== this.block) {
        const logits = this.settings.truth.map((p) => round(Math.log(p)));
        const key = this.streamKey.fold(block), noise = gumbel(key, 4096 * this.k);
        const sums = new Float32Array(this.k);
        this.numbers = Int32Array.from({ length: 4096 }, (_, row) => {
          for (let c = 0; c < this.k; c++) sums[c] = logits[c] + noise[row * this.k + c];
          return largest(sums);
        });
        this.block = block;
      }
      numbers[i] = this.numbers[this.position % 4096];
    }
    return numbers;
  }

  /** The stream's numbers as rows: with a 1 each, or relaxed as the generator would draw them. */
  realRows(key) {
    const { batch, smoothReal } = this.settings, k = this.k, numbers = this.realNumbers();
    const rows = new Float32Array(batch * k);
    if (!smoothReal) {
      numbers.forEach((number, row) => { rows[row * k + number] = 1; });
      return rows;
    }
    // Perturbed logits given that this number has won: -log E + log Z for it, and for the others
    // -log(Eᵢ / exp θᵢ + E / Z), with exponential values E and Z = Σ exp θ.
    const e = exponential(key, batch * k);
    const logTotal = Math.log(this.logits.reduce((sum, x) => sum + Math.exp(x), 0));
    for (let row = 0; row < batch; row++) {
      const winner = e[row * k + numbers[row]];
      for (let c = 0; c < k; c++) {
        rows[row * k + c] = c === numbers[row]
          ? logTotal - Math.log(winner)
          : -Math.log(e[row * k + c] * Math.exp(-this.logits[c]) + winner * Math.exp(-logTotal));
      }
    }
    this.soften(rows);
    return rows;
  }

  drawnRows(key) {
    const { batch } = this.settings, k = this.k, rows = gumbel(key, batch * k);
    for (let i = 0; i < rows.length; i++) rows[i] += this.logits[i % k];
    this.soften(rows);
    return rows;
  }

  /** softmax(row / t) of each row, in place. */
  soften(rows) {
    const k = this.k, inverse = round(1 / this.temperature);
    for (let row = 0; row < rows.length; row += k) {
      let winner = row;
      for (let c = row + 1; c < row + k; c++) if (rows[c] > rows[winner]) winner = c;
      const top = rows[winner];
      for (let c = row; c < row + k; c++) {
        const power = Math.exp(round(round(rows[c] - top) * inverse));
        // Below 1, so that the largest stays the largest.
        rows[c] = c === winner ? 1 : Math.min(power, 0.99999988079071044921875);
      }
      const scale = round(1 / this.sum(rows, row));
      for (let c = row; c < row + k; c++) rows[c] *= scale;
    }
  }

  /** The sum of a row in the kernels' order, which is that of eight lanes. */
  sum(values, first) {
    const at = (i) => (i < this.k ? values[first + i] : 0);
    if (this.k > 8) {
      let sum = 0;
      for (let i = 0; i < this.k; i++) sum = round(sum + at(i));
      return sum;
    }
    const half = (i) => round(round(at(i) + at(i + 4)) + round(at(i + 2) + at(i + 6)));
    return round(half(0) + half(1));
  }

  // MARK: - The discriminator

  /** Its logit of a row. */
  judge(rows, first) {
    const k = this.k, { hidden } = this.settings;
    if (hidden === 0) {
      let sum = this.weights[1][0];
      for (let c = 0; c < k; c++) sum += rows[first + c] * this.weights[0][c];
      return sum;
    }
    const [inner, innerBias, outer, outerBias] = this.weights;
    let sum = outerBias[0];
    for (let h = 0; h < hidden; h++) {
      let x = innerBias[h];
      for (let c = 0; c < k; c++) x += rows[first + c] * inner[c * hidden + h];
      this.activations[h] = Math.max(x, 0);
      sum += this.activations[h] * outer[h];
    }
    return sum;
  }

  /** Adds the gradient of a loss of this slope in the row's logit; `judge` came just before. */
  accumulate(rows, first, slope) {
    const k = this.k, { hidden } = this.settings, gradients = this.discriminator.gradients;
    if (hidden === 0) {
      for (let c = 0; c < k; c++) gradients[0][c] += slope * rows[first + c];
      gradients[1][0] += slope;
      return;
    }
    for (let h = 0; h < hidden; h++) {
      if (this.activations[h] <= 0) continue;
      gradients[2][h] += slope * this.activations[h];
      const back = slope * this.weights[2][h];
      for (let c = 0; c < k; c++) gradients[0][c * hidden + h] += back * rows[first + c];
      gradients[1][h] += back;
    }
    gradients[3][0] += slope;
  }

  /** The loss is mean softplus(-d(real)) + mean softplus(d(drawn)). */
  trainDiscriminator(key) {
    const { batch, discriminatorRate } = this.settings, k = this.k;
    const drawn = this.drawnRows(key.fold(0)), real = this.realRows(key.fold(1));
    for (const gradient of this.discriminator.gradients) gradient.fill(0);
    for (let first = 0; first < batch * k; first += k) {
      this.accumulate(real, first, (sigmoid(this.judge(real, first)) - 1) / batch);
    }
    for (let first = 0; first < batch * k; first += k) {
      this.accumulate(drawn, first, sigmoid(this.judge(drawn, first)) / batch);
    }
    this.discriminator.update(discriminatorRate);
  }

  // MARK: - The generator

  /** The loss is mean softplus(-d(drawn)); its gradient passes the draws: y (g - <g, y>) / t. */
  trainGenerator(key) {
    const { batch, generatorRate, hidden } = this.settings, k = this.k;
    const rows = this.drawnRows(key), gradient = this.generator.gradients[0].fill(0);
    const inverse = round(1 / this.temperature);
    const slopes = new Float32Array(k), products = new Float32Array(k);
    for (let first = 0; first < batch * k; first += k) {
      const slope = round((sigmoid(this.judge(rows, first)) - 1) / batch);
      for (let c = 0; c < k; c++) {
        let direction = this.weights[0][c];
        if (hidden > 0) {
          direction = 0;
          for (let h = 0; h < hidden; h++) {
            if (this.activations[h] <= 0) continue;
            direction += this.weights[0][c * hidden + h] * this.weights[2][h];
          }
        }
        slopes[c] = slope * direction;
        products[c] = rows[first + c] * slopes[c];
      }
      const reduced = this.sum(products, 0);
      for (let c = 0; c < k; c++) {
        gradient[c] += round(round(rows[first + c] * round(slopes[c] - reduced)) * inverse);
      }
    }
    this.generator.update(generatorRate);
  }
}

function sigmoid(x) {
  return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
}
