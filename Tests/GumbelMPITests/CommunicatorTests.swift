import GumbelMPI
import GumbelTensors
import Testing

@Suite struct CommunicatorTests {
  @Test func aProcessAloneIsAGroupOfOne() {
    let alone = Communicator.single
    #expect((alone.rank, alone.count) == (0, 1))
    #expect(alone.libraryDescription == nil)
    alone.barrier()
    #expect(alone.broadcast([1, 2, 3]) == [1, 2, 3])
    #expect(alone.gather(7) == [7])
    #expect(alone.gather([1, 2]) == [[1, 2]])
    alone.noteStop(true)
    #expect(!alone.isStopAgreed)
  }

  @Test func aSumOfOneIsWhatIsGiven() {
    let x = Tensor([1, 2])
    #expect(Communicator.single.sum([x])[0].scalars == [1, 2])
    let slope = gradient(at: x) { square(Communicator.single.sum([$0])[0]).sum() }
    #expect(slope.scalars == [2, 4])
  }

  /// ((0 + 1) + (2 + 3)) + ((4 + 5) + 6), of numbers whose sum depends on the order.
  @Test func treesAddInOneOrder() {
    let values: [Float] = [1e8, 1, -1e8, 1, 3, -1, 0.25]
    let expected =
      ((values[0] + values[1]) + (values[2] + values[3]))
      + ((values[4] + values[5]) + values[6])
    let found = TreeSum.of(values.map { Tensor($0) }).scalar
    #expect(found == expected)
    #expect(found != values.reduce(0, +))
    #expect(TreeSum.of([Tensor(3)]).scalar == 3)
  }
}
