import Testing
import _GumbelTestSupport

@testable import GumbelTensors

/// The bfloat16 nearest to each element, ties to even, by comparison of both neighbours.
func roundedToBFloat16(_ x: Tensor) -> Tensor {
  Tensor(
    x.scalars.map { value in
      let below = Float(bitPattern: value.bitPattern & 0xffff_0000)
      let above = Float(bitPattern: (value.bitPattern & 0xffff_0000) + 0x1_0000)
      let (down, up) = (abs(value - below), abs(above - value))
      let isEven = below.bitPattern & 0x1_0000 == 0
      return down < up || down == up && isEven ? below : above
    }, shape: x.shape)
}

/// Products on the host from operands that are rounded to bfloat16.
@Suite(
  .enabled(
    if: Precision.bfloat16.isOnHost, "the processor has no AVX-512 BF16, or oneDNN is not here"))
struct PrecisionTests {
  private func normal(_ shape: Shape, _ seed: UInt64) -> Tensor {
    Tensor.normal(shape, key: RandomKey(seed))
  }

  /// Sums of k products, each exact, are off by at most k 2⁻²³ of the sum of their magnitudes, in any order.
  @Test(
    arguments: [
      (1, 1, 1), (1, 9, 5), (7, 1, 33), (1, 1, 300), (12, 13, 1), (16, 16, 16), (17, 31, 65),
      (64, 200, 40), (300, 10, 784), (129, 257, 511), (600, 700, 50),
    ])
  func productsAreThoseOfRoundedOperands(m: Int, n: Int, k: Int) {
    for (first, second) in [(false, false), (false, true), (true, false), (true, true)] {
      let a = normal(first ? [k, m] : [m, k], 1), b = normal(second ? [n, k] : [k, n], 2)
      let product = compile(on: .host, precision: .bfloat16) { (a: Tensor, b: Tensor) in
        matmul(a, b, transposingFirst: first, transposingSecond: second)
      }
      let found = product(a, b).scalars
      let (x, y) = (
        roundedToBFloat16(a).scalars.map(Double.init), roundedToBFloat16(b).scalars.map(Double.init)
      )
      var worst = 0.0
      for i in 0..<m {
        for j in 0..<n {
          var (sum, magnitude) = (0.0, 0.0)
          for l in 0..<k {
            let term = x[first ? l * m + i : i * k + l] * y[second ? j * k + l : l * n + j]
            sum += term
            magnitude += abs(term)
          }
          worst = max(worst, abs(Double(found[i * n + j]) - sum) / (magnitude * 0x1p-23))
        }
      }
      #expect(worst <= Double(k), "\(first) \(second)")
    }
  }

  /// What is linear in each of two operands, and its gradients, are those of rounded operands: the
  /// gradient is again a product, of the rounded cotangent. In float32 they would differ by 2⁻⁹.
  private func compare(
    _ name: String, _ x: Tensor, _ w: Tensor, _ product: @escaping (Tensor, Tensor) -> Tensor
  ) {
    let g = normal(product(x, w).shape, 7)
    func all(_ x: Tensor, _ w: Tensor, _ g: Tensor) -> [Tensor] {
      [product(x, w)] + gradient(at: [x, w]) { (product($0[0], $0[1]) * g).sum() }
    }
    let found = compile(on: .host, precision: .bfloat16, all)(x, w, g)
    let fine = compile(on: .host, precision: .float32, all)(x, w, g)
    #expect(haveSameBits(fine, all(x, w, g)), "\(name)")
    let expected = all(roundedToBFloat16(x), roundedToBFloat16(w), roundedToBFloat16(g))
    for i in found.indices {
      let scale = abs(expected[i]).max().scalar
      #expect(abs(found[i] - expected[i]).max().scalar < 2e-6 * scale, "\(name) \(i)")
      #expect(abs(found[i] - fine[i]).max().scalar > 1e-4 * scale, "\(name) \(i)")
    }
  }

  @Test func productsAndTheirGradients() {
    compare("matmul", normal([40, 30], 1), normal([30, 50], 2)) { matmul($0, $1) }
    compare("transposed", normal([30, 40], 1), normal([50, 30], 2)) {
      matmul($0, $1, transposingFirst: true, transposingSecond: true)
    }
    compare("batched", normal([3, 5, 40, 70], 1), normal([3, 5, 70, 60], 2)) { matmul($0, $1) }
    compare("folded", normal([3, 50, 40], 1), normal([40, 6], 2)) { matmul($0, $1) }
    compare("large", normal([400, 300], 1), normal([300, 200], 2)) { matmul($0, $1) }
    compare("dense", normal([6, 40, 30], 1), normal([30, 50], 2)) {
      dense($0, weight: $1, bias: Tensor.zeros([50]))
    }
    compare("convolution", normal([5, 12, 11, 3], 1), normal([3, 3, 3, 7], 2)) {
      convolution2D($0, weight: $1, stride: 2, padding: .same)
    }
    compare("large convolution", normal([9, 28, 28, 8], 1), normal([5, 5, 8, 16], 2)) {
      convolution2D($0, weight: $1)
    }
    compare("transposed convolution", normal([5, 6, 6, 3], 1), normal([4, 4, 7, 3], 2)) {
      transposedConvolution2D($0, weight: $1, stride: 2)
    }
  }

  /// Products in the body of a loop, and in that of its pullback.
  @Test func loops() {
    let w = normal([30, 30], 1) * 0.3
    func last(_ weight: Tensor, _ product: (Tensor, Tensor) -> Tensor) -> Tensor {
      (0..<4).reduce(normal([20, 30], 2)) { h, _ in tanh(product(h, weight)) }
    }
    let loop = compile(on: .host, precision: .bfloat16) { (w: Tensor) in
      let (h, _) = scan(from: normal([20, 30], 2), count: 4) { h, _ in
        (tanh(matmul(h, w)), EmptyGroup())
      }
      return h
    }
    let expected = last(w) { matmul(roundedToBFloat16($0), roundedToBFloat16($1)) }
    #expect(abs(loop(w) - expected).max().scalar < 1e-5)
    #expect(abs(loop(w) - last(w) { matmul($0, $1) }).max().scalar > 1e-4)

    let slope = compile(on: .host, precision: .bfloat16) { (w: Tensor) in
      gradient(at: w) { w in
        scan(from: normal([20, 30], 2), count: 4) { h, _ in (tanh(matmul(h, w)), EmptyGroup()) }
          .0.sum()
      }
    }
    let fine = gradient(at: w) { w in last(w) { matmul($0, $1) }.sum() }
    let difference = abs(slope(w) - fine).max().scalar / abs(fine).max().scalar
    #expect(difference > 1e-4 && difference < 0.05)
    #expect(slope.planDescription.contains("scan.reversed.bfloat16 "))
  }

  /// More sizes than a thread keeps products of, on several threads, in one and in many threads of the
  /// kernels.
  @Test func anySizesOnAnyThread() async {
    let usual = Backend.threadCount
    defer { Backend.threadCount = usual }
    func sums(_ seed: UInt64) -> [[UInt32]] {
      var sizes = RandomKeyStream(RandomKey(seed))
      return (0..<350).map { i in
        func size() -> Int { Int.random(in: 1...(i % 50 == 0 ? 500 : 40), using: &sizes) }
        let (m, n, k) = (size(), size(), size())
        let product = compile(on: .host, precision: .bfloat16) { (a: Tensor, b: Tensor) in
          matmul(a, b)
        }
        return bits(of: product(normal([m, k], 3), normal([k, n], 4)))
      }
    }
    var all: [[[UInt32]]] = []
    for threads in [1, 3] {
      Backend.threadCount = threads
      await withTaskGroup(of: [[UInt32]].self) { group in
        for _ in 0..<2 { group.addTask { sums(5) } }
        for await one in group { all.append(one) }
      }
    }
    #expect(all.allSatisfy { $0 == all[0] })
  }

  @Test func whatIsNotFinite() {
    let product = compile(on: .host, precision: .bfloat16) { (a: Tensor, b: Tensor) in matmul(a, b)
    }
    let x = Tensor([.infinity, .nan, -.infinity, .greatestFiniteMagnitude, 1, 0], shape: [6, 1])
    let found = product(x, Tensor([2], shape: [1, 1])).scalars
    #expect(found[0] == .infinity && found[1].isNaN && found[2] == -.infinity)
    #expect(found[3] == .infinity && found[4] == 2 && found[5] == 0)
  }
}

/// What the host does not have.
@Suite struct RefusedPrecisionTests {
  @Test func tf32IsRefused() {
    let function = compile(on: .host, precision: .tf32) { (x: Tensor) in x + 1 }
    let error = #expect(throws: DeviceError.self) {
      try function.prepare(for: EmptyGroup(), Tensor(1))
    }
    #expect(
      error?.description
        == "tf32: the host has no such products; expected float32, or another device")
    #expect(function.recordingCount == 0)
  }
}
