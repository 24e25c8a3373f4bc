import GumbelMPI
import GumbelOptimizers
import GumbelTensors
import Testing
import _GumbelTestSupport

@testable import GumbelTraining

/// A slope through the origin, of whose points those count that a mask names.
private struct MaskedLine: LossModel {
  var slope = Tensor(0)

  struct Batch: TensorGroup {
    var points, mask: Tensor
    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("points", &points)
      visitor.visit("mask", &mask)
    }
  }

  static let termNames = ["loss"]
  static func meanCount(of batch: Batch) -> Tensor? { batch.mask.sum() }

  mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("slope", &slope) }

  func loss(on batch: Batch, weight: Tensor, key: RandomKey) -> [Tensor] {
    let errors = square(slope * batch.points - 2 * batch.points) * batch.mask
    return [errors.sum() / batch.mask.sum()]
  }
}

/// Players whose losses cannot be cut.
private struct Whole: AdversarialModel {
  var generator = Tensor(0)
  var discriminator = Tensor(0)
  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("generator", &generator)
    visitor.visit("discriminator", &discriminator)
  }
  func discriminatorLoss(on batch: Tensor, step: Int, key: RandomKey) -> (Tensor) -> Tensor {
    { square($0 - batch.mean()) }
  }
  func generatorLoss(on batch: Tensor, key: RandomKey) -> (Tensor) -> Tensor { { square($0) } }
  mutating func anneal(to temperature: Double) {}
}

@Suite struct DataParallelismTests {
  private typealias LineTraining = Training<Descent<Line, Adam>>

  private func trained(shards: Int, compiled: Bool = true) throws -> LineTraining {
    var training = TrainingTests.training()
    try training.share(by: DataParallelism(shards: shards, among: .single))
    _ = try training.run(on: { Line.batch($0) }, compiled: compiled)
    return training
  }

  @Test func oneShardIsAStepAsItIs() throws {
    var plain = TrainingTests.training()
    _ = try plain.run(on: { Line.batch($0) })
    #expect(try trained(shards: 1).digest == plain.digest)
  }

  @Test(arguments: [2, 8, 16]) func shardsAreCompiledToTheSameBits(shards: Int) throws {
    let (compiled, eager) = (
      try trained(shards: shards), try trained(shards: shards, compiled: false)
    )
    #expect(compiled.digest == eager.digest)
    #expect(compiled.history == eager.history)
    #expect(compiled.namedTensors.map(\.name) == TrainingTests.training().namedTensors.map(\.name))
    // Other draws and another order of sums, but the same problem.
    #expect(abs(compiled.model.slope.scalar - 2) < 0.2)
  }

  /// The gradient is the mean of those on quarters of the batch, each with a key of its own, added up as a
  /// tree.
  @Test func aStepIsTheMeanOverShards() throws {
    var descent = Descent(Line(), by: SGD(for: Line(), learningRate: 1), plan: Line.plan())
    try descent.share(by: DataParallelism(shards: 4, among: .single))
    descent.setRates(at: 0)
    let (batch, key) = (Line.batch(0), RandomKey(5))
    let terms = descent.trainStep(on: batch, key: key)
    let parts = (0..<4).map { s in
      valueAndGradient(at: Line()) { line in
        line.loss(
          on: batch[(4 * s)..<(4 * s + 4)], weight: Tensor(0), key: key.folding(in: s))[0]
      }
    }
    func mean(_ value: (Int) -> Float) -> Float {
      ((value(0) + value(1)) + (value(2) + value(3))) / 4
    }
    #expect(terms[0].scalar == mean { parts[$0].value.scalar })
    let slope = mean { parts[$0].gradient.slope.scalar }
    #expect(abs(descent.model.slope.scalar + Float(Line.plan().learningRate(0)) * slope) < 1e-6)
  }

  /// Shards in which unequally many points count: the mean is still over the points.
  @Test func shardsWeighAsMuchAsCounts() throws {
    let batch = MaskedLine.Batch(
      points: Tensor([1, 5, 2, 3, 7, 1, 0, 4]), mask: Tensor([1, 0, 1, 1, 0, 1, 1, 0]))
    func step(shards: Int) throws -> (loss: Float, slope: Float) {
      var descent = Descent(
        MaskedLine(), by: SGD(for: MaskedLine(), learningRate: 1),
        plan: DescentPlan(epochs: 1, stepsPerEpoch: 1))
      try descent.share(by: DataParallelism(shards: shards, among: .single))
      descent.setRates(at: 0)
      let loss = descent.trainStep(on: batch, key: RandomKey(0))[0].scalar
      return (loss, descent.model.slope.scalar)
    }
    let (whole, cut) = (try step(shards: 1), try step(shards: 4))
    #expect(abs(whole.loss - cut.loss) < 1e-5 * whole.loss)
    #expect(abs(whole.slope - cut.slope) < 1e-5 * abs(whole.slope))
  }

  @Test(arguments: [0, 3, 12, 1 << 17]) func otherNumbersAreRefused(shards: Int) {
    #expect(throws: ShardsError.self) { try DataParallelism(shards: shards, among: .single) }
  }

  @Test func whatCannotBeCutIsRefused() throws {
    var training = Training(
      Adversarial(Whole(), plan: AdversarialPlan(epochs: 1, stepsPerEpoch: 1)), key: RandomKey(0))
    #expect(throws: ShardsError.self) {
      try training.share(by: DataParallelism(shards: 2, among: .single))
    }
    try training.share(by: .none)
  }

  @Test func digestsTellTensorsApart() {
    let x = Tensor([1, 2, 3])
    #expect(x.digest == Tensor([1, 2, 3]).digest)
    #expect(x.digest != Tensor([1, 2, 3.0000002]).digest)
    #expect(x.digest != Tensor([2, 1, 3]).digest)
    #expect([x, Tensor([4])].digest != [Tensor([1, 2]), Tensor([3, 4])].digest)
    #expect(Tensor([0]).digest != Tensor([0, 0]).digest)
  }
}
