import GumbelTensors

/// Sums in an order that does not depend on who adds what: a binary tree over the numbers of the summands.
public enum TreeSum {
  /// Adds vectors that lie one after another, into the first one; the others' memory is used.
  static func add(_ x: UnsafeMutablePointer<Float>, count: Int, stride n: Int) {
    var width = 1
    while width < count {
      for i in Swift.stride(from: 0, to: count - width, by: 2 * width) {
        let (sum, summand) = (x + i * n, x + (i + width) * n)
        for j in 0..<n { sum[j] += summand[j] }
      }
      width *= 2
    }
  }

  /// The sum of summands by the same tree.
  public static func of(_ summands: [Tensor]) -> Tensor {
    var sums = summands
    var width = 1
    while width < sums.count {
      for i in stride(from: 0, to: sums.count - width, by: 2 * width) {
        sums[i] = sums[i] + sums[i + width]
      }
      width *= 2
    }
    return sums[0]
  }
}
