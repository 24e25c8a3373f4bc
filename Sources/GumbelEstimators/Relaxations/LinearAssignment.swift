import GumbelTensors

/// The permutation matrix P that maximises `Σ P ∘ scores`, for each matrix of a batch.
///
/// Shortest augmenting paths with potentials, O(n³) in double precision: Jonker & Volgenant 1987,
/// "A shortest augmenting path algorithm for dense and sparse linear assignment problems".
struct LinearAssignment: Primitive {
  var name: String { "linearAssignment" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 1)
    let shape = inputs[0].shape
    if shape.rank < 2 || shape[-1] != shape[-2] { reject(inputs, "expected square matrices") }
    return OutputTypes(inputs[0])
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let n = inputs[0].shape[-1]
    var solver = AssignmentSolver(size: n)
    for start in stride(from: 0, to: inputs[0].count, by: max(n * n, 1)) {
      solver.solve(inputs[0].floats + start, into: outputs[0].floats + start)
    }
  }

  func pullback(_ p: Pullback) {}

  var inPlace: [(operand: Int, result: Int)] { [] }
}

/// Scratch memory for matrices of one size.
private struct AssignmentSolver {
  private let n: Int
  private var rowPotential, columnPotential, distance: [Double]
  private var rowOfColumn, previousColumn: [Int]
  private var isDone: [Bool]
  /// What stands for scores of -inf and of inf.
  private var least = 0.0
  private var most = 0.0

  init(size: Int) {
    n = size
    // Column n stands for the row that is being placed.
    rowPotential = Array(repeating: 0, count: n)
    columnPotential = Array(repeating: 0, count: n + 1)
    distance = Array(repeating: 0, count: n + 1)
    rowOfColumn = Array(repeating: -1, count: n + 1)
    previousColumn = Array(repeating: n, count: n + 1)
    isDone = Array(repeating: false, count: n + 1)
  }

  /// Pairs that are impossible (-inf) are taken where there is no other way; a matrix with a NaN
  /// gives NaN.
  mutating func solve(_ scores: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>) {
    let isValid = !(0..<n * n).contains { scores[$0].isNaN }
    result.update(repeating: isValid ? 0 : .nan, count: n * n)
    guard isValid else { return }
    setEnds(scores)
    for i in 0..<n { rowPotential[i] = 0 }
    for j in 0...n {
      columnPotential[j] = 0
      rowOfColumn[j] = -1
    }
    for row in 0..<n { place(row, scores) }
    for column in 0..<n { result[rowOfColumn[column] * n + column] = 1 }
  }

  /// Numbers so far from the finite scores that no choice of these makes up for one of them, and no
  /// further: beside much larger ones the differences of scores would be lost.
  private mutating func setEnds(_ scores: UnsafePointer<Float>) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for i in 0..<n * n where scores[i].isFinite {
      low = min(low, Double(scores[i]))
      high = max(high, Double(scores[i]))
    }
    if low > high { (low, high) = (0, 0) }
    let margin = Double(n) * (high - low) + max(abs(low), abs(high), 1)
    (least, most) = (low - margin, high + margin)
  }

  private func cost(_ scores: UnsafePointer<Float>, _ row: Int, _ column: Int) -> Double {
    -min(max(Double(scores[row * n + column]), least), most)
  }

  /// Finds the cheapest way to give a row a column, moving others where that pays.
  private mutating func place(_ row: Int, _ scores: UnsafePointer<Float>) {
    for j in 0...n {
      distance[j] = .infinity
      isDone[j] = false
    }
    rowOfColumn[n] = row
    var column = n
    while rowOfColumn[column] >= 0 {
      isDone[column] = true
      let current = rowOfColumn[column]
      var step = Double.infinity
      var nearest = -1
      for j in 0..<n where !isDone[j] {
        let reduced = cost(scores, current, j) - rowPotential[current] - columnPotential[j]
        if reduced < distance[j] {
          distance[j] = reduced
          previousColumn[j] = column
        }
        if nearest < 0 || distance[j] < step {
          step = distance[j]
          nearest = j
        }
      }
      for j in 0...n {
        if isDone[j] {
          rowPotential[rowOfColumn[j]] += step
          columnPotential[j] -= step
        } else {
          distance[j] -= step
        }
      }
      column = nearest
    }
    while column != n {
      let previous = previousColumn[column]
      rowOfColumn[column] = rowOfColumn[previous]
      column = previous
    }
  }
}

extension Tensor {
  /// The permutation matrices P that maximise `Σ P ∘ scores`: `[…, n, n]`, exact.
  ///
  /// As few pairs of -inf are taken as there have to be, and the others are the best that there are
  /// beside them. A matrix with a NaN gives NaN. No gradient passes. O(n³) (Jonker & Volgenant 1987).
  public func bestAssignment() -> Tensor { apply(LinearAssignment(), [self])[0] }
}
