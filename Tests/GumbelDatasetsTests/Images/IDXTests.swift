import GumbelDatasets
import Testing
import _GumbelTestBytes

@Suite struct IDXTests {
  @Test func imagesAndLabels() throws {
    let bytes: [UInt8] = [0, 51, 102, 153, 204, 255, 255, 0, 255, 0, 255, 0]
    for wrap in [{ $0 }, gzipped] {
      let images = wrap(idx([2, 2, 3], bytes))
      let labels = wrap(idx([2], [1, 0]))
      let set = try idxImages(images, labels: labels, classNames: ["a", "b"])
      #expect((set.count, set.height, set.width, set.channels) == (2, 2, 3, 1))
      #expect(set[0] == [0, 0.2, 0.4, 0.6, 0.8, 1])
      #expect(set.pixels(of: [1, 0]) == [1, 0, 1, 0, 1, 0, 0, 0.2, 0.4, 0.6, 0.8, 1])
      #expect(set.labels == [1, 0])
      #expect(set.classNames == ["a", "b"])
      #expect(set.byteCount == 12)
    }
  }

  @Test func membersOfGzipAreJoined() throws {
    let whole = idx([2, 2, 2], [2, 3, 4, 5, 6, 7, 8, 9])
    let parts = gzipped(Array(whole[..<7])) + gzipped([]) + gzipped(Array(whole[7...])) + [0, 0, 0]
    #expect(try idxImages(parts)[1] == idxImages(whole)[1])
  }

  @Test func otherElements() throws {
    let cases: [(code: UInt8, [UInt8])] = [
      (0x09, [0, 127, 1, 2]),
      (0x0B, [0, 0, 0, 127, 0, 1, 0, 2]),
      (0x0C, [0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 0, 1, 0, 0, 0, 2]),
      (0x0D, [0, 0, 0, 0, 0x42, 0xFE, 0, 0, 0x3F, 0x80, 0, 0, 0x40, 0, 0, 0]),
    ]
    for (code, data) in cases {
      let set = try idxImages(idx(code: code, [1, 2, 2], data))
      #expect(set[0] == [0, 127, 1, 2].map { Float($0) / 255 })
      #expect(set.byteCount == 4)
    }
    // Fractions stay as they are: 0.5 and 1.
    let halves = idx(code: 0x0D, [1, 1, 2], [0x3F, 0, 0, 0, 0x3F, 0x80, 0, 0])
    #expect(try idxImages(halves)[0] == [0.5, 1])
    // Nothing above 1 is black and white.
    #expect(try idxImages(idx([1, 1, 2], [0, 1]))[0] == [0, 1])
    let channels = try idxImages(idx([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]))
    #expect((channels.width, channels.channels) == (2, 3))
    let flat = try idxImages(idx([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]))
    #expect((flat.count, flat.height, flat.width) == (2, 2, 2))
    let options = ImageFileOptions(width: 4)
    #expect(try idxImages(idx([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]), options: options).width == 4)
  }

  @Test func mistakes() {
    let small = idx([1, 2, 2], [1, 2, 3, 4])
    let mistakes: [([UInt8], String)] = [
      ([], "no images found"),
      (Array(small[..<3]), "byte 3: the file ends after 3 bytes, expected 4"),
      (Array(small[..<10]), "byte 10: the file ends after 10 bytes, expected 16"),
      (Array(small[..<19]), "byte 19: the file ends after 19 bytes, expected 20"),
      (small + [0], "byte 20: the file goes on after the last element, expected its end"),
      (
        [1, 2, 3, 4, 5],
        "byte 0: starts with the bytes 01 02 03 04, expected an IDX file, an .npy or .npz file, text, "
          + "or a folder of PNG files"
      ),
      (
        [0, 0, 8, 5, 0],
        "byte 0: starts with the bytes 00 00 08 05, expected those of an IDX file such as "
          + "00 00 08 03"
      ),
      (
        idx(code: 0x0A, [1, 1, 1], [0]),
        "byte 2: element type 0a, expected one of 08, 09, 0b, 0c, 0d and 0e"
      ),
      (idx([0, 2, 2], []), "byte 4: found extents [0, 2, 2], expected at least one image"),
      (idx([1, 0, 2], []), "byte 4: found extents [1, 0, 2], expected positive ones"),
      (
        idx([1], [0]),
        "byte 4: found extents [1], expected images, height, width, or channels as a fourth"
      ),
      (
        idx([1, 3], [0, 0, 0]),
        "byte 4: found extents [1, 3], expected a square number of pixels, or height and width "
          + "to be given"
      ),
      (
        idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], []),
        "byte 4: found extents [4294967295, 4294967295, 4294967295], which take more than "
          + "1073741824 bytes, the limit"
      ),
      (
        idx(code: 0x09, [1, 1, 2], [0, 0xFF]),
        "byte 17: found -1 as pixel 2 of image 1, expected a number from 0 to 1 or a whole "
          + "number from 0 to 255"
      ),
      (
        idx(code: 0x0D, [2, 1, 1], [0, 0, 0, 0, 0x7F, 0xC0, 0, 0]),
        "byte 20: found nan as pixel 1 of image 2, expected a number from 0 to 1 or a whole "
          + "number from 0 to 255"
      ),
      (
        idx(code: 0x0D, [1, 1, 2], [0x40, 0, 0, 0, 0x3F, 0, 0, 0]),
        "byte 20: found 0.5 as pixel 2 of image 1, expected a whole number from 0 to 255 as "
          + "those before"
      ),
      (
        idx(code: 0x0D, [1, 1, 2], [0x3F, 0, 0, 0, 0x40, 0, 0, 0]),
        "byte 20: found 2 as pixel 2 of image 1, expected a number from 0 to 1 as those before"
      ),
      (
        Array(gzipped(small)[..<25]), "the gzip file ends after 25 bytes, inside its data"
      ),
    ]
    for (bytes, message) in mistakes {
      expectMessage("data: " + message) { try idxImages(bytes) }
    }
    let labels: [([UInt8], String)] = [
      (idx([2], [0, 1]), "found 2 labels, expected 1, one for each image"),
      (
        idx([1], [2]), "found 2 as label of image 1, expected a whole number from 0 to 1"
      ),
      (
        idx(code: 0x0C, [1], [0xFF, 0xFF, 0xFF, 0xFF]),
        "byte 8: found -1 as label of image 1, expected a whole number from 0 to 65535"
      ),
    ]
    for (bytes, message) in labels {
      expectMessage("data: " + message) {
        try idxImages(small, labels: bytes, classNames: ["a", "b"])
      }
    }
  }

  @Test func damagedGzipIsRefused() throws {
    var bytes = gzipped(idx([1, 2, 2], [1, 2, 3, 4]))
    bytes[bytes.count - 6] ^= 1
    let result = Result { try idxImages(bytes) }
    let error = try #require(throws: InputError.self) { try result.get() }
    let isIntegrity = "\(error)".hasSuffix("the gzip file is damaged (incorrect data check)")
    #expect(isIntegrity, "\(error)")
    expectMessage("data: byte 22: the gzip file is damaged (incorrect header check)") {
      try idxImages(gzipped([]) + Array("no member".utf8))
    }
  }
}
