import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct CheckpointTests {
  struct Model: TensorGroup {
    var weight = Tensor([1, -0.0, .infinity, .leastNonzeroMagnitude, 2, 3], shape: [2, 3])
    var steps = Tensor(int32: -5)
    var parts = [Tensor([0.5]), Tensor.zeros([0, 2])]
    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("weight", &weight)
      visitor.visit("steps", &steps)
      visitor.visit("parts", &parts)
    }
  }

  static let blank = Model().mapTensors {
    $0.elementType == .float32 ? Tensor.ones($0.shape) : Tensor(int32: 9)
  }

  /// The error of reading bytes; nil if they are read. A group that is not read is unchanged.
  static func problem(_ bytes: [UInt8], into model: Model = blank) -> String? {
    var group = model
    do {
      _ = try Checkpoint.read(&group, bytes: bytes, path: "some.ckpt")
      return nil
    } catch let error as CheckpointError {
      if !haveSameBits(group, model) { return "the group was changed" }
      return error.path == "some.ckpt" ? error.problem : "path \(error.path)"
    } catch {
      return "another error: \(error)"
    }
  }

  static func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    let count = UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(header.utf8) + data
  }

  @Test func roundTrip() throws {
    let metadata = ["step": "17", "text": "quotes \" and \\ and é 🙂"]
    let bytes = try Checkpoint.bytes(of: Model(), metadata: metadata)
    var model = Self.blank
    let found = try Checkpoint.read(&model, bytes: bytes, path: "")
    #expect(found == metadata)
    let isSame = haveSameBits(model, Model())
    #expect(isSame)
    let again = try Checkpoint.bytes(of: model, metadata: found)
    #expect(again == bytes, "the same contents are the same bytes")
    let plain = try Checkpoint.bytes(of: Model())
    var other = Self.blank
    let none = try Checkpoint.read(&other, bytes: plain, path: "")
    #expect(none == [:])
    var empty = EmptyGroup()
    let emptyBytes = try Checkpoint.bytes(of: empty)
    let nothing = try Checkpoint.read(&empty, bytes: emptyBytes, path: "")
    #expect(nothing == [:])
  }

  /// The layout that the format prescribes, byte for byte.
  @Test func layout() throws {
    let bytes = try Checkpoint.bytes(of: Pair(Tensor([1]), Tensor(int32: 2)))
    let length = bytes[0..<8].enumerated().reduce(0) { $0 + Int($1.1) << (8 * $1.0) }
    #expect((8 + length) % 64 == 0, "the tensors are aligned")
    let header = String(decoding: bytes[8..<(8 + length)], as: UTF8.self)
    #expect(
      header.trimmingSuffix()
        == #"{"first":{"data_offsets":[0,4],"dtype":"F32","shape":[1]},"#
        + #""second":{"data_offsets":[4,8],"dtype":"I32","shape":[]}}"#)
    #expect(bytes[(8 + length)...] == [0, 0, 0x80, 0x3F, 2, 0, 0, 0])
  }

  /// A file of another writer: any order, other spacing, tensors in another order.
  @Test func otherWriters() throws {
    let header = """
      {"b": {"shape": [2], "dtype": "F32", "data_offsets": [0, 8]}, "__metadata__": {"k": "v"},
       "a": {"dtype": "I32", "data_offsets": [8, 12], "shape": []}}
      """
    struct Two: TensorGroup {
      var a = Tensor(int32: 0)
      var b = Tensor([0, 0])
      mutating func visit(_ visitor: inout some TensorVisitor) {
        visitor.visit("a", &a)
        visitor.visit("b", &b)
      }
    }
    var two = Two()
    let bytes = Self.file(header, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 7, 0, 0, 0])
    let metadata = try Checkpoint.read(&two, bytes: bytes, path: "")
    #expect(metadata == ["k": "v"])
    #expect(two.a.int32Scalar == 7)
    #expect(two.b.scalars == [1, 2])
  }

  @Test func files() throws {
    let directory = FileManager.default.temporaryDirectory.path
    let path = directory + "/gumbel-checkpoint-\(UInt64.random(in: 0 ... .max)).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Checkpoint.write(Model(), metadata: ["a": "b"], to: path)
    var model = Self.blank
    let metadata = try Checkpoint.read(&model, from: path)
    #expect(metadata == ["a": "b"])
    let isSame = haveSameBits(model, Model())
    #expect(isSame)
    let missing = path + ".missing"
    let error = #expect(throws: CheckpointError.self) {
      _ = try Checkpoint.read(&model, from: missing)
    }
    #expect(error?.path == missing)
    #expect(error?.description.hasPrefix(missing + ": cannot be read") == true)
    let toDirectory = #expect(throws: CheckpointError.self) {
      _ = try Checkpoint.read(&model, from: directory)
    }
    #expect(toDirectory?.path == directory)
    #expect(throws: (any Error).self) {
      try Checkpoint.write(Model(), to: "/nonexistent-folder/x.safetensors")
    }
  }

  @Test func nothingMayFollowTheTensors() throws {
    let bytes = try Checkpoint.bytes(of: Self.blank)
    let whole = Self.problem(bytes)
    let longer = Self.problem(bytes + [0, 0, 0, 0])
    #expect(whole == nil)
    #expect(longer?.contains("do not fill") == true)
  }

  @Test func truncatedAnywhere() throws {
    let bytes = try Checkpoint.bytes(of: Model(), metadata: ["step": "1"])
    for count in 0..<bytes.count {
      let problem = Self.problem(Array(bytes[..<count]))
      #expect(problem?.hasPrefix("is not a whole safetensors file") == true, "\(count) bytes")
    }
  }

  @Test func otherStructures() throws {
    func problem(_ group: some TensorGroup) throws -> String? {
      try Self.problem(Checkpoint.bytes(of: group))
    }
    struct Renamed: TensorGroup {
      var model = Model()
      var extra: Tensor?
      var name = "weight"
      mutating func visit(_ visitor: inout some TensorVisitor) {
        visitor.visit(name, &model.weight)
        visitor.visit("steps", &model.steps)
        visitor.visit("parts", &model.parts)
        visitor.visit("extra", &extra)
      }
    }
    let missing = try problem(Renamed(name: "weigth"))
    #expect(missing == "has no tensor weight")
    let unexpected = try problem(Renamed(extra: Tensor(1)))
    #expect(unexpected == "has a tensor extra that is not expected here")
    var wrongShape = Model()
    wrongShape.weight = wrongShape.weight.transposed()
    let shape = try problem(wrongShape)
    #expect(shape == "has tensor weight as F32[3, 2], expected F32[2, 3]")
    var wrongType = Model()
    wrongType.steps = Tensor(1)
    let type = try problem(wrongType)
    #expect(type == "has tensor steps as F32[], expected I32[]")
  }

  @Test func damagedHeaders() throws {
    let bytes = try Checkpoint.bytes(of: Model())
    for length: UInt64 in [.max, 1 << 63, 1 << 62, UInt64(bytes.count), UInt64(bytes.count) - 7] {
      var huge = bytes
      for i in 0..<8 { huge[i] = UInt8(truncatingIfNeeded: length >> (8 * UInt64(i))) }
      let problem = Self.problem(huge)
      #expect(problem?.contains("the header should have \(length) bytes") == true)
    }
    let valid = String(decoding: bytes[8..<(bytes.count - 32)], as: UTF8.self)
    for header in [
      "", " ", "null", "[]", "{", "{}}", "\"x\"", "{\"weight\":3}", "{\"weight\":{}}",
      "{\"weight\":{\"dtype\":\"F32\"}}", "\u{FEFF}{}",
      String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
    ] {
      let problem = Self.problem(Self.file(header, [UInt8](repeating: 0, count: 100)))
      #expect(problem != nil, "header \(header.prefix(40))")
    }
    // Offsets that point elsewhere, with numbers up to the ends of the integers' range.
    #expect(valid.contains("[0,24]"))
    for offsets in [
      "[]", "[0]", "[0,24,24]", "[0,23]", "[0,25]", "[-4,20]", "[24,0]", "[1000,1024]",
      "[9223372036854775800,9223372036854775807]", "[1,-9223372036854775808]",
      "[-9223372036854775808,9223372036854775807]", "[0,99999999999999999999]", "[0.5,24.5]",
      "[\"0\",\"24\"]",
    ] {
      let header = valid.replacing("[0,24]", with: offsets)
      let problem = Self.problem(Self.file(header, [UInt8](repeating: 0, count: 32)))
      #expect(problem?.hasPrefix("is not a whole safetensors file") == true, "offsets \(offsets)")
    }
    for shape in ["[-2,-3]", "[2,3,1]", "[6]", "[99999999999,3]", "[]"] {
      let header = valid.replacing("[2,3]", with: shape)
      let problem = Self.problem(Self.file(header, [UInt8](repeating: 0, count: 32)))
      #expect(problem?.hasPrefix("has tensor weight as F32[") == true, "shape \(shape)")
    }
  }

  /// Files with some bytes changed, inserted or taken out: they are read or refused, no more.
  @Test(arguments: 0..<4)
  func fuzzing(seed: UInt64) throws {
    var generator = RandomKeyStream(RandomKey(seed))
    let original = try Checkpoint.bytes(of: Model(), metadata: ["a": "b"])
    let meaningful = Array("0123456789-.eE[]{},:\"\\ FI".utf8)
    var refused = 0
    for _ in 0..<1500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        let byte =
          Bool.random(using: &generator)
          ? meaningful.randomElement(using: &generator)!
          : UInt8.random(in: 0...255, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.insert(byte, at: position)
        case 1: bytes.remove(at: position)
        default: bytes[position] = byte
        }
      }
      let problem = Self.problem(bytes)
      if let problem {
        refused += 1
        let isOurs = !problem.hasPrefix("another error") && problem != "the group was changed"
        #expect(isOurs, "\(problem)")
      }
    }
    #expect(refused > 500)
    for _ in 0..<500 {
      let count = Int.random(in: 0...60, using: &generator)
      let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(Self.problem(noise) != nil)
    }
  }
}

extension String {
  /// Without the spaces at the end.
  fileprivate func trimmingSuffix() -> String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }
}
