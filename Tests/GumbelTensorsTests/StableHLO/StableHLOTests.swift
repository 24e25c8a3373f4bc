import Testing
import _GumbelTestDevice
import _GumbelTestSupport

@testable import GumbelTensors

/// The text of modules, and what a device makes of the shapes and values at the edges.
@Suite struct StableHLOTests {
  private func module(
    _ types: [TensorType], precision: Precision = .float32, _ body: ([Tensor]) -> [Tensor]
  ) throws -> StableHLOModule {
    var recording = Recording(trace: Trace(isCompiling: true))
    recording.inputs = types.map { recording.trace.makeInput(Tensor(abstract: $0)) }
    recording.outputs = Trace.withCurrent(recording.trace) { body(recording.inputs) }
    return try StableHLOModule(Graph(recording), precision: precision)
  }

  @Test func constantsAreSplatsLiteralsOrArguments() throws {
    let small = Tensor((0..<4).map(Float.init))
    let large = Tensor((0..<2000).map(Float.init))
    let sevens = Tensor([Float](repeating: 7, count: 2000))
    let module = try module([TensorType([4]), TensorType([2000])]) { x in
      [x[0] + small + Tensor([7, 7, 7, 7]), x[1] * large + sevens, x[1] - large]
    }
    #expect(module.constants.count == 1)
    #expect(module.constants.first?.type == TensorType([2000]))
    #expect(module.text.contains("%k0: tensor<2000xf32>"))
    #expect(module.text.contains("dense<\"0x000000000000803F0000004000004040\"> : tensor<4xf32>"))
    #expect(module.text.contains("dense<0x40E00000> : tensor<2000xf32>"))
  }

  @Test func precisionIsThatOfProducts() throws {
    func text(_ precision: Precision) throws -> String {
      try module([TensorType([2, 3]), TensorType([3, 2])], precision: precision) {
        [exp(matmul($0[0], $0[1]))]
      }.text
    }
    #expect(try text(.float32).contains("precision = [HIGHEST, HIGHEST]"))
    #expect(try text(.tf32).contains("precision = [DEFAULT, DEFAULT]"))
    #expect(try text(.bfloat16).contains("(tensor<2x3xbf16>, tensor<3x2xbf16>) -> tensor<2x2xf32>"))
    #expect(try !text(.tf32).contains("bf16"))
  }

  /// Texts are what executables are kept by.
  @Test func textsRepeat() throws {
    func text() throws -> String {
      try module([TensorType([3, 4]), TensorType([2], .int32)]) { x in
        let carry = scan(from: x[0], count: 3) { c, step in
          (tanh(c) + Tensor.normal([3, 4], key: RandomKey(words: x[1]).folding(in: step)), c.sum())
        }
        return [carry.carry, carry.outputs]
      }.text
    }
    #expect(try text() == text())
  }

  @Test func whatHasNoFormIsNamed() throws {
    struct Opaque: Primitive {
      let name: String
      func outputTypes(_ inputs: TensorTypes) -> OutputTypes { OutputTypes(inputs[0]) }
      func evaluate(_ inputs: Buffers, _ outputs: Buffers) {}
    }
    func opaque(_ name: String, _ x: Tensor) -> Tensor { apply(Opaque(name: name), [x])[0] }
    do {
      _ = try module([TensorType([2])]) { x in
        let (_, y) = scan(from: x[0], count: 2) { c, _ in (opaque("inner", c), c) }
        return [opaque("first", exp(opaque("second", x[0]))), opaque("first", y)]
      }
      Issue.record("nothing was thrown")
    } catch let error as UnsupportedPrimitives {
      #expect(error.names.sorted() == ["first", "inner", "second"])
      #expect("\(error)".contains("first") && !"\(error)".contains("\n"))
    }
  }
}

@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment), .serialized)
struct StableHLOEdgeTests {
  let device: Device

  init() throws { device = try Device(plugin: XLAPlugin.path!) }

  private func compare(
    _ operands: [Tensor], tolerance: Float = 1e-5, _ body: @escaping ([Tensor]) -> [Tensor]
  ) {
    let found = compile(on: device) { (x: [Tensor]) in body(x) }(operands)
    for (i, (a, b)) in zip(found, body(operands)).enumerated() {
      #expect(a.type == b.type)
      if b.elementType == .int32 {
        #expect(a.int32Scalars == b.int32Scalars, "result \(i)")
      } else {
        for (x, y) in zip(a.scalars, b.scalars) {
          let isClose = x == y || x.isNaN && y.isNaN || abs(x - y) <= tolerance * max(1, abs(y))
          #expect(isClose, "result \(i): \(x), not \(y)")
        }
      }
    }
  }

  @Test func nothing() {
    let (none, key) = (Tensor.zeros([0, 3]), RandomKey(1))
    compare([none, Tensor.zeros([3, 0]), Tensor(int32: [], shape: [0]), Tensor.zeros([4, 3])]) {
      x in
      [
        exp(x[0]), x[0].sum(along: 0), x[0].sum(), x[1].logSumExp(along: 1), x[0].softmax(),
        matmul(x[1], x[0]), matmul(x[0], x[1]), x[3].gatheringRows(at: x[2]),
        x[0].scatterAddingRows(at: x[2], rows: 2), x[2].oneHot(depth: 3),
        Tensor.normal([0, 2], key: key), Tensor.concatenated([x[0], x[3]]), x[1].argmax(along: 1),
        Tensor.gumbelSoftmax(logits: x[0], temperature: Tensor(1), key: key),
        Tensor.categorical(logits: x[0], key: key),
        dense(x[0], weight: Tensor.zeros([3, 2]), bias: Tensor([1, 2])),
        dense(x[1], weight: Tensor.zeros([0, 2]), bias: Tensor([1, 2])),
        convolution2D(
          Tensor.zeros([0, 4, 4, 1]) + x[0].sum(), weight: Tensor.zeros([2, 2, 1, 3])),
        convolution2D(
          Tensor.zeros([2, 4, 4, 0]) + x[0].sum(), weight: Tensor.zeros([2, 2, 0, 3]),
          bias: Tensor([1, -2, 3]), activation: .relu),
        x[0].sliced(along: 1, 1..<1), x[1].transposed(), x[0].standardised(),
        Tensor.gumbelTopK(logits: x[3], k: 0, key: key),
      ]
    }
  }

  @Test func loops() {
    let weight = Tensor.normal([3, 3], key: RandomKey(1))
    let constants = Tensor.normal([40, 40], key: RandomKey(2))
    for length in [0, 1, 5] {
      compare([
        Tensor.normal([2, 3], key: RandomKey(3)), Tensor.normal([length, 2, 3], key: RandomKey(4)),
        weight,
      ]) { x in
        func loss(_ weight: Tensor) -> Tensor {
          let (last, all) = scan(from: Pair(x[0], Tensor(int32: 2)), over: x[1]) { carry, slice in
            // A loop inside, with constants and captured tensors.
            let (inner, rows) = scan(from: carry.first, count: 2) { h, step in
              let next = tanh(matmul(h, weight) + step.converted(to: .float32))
              return (next, next.sum(along: 1) + constants.sum() * 1e-3)
            }
            return (Pair(inner + slice, carry.second + carry.second), Pair(inner, rows))
          }
          return last.first.sum() + square(all.first).sum() + all.second.sum()
            + last.second.converted(to: .float32)
        }
        return [loss(x[2])] + gradient(at: [x[2]]) { loss($0[0]) }
      }
    }
  }

  /// Integers saturate and wrap around, and NaN is 0.
  @Test func integers() {
    let floats: [Float] = [
      0, -0.5, 0.99, 2_147_483_520, 2_147_483_648, 3e9, .infinity, -2_147_483_648, -2_147_483_904,
      -.infinity, .nan, 1e-45,
    ]
    compare([Tensor(floats), Tensor(int32: [.max, .min, -1, 7])]) { x in
      [
        x[0].converted(to: .int32), x[1] + Tensor(int32: 1), x[1] * x[1], x[1] - Tensor(int32: 2),
        x[1].converted(to: .float32),
      ]
    }
  }

  /// What traps on the host becomes NaN, or has no part.
  @Test func indicesOutside() {
    let run = compile(on: device) { (x: [Tensor]) in
      [
        x[0].gatheringRows(at: x[1]), x[0].scatterAddingRows(at: x[1], rows: 2),
        softmaxCrossEntropy(logits: x[0], labels: x[1]), x[1].oneHot(depth: 2),
      ]
    }
    let results = run([
      Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]), Tensor(int32: [-1, 1, 3]),
    ])
    #expect(results[0].scalars.map(\.isNaN) == [true, true, false, false, true, true])
    #expect(results[1].scalars == [0, 0, 3, 4])
    #expect(results[2].scalars.map(\.isNaN) == [true, false, true])
    #expect(results[3].scalars == [0, 0, 0, 1, 0, 0])
  }

  /// A processor's plug-in rounds operands to bfloat16 where it is asked to, and has no TF32.
  @Test func precisions() {
    let a = Tensor.normal([64, 64], key: RandomKey(1)),
      b = Tensor.normal([64, 64], key: RandomKey(2))
    func product(_ precision: Precision) -> Tensor {
      compile(on: device, precision: precision) { (x: [Tensor]) in matmul(x[0], x[1]) }([a, b])
    }
    let fine = matmul(a, b), coarse = matmul(roundedToBFloat16(a), roundedToBFloat16(b))
    func distance(_ a: Tensor, _ b: Tensor) -> Float { abs(a - b).max().scalar }
    #expect(distance(product(.float32), fine) < 1e-5)
    #expect(distance(product(.bfloat16), coarse) < 1e-5)
    #expect(distance(fine, coarse) > 1e-3)
    #expect(haveSameBits(product(.tf32), product(.float32)))
  }
}
