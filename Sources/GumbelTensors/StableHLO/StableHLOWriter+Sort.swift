extension StableHLOWriter {
  /// Which elements come first.
  public enum Order {
    case ascending, descending
  }

  /// Values of one shape sorted together along an axis: by the first of them, and where its elements are
  /// equal by the second, for as many as there are orders. What is then equal keeps its order.
  public func sort(_ values: [HLOValue], along axis: Int, by orders: [Order]) -> [HLOValue] {
    let shape = values[0].shape
    if shape.count == 0 { return values }
    let elements = values.map { value in
      (0..<2).map { _ in
        HLOValue(name: makeName(), type: HLOType([], value.type.elementType))
      }
    }
    let result = makeName()
    let names = values.map(\.name).joined(separator: ", ")
    let arguments = elements.flatMap { $0 }.map { "\($0.name): \($0.type)" }
    line(
      "\(result):\(values.count) = \"stablehlo.sort\"(\(names)) <{dimension = "
        + "\(shape.resolved(axis: axis)) : i64, is_stable = true}> ({")
    line("^bb0(\(arguments.joined(separator: ", "))):")
    // From the last order to the first: it decides unless one before it does.
    var comesFirst: HLOValue?
    for (pair, order) in zip(elements, orders).reversed() {
      let isBefore = compare(pair[0], order == .ascending ? .less : .greater, pair[1])
      comesFirst =
        comesFirst.map {
          binary("or", isBefore, binary("and", compare(pair[0], .equal, pair[1]), $0))
        } ?? isBefore
    }
    line("stablehlo.return \(comesFirst!.name) : tensor<i1>")
    let types = values.map(\.type.description).joined(separator: ", ")
    line("}) : (\(types)) -> (\(types))")
    return values.indices.map { HLOValue(name: "\(result)#\($0)", type: values[$0].type) }
  }
}
