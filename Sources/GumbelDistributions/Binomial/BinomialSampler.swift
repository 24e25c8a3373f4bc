import CGumbelMath
import GumbelKernels
import GumbelTensors

/// Exact draws from one binomial distribution: by inversion where fewer than 10 ones are expected,
/// and by transformed rejection elsewhere.
///
/// Hörmann, "The generation of binomial random variates", Journal of Statistical Computation and
/// Simulation 46, 1993 (algorithm BTRS).
struct BinomialSampler {
  let trials: Double
  let logit: Double
  /// The less probable of the two outcomes is counted.
  private let isMirrored: Bool
  private let rareLogit: Double
  private let method: Method

  private enum Method {
    /// P(X > 0), P(X = 0) and the odds.
    case inversion(anyProbability: Double, noneProbability: Double, odds: Double)
    case rejection(Rejection)
  }

  /// The constants of the dominating curve.
  private struct Rejection {
    let a, b, c, alpha, squeeze, logModeProbability: Double
  }

  init(trials n: Double, logit: Double) {
    trials = n
    self.logit = logit
    isMirrored = logit > 0
    rareLogit = -logit.magnitude
    let p = sigmoid(rareLogit)
    if n * p < 10 {
      let logNone = -n * softplus(rareLogit)
      method = .inversion(
        anyProbability: n == 0 ? 0 : -expm1(logNone), noneProbability: n == 0 ? 1 : exp(logNone),
        odds: exp(rareLogit))
    } else {
      let deviation = (n * p * sigmoid(-rareLogit)).squareRoot()
      let b = 1.15 + 2.53 * deviation
      method = .rejection(
        Rejection(
          a: -0.0873 + 0.0248 * b + 0.01 * p, b: b, c: n * p + 0.5,
          alpha: (2.83 + 5.1 / b) * deviation, squeeze: 0.92 - 4.2 / b,
          logModeProbability: logBinomialProbability(
            of: ((n + 1) * p).rounded(.down), trials: n, logit: rareLogit)))
    }
  }

  func draw(_ stream: inout RandomKeyStream) -> Double {
    let rare =
      switch method {
      case .inversion(let any, let none, let odds):
        invert(UnitPoint(word: stream.next()).upper, any, none, odds)
      case .rejection(let constants): reject(&stream, constants)
      }
    return isMirrored ? trials - rare : rare
  }

  /// The least k with P(X > k) ≤ q: the tail's probability is what is known precisely.
  private func invert(_ q: Double, _ any: Double, _ none: Double, _ odds: Double) -> Double {
    var survival = any
    var term = none
    var k = 0.0
    while q < survival, k < trials {
      term *= (trials - k) / (k + 1) * odds
      k += 1
      survival -= term
    }
    return k
  }

  private func reject(_ stream: inout RandomKeyStream, _ r: Rejection) -> Double {
    while true {
      let u = UnitPoint(word: stream.next()).lower - 0.5
      let v = UnitPoint(word: stream.next()).lower
      let distance = 0.5 - u.magnitude
      let k = ((2 * r.a / distance + r.b) * u + r.c).rounded(.down)
      if distance >= 0.07, v <= r.squeeze { return k }
      if k < 0 || k > trials { continue }
      let height = log(v * r.alpha / (r.a / (distance * distance) + r.b))
      let ratio =
        logBinomialProbability(of: k, trials: trials, logit: rareLogit) - r.logModeProbability
      if height <= ratio { return k }
    }
  }
}

extension RandomKeyStream {
  /// The stream of the key that `folding(in:)` derives.
  init(words: (UInt32, UInt32), folding data: Int) {
    // In place: a draw must not allocate.
    var key = words
    withUnsafeMutableBytes(of: &key) {
      let words = $0.baseAddress?.assumingMemoryBound(to: UInt32.self)
      gk_fold_key(words, UInt64(data), words)
    }
    self.init(words: key)
  }
}
