/// The inverse of a small symmetric matrix by Cholesky's decomposition, nil if it is not positive
/// definite.
func inverse(ofPositiveDefinite matrix: [[Double]]) -> [[Double]]? {
  let n = matrix.count
  // Rows of the inverse of the lower factor.
  var lower = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
  for i in 0..<n {
    for j in 0...i {
      var sum = matrix[i][j]
      for k in 0..<j { sum -= lower[i][k] * lower[j][k] }
      if i == j {
        guard sum > 1e-14 * matrix[i][i].magnitude, sum.isFinite else { return nil }
        lower[i][i] = sum.squareRoot()
      } else {
        lower[i][j] = sum / lower[j][j]
      }
    }
  }
  var rows = lower
  for i in 0..<n {
    for j in 0...i {
      var sum = i == j ? 1.0 : 0
      for k in j..<i { sum -= lower[i][k] * rows[k][j] }
      rows[i][j] = sum / lower[i][i]
    }
  }
  var result = lower
  for i in 0..<n {
    for j in 0..<n {
      result[i][j] = (max(i, j)..<n).reduce(0) { $0 + rows[$1][i] * rows[$1][j] }
    }
  }
  return result
}
