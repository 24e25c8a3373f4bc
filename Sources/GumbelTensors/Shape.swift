/// The extents of a tensor, outermost first; `[]` is the shape of a scalar.
///
/// A shape holds at most ``maximumRank`` extents, each below 2³¹, inline: making one never
/// allocates.
public struct Shape: Hashable, Sendable {
  /// The largest number of dimensions.
  public static let maximumRank = 6

  // A tuple rather than a SIMD vector: the vector's alignment would double the size of a tensor.
  private var extents: (Int32, Int32, Int32, Int32, Int32, Int32)
  private var storedRank: Int32

  /// The number of dimensions.
  public var rank: Int { Int(storedRank) }

  /// Creates the shape of a scalar.
  public init() {
    extents = (0, 0, 0, 0, 0, 0)
    storedRank = 0
  }

  /// Creates a shape. Traps on a negative extent, on one of 2³¹ or more and on too many of them.
  public init(_ dimensions: some Sequence<Int>) {
    self.init()
    for extent in dimensions { append(extent) }
  }

  /// Adds an innermost dimension.
  public mutating func append(_ extent: Int) {
    require(
      rank < Self.maximumRank, "a shape has at most \(Self.maximumRank) dimensions")
    require(
      extent >= 0 && extent <= Int(Int32.max),
      "an extent lies between 0 and \(Int32.max), found \(extent)")
    let position = rank
    storedRank += 1
    withExtents { $0[position] = Int32(truncatingIfNeeded: extent) }
  }

  @inline(__always)
  private mutating func withExtents<R>(_ body: (UnsafeMutablePointer<Int32>) -> R) -> R {
    withUnsafeMutablePointer(to: &extents) {
      $0.withMemoryRebound(to: Int32.self, capacity: Self.maximumRank, body)
    }
  }

  /// Calls `body` with the extents as the kernels take them.
  @inline(__always)
  package func withInt32Extents<R>(_ body: (UnsafePointer<Int32>) -> R) -> R {
    withUnsafePointer(to: extents) {
      $0.withMemoryRebound(to: Int32.self, capacity: Self.maximumRank, body)
    }
  }

  /// The extent of a dimension; a negative axis counts from the innermost, -1.
  ///
  /// Traps where there is no such axis.
  public subscript(axis: Int) -> Int {
    get {
      let axis = resolved(axis: axis)
      return withInt32Extents { Int($0[axis]) }
    }
    set {
      let axis = resolved(axis: axis)
      require(newValue >= 0 && newValue <= Int(Int32.max), "extent out of range: \(newValue)")
      withExtents { $0[axis] = Int32(truncatingIfNeeded: newValue) }
    }
  }

  /// The number of elements: the product of the extents, 1 for a scalar.
  public var count: Int {
    withInt32Extents { extents in
      var product = 1
      for axis in 0..<rank { product *= Int(extents[axis]) }
      return product
    }
  }

  /// The extents as an array.
  public var dimensions: [Int] { (0..<rank).map { self[$0] } }

  /// An axis between 0 and `rank - 1`, for one that may count from the end.
  @inline(__always)
  package func resolved(axis: Int) -> Int {
    let position = axis < 0 ? axis + rank : axis
    if position < 0 || position >= rank { rejectAxis(axis) }
    return position
  }

  // Apart, so that what runs everywhere stays small.
  @inline(never)
  private func rejectAxis(_ axis: Int) -> Never {
    fatalError("axis \(axis) does not exist in a tensor of shape \(self)")
  }

  /// The elements outside and inside an axis: the tensor viewed as `[outer, self[axis], inner]`.
  package func extents(around axis: Int) -> (outer: Int, inner: Int) {
    var outer = 1
    var inner = 1
    for other in 0..<rank {
      if other < axis { outer *= self[other] }
      if other > axis { inner *= self[other] }
    }
    return (outer, inner)
  }

  /// This shape without one of its dimensions.
  public func removing(axis: Int) -> Shape {
    let axis = resolved(axis: axis)
    var result = Shape()
    for other in 0..<rank where other != axis { result.append(self[other]) }
    return result
  }

  /// This shape with one extent changed.
  public func replacing(axis: Int, with extent: Int) -> Shape {
    var result = self
    result[axis] = extent
    return result
  }

  /// The first `count` dimensions.
  public func prefix(_ count: Int) -> Shape {
    var result = Shape()
    for axis in 0..<count { result.append(self[axis]) }
    return result
  }

  /// These dimensions followed by those of another shape.
  public static func + (outer: Shape, inner: Shape) -> Shape {
    var result = outer
    for axis in 0..<inner.rank { result.append(inner[axis]) }
    return result
  }

  /// The shape that two operands take together: aligned at the innermost axis, extents are equal
  /// or one of them is 1. Nil where they do not fit.
  public func broadcast(with other: Shape) -> Shape? {
    if self == other { return self }
    let rank = Swift.max(self.rank, other.rank)
    var result = Shape()
    for axis in (1...Swift.max(rank, 1)).reversed() where axis <= rank {
      let a = axis <= self.rank ? self[-axis] : 1
      let b = axis <= other.rank ? other[-axis] : 1
      guard a == b || a == 1 || b == 1 else { return nil }
      result.append(a == 1 ? b : a)
    }
    return result
  }

  public static func == (a: Shape, b: Shape) -> Bool {
    a.storedRank == b.storedRank
      && a.extents.0 == b.extents.0 && a.extents.1 == b.extents.1
      && a.extents.2 == b.extents.2 && a.extents.3 == b.extents.3
      && a.extents.4 == b.extents.4 && a.extents.5 == b.extents.5
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(storedRank)
    for axis in 0..<rank { hasher.combine(self[axis]) }
  }
}

extension Shape: ExpressibleByArrayLiteral {
  public init(arrayLiteral dimensions: Int...) { self.init(dimensions) }
}

extension Shape: CustomStringConvertible {
  public var description: String {
    "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
  }
}
