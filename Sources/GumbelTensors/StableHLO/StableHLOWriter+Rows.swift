extension StableHLOWriter {
  /// The largest element along an axis; NaN if there is one.
  public func max(_ x: HLOValue, _ axis: Int, keepingAxis: Bool = false) -> HLOValue {
    let hasNaN = reduce(
      "or", compare(x, .notEqual, x), axis, from: constant(false), keepingAxis: keepingAxis)
    return select(hasNaN, constant(.nan, like: x), largest(x, axis, keepingAxis: keepingAxis))
  }

  /// The largest element along an axis, where it does not matter what becomes of NaN: XLA's programs
  /// for processors pass over it.
  func largest(_ x: HLOValue, _ axis: Int, keepingAxis: Bool = false) -> HLOValue {
    reduce("maximum", x, axis, from: constant(-.infinity, like: x), keepingAxis: keepingAxis)
  }

  /// `log Σ exp(x)` along an axis; -inf where all elements are -inf.
  public func logSumExp(_ x: HLOValue, _ axis: Int) -> HLOValue {
    let top = largest(x, axis, keepingAxis: true)
    // Of infinities there are no differences.
    let shift = select(isFinite(top), top, constant(Float(0)))
    let sum = sum(unary("exponential", subtract(x, shift)), axis)
    return add(unary("log", sum), reshape(shift, sum.shape))
  }

  /// The lowest position of the largest element along an axis, NaN passed over; -1 where there is none.
  public func argmax(_ x: HLOValue, _ axis: Int) -> HLOValue {
    let none = constant(Int32.max)
    let isNumber = compare(x, .equal, x)
    let top = largest(
      select(isNumber, x, constant(-Float.infinity)), axis, keepingAxis: true)
    let places = select(compare(x, .equal, top), iota(x.shape, axis), none)
    let first = reduce("minimum", places, axis, from: none)
    return select(compare(first, .equal, none), constant(-1), first)
  }

  /// `exp(x) / Σ exp(x)` along the innermost axis.
  public func softmax(_ x: HLOValue) -> HLOValue {
    let powers = unary("exponential", subtract(x, largest(x, -1, keepingAxis: true)))
    return divide(powers, sum(powers, -1, keepingAxis: true))
  }

  /// `x - log Σ exp(x)` along the innermost axis.
  public func logSoftmax(_ x: HLOValue) -> HLOValue {
    let shifted = subtract(x, largest(x, -1, keepingAxis: true))
    let total = sum(unary("exponential", shifted), -1, keepingAxis: true)
    return subtract(shifted, unary("log", total))
  }

  /// Whether an element is neither infinite nor NaN.
  public func isFinite(_ x: HLOValue) -> HLOValue {
    elementwise(x) { x in
      let type = HLOType(x[0].shape, .boolean)
      return operation("stablehlo.is_finite \(x[0].name) : (\(x[0].type)) -> \(type)", type)
    }
  }

  /// Whether a position along a new innermost axis is the index; nowhere for one outside.
  public func isOneHot(_ index: HLOValue, depth: Int) -> HLOValue {
    let shape = index.shape + [depth]
    return compare(iota(shape, -1), .equal, reshape(index, index.shape + [1]))
  }

  /// Whether an index lies in 0 ..< limit.
  public func isInside(_ index: HLOValue, limit: Int) -> HLOValue {
    binary(
      "and", compare(index, .greaterOrEqual, constant(0)), compare(index, .less, constant(limit)))
  }

  /// Whether rows have at least so many elements above -inf, and no NaN.
  public func hasAtLeast(_ count: Int, finiteBelowIn x: HLOValue) -> HLOValue {
    let isAbove = convert(compare(x, .greater, constant(-Float.infinity)), to: .int32)
    let isNaN = convert(compare(x, .notEqual, x), to: .int32)
    let above = reduce("add", isAbove, -1, from: constant(0))
    let nans = reduce("add", isNaN, -1, from: constant(0))
    return binary(
      "and", compare(above, .greaterOrEqual, constant(count)), compare(nans, .equal, constant(0)))
  }

  /// A float as those of a value.
  public func constant(_ value: Float, like x: HLOValue) -> HLOValue {
    x.type.elementType == .float64 ? constant(Double(value)) : constant(value)
  }

  /// What there is for all rows, or one for each, as it broadcasts against rows.
  func perRow(_ x: HLOValue) -> HLOValue {
    x.shape.rank == 0 ? x : reshape(x, x.shape + [1])
  }

  // MARK: - By index

  /// Rows of a matrix; for an index outside of 0 ..< rows a row of NaN, or the nearest one of integers.
  public func gatherRows(_ table: HLOValue, at index: HLOValue) -> HLOValue {
    let (rows, width) = (table.shape[0], table.shape[1])
    let type = HLOType(index.shape + [width], table.type.elementType)
    if type.shape.count == 0 || rows == 0 { return missing(type) }
    let places = places(index)
    let rank = places.shape.rank
    let gathered = HLOType(
      places.shape.replacing(axis: -1, with: width), table.type.elementType)
    let found = reshape(
      operation(
        "\"stablehlo.gather\"(\(table.name), \(places.name)) <{dimension_numbers = "
          + "#stablehlo.gather<offset_dims = [\(rank - 1)], collapsed_slice_dims = [0], "
          + "start_index_map = [0], index_vector_dim = \(rank - 1)>, slice_sizes = array<i64: 1, "
          + "\(width)>}> : (\(table.type), \(places.type)) -> \(gathered)", gathered), type.shape)
    if table.type.elementType != .float32 { return found }
    let isInside = reshape(isInside(index, limit: rows), index.shape + [1])
    return select(isInside, found, missing(HLOType([], .float32)))
  }

  /// Indices, each as a vector of one: along one axis, but where devices may split another one.
  private func places(_ index: HLOValue) -> HLOValue {
    let whole = wholes[index.name] ?? index
    let isSplit = deviceCount > 1 && whole.shape.rank < Shape.maximumRank
    return reshape(whole, (isSplit ? whole.shape : [whole.shape.count]) + [1])
  }

  /// What stands for values that there are not.
  private func missing(_ type: HLOType) -> HLOValue {
    type.elementType == .float32 ? constant(Float.nan, type.shape) : zeros(type)
  }

  /// Rows added up at their indices in a matrix of zeros, but those whose index lies outside.
  public func scatterAddRows(_ rows: HLOValue, at index: HLOValue, count: Int) -> HLOValue {
    let width = rows.shape[-1]
    let result = zeros(HLOType([count, width]))
    if rows.shape.count == 0 || result.shape.count == 0 { return result }
    let places = places(index)
    let rank = places.shape.rank
    let updates = reshape(rows, places.shape.replacing(axis: -1, with: width))
    let (a, b, sum) = (makeName(), makeName(), makeName())
    return operation(
      """
      "stablehlo.scatter"(\(result.name), \(places.name), \(updates.name)) <{\
      indices_are_sorted = false, unique_indices = false, scatter_dimension_numbers = \
      #stablehlo.scatter<update_window_dims = [\(rank - 1)], inserted_window_dims = [0], \
      scatter_dims_to_operand_dims = [0], index_vector_dim = \(rank - 1)>}> ({
      ^bb0(\(a): tensor<f32>, \(b): tensor<f32>):
      \(sum) = stablehlo.add \(a), \(b) : tensor<f32>
      stablehlo.return \(sum) : tensor<f32>
      }) : (\(result.type), \(places.type), \(updates.type)) -> \(result.type)
      """, result.type)
  }
}
