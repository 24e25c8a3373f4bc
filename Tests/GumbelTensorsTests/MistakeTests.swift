import GumbelTensors
import Testing

/// Mistakes of the programmer, each of which ends the process.
enum Mistake: String, CaseIterable, Codable, Sendable {
  case addShapes, addTypes, valuesDoNotFill, rankTooHigh, negativeExtent, noSuchAxis
  case reshapeCount, broadcastDown, transposeOrder, sliceOutside, indexOutside, emptyMaximum
  case concatenateShapes, concatenateTypes, gatherOutside, gatherNegative, scatterOutside
  case matmulInner, matmulOuter, matmulVector, denseBias, readInt, readFloat, scalarOfMany
  case softmaxOfScalar, labelOutside, labelOutsideOfManyClasses, labelNegative, labelShape
  case gradientOfMany, gradientOfInt, readInCompile, stateChangesShape, emptyClasses
  case readAfterCompile, usedAfterCompile, usedAfterScan, sharedByCompiled, stateChangesSetting
  case kernelTooLarge, kernelChannels, sizeOfTransposed
  case temperatureShape, categoricalShape, sumOfInt, stepOfFloat, topKOfTooFew, compareFraction

  func commit() {
    let x = Tensor.ones([2, 3])
    switch self {
    case .addShapes: _ = x + Tensor.ones([2])
    case .addTypes: _ = x + Tensor(int32: 1)
    case .valuesDoNotFill: _ = Tensor([1, 2, 3], shape: [2, 2])
    case .rankTooHigh: _ = Shape([1, 1, 1, 1, 1, 1, 1])
    case .negativeExtent: _ = Shape([-1])
    case .noSuchAxis: _ = x.sum(along: 2)
    case .reshapeCount: _ = x.reshaped(to: [4])
    case .broadcastDown: _ = x.broadcast(to: [3])
    case .transposeOrder: _ = x.transposed([0, 0])
    case .sliceOutside: _ = x.sliced(along: 1, 2..<4)
    case .indexOutside: _ = x[2]
    case .emptyMaximum: _ = Tensor.zeros([0]).max()
    case .concatenateShapes: _ = Tensor.concatenated([x, Tensor.ones([2, 2])])
    case .concatenateTypes: _ = Tensor.concatenated([Tensor([1]), Tensor(int32: [1])])
    case .gatherOutside: _ = x.gatheringRows(at: Tensor(int32: [0, 2]))
    case .gatherNegative: _ = x.gatheringRows(at: Tensor(int32: [-1]))
    case .scatterOutside: _ = x.scatterAddingRows(at: Tensor(int32: [0, 5]), rows: 5)
    case .matmulInner: _ = matmul(x, x)
    case .matmulOuter: _ = matmul(Tensor.ones([2, 2, 3]), Tensor.ones([3, 3, 2]))
    case .matmulVector: _ = matmul(x, Tensor.ones([3]))
    case .denseBias: _ = dense(x, weight: Tensor.ones([3, 4]), bias: Tensor.ones([3]))
    case .readInt: _ = x.int32Scalars
    case .readFloat: _ = Tensor(int32: [1]).scalars
    case .scalarOfMany: _ = x.scalar
    case .softmaxOfScalar: _ = Tensor(1).softmax()
    case .labelOutside: _ = softmaxCrossEntropy(logits: x, labels: Tensor(int32: [0, 3]))
    case .labelOutsideOfManyClasses:
      _ = gradient(at: Tensor.ones([1, 100])) {
        softmaxCrossEntropy(logits: $0, labels: Tensor(int32: [1_000_000])).sum()
      }
    case .labelNegative: _ = softmaxCrossEntropy(logits: x, labels: Tensor(int32: [-1, 0]))
    case .labelShape: _ = softmaxCrossEntropy(logits: x, labels: Tensor(int32: [0]))
    case .gradientOfMany: _ = gradient(at: x) { $0 }
    case .gradientOfInt: _ = gradient(at: x) { $0.argmax()[0] }
    case .kernelTooLarge:
      _ = convolution2D(Tensor.ones([2, 3, 1]), weight: Tensor.ones([3, 3, 1, 1]))
    case .kernelChannels:
      _ = convolution2D(Tensor.ones([3, 3, 2]), weight: Tensor.ones([3, 3, 1, 1]))
    case .sizeOfTransposed:
      _ = transposedConvolution2D(
        Tensor.ones([3, 3, 1]), weight: Tensor.ones([2, 2, 1, 1]), stride: 2, size: (8, 6))
    case .readInCompile:
      let f = compile { (_: inout EmptyGroup, x: Tensor) in x * x.sum().scalar }
      var empty = EmptyGroup()
      _ = f(&empty, x)
    case .readAfterCompile: _ = Self.escaped(from: x).scalars
    case .usedAfterCompile:
      let escaped = Self.escaped(from: x)
      _ = gradient(at: Tensor(1)) { ($0 * escaped).sum() }
    case .usedAfterScan:
      var escaped = x
      _ = scan(from: Tensor(0), over: x) { sum, row in
        escaped = exp(row)
        return (sum + row.sum(), EmptyGroup())
      }
      _ = escaped.sum()
    case .sharedByCompiled:
      let escaped = Self.escaped(from: x)
      let f = compile { (x: Tensor) in x * escaped }
      _ = f(x)
    case .stateChangesSetting:
      var state = Noted()
      let f = compile { (state: inout Noted) in
        state.setting += 1
        return EmptyGroup()
      }
      _ = f(&state)
    case .stateChangesShape:
      let f = compile { (state: inout Tensor, _: EmptyGroup) -> EmptyGroup in
        state = state.sum(along: 0)
        return EmptyGroup()
      }
      var state = x
      _ = f(&state, EmptyGroup())
    case .emptyClasses: _ = Tensor.categorical(logits: Tensor.ones([2, 0]), key: RandomKey(1))
    case .temperatureShape:
      _ = Tensor.gumbelSoftmax(logits: x, temperature: Tensor.ones([3]), key: RandomKey(1))
    case .categoricalShape: _ = Tensor.categorical(logits: x, shape: [3], key: RandomKey(1))
    case .sumOfInt: _ = Tensor(int32: [1, 2]).sum()
    case .topKOfTooFew: _ = Tensor.gumbelTopK(logits: x, k: 4, key: RandomKey(1))
    case .compareFraction: _ = Tensor(int32: 1) .== 0.5
    case .stepOfFloat: _ = RandomKey(1).folding(in: Tensor(1))
    }
  }

  /// A tensor of a compiled function that left it by another way than its result.
  private static func escaped(from x: Tensor) -> Tensor {
    var escaped = x
    let f = compile { (x: Tensor) in
      escaped = exp(x)
      return escaped.sum()
    }
    _ = f(x)
    return escaped
  }
}

private struct Noted: TensorGroup {
  var setting = 0
  mutating func visit(_ visitor: inout some TensorVisitor) { visitor.note("setting", setting) }
}

@Suite(.serialized) struct MistakeTests {
  @Test(arguments: Mistake.allCases)
  func ends(_ mistake: Mistake) async {
    await #expect(processExitsWith: .failure) { [mistake] in mistake.commit() }
  }
}
