// Outer axes as one.
//
// Much is computed of rows, whatever the axes that they lie along: of [time, batch, width] as of
// [time · batch, width]. Devices that split the batch could not split that, since the rows of a part of
// the batch are no range of those. So the writer for several devices goes on with the whole value, as it
// was before its outer axes were folded into one, where that gives the same; what is folded is written
// beside, and counts only where something needs it.
extension StableHLOWriter {
  /// How many of a shape's outer axes are the first one of another; nil where none have to be folded.
  private func foldedCount(of whole: Shape, in shape: Shape) -> Int? {
    guard deviceCount > 1, whole.rank > 1, shape.rank > 0, whole.count > 0, whole[0] > 1 else {
      return nil
    }
    var (count, extent) = (1, whole[0])
    while extent < shape[0], count < whole.rank {
      extent *= whole[count]
      count += 1
    }
    return extent == shape[0] && count > 1 && count + shape.rank - 1 <= Shape.maximumRank
      ? count : nil
  }

  /// A shape with the outer axes of another one for its first.
  private func unfolded(_ shape: Shape, _ count: Int, of whole: Shape) -> Shape {
    whole.prefix(count) + Shape(shape.dimensions.dropFirst())
  }

  /// A value in another shape that folds outer axes; nil where it does not.
  func folding(_ x: HLOValue, to shape: Shape) -> HLOValue? {
    if let whole = wholes[x.name] { return reshape(whole, shape) }
    guard let count = foldedCount(of: x.shape, in: shape) else { return nil }
    return folded(reshape(x, unfolded(shape, count, of: x.shape)), to: shape)
  }

  /// A value with its outer axes as one.
  private func folded(_ whole: HLOValue, to shape: Shape) -> HLOValue {
    let type = HLOType(shape, whole.type.elementType)
    let result = operation("stablehlo.reshape \(whole.name) : (\(whole.type)) -> \(type)", type)
    wholes[result.name] = whole
    return result
  }

  /// What is computed of each element of values of one shape.
  func elementwise(_ x: HLOValue..., compute: ([HLOValue]) -> HLOValue) -> HLOValue {
    guard let whole = x.lazy.compactMap({ self.wholes[$0.name] }).first else { return compute(x) }
    return folded(compute(x.map { reshape($0, whole.shape) }), to: x[0].shape)
  }

  /// A folded value repeated along inner axes; nil for others.
  func broadcastingFolded(_ x: HLOValue, _ shape: Shape, along axes: [Int]) -> HLOValue? {
    guard let (whole, count) = foldedParts(x), axes[0] == 0, x.shape[0] == shape[0],
      count + shape.rank - 1 <= Shape.maximumRank
    else { return nil }
    let inner = axes.dropFirst().map { $0 + count - 1 }
    return folded(
      broadcast(whole, unfolded(shape, count, of: whole.shape), along: Array(0..<count) + inner),
      to: shape)
  }

  /// An axis of a folded value reduced; nil for others.
  func reducingFolded(_ name: String, _ x: HLOValue, _ axis: Int, from initial: HLOValue)
    -> HLOValue?
  {
    guard let (whole, count) = foldedParts(x) else { return nil }
    if axis == 0 { return reduce(name, whole, Array(0..<count), from: initial) }
    return folded(
      reduce(name, whole, [axis + count - 1], from: initial), to: x.shape.removing(axis: axis))
  }

  /// The product of matrices with folded rows, over the rows or of each; nil for others.
  func productOfFolded(
    _ a: HLOValue, _ b: HLOValue, contracting axes: (Int, Int), _ shape: Shape
  ) -> HLOValue? {
    if axes == (0, 0), let (whole, count) = foldedParts(a) ?? foldedParts(b) {
      func rows(_ x: HLOValue) -> HLOValue { reshape(x, unfolded(x.shape, count, of: whole.shape)) }
      let all = Array(0..<count)
      return product(rows(a), rows(b), batch: 0, contracting: (all, all), shape)
    }
    guard axes.0 > 0, let (whole, count) = foldedParts(a) else { return nil }
    return folded(
      product(
        whole, b, batch: 0, contracting: ([axes.0 + count - 1], [axes.1]),
        unfolded(shape, count, of: whole.shape)), to: shape)
  }

  /// What was folded, and how many of its axes.
  private func foldedParts(_ x: HLOValue) -> (whole: HLOValue, count: Int)? {
    wholes[x.name].map { ($0, $0.shape.rank - x.shape.rank + 1) }
  }
}
