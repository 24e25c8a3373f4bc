import GumbelLayers
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct SpectralNormalisationTests {
  static let key = RandomKey(11)

  /// The largest singular value of a matrix in double precision: the root of the largest
  /// eigenvalue of wᵀ w.
  private func norm(_ w: [Double], columns: Int) -> Double {
    let rows = w.count / columns
    var v = (0..<columns).map { 1 + 0.1 * Double($0) }
    var square = 0.0
    for _ in 0..<5000 {
      let image = (0..<rows).map { r in
        (0..<columns).reduce(0) { $0 + w[r * columns + $1] * v[$1] }
      }
      v = (0..<columns).map { c in (0..<rows).reduce(0) { $0 + w[$1 * columns + c] * image[$1] } }
      square = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      v = v.map { $0 / square }
    }
    return square.squareRoot()
  }

  private func converged(_ network: Sequential) -> SpectralNormalisation<Sequential> {
    SpectralNormalisation(for: network, steps: 500, key: Self.key)
  }

  @Test func normsConverge() {
    // wᵀ w = [[25, 20], [20, 25]] has the eigenvalues 45 and 5.
    let matrix = Tensor([3, 0, 4, 5], shape: [2, 2])
    let found = SpectralNormalisation(for: matrix, steps: 30, key: Self.key)
    let first = found.norms(of: matrix)[0].scalar
    #expect(Swift.abs(first - 45.0.squareRoot().float) < 1e-5)
    // Before that it is from below, and a step comes nearer.
    var early = SpectralNormalisation(for: matrix, steps: 0, key: Self.key)
    var last: Float = 0
    for _ in 0..<4 {
      let next = early.norms(of: matrix)[0].scalar
      #expect(next > last && next < 6.7083)
      last = next
      early.iterate(on: matrix)
    }
    // A kernel is the matrix of its output channels and all the rest; a bias has no norm.
    let kernel = Conv2D(3, 4, kernel: 2, key: Self.key)
    let norms = SpectralNormalisation(for: kernel, steps: 500, key: Self.key).norms(of: kernel)
    #expect(norms.count == 1)
    let expected = norm(kernel.weight.scalars.map(Double.init), columns: 4)
    #expect(Swift.abs(Double(norms[0].scalar) - expected) < 1e-5)
  }

  @Test func normalisedWeightsStretchNothing() {
    let network = Sequential.mlp([5, 7, 6, 3], activation: .relu, key: Self.key)
    let normal = converged(network).normalised(network)
    for weight in normal.tensors where weight.rank == 2 {
      let found = norm(weight.scalars.map(Double.init), columns: weight.shape[1])
      #expect(Swift.abs(found - 1) < 1e-5)
    }
    // Biases stay.
    let biases = zip(network.tensors, normal.tensors).filter { $0.0.rank == 1 }
    #expect(biases.count == 3 && biases.allSatisfy { haveSameBits($0.0, $0.1) })
    let (x, y) = (
      Tensor.normal([500, 5], key: Self.key), Tensor.normal([500, 5], key: RandomKey(2))
    )
    let moved = square(normal(x) - normal(y)).sum(along: -1)
    let distance = square(x - y).sum(along: -1)
    let largest = (moved / distance).max().scalar
    #expect(largest < 1.0001)
    // The network itself stretches some of them.
    let before = (square(network(x) - network(y)).sum(along: -1) / distance).max().scalar
    #expect(before > 1)
  }

  /// With u and v as constants the gradient is that of w / σ(w), by central differences.
  @Test func theGradientIsThatOfTheQuotient() {
    let weight = Tensor.normal([3, 4], key: Self.key)
    let factors = Tensor.normal([3, 4], key: RandomKey(3))
    let normalisation = SpectralNormalisation(for: weight, steps: 500, key: Self.key)
    let found = gradient(at: weight) { (normalisation.normalised($0) * factors).sum() }.scalars
    func value(_ w: [Double]) -> Double {
      let sigma = norm(w, columns: 4)
      return zip(w, factors.scalars).reduce(0) { $0 + $1.0 * Double($1.1) } / sigma
    }
    let start = weight.scalars.map(Double.init)
    for i in start.indices {
      var (up, down) = (start, start)
      up[i] += 1e-5
      down[i] -= 1e-5
      let expected = (value(up) - value(down)) / 2e-5
      #expect(Swift.abs(Double(found[i]) - expected) < 1e-5)
    }
  }

  /// And go on from there when they are trained.
  @Test func zerosStayZeros() {
    let weight = Tensor.zeros([2, 3])
    var normalisation = SpectralNormalisation(for: weight, key: Self.key)
    normalisation.iterate(on: weight)
    let normal = normalisation.normalised(weight).scalars
    #expect(normal == [0, 0, 0, 0, 0, 0])
    let slope = gradient(at: weight) { normalisation.normalised($0).sum() }.scalars
    #expect(slope == [1, 1, 1, 1, 1, 1])
    let later = Tensor([3, 0, 0, 0, 0, 0], shape: [2, 3])
    for _ in 0..<5 { normalisation.iterate(on: later) }
    let found = normalisation.norms(of: later)[0].scalar
    #expect(Swift.abs(found - 3) < 1e-5)
  }

  @Test func nothingIsForgotten() {
    let network = Sequential.mlp([2, 3, 1], activation: .relu, key: Self.key)
    let problems = forgottenParts(in: converged(network))
    #expect(problems == [])
    #expect(converged(network).namedTensors.map(\.name) == ["directions.0", "directions.1"])
  }

  #if os(Linux) || os(macOS)
    @Test func anotherNetworkTraps() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let normalisation = SpectralNormalisation(for: Tensor.ones([2, 3]), key: RandomKey(1))
        _ = normalisation.normalised(Tensor.ones([2, 4]))
      }
      let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(message.contains("matrices of [4] columns, expected those of [3]"))
    }
  #endif
}

extension Double {
  fileprivate var float: Float { Float(self) }
}
