import GumbelDatasets
import GumbelTensors
import _GumbelTestBytes

/// Images of at most a megabyte, so that what a file asks for beyond it is refused.
private let limit = 1 << 20

extension FuzzTarget {
  /// PNG files. Sums of their chunks are mended, which no change would get past otherwise.
  static let png = FuzzTarget(
    "png", seeds: PNGSeed.all, words: ["IHDR", "IDAT", "IEND", "PLTE", "tRNS", "gAMA"]
  ) { bytes in
    _ = try withFolder([("a.png", PNGSeed.mended(bytes))]) {
      try ImageSet.load($0, options: ImageFileOptions(limit: limit))
    }
  }

  static let idx = FuzzTarget(
    "idx",
    seeds: [
      [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 255, 7, 9, 0],
      [0, 0, 13, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 63, 0, 0, 0, 0],
      [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 0, 1],
      [0, 0, 12, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4, 1],
    ], read: readImages)

  static let npy = FuzzTarget(
    "npy",
    seeds: ["|u1", "<u2", ">i4", "<i8", "<f4", "<f8", "|b1"].flatMap { type in
      ["(2, 2, 2)", "(2, 4)", "(2, 2, 2, 1)"].map {
        npyFile(type, $0, Array(repeating: 0, count: 8 * (Int(type.dropFirst(2)) ?? 1))) + [0]
      }
    },
    words: [
      "'descr': ", "'fortran_order': ", "True", "'shape': ", "<f2", "<u8", ">f4",
      "9223372036854775807",
    ]
  ) { bytes in
    let file = Formed(bytes)
    let array = outcome { try withSource(file.bytes) { try NumberArray.load($0, limit: limit) } }
    let again = outcome {
      try withSource(file.bytes) { try NumberArray.load($0, limit: limit, chunk: 7) }
    }
    if case .success(let a) = array, case .success(let b) = again {
      expectSame(a.shape, b.shape, "shapes")
    } else {
      expectSame(array.map { $0.shape }, again.map { $0.shape }, "errors")
    }
    try readImages(bytes)
  }

  static let npz = FuzzTarget(
    "npz", seeds: ZIPSeed.all.map { $0 + [0] },
    words: ["PK\u{3}\u{4}", "PK\u{1}\u{2}", "PK\u{5}\u{6}", "PK\u{6}\u{6}"]
  ) { bytes in
    let file = Formed(bytes)
    _ = outcome { try withSource(file.bytes) { try NumberArray.load($0, limit: limit) } }
    try readImages(bytes)
  }

  /// Images as text, one a line.
  static let pixels = FuzzTarget(
    "pixels",
    seeds: ["0,255,3,4\n1,2,3,4\n", "label,p1,p2,p3,p4\n3,0,0.5,1,0\n", "0 1 2 3\n", "1;2;3;4\n"]
      .map {
        Array($0.utf8) + [0]
      }, read: readImages)

  /// What a gzip file holds, as text.
  static let gzip = FuzzTarget(
    "gzip",
    seeds: [
      gzipped(Array("one\ntwo\n".utf8)), gzipped([UInt8](repeating: 65, count: 5000) + [10, 65]),
    ]
  ) { bytes in
    _ = try withSource(bytes) {
      var options = TextOptions(form: .lines, unit: .bytes)
      options.limit = limit
      return try TextSet.load($0, options: options)
    }
  }
}

/// Images or labels, with options by the form.
private func readImages(_ bytes: [UInt8]) throws {
  let file = Formed(bytes)
  if file.form % 4 == 1 {
    // One image for each of three labels.
    let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 255, 7]
    try withFolder([("images-idx3-ubyte", images), ("labels-idx1-ubyte", file.bytes)]) {
      _ = try? ImageSet.load($0 + "/images-idx3-ubyte")
    }
    return
  }
  var options = ImageFileOptions(limit: limit)
  if file.form % 4 == 2 { (options.height, options.width) = (2, 2) }
  if file.form % 4 == 3 { options.channels = .first }
  _ = try withSource(file.bytes) { try ImageSet.load($0, options: options) }
}
