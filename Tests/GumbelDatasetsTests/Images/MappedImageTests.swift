import Foundation
import GumbelDatasets
import GumbelTensors
import Testing
import _GumbelTestBytes

/// Images that stay in their files are, to the bit, those that are read as a whole.
@Suite struct MappedImageTests {
  private static let size = 6
  private static func bytes(_ count: Int, most: Int = 256) -> [UInt8] {
    (0..<count * size).map { UInt8(($0 * 37 + $0 / 9) % most) }
  }
  private static func npy(_ shape: [Int], _ data: [UInt8], order: String = "False") -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ")
    let header = "{'descr': '|u1', 'fortran_order': \(order), 'shape': (\(extents)), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + data
  }

  private static func load(
    _ path: String, leastMapped: Int, limit: Int = ImageFileOptions.usualLimit
  ) throws -> ImageSet {
    var options = ImageFileOptions(limit: limit)
    options.leastMapped = leastMapped
    return try ImageSet.load(path, options: options)
  }

  private static func expectSame(
    _ mapped: ImageSet, _ read: ImageSet, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(mapped.count == read.count, sourceLocation: sourceLocation)
    #expect(mapped.labels == read.labels, sourceLocation: sourceLocation)
    let all = 0..<min(mapped.count, read.count)
    #expect(mapped.pixels(of: all) == read.pixels(of: all), sourceLocation: sourceLocation)
    #expect(mapped.fingerprint == read.fingerprint, sourceLocation: sourceLocation)
    #expect(mapped.pixelStatistics == read.pixelStatistics, sourceLocation: sourceLocation)
  }

  @Test(arguments: [256, 2]) func bitsAreThoseOfImagesInMemory(most: Int) throws {
    try withDirectory { folder in
      let data = Self.bytes(41, most: most)
      let files = [
        "images-idx3-ubyte": idx([41, 2, 3], data), "a.npy": Self.npy([41, 2, 3], data),
        "last.npy": Self.npy([41, 2, 1, 3], data),
      ]
      try write(idx([41], (0..<41).map { $0 % 3 }), to: folder + "/labels-idx1-ubyte")
      for (name, bytes) in files {
        let path = folder + "/" + name
        try write(bytes, to: path)
        // No limit holds for what takes no memory.
        let mapped = try Self.load(path, leastMapped: 1, limit: 200)
        let read = try Self.load(path, leastMapped: .max)
        #expect(mapped.byteCount == 0 && read.byteCount == data.count)
        Self.expectSame(mapped, read)
        let key = RandomKey(3)
        let parts = (mapped.split(testCount: 9, key: key), read.split(testCount: 9, key: key))
        #expect(parts.0.train.byteCount == 0)
        Self.expectSame(parts.0.train, parts.1.train)
        Self.expectSame(parts.0.test, parts.1.test)
        Self.expectSame(mapped.appending(mapped), read.appending(read))
        Self.expectSame(mapped.appending(parts.0.test), read.appending(parts.1.test))
        for binarisation in [Binarisation.none, .threshold(at: 0.4), .fixed, .dynamic] {
          let made = (
            parts.0.train.binarised(binarisation, key: key),
            parts.1.train.binarised(binarisation, key: key)
          )
          #expect(made.0.byteCount == 0)
          Self.expectSame(made.0, made.1)
          Self.expectSame(made.0.subset([7, 3, 3]), made.1.subset([7, 3, 3]))
          Self.expectSame(
            made.0.subset([7, 3]).binarised(.fixed, key: key),
            made.1.subset([7, 3]).binarised(.fixed, key: key))
          var batches = [parts.0.train, parts.1.train].map {
            ImageBatches($0, batchSize: 5, binarisation: binarisation, key: key)
          }
          for step in [0, 4, 9] {
            let pair = [batches[0].batch(step), batches[1].batch(step)]
            #expect(pair[0].pixels.scalars == pair[1].pixels.scalars)
            #expect(pair[0].labels?.int32Scalars == pair[1].labels?.int32Scalars)
          }
          let tensors = batches.map { ImageTensors($0) }
          let (place, epoch) = (Tensor(int32: [2], shape: []), Tensor(int32: [1], shape: []))
          let rows = tensors.map { $0.pixels(place, in: $0.epoch(epoch)).scalars }
          #expect(rows[0] == rows[1])
        }
      }
    }
  }

  @Test func whatCannotStayInItsFileIsRead() throws {
    try withDirectory { folder in
      let path = folder + "/a.npy"
      let data = Self.bytes(6)
      let files = [
        Self.npy([6, 3, 1, 2], data), Self.npy([6, 2, 3], data, order: "True"),
        idx(code: 0x09, [6, 2, 3], data.map { $0 & 127 }),
      ]
      for bytes in files {
        try write(bytes, to: path)
        let read = try Self.load(path, leastMapped: .max)
        let mapped = try Self.load(path, leastMapped: 1)
        #expect(mapped.byteCount == data.count)
        Self.expectSame(mapped, read)
      }
    }
  }

  @Test func filesOfOtherLengthsAreRefusedAlike() throws {
    try withDirectory { folder in
      for (name, whole) in [
        ("a.idx", idx([6, 2, 3], Self.bytes(6))), ("a.npy", Self.npy([6, 2, 3], Self.bytes(6))),
      ] {
        let path = folder + "/" + name
        for bytes in [whole + [0], Array(whole.dropLast(7))] {
          try write(bytes, to: path)
          let message = thrownMessage { try Self.load(path, leastMapped: .max) }
          #expect(message != nil)
          expectMessage(message) { try Self.load(path, leastMapped: 1) }
        }
      }
    }
  }

  // Of bits in the first file and bytes in the others, so that no file can be taken by itself.
  @Test(arguments: [1, .max]) func filesOfAFolderAreOneSet(leastMapped: Int) throws {
    try withDirectory { folder in
      let data = Self.bytes(4, most: 2) + Self.bytes(8)
      try FileManager.default.createDirectory(
        atPath: folder + "/many", withIntermediateDirectories: false)
      try write(idx([12, 2, 3], data), to: folder + "/images-idx3-ubyte")
      try write(idx([12], (0..<12).map { $0 % 5 }), to: folder + "/labels-idx1-ubyte")
      for (name, part) in [("c", 7..<12), ("a", 0..<4), ("b", 4..<7)] {
        try write(
          idx([part.count, 2, 3], Array(data[part.lowerBound * 6..<part.upperBound * 6])),
          to: "\(folder)/many/\(name)-images-idx3-ubyte")
        try write(
          idx([part.count], part.map { UInt8($0 % 5) }),
          to: "\(folder)/many/\(name)-labels-idx1-ubyte")
      }
      let one = try Self.load(folder + "/images-idx3-ubyte", leastMapped: .max)
      let many = try Self.load(folder + "/many", leastMapped: leastMapped)
      #expect((many.byteCount == 0) == (leastMapped == 1))
      Self.expectSame(many, one)
      if leastMapped == 1 {
        let key = RandomKey(4)
        Self.expectSame(
          many.split(testCount: 5, key: key).train, one.split(testCount: 5, key: key).train)
      }

      try write(Self.npy([2, 4, 3], Self.bytes(4)), to: folder + "/many/d.npy")
      expectMessage("\(folder)/many/d.npy: found an image of 4x3, expected 2x3 as those before") {
        try Self.load(folder + "/many", leastMapped: leastMapped)
      }
      try write(Self.npy([4, 2, 3], Self.bytes(4)), to: folder + "/many/d.npy")
      expectMessage("\(folder)/many/d.npy: has no labels, expected some as in the files before") {
        try Self.load(folder + "/many", leastMapped: leastMapped)
      }
    }
  }
}
