/// Counts of values in buckets, as TensorBoard's histograms have them.
struct Histogram {
  private static let buckets = 30

  private let least, largest, sum, squares: Double
  private let count: Int
  /// The upper ends of the buckets, and how many values each has.
  private let limits, counts: [Double]

  /// Nil where no value is finite.
  init?(of values: [Float]) {
    let values = values.lazy.filter(\.isFinite)
    guard let least = values.min(), let largest = values.max() else { return nil }
    (self.least, self.largest) = (Double(least), Double(largest))
    var (count, sum, squares) = (0, 0.0, 0.0)
    // Values that are all the same have one bucket.
    let number = least == largest ? 1 : Self.buckets
    let width = (Double(largest) - Double(least)) / Double(number)
    var counts = [Double](repeating: 0, count: number)
    for value in values {
      let value = Double(value)
      count += 1
      sum += value
      squares += value * value
      let place = width > 0 ? Int((value - Double(least)) / width) : 0
      counts[min(place, number - 1)] += 1
    }
    (self.count, self.sum, self.squares, self.counts) = (count, sum, squares, counts)
    limits = (1...number).map {
      $0 == number ? Double(largest) : Double(least) + Double($0) * width
    }
  }

  /// The message `HistogramProto`.
  func write(to message: inout ProtocolBuffer) {
    message.append(1, double: least)
    message.append(2, double: largest)
    message.append(3, double: Double(count))
    message.append(4, double: sum)
    message.append(5, double: squares)
    message.append(6, doubles: limits)
    message.append(7, doubles: counts)
  }
}
