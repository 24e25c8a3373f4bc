/// Sums of vectors and of their components' squares, in double precision.
///
/// The vectors are counted from the first one, so that small variances keep their digits and equal
/// vectors have none at all.
struct GradientSums {
  private(set) var count = 0
  private let width: Int
  private var origin: [Double] = []
  private var sums, squares: [Double]

  init(width: Int) {
    self.width = width
    sums = [Double](repeating: 0, count: width)
    squares = sums
  }

  /// Takes in rows of `width` numbers.
  mutating func add(_ rows: [Float]) {
    if origin.isEmpty { origin = rows.prefix(width).map(Double.init) }
    count += width == 0 ? 0 : rows.count / width
    rows.withUnsafeBufferPointer { rows in
      var index = 0
      while index < rows.count {
        for i in 0..<width {
          let difference = Double(rows[index + i]) - origin[i]
          sums[i] += difference
          squares[i] += difference * difference
        }
        index += width
      }
    }
  }

  var mean: [Double] { zip(origin, sums).map { $0 + $1 / Double(count) } }

  /// Of each component of one vector; 0 where there is but one vector.
  var variances: [Double] {
    zip(sums, squares).map { sum, squares in
      max(squares - sum * sum / Double(count), 0) / Double(max(count - 1, 1))
    }
  }

  /// Of each component of the mean.
  var standardErrors: [Double] { variances.map { ($0 / Double(count)).squareRoot() } }
}
