/// The least fixed point of x = F(x) for polynomials with probabilities as coefficients.
enum LeastFixedPoint {
  typealias Term = (left: Int, probability: Double, factors: [Int])

  /// Solves x_left = Σ probability · Π x_factor, for all lefts below `count`, from below.
  ///
  /// Most grammars converge by substitution; where that is slow, Newton's method takes over, which
  /// converges from 0 for any such system (Etessami & Yannakakis, "Recursive Markov chains,
  /// stochastic grammars, and monotone systems of nonlinear equations", 2009).
  static func of(
    _ terms: [Term], count: Int, shouldStop: () -> Bool = { false }
  ) -> [Double] {
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
      if shouldStop() { return solution }
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
        // The products of the factors behind each, and on the way that of those before it.
        var behind = [Double](repeating: 1, count: term.factors.count + 1)
        for place in term.factors.indices.reversed() {
          behind[place] = behind[place + 1] * solution[term.factors[place]]
        }
        var before = term.probability
        for (place, factor) in term.factors.enumerated() {
          matrix[term.left][factor] -= before * behind[place + 1]
          before *= solution[factor]
        }
      }
      guard let step = solve(matrix, [residual], shouldStop: shouldStop)?[0] else { break }
      let next = zip(solution, step).map { min(max($0 + $1, $0), 1) }
      let change = zip(next, solution).map { $0 - $1 }.max()!
      solution = next
      if change < 1e-16 { break }
    }
    return solution
  }

  /// Which unknowns of such a system are above 0: those with a term all of whose factors are.
  /// Takes time in proportion to the number of factors.
  static func isPositive(_ terms: [(left: Int, factors: [Int])], count: Int) -> [Bool] {
    var result = [Bool](repeating: false, count: count)
    // By unknown: the terms that it is a factor of, once for each time.
    var uses = [[Int]](repeating: [], count: count)
    var missing = terms.map(\.factors.count)
    var found: [Int] = []
    func note(_ unknown: Int) {
      if !result[unknown] {
        result[unknown] = true
        found.append(unknown)
      }
    }
    for (index, term) in terms.enumerated() {
      for factor in term.factors { uses[factor].append(index) }
      if term.factors.isEmpty { note(term.left) }
    }
    while let unknown = found.popLast() {
      for index in uses[unknown] {
        missing[index] -= 1
        if missing[index] == 0 { note(terms[index].left) }
      }
    }
    return result
  }

  /// The solutions of M x = b for several b; nil if M is singular, or if it was asked to stop.
  /// Elimination without exchanging rows, which is stable for the matrices 1 - (not negative) that
  /// occur here.
  static func solve(
    _ matrix: [[Double]], _ rightSides: [[Double]], shouldStop: () -> Bool = { false }
  ) -> [[Double]]? {
    let n = matrix.count
    let width = n + rightSides.count
    var values = [Double](repeating: 0, count: n * width)
    for row in 0..<n {
      for column in 0..<n { values[row * width + column] = matrix[row][column] }
      for side in rightSides.indices { values[row * width + n + side] = rightSides[side][row] }
    }
    let isSolved = values.withUnsafeMutableBufferPointer { values in
      for pivot in 0..<n {
        if shouldStop() { return false }
        let head = values[pivot * width + pivot]
        guard head > 1e-13 else { return false }
        for column in pivot..<width { values[pivot * width + column] /= head }
        for row in 0..<n where row != pivot && values[row * width + pivot] != 0 {
          let factor = values[row * width + pivot]
          for column in pivot..<width {
            values[row * width + column] -= factor * values[pivot * width + column]
          }
        }
      }
      return true
    }
    guard isSolved else { return nil }
    return rightSides.indices.map { side in (0..<n).map { values[$0 * width + n + side] } }
  }
}
