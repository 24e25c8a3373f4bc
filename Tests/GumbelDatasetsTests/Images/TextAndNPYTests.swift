import GumbelDatasets
import Testing
import _GumbelTestBytes

private func read(
  _ bytes: [UInt8], labels: ImageFileOptions.LabelColumn = .automatic, height: Int? = nil,
  width: Int? = nil
) throws -> ImageSet {
  let options = ImageFileOptions(height: height, width: width, labels: labels)
  return try withSource(bytes) { try ImageSet.load($0, options: options) }
}

private func read(
  _ text: String, labels: ImageFileOptions.LabelColumn = .automatic, height: Int? = nil,
  width: Int? = nil
) throws -> ImageSet {
  try read(Array(text.utf8), labels: labels, height: height, width: width)
}

@Suite struct TextImageTests {
  @Test func labelsFirstLastNamedOrNone() throws {
    let last = try read("0,51,255,0,7\n255,0,0,51,3\n", labels: .last)
    #expect(last.pixels(of: 0..<2) == [0, 0.2, 1, 0, 1, 0, 0, 0.2])
    #expect(last.labels == [7, 3])
    #expect((last.height, last.width) == (2, 2))
    #expect(last.byteCount == 8)
    let first = try read("7;0;51;255;0\r\n3;255;0;0;51", labels: .first)
    #expect(first.labels == [7, 3])
    #expect(first.pixels(of: 0..<2) == last.pixels(of: 0..<2))
    let named = "a,\"label\",b,c,d\n0,7,51,255,0\n\n# more\n255,3,0,0,51\n"
    for choice in [.automatic, .named("label")] as [ImageFileOptions.LabelColumn] {
      let set = try read(gzipped(Array(named.utf8)), labels: choice)
      #expect(set.labels == [7, 3])
      #expect(set.pixels(of: 0..<2) == last.pixels(of: 0..<2))
    }
    let none = try read("0 51 255 0\n255 0 0 51\n")
    #expect(none.labels == nil)
    #expect(none.pixels(of: 0..<2) == last.pixels(of: 0..<2))
    let text = try read("dog 0 51 255 0\ncat 255 0 0 51\ndog 0 0 0 0")
    #expect(text.labels == [1, 0, 1])
    #expect(text.classNames == ["cat", "dog"])
  }

  @Test func numbers() throws {
    #expect(try read("0,0.5,1e0,0.25")[0] == [0, 0.5, 1, 0.25])
    // Nothing but 0 and 1 is black and white; 2 makes them parts of 255.
    #expect(try read("0,1,1,0")[0] == [0, 1, 1, 0])
    #expect(try read("0,1,2,0")[0] == [0, 1, 2, 0].map { Float($0) / 255 })
    #expect(try read("0,1,2,0,3,4", width: 3).height == 2)
    let colours = try read("0,1,2,0,3,4", height: 1, width: 2)
    #expect(colours.channels == 3)
    let wide = try read("0,1,2,0,3,4", height: 2)
    #expect((wide.width, wide.channels) == (3, 1))
  }

  @Test func mistakes() {
    let mistakes: [(String, ImageFileOptions.LabelColumn, String)] = [
      ("", .automatic, ": no images found"),
      ("a,b\n", .automatic, ": no images found"),
      (
        "1,2,3\n", .automatic,
        ", line 1: found extents [1, 3], expected a square number of pixels, or height and "
          + "width to be given"
      ),
      (
        "1,2,3,4,5\n", .automatic,
        ", line 1: found 5 fields, one more than the pixels of an image; expected to be told "
          + "which column has the labels, the first or the last"
      ),
      ("1,2,3,4\n1,2,3\n", .none, ", line 2: found 3 fields, expected 4 as in the first row"),
      ("1,2,3,4\n1,2,3,4,5\n", .none, ", line 2: found 5 fields, expected 4 as in the first row"),
      ("1,2,3,4\n1,x,3,4\n", .none, ", line 2: found \"x\" in column 2, expected a number"),
      (
        "1,2,3,4\n1,2,nan,4\n", .none,
        ", line 2: found nan as pixel 3 of image 2, expected a number from 0 to 1 or a whole "
          + "number from 0 to 255"
      ),
      (
        "1,2,3,256\n", .none,
        ", line 1: found 256 as pixel 4 of image 1, expected a number from 0 to 1 or a whole "
          + "number from 0 to 255"
      ),
      (
        "0.5,0,0,0\n0,0,3,0\n", .none,
        ", line 2: found 3 as pixel 3 of image 2, expected a number from 0 to 1 as those before"
      ),
      (
        "5,0,0,0\n0,0,0.5,0\n", .none,
        ", line 2: found 0.5 as pixel 3 of image 2, expected a whole number from 0 to 255 as "
          + "those before"
      ),
      (
        "a,b,c,d\n1,2,3,4\n", .named("y"),
        ", line 2: no column \"y\", expected one of \"a\", \"b\", \"c\", \"d\""
      ),
      (
        "1,2,3,4\n", .named("y"),
        ", line 1: column \"y\" is chosen by name, but the table is said to have no header"
      ),
      (
        "\u{1}\u{2}", .automatic,
        ": byte 0: starts with the bytes 01 02, expected an IDX file, an .npy or .npz file, text, or a "
          + "folder of PNG files"
      ),
    ]
    for (text, labels, message) in mistakes {
      expectMessage("data" + message) { try read(text, labels: labels) }
    }
  }
}

@Suite struct NPYImageTests {
  @Test func shapes() throws {
    let bytes = (1...12).map(UInt8.init)
    let grey = try read(npyFile("|u1", "(3, 2, 2)", bytes))
    #expect((grey.count, grey.height, grey.width, grey.channels) == (3, 2, 2, 1))
    #expect(grey[1] == [5, 6, 7, 8].map { Float($0) / 255 })
    #expect(grey.byteCount == 12)
    let colour = try read(gzipped(npyFile("|u1", "(2, 1, 2, 3)", bytes)))
    #expect((colour.count, colour.width, colour.channels) == (2, 2, 3))
    #expect(try read(npyFile("|u1", "(3, 4)", bytes))[2] == grey[2])
    let fortran: [UInt8] = [1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12]
    #expect(try read(npyFile("|u1", "(3, 4)", fortran, isFortran: true))[2] == grey[2])
    #expect(try read(npyFile("|b1", "(1, 1, 2)", [1, 0]))[0] == [1, 0])
    let floats = NPYFile.bytes([0, 0.25, 0.5, 1] as [Float], shape: [1, 2, 2])
    #expect(try read(floats)[0] == [0, 0.25, 0.5, 1])
    #expect(
      try read(NPYFile.bytes([0, 51, 255, 1] as [Double], shape: [1, 2, 2]))[0]
        == [0, 0.2, 1, 1 / 255])
    expectMessage(
      "data: found extents [4], expected images, height, width, or channels as a fourth"
    ) {
      try read(npyFile("|u1", "(4,)", [1, 2, 3, 4]))
    }
    expectMessage(
      "data: found extents [3, 4611686018427387904, 2, 1], which take more than 1073741824 "
        + "bytes, the limit"
    ) {
      try read(npyFile("|u1", "(3, 4611686018427387904, 2, 1)", []))
    }
    expectMessage("data: byte 74: the file ends after 74 bytes, expected 75") {
      try read(npyFile("|u1", "(2, 1, 1)", [1]))
    }
    let set = try withSource(npyFile("|u1", "(3, 2, 2)", bytes)) { images in
      try withSource(NPYFile.bytes([2, 0, 1] as [Int64], shape: [3])) {
        try ImageSet.load(images, labels: $0)
      }
    }
    #expect(set.labels == [2, 0, 1])
  }
}
