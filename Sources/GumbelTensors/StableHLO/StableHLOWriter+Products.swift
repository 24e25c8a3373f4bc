extension StableHLOWriter {
  /// The product of two values of float32: `batch` outer dimensions side by side, one of each summed
  /// over, then what is left of the first and of the second.
  public func product(
    _ a: HLOValue, _ b: HLOValue, batch: Int, contracting axes: (Int, Int), _ shape: Shape
  ) -> HLOValue {
    if batch == 0, let folded = productOfFolded(a, b, contracting: axes, shape) { return folded }
    return product(a, b, batch: batch, contracting: ([axes.0], [axes.1]), shape)
  }

  /// The same with several dimensions to be summed over.
  func product(
    _ a: HLOValue, _ b: HLOValue, batch: Int, contracting axes: ([Int], [Int]), _ shape: Shape
  ) -> HLOValue {
    let (x, y) = (factor(a), factor(b))
    let sides = Array(0..<batch)
    let batching = batch == 0 ? "" : "batching_dims = \(sides) x \(sides), "
    let type = HLOType(shape)
    return operation(
      "stablehlo.dot_general \(x.name), \(y.name), \(batching)contracting_dims = \(axes.0) x "
        + "\(axes.1), precision = [\(precisionName), \(precisionName)] : (\(x.type), \(y.type)) "
        + "-> \(type)", type)
  }

  /// An operand as products take it.
  func factor(_ x: HLOValue) -> HLOValue {
    precision == .bfloat16 ? convert(x, to: .bfloat16) : x
  }

  /// What StableHLO calls it.
  var precisionName: String { precision == .float32 ? "HIGHEST" : "DEFAULT" }
}
