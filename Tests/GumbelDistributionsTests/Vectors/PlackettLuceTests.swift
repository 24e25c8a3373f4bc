import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

private let infinity = Float.infinity

@Suite struct PlackettLuceTests {
  private let logits: [Double] = [0.5, -1.3, 0.1, 2, -0.4]

  @Test(arguments: 0...5)
  func probabilitiesSumToOne(length: Int) {
    let single = PlackettLuce(logits: logits, length: length)
    let orders = allOrders(5, length)
    let total = orders.reduce(0) {
      $0 + exponential(single.logProbability(of: $1.map(Int.init)))
    }
    #expect(abs(total - 1) < 1e-13)
    let tensor = PlackettLuce(logits: Tensor(logits.map(Float.init)), length: length)
    let value = Tensor(int32: orders.flatMap { $0 }, shape: [orders.count, length])
    let expected = orders.map { single.logProbability(of: $0.map(Int.init)) }
    #expect(relativeDifference(tensor.logProbability(of: value), expected) < 1e-6)
  }

  /// A set's probability is the sum over its orders, and those of all sets sum to 1.
  @Test(arguments: 0...5)
  func sets(length: Int) {
    let single = PlackettLuce(logits: logits, length: length)
    let orders = allOrders(5, length).map { $0.map(Int.init) }
    let sets = Set(orders.map { Set($0) })
    var total = 0.0
    for set in sets {
      let sum = orders.filter { Set($0) == set }.reduce(0) {
        $0 + exponential(single.logProbability(of: $1))
      }
      let log = single.logProbability(ofSet: set.sorted())
      #expect(abs(exponential(log) - sum) < 1e-14)
      total += sum
    }
    #expect(abs(total - 1) < 1e-13)
    let ordered = sets.map { $0.sorted() }
    let tensor = PlackettLuce(logits: Tensor(logits.map(Float.init)), length: length)
    let value = Tensor(
      int32: ordered.flatMap { $0.map(Int32.init) }, shape: [ordered.count, length])
    let expected = ordered.map { single.logProbability(ofSet: $0) }
    #expect(largestDifference(tensor.logProbability(ofSet: value), expected) < 2e-6)
  }

  /// Shares near 1 leave little for the rest: as 1 minus a sum they would have no digits.
  @Test func setsWithACertainMember() {
    let extreme = PlackettLuce(logits: [80, 0, 1, -60], length: 2)
    let log = extreme.logProbability(ofSet: [1, 3])
    let tensor = PlackettLuce(logits: Tensor([80, 0, 1, -60]), length: 2)
    let found = tensor.logProbability(ofSet: Tensor(int32: [1, 3]))
    // Each order passes the class of weight e⁸⁰ over: 0 first and -60 after it, or the reverse.
    #expect(abs(log - (-80 - 140 + logarithm(2))) < 1e-9)
    #expect(relativeDifference(found, [log]) < 1e-6)
  }

  @Test func sizes() {
    let key = RandomKey(1)
    let none = PlackettLuce(logits: Tensor([0, 1]), length: 0)
    #expect(none.sample([3], key: key).shape == [3, 0])
    #expect(none.logProbability(of: none.sample([3], key: key)).scalars == [0, 0, 0])
    let one = PlackettLuce(logits: Tensor([4]))
    #expect(one.sample(key: key).int32Scalars == [0])
    #expect(one.logProbability(of: Tensor(int32: [0])).scalar == 0)
    let all = PlackettLuce(logits: Tensor.normal([100], key: key)).sample([50], key: key)
    for row in 0..<50 {
      let isPermutation = all[row].int32Scalars.sorted() == Array(0..<100)
      #expect(isPermutation)
    }
  }

  @Test func impossibleClasses() {
    let two = PlackettLuce(logits: Tensor([-infinity, 1, -infinity, 2]), length: 2)
    let sample = two.sample([20], key: RandomKey(2))
    for row in 0..<20 {
      let classes = Set(sample[row].int32Scalars)
      #expect(classes == [1, 3])
    }
    let three = PlackettLuce(logits: two.logits, length: 3)
    let tooMany = three.sample(key: RandomKey(2))
    #expect(tooMany.int32Scalars == [-1, -1, -1], "only two classes are possible")
    #expect(three.logProbability(of: tooMany).scalar == -infinity)
    let values = Tensor(int32: [1, 3, 3, 1, 0, 1, 1, 1, 1, -1, 1, 4], shape: [6, 2])
    let logs = two.logProbability(of: values)
    #expect(areFinite(logs[0..<2]))
    #expect(areAll(logs[2..<6], -infinity))
    let ofSets = two.logProbability(ofSet: values).scalars
    #expect(ofSets == [0, 0, -infinity, -infinity, -infinity, -infinity])
    let slope = gradient(at: two.logits) {
      let two = PlackettLuce(logits: $0, length: 2)
      return select(
        two.logProbability(of: values) .> -10, two.logProbability(of: values), Tensor(0)
      )
      .sum() + two.logProbability(ofSet: Tensor(int32: [1, 3]))
    }
    #expect(slope.scalars[0] == 0 && slope.scalars[2] == 0)
    #expect(areFinite(slope))
    let exact = PlackettLuce(logits: [-.infinity, 1, -.infinity, 2], length: 2)
    #expect(exact.logProbability(of: [0, 1]) == -.infinity)
    #expect(exact.logProbability(ofSet: [1, 1]) == -.infinity)
  }

  @Test func modes() {
    let logits: [Double] = [0, 3, -1, 3, 2]
    #expect(PlackettLuce(logits: logits).mode == [1, 3, 4, 0, 2])
    let tensor = PlackettLuce(logits: Tensor(logits.map(Float.init)), length: 3)
    #expect(tensor.mode.int32Scalars == [1, 3, 4])
  }

  /// With many classes and far apart logits, against double precision.
  @Test func longRankings() {
    let logits = 50 * Tensor.normal([2, 300], key: RandomKey(3))
    let tensor = PlackettLuce(logits: logits)
    let value = tensor.sample(key: RandomKey(4))
    let expected = (0..<2).map { row in
      PlackettLuce(logits: logits[row].scalars.map(Double.init))
        .logProbability(of: value[row].int32Scalars.map(Int.init))
    }
    #expect(relativeDifference(tensor.logProbability(of: value), expected) < 1e-5)
    let slope = gradient(at: logits) {
      PlackettLuce(logits: $0).logProbability(of: value).sum()
    }
    #expect(areFinite(slope))
    #expect(abs(slope.sum().scalar) < 1e-3)
  }
}
