import Foundation
import GumbelDatasets
import Testing
import _GumbelTestBytes

private func images(
  _ bytes: [UInt8], channels: ImageFileOptions.ChannelOrder? = nil, limit: Int = 1 << 20
) throws -> ImageSet {
  try withSource(bytes) {
    try ImageSet.load($0, options: ImageFileOptions(channels: channels, limit: limit))
  }
}

@Suite struct ArrayImageTests {
  @Test func channelsAreFoundFirstOrLast() throws {
    // Red 1 to 4, green 11 to 14, blue 21 to 24, of two images.
    let planes = [1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24].map(UInt8.init)
    let pixels = [1, 11, 21, 2, 12, 22, 3, 13, 23, 4, 14, 24].map { Float($0) / 255 }
    let first = try images(npyFile("|u1", "(2, 3, 2, 2)", planes + planes))
    #expect((first.height, first.width, first.channels) == (2, 2, 3))
    #expect(first[0] == pixels && first[1] == pixels)
    let halves = NPYFile.bytes(planes.map { Float($0) / 64 }, shape: [1, 3, 2, 2])
    #expect(try images(halves)[0] == pixels.map { $0 * 255 / 64 })
    #expect(try images(npyFile("|u1", "(1, 1, 3, 4)", planes)).channels == 4)
    #expect(try images(npyFile("|u1", "(1, 1, 2, 6)", planes)).width == 6)
    // Two places that may be meant, or none.
    for (shape, count) in [("(1, 3, 2, 3)", 18), ("(1, 2, 2, 2)", 8)] {
      let data = [UInt8](repeating: 9, count: count)
      let place = shape.dropFirst().dropLast()
      expectMessage(
        "data: found extents [\(place)], of which neither the second nor the last alone is a usual "
          + "number of channels, 1, 3 or 4; expected to be told whether the channels are first or "
          + "last"
      ) { try images(npyFile("|u1", shape, data)) }
      #expect(
        try images(npyFile("|u1", shape, data), channels: .first).width == (count == 18 ? 3 : 2))
      #expect(
        try images(npyFile("|u1", shape, data), channels: .last).height == (count == 18 ? 3 : 2))
    }
  }

  @Test func sixteenBitsAreScaled() throws {
    // 255 at first, so that what was read as bytes changes its meaning.
    let values: [UInt16] = [255, 0, 256, 65_535]
    let expected = values.map { Float($0) / 65_535 }
    let little = values.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(try images(npyFile("<u2", "(1, 2, 2)", little))[0] == expected)
    let big = values.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    #expect(try images(npyFile(">u2", "(1, 2, 2)", big))[0] == expected)
    #expect(try images(npyFile("<u2", "(1, 1, 2)", [255, 0, 51, 0]))[0] == [1, 0.2])
  }

  @Test func limitsAreOfBytes() throws {
    let floats = NPYFile.bytes([0.5, 0.5, 0.5, 0.5] as [Float], shape: [1, 2, 2])
    #expect(try images(floats, limit: 16).count == 1)
    expectMessage("data: found extents [1, 2, 2], which take more than 15 bytes, the limit") {
      try images(floats, limit: 15)
    }
    expectMessage("data: byte 4: found extents [2, 2, 2], which take more than 7 bytes, the limit")
    {
      try images(idx([2, 2, 2], []), limit: 7)
    }
    expectMessage("data, line 2: found extents [2, 1, 1], which take more than 7 bytes, the limit")
    {
      try withSource(Array("a,9\nb,9\nc,9\n".utf8)) {
        try ImageSet.load($0, options: ImageFileOptions(labels: .first, limit: 7))
      }
    }
  }

  @Test func arraysOfNPZFiles() throws {
    let array = npyFile("|u1", "(2, 1, 2)", [1, 2, 3, 255])
    let labels = npyFile("<i4", "(2, 1)", [1, 0, 0, 0, 0, 0, 0, 0])
    for deflating in [false, true] {
      #expect(try images(zipArchive([("a.npy", array)], deflating: deflating))[1] == [3 / 255, 1])
      try withDirectory { folder in
        let path = folder + "/two.npz"
        try write(
          zipArchive([("x.npy", array), ("y.npy", labels)], deflating: deflating), to: path)
        #expect(try ImageSet.load(path + ":x")[1] == [3 / 255, 1])
        #expect(try NumberArray.load(.file(path + ":y")).values == [1, 0])
        #expect(
          try ImageSet.load(.file(path + ":x"), labels: .file(path + ":y")).labels == [1, 0])
        expectMessage(
          "\(path): holds 2 arrays, \"x\", \"y\"; name one behind a colon, as in FILE:x"
        ) {
          try ImageSet.load(path)
        }
        expectMessage("\(path): has no array \"z\", expected one of \"x\", \"y\"") {
          try NumberArray.load(.file(path + ":z"))
        }
        let four = ["x_train", "y_train", "x_test", "y_test"].enumerated().map {
          (name: $1 + ".npy", bytes: $0 % 2 == 0 ? array : labels)
        }
        try write(zipArchive(four, deflating: deflating), to: path)
        let split = try ImageSplit.load(path)
        #expect(split.train.labels == [1, 0] && split.test.count == 2)
        #expect(split.rule == "the array x_test")
      }
    }
    // Little data that is read at once and becomes much.
    let large = npyFile("|u1", "(1, 1024, 1024)", [UInt8](repeating: 255, count: 1 << 20))
    let white = try images(zipArchive([("a.npy", large)], deflating: true))[0]
    #expect(white.count == 1 << 20 && white.allSatisfy { $0 == 1 })
    var damaged = zipArchive([("a.npy", array)])
    damaged[55 + array.count - 1] ^= 1
    expectMessage("data:a: \"a.npy\" in the archive is damaged: its size or checksum is wrong") {
      try images(damaged)
    }
    expectMessage("data: is a ZIP archive without arrays (.npy), of \"notes.txt\"") {
      try images(zipArchive([("notes.txt", [65])]))
    }
    expectMessage("data: the ZIP archive is damaged: it has no directory at its end") {
      try images(Array(zipArchive([("a.npy", array)]).dropLast(30)))
    }
    let whole = zipArchive([("a.npy", array)], deflating: true)
    for length in whole.indices {
      #expect(throws: InputError.self) { try images(Array(whole[..<length])) }
    }
  }

  /// Products of extents overflow, also of those beside an extent of 0.
  @Test func shapesThatOverflow() {
    for shape in ["(4611686018427387904, 4, 0)", "(0, 4611686018427387904, 4611686018427387904)"] {
      let list = "[" + shape.dropFirst().dropLast() + "]"
      for isFortran in [false, true] {
        let bytes = npyFile("<f8", shape, [], isFortran: isFortran)
        expectMessage("data: byte 0: the shape \(list) has more elements than there can be") {
          try withSource(bytes) { try NumberArray.load($0) }
        }
        #expect(throws: InputError.self) { try images(bytes) }
      }
    }
    expectMessage("data: found extents [0, 3], expected at least one image") {
      try images(npyFile("<f8", "(0, 3)", []))
    }
  }

  @Test func whatIsSomethingElseIsNamed() {
    let expected = ", expected an IDX file, an .npy or .npz file, text, or a folder of PNG files"
    for (start, kind) in [
      (Array("\n <!DOCTYPE HTML><title>404</title>".utf8), "a web page"),
      (Array("<html><body>Sign in</body></html>".utf8), "a web page"),
      ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "a PNG file"),
      ([0xFF, 0xD8, 0xFF, 0xE0, 0, 16], "a JPEG file"),
      ([0x80, 4, 0x95, 1, 2, 3, 4, 5], "a Python pickle"),
    ] as [([UInt8], String)] {
      expectMessage("data: is \(kind)\(expected)") { try images(start) }
      expectMessage("data: is \(kind)\(expected)") { try images(gzipped(start)) }
    }
  }
}

@Suite struct ImageNamesTests {
  /// A class, and other columns behind it, beside images for training and for testing.
  @Test func tablesOfLabels() throws {
    try withDirectory { folder in
      func table(_ labels: [UInt8]) -> [UInt8] {
        idx(
          code: 0x0C, [labels.count, 3], labels.flatMap { [0, 0, 0, $0, 9, 9, 9, 9, 255, 0, 0, 1] })
      }
      try write(idx([3, 2, 2], Array(0..<12)), to: folder + "/q-train-images-idx3-ubyte")
      try write(gzipped(table([7, 1, 0])), to: folder + "/q-train-labels-idx2-int.gz")
      try write(gzipped(idx([2, 2, 2], Array(0..<8))), to: folder + "/q-test-images-idx3-ubyte.gz")
      try write(table([3, 7]), to: folder + "/q-test-labels-idx2-int")
      #expect(try ImageSet.load(folder + "/q-train-images-idx3-ubyte").labels == [7, 1, 0])
      // The names of the parts differ in their endings, and are no pair.
      try write(idx([2, 2, 2], Array(0..<8)), to: folder + "/q-test-images-idx3-ubyte")
      for path in [folder, folder + "/q-train-images-idx3-ubyte"] {
        let split = try ImageSplit.load(path)
        #expect(split.train.labels == [7, 1, 0])
        #expect(split.test.labels == [3, 7])
      }
      expectMessage(
        "\(folder)/none: no images found, only 1 other entry such as \"a.jpg\"; expected PNG files, "
          + "or folders of them"
      ) {
        try FileManager.default.createDirectory(
          atPath: folder + "/none", withIntermediateDirectories: false)
        try write([1], to: folder + "/none/a.jpg")
        return try ImageSplit.load(folder + "/none")
      }
    }
  }

  /// A pipe among images would be waited for.
  @Test func pipesAreNoImages() throws {
    try withDirectory { folder in
      try #require(mkfifo(folder + "/b.png", 0o600) == 0)
      try write(PNGFile(width: 2, height: 1, lines: [[7, 8]]).bytes, to: folder + "/a.png")
      #expect(try ImageSet.load(folder).count == 1)
    }
  }
}
