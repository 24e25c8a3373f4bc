import GumbelKernels
import GumbelTensors

/// The weights of classes, checked: at least one class has some.
///
/// They stay where they came from; an array or a tensor is only referred to.
struct ClassWeights: Sendable {
  enum Values: Sendable {
    case weights([Double])
    case logits([Double])
    case tensor(Tensor)
  }
  let values: Values
  let count: Int
  /// The largest value.
  let top: Double

  init(_ values: Values) throws(SamplingError) {
    self.values = values
    count =
      switch values {
      case .weights(let array), .logits(let array): array.count
      case .tensor(let tensor): tensor.count
      }
    if count == 0 { throw .noClasses }
    require(
      count <= Int(Int32.max), "CategoricalSampler: \(count) classes, expected at most 2^31 - 1")
    var top = 0.0
    let bad = values.withKernelWeights(count: count, top: 0) { weights in
      defer { top = weights.pointee.top }
      return gk_check_weights(weights)
    }
    self.top = top
    if bad < count { throw values.error(at: bad) }
    switch values {
    case .weights where top == 0: throw .noMass(classes: count, areLogits: false)
    case .logits where top == -.infinity, .tensor where top == -.infinity:
      throw .noMass(classes: count, areLogits: true)
    default: break
    }
  }

  func withKernelWeights<Result>(_ body: (UnsafePointer<gk_weights>) -> Result) -> Result {
    values.withKernelWeights(count: count, top: top) { body($0) }
  }

  /// Float32 logits of the same distribution, the largest 0 unless they are a tensor's own: so what
  /// rounding changes is the odds of rare classes, by 10⁻⁶ at most where they are above 10⁻⁷.
  var floatLogits: Tensor {
    switch values {
    case .tensor(let tensor): tensor
    case .logits(let logits):
      Tensor(
        logits.map { top == .infinity ? ($0 == top ? 0 : -.infinity) : Float($0 - top) })
    case .weights(let weights):
      Tensor(weights.map { Float(logarithm($0 / top)) })
    }
  }
}

extension ClassWeights.Values {
  fileprivate func withKernelWeights<Result>(
    count: Int, top: Double, _ body: (UnsafeMutablePointer<gk_weights>) -> Result
  ) -> Result {
    func call(_ pointer: UnsafeRawPointer?, _ kind: gk_weight_kind) -> Result {
      var weights = gk_weights(values: pointer, k: count, kind: kind, top: top)
      return body(&weights)
    }
    switch self {
    case .weights(let array):
      return array.withUnsafeBytes { call($0.baseAddress, GK_WEIGHTS) }
    case .logits(let array):
      return array.withUnsafeBytes { call($0.baseAddress, GK_LOGITS) }
    case .tensor(let tensor):
      return tensor.withFloats { call($0.baseAddress, GK_LOGITS_F32) }
    }
  }

  fileprivate func error(at index: Int) -> SamplingError {
    switch self {
    case .weights(let array): .badWeight(array[index], index: index)
    case .logits(let array): .badLogit(array[index], index: index)
    case .tensor: .badLogit(.nan, index: index)
    }
  }
}
