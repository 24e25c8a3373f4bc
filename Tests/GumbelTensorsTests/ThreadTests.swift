import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct ThreadTests {
  /// Operations large enough to be divided.
  static func results() -> [Tensor] {
    let key = RandomKey(1)
    let x = Tensor.normal([700, 301], key: key.folding(in: 0))
    let w = Tensor.normal([301, 130], key: key.folding(in: 1))
    let logits = Tensor.normal([301], key: key.folding(in: 2))
    let indices = Tensor.categorical(logits: logits, shape: [3000], key: key)
    let program = compile { (_: inout EmptyGroup, x: Tensor) in tanh(x) * x + exp(-square(x)) }
    var empty = EmptyGroup()
    let slope = gradient(at: Pair(logits, w)) { point in
      let sample = Tensor.gumbelSoftmax(
        logits: point.first, temperature: Tensor(0.7), shape: [2000], key: key)
      return square(matmul(sample, point.second)).mean()
    }
    // Odd sizes: the edges of a product's blocks are rounded in another way than their insides.
    let odd = [(129, 129, 129), (17, 17, 5000), (101, 103, 107), (1000, 3, 600)].map { m, n, k in
      matmul(
        Tensor.normal([m, k], key: key.folding(in: m)),
        Tensor.normal([k, n], key: key.folding(in: n)))
    }
    // More windows than fit in a block, and an odd number of images.
    let images = Tensor.normal([37, 15, 13, 5], key: key.folding(in: 3))
    let convolution = gradient(
      at: Pair(images, Tensor.normal([3, 4, 5, 7], key: key.folding(in: 4)))
    ) {
      square(convolution2D($0.first, weight: $0.second, stride: 2, padding: .same)).mean()
    }
    return odd + [convolution.first, convolution.second] + [
      Tensor.gumbel([300_001], key: key), Tensor.uniform([300_001], key: key),
      matmul(x, w), matmul(x, x, transposingFirst: true), matmul(x, x, transposingSecond: true),
      dense(x, weight: w, bias: Tensor.ones([130]), activation: .sigmoid),
      x.sum(), x.sum(along: 0), x.sum(along: 1), x.logSumExp(), x.softmax(), x.max(along: 0),
      x.transposed(), tanh(x) * x + exp(-square(x)), program(&empty, x),
      indices.converted(to: .float32),
      x.gatheringRows(at: Tensor(int32: (0..<5000).map { Int32($0 % 700) })),
      softmaxCrossEntropy(logits: x, labels: Tensor(int32: (0..<700).map { Int32($0 % 301) })),
      slope.first, slope.second,
    ]
  }

  /// The same bits with any number of threads. In a process of its own: the number is global.
  @Test func resultsDoNotDependOnThreads() async {
    await #expect(processExitsWith: .success) {
      Backend.threadCount = 1
      let expected = ThreadTests.results()
      for threads in [2, 3, 4, 7] {
        Backend.threadCount = threads
        let found = ThreadTests.results()
        for i in expected.indices {
          let isSame = haveSameBits(expected[i], found[i])
          #expect(isSame, "result \(i) with \(threads) threads")
        }
      }
    }
  }
}
