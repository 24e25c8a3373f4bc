import Foundation
import GumbelFuzzing
import Testing
import _GumbelTestBytes

/// What `script/fuzz` looks for with libFuzzer, tried a little on machines without it.
@Suite struct FuzzTargetTests {
  @Test func namesDiffer() {
    let names = FuzzTarget.all.map(\.name)
    #expect(Set(names).count == names.count)
  }

  /// Mutations of what no reader takes lead nowhere.
  @Test(arguments: FuzzTarget.all.map(\.name))
  func seedsAreRead(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    #expect(!target.seeds.isEmpty)
    for (number, seed) in target.seeds.enumerated() {
      #expect(throws: Never.self, "seed \(number) of \(name)") { try target.read(seed) }
    }
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func changedBytesAreReadOrRefused(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    var generator = SplitMix64(state: UInt64(name.utf8.reduce(0) { $0 * 31 + Int($1) }))
    for _ in 0..<300 {
      var bytes = target.seeds.randomElement(using: &generator)!
      for _ in 0..<Int.random(in: 1...4, using: &generator) { change(&bytes, using: &generator) }
      try? target.read(bytes)
    }
  }

  /// Inputs that once ended the process, or took too long.
  @Test(arguments: FuzzTarget.all.map(\.name))
  func foundInputs(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    for input in FoundInputs.of(name) { try? target.read(input) }
  }

  private func change(_ bytes: inout [UInt8], using generator: inout SplitMix64) {
    let place = Int.random(in: 0...bytes.count, using: &generator)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0 where place < bytes.count: bytes.remove(at: place)
    case 1 where place < bytes.count:
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 2: bytes.removeSubrange(place...)
    default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
    }
  }
}
