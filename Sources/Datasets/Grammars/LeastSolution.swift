/// The least solution of x = F(x) for polynomials with probabilities as coefficients.
enum LeastSolution {
  typealias Term = (left: Int, probability: Double, factors: [Int])

  /// Solves x_left = Σ probability · Π x_factor, for all lefts below `count`, from below.
  ///
  /// Most grammars converge by substitution; where that is slow, Newton's method takes over, which
  /// converges from 0 for any such system (Etessami & Yannakakis, "Recursive Markov chains,
  /// stochastic grammars, and monotone systems of nonlinear equations", 2009).
  static func of(_ terms: [Term], count: Int) -> [Double] {
    var solution = [Double](repeating: 0, count: count)
    guard !terms.isEmpty else { return solution }
    func values(_ x: [Double]) -> [Double] {
      var result = [Double](repeating: 0, count: count)
      for term in terms {
        result[term.left] += term.factors.reduce(term.probability) { $0 * x[$1] }
      }
      return result
    }
    for _ in 0..<500 {
      let next = values(solution)
      let change = zip(next, solution).map { abs($0 - $1) }.max()!
      solution = next
      if change < 1e-17 { return solution }
    }
    for _ in 0..<60 {
      let residual = zip(values(solution), solution).map(-)
      var matrix = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
      for index in 0..<count { matrix[index][index] = 1 }
      for term in terms {
        for (place, factor) in term.factors.enumerated() {
          var slope = term.probability
          for (other, index) in term.factors.enumerated() where other != place {
            slope *= solution[index]
          }
          matrix[term.left][factor] -= slope
        }
      }
      guard let step = solve(matrix, [residual])?[0] else { break }
      let next = zip(solution, step).map { min(max($0 + $1, $0), 1) }
      let change = zip(next, solution).map { $0 - $1 }.max()!
      solution = next
      if change < 1e-16 { break }
    }
    return solution
  }

  /// The solutions of M x = b for several b; nil if M is singular. Elimination without exchanging
  /// rows, which is stable for the matrices 1 - (not negative) that occur here.
  static func solve(_ matrix: [[Double]], _ rightSides: [[Double]]) -> [[Double]]? {
    let n = matrix.count
    var rows = (0..<n).map { row in matrix[row] + rightSides.map { $0[row] } }
    for pivot in 0..<n {
      let head = rows[pivot][pivot]
      guard head > 1e-13 else { return nil }
      for column in pivot..<rows[pivot].count { rows[pivot][column] /= head }
      for row in 0..<n where row != pivot && rows[row][pivot] != 0 {
        let factor = rows[row][pivot]
        for column in pivot..<rows[row].count {
          rows[row][column] -= factor * rows[pivot][column]
        }
      }
    }
    return rightSides.indices.map { side in (0..<n).map { rows[$0][n + side] } }
  }
}
