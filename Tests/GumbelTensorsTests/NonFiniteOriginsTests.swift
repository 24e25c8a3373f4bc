import GumbelTensors
import Testing
import _GumbelTestSupport

/// The operation that a NaN comes from is named, and those that pass it on are not.
@Suite struct NonFiniteOriginsTests {
  @Test func finiteFunctions() {
    let found = nonFiniteOrigins(at: Tensor([1, 4])) { x in gradient(at: x) { log($0).sum() } }
    #expect(found == [])
  }

  @Test func values() {
    let found = nonFiniteOrigins(at: Tensor([1, 0])) { x in exp(log(x)) + 1 }
    #expect(
      found == ["operation 1 of 3, log(float32[2]): element 1 of float32[2] is -inf, of 0.0"])
    let passedOn = nonFiniteOrigins(at: Tensor([1, 0])) { x in log(x) * 0 }
    #expect(passedOn.count == 2)
    #expect(
      passedOn.last
        == "operation 2 of 2, multiply(float32[2], float32[]): element 1 of float32[2] is nan, "
        + "of -inf and 0.0")
  }

  /// The value is finite, and the way back is not.
  @Test func gradients() {
    let found = nonFiniteOrigins(at: Tensor([0, 4])) { x in
      gradient(at: x) { select($0 .> 0, log($0), Tensor(0)).sum() }
    }
    #expect(found.contains { $0.contains("log(float32[2]): element 0") })
    #expect(found.contains { $0.contains("is nan") })
    let repaired = nonFiniteOrigins(at: Tensor([0, 4])) { x in
      gradient(at: x) {
        select($0 .> 0, log(select($0 .> 0, $0, Tensor(1))), Tensor(0)).sum()
      }
    }
    #expect(repaired == [])
  }

  /// A NaN in the point is nobody's fault, and integers are looked at by none.
  @Test func points() {
    let point = Pair(Tensor([.nan, 1]), RandomKey(1))
    let found = nonFiniteOrigins(at: point) { point in
      point.first + Tensor.uniform([2], key: point.second)
    }
    #expect(found == [])
  }
}
