extension StableHLOWriter {
  /// The elements in another shape of as many.
  public func reshape(_ x: HLOValue, _ shape: Shape) -> HLOValue {
    if x.shape == shape { return x }
    if let splat = splat(like: x, shape) { return splat }
    if let folded = folding(x, to: shape) { return folded }
    let type = HLOType(shape, x.type.elementType)
    return operation("stablehlo.reshape \(x.name) : (\(x.type)) -> \(type)", type)
  }

  /// The value repeated along the dimensions in which it has extent 1 or none, aligned at the innermost.
  public func broadcast(_ x: HLOValue, _ shape: Shape) -> HLOValue {
    let first = shape.rank - x.shape.rank
    return broadcast(x, shape, along: (0..<x.shape.rank).map { $0 + first })
  }

  /// The value repeated, its dimensions being these of the result.
  public func broadcast(_ x: HLOValue, _ shape: Shape, along axes: [Int]) -> HLOValue {
    if x.shape == shape { return x }
    if let splat = splat(like: x, shape) { return splat }
    if let folded = broadcastingFolded(x, shape, along: axes) { return folded }
    let type = HLOType(shape, x.type.elementType)
    return operation(
      "stablehlo.broadcast_in_dim \(x.name), dims = \(axes) : (\(x.type)) -> \(type)", type)
  }

  /// Dimension d of the result is dimension `order[d]`.
  public func transpose(_ x: HLOValue, _ order: [Int]) -> HLOValue {
    let type = HLOType(Shape(order.map { x.shape[$0] }), x.type.elementType)
    return operation(
      "stablehlo.transpose \(x.name), dims = \(order) : (\(x.type)) -> \(type)", type)
  }

  /// The part between two positions of an axis.
  public func slice(_ x: HLOValue, _ axis: Int, _ range: Range<Int>) -> HLOValue {
    let axis = x.shape.resolved(axis: axis)
    let type = HLOType(x.shape.replacing(axis: axis, with: range.count), x.type.elementType)
    let parts = x.shape.dimensions.enumerated().map { other, extent in
      other == axis ? "\(range.lowerBound):\(range.upperBound)" : "0:\(extent)"
    }
    return operation(
      "stablehlo.slice \(x.name) [\(parts.joined(separator: ", "))] : (\(x.type)) -> \(type)", type)
  }

  /// The values one after the other along an axis.
  public func concatenate(_ parts: [HLOValue], _ axis: Int) -> HLOValue {
    let axis = parts[0].shape.resolved(axis: axis)
    let extent = parts.reduce(0) { $0 + $1.shape[axis] }
    let type = HLOType(
      parts[0].shape.replacing(axis: axis, with: extent), parts[0].type.elementType)
    return operation(
      "stablehlo.concatenate \(parts.map(\.name).joined(separator: ", ")), dim = \(axis) : "
        + "(\(parts.map(\.type.description).joined(separator: ", "))) -> \(type)", type)
  }

  /// The value with an element repeated at both ends of an axis; negative counts cut elements off.
  public func pad(
    _ x: HLOValue, with element: HLOValue, _ axis: Int, before: Int, after: Int
  ) -> HLOValue {
    let axis = x.shape.resolved(axis: axis)
    let type = HLOType(
      x.shape.replacing(axis: axis, with: before + x.shape[axis] + after), x.type.elementType)
    func along(_ count: Int) -> [Int] { (0..<x.shape.rank).map { $0 == axis ? count : 0 } }
    return operation(
      "stablehlo.pad \(x.name), \(element.name), low = \(along(before)), high = \(along(after)), "
        + "interior = \(along(0)) : (\(x.type), \(element.type)) -> \(type)", type)
  }

  /// The positions along an axis.
  public func iota(
    _ shape: Shape, _ axis: Int, _ elementType: HLOElementType = .int32
  ) -> HLOValue {
    let type = HLOType(shape, elementType)
    return operation("stablehlo.iota dim = \(shape.resolved(axis: axis)) : \(type)", type)
  }

  /// The value with the order along some axes reversed.
  public func reverse(_ x: HLOValue, _ axes: [Int]) -> HLOValue {
    operation("stablehlo.reverse \(x.name), dims = \(axes) : \(x.type)", x.type)
  }

  /// Each element in another element type, by value.
  public func convert(_ x: HLOValue, to elementType: HLOElementType) -> HLOValue {
    if x.type.elementType == elementType { return x }
    return elementwise(x) { x in
      let type = HLOType(x[0].shape, elementType)
      return operation("stablehlo.convert \(x[0].name) : (\(x[0].type)) -> \(type)", type)
    }
  }

  /// Each element in another element type of as many bits, by its bits.
  public func bitcast(_ x: HLOValue, to elementType: HLOElementType) -> HLOValue {
    if x.type.elementType == elementType { return x }
    return elementwise(x) { x in
      let type = HLOType(x[0].shape, elementType)
      return operation("stablehlo.bitcast_convert \(x[0].name) : (\(x[0].type)) -> \(type)", type)
    }
  }
}
