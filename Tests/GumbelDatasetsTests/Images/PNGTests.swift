import Foundation
import GumbelDatasets
import Testing
import _GumbelTestBytes

@Suite struct PNGFolderTests {
  @Test func foldersAreClasses() throws {
    try withDirectory { folder in
      func image(_ value: UInt8, _ name: String, colour: UInt8 = 0) throws {
        let line: [UInt8] = colour == 0 ? [value, value] : [value, 0, 0, value, 0, 0]
        try write(
          PNGFile(width: 2, height: 1, colour: colour, lines: [line]).bytes,
          to: "\(folder)/\(name)")
      }
      for name in ["dog", "cat", "empty"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
      }
      try image(30, "dog/1.png")
      try image(10, "cat/2.PNG")
      try image(5, "cat/1.png")
      try write([1], to: "\(folder)/cat/notes.txt")
      let set = try ImageSet.load(folder + "/")
      #expect(set.classNames == ["cat", "dog"])
      #expect(set.labels == [0, 0, 1])
      #expect(set.pixels(of: 0..<3) == [5, 5, 10, 10, 30, 30].map { Float($0) / 255 })
      // One in colour makes all of them so.
      try image(20, "dog/0.png", colour: 2)
      let colours = try ImageSet.load(folder)
      #expect(colours.channels == 3)
      #expect(
        colours.pixels(of: 1..<4)
          == [10, 10, 10, 10, 10, 10, 20, 0, 0, 20, 0, 0, 30, 30, 30, 30, 30, 30].map {
            Float($0) / 255
          })
      try write(PNGFile(width: 1, height: 2, lines: [[1], [2]]).bytes, to: "\(folder)/dog/9.png")
      expectMessage("\(folder)/dog/9.png: found an image of 2x1, expected 1x2 as those before") {
        try ImageSet.load(folder)
      }
      try image(20, "top.png")
      expectMessage("\(folder): has both PNG files and folders of them, expected one or the other")
      {
        try ImageSet.load(folder)
      }
      expectMessage("\(folder)/empty: no images found, expected PNG files, or folders of them") {
        try ImageSet.load(folder + "/empty")
      }
    }
  }
}
