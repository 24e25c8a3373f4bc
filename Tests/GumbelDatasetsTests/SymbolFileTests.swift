import Foundation
import GumbelDatasets
import Testing
import _GumbelTestBytes

@Suite struct SymbolFileTests {
  @Test func loadsAFile() throws {
    try withDirectory { directory in
      let path = "\(directory)/data.csv"
      try "x,size\n1,big\n2,small\n3,big\n".write(toFile: path, atomically: false, encoding: .utf8)
      let format = SymbolFormat.suggested(forPath: path, column: .name("size"))
      let file = try SymbolFile.load(InputSource(argument: path), format: format)
      #expect(file.vocabulary.names == ["big", "small"])
      #expect(file.indices == [0, 1, 0])
      #expect(file.distribution.counts == [2, 1])
      #expect(file.distribution.total == 3)
      #expect(file.distribution.frequencies == [2.0 / 3, 1.0 / 3])
    }
  }

  @Test func categoriesGivenMayNotOccur() throws {
    let file = try load("b\nb\n", categories: Vocabulary(["c", "b", "a"]))
    #expect(file.indices == [1, 1])
    #expect(file.distribution.frequencies == [0, 1, 0])
  }

  @Test func standardInputByArgument() {
    #expect(InputSource(argument: "-") == .standardInput)
    #expect(InputSource(argument: "./-") == .file("./-"))
    #expect(InputSource.standardInput.name == "standard input")
  }

  @Test func stops() throws {
    expectMessage("data: interrupted before the end") {
      try withSource(Array("a\nb\n".utf8)) { try SymbolFile.load($0, shouldStop: { true }) }
    }
  }

  @Test func distributionAccumulates() {
    var distribution = EmpiricalDistribution(categoryCount: 3)
    #expect(distribution.frequencies == [0, 0, 0])
    distribution.add([2, 0, 2])
    distribution.add([2])
    #expect(distribution.counts == [1, 0, 3])
    #expect(distribution.frequencies == [0.25, 0, 0.75])
    #expect(distribution == EmpiricalDistribution(of: [0, 2, 2, 2], categoryCount: 3))
  }
}
