import GumbelTensors
import Testing
import _GumbelTestDevice

@testable import GumbelDatasets

/// Batches that are made of tensors are those of the host, to the bit.
@Suite(.serialized) struct ImageTensorsTests {
  /// Sets of bytes and of floats, with images of whole words and not, all bytes among them.
  private static let sets: [ImageSet] = [
    exampleSet(count: 11), exampleSet(count: 7, height: 4, width: 3, labels: false),
    exampleSet(count: 5, height: 1, width: 1),
    ImageSet(
      name: "ramp", bytes: (0..<1024).map { UInt8($0 % 256) }, height: 16, width: 16),
    ImageSet(
      name: "floats", values: (0..<50).map { Float($0 * $0 % 50) / 49 }, height: 5, width: 1),
    ImageSet(
      name: "small floats",
      values: [0, 1, -0.0, .leastNonzeroMagnitude, 1e-30, 0x1p-24, 1 - 0x1p-24, 0.5].flatMap {
        [Float](repeating: $0, count: 16)
      }, height: 2, width: 2),
  ]
  private static let modes: [Binarisation] = [.none, .threshold(at: 0.5), .fixed, .dynamic]

  private struct EpochOfBatches: TensorGroup {
    var pixels: Tensor
    var labels: Tensor?
    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("pixels", &pixels)
      if labels != nil { visitor.visit("labels", &labels!) }
    }
  }

  /// All batches of three epochs.
  private func check(_ set: ImageSet, _ binarisation: Binarisation, on device: Device) {
    var batches = ImageBatches(
      set, batchSize: 2, binarisation: binarisation, key: RandomKey(21))
    let steps = batches.batchesPerEpoch
    let epoch = compile(on: device) { (images: ImageTensors, number: Tensor) in
      let epoch = images.epoch(number)
      return scan(from: EmptyGroup(), count: steps) { none, place in
        (
          none,
          EpochOfBatches(
            pixels: images.pixels(place, in: epoch), labels: images.labels(place, in: epoch))
        )
      }.outputs
    }
    let images = ImageTensors(batches)
    for number in 0..<3 {
      let found = epoch(images, Tensor(int32: Int32(number)))
      let expected = (0..<steps).map { batches.batch(number * steps + $0) }
      #expect(
        found.pixels.scalars.map(\.bitPattern)
          == expected.flatMap { $0.pixels.scalars.map(\.bitPattern) },
        "\(set.name), \(binarisation), epoch \(number)")
      #expect(found.pixels.shape == [steps, 2, set.imageSize])
      #expect(
        found.labels?.int32Scalars
          == set.labels.map { _ in expected.flatMap { $0.labels!.int32Scalars } })
    }
    #expect(epoch.recordingCount == 1)
  }

  @Test(arguments: modes) func onTheHost(_ binarisation: Binarisation) {
    for set in Self.sets { check(set, binarisation, on: .host) }
  }

  @Test(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment), arguments: modes)
  func onADevice(_ binarisation: Binarisation) throws {
    let device = try Device(plugin: XLAPlugin.path!)
    for set in Self.sets { check(set, binarisation, on: device) }
  }

  /// A set of bytes takes a byte a pixel, but for rows that end within a word.
  @Test func theyTakeNoMoreMemoryThanTheSet() {
    for (height, bytes) in [(4, 10 * 8), (3, 10 * 8)] {
      let batches = ImageBatches(
        exampleSet(count: 10, height: height, labels: false), batchSize: 2, key: RandomKey(1))
      let keys = 2 * TensorType([2], .int32).byteCount
      let found = ImageTensors(batches).tensors.reduce(0) { $0 + $1.type.byteCount }
      #expect(found == bytes + keys)
    }
  }

  @Test func mistakesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = apply1(PixelRows(imageSize: 4), [Tensor.zeros([3, 4]), Tensor(int32: [3])])
    }
    await #expect(processExitsWith: .failure) {
      _ = apply1(
        PixelRows(imageSize: 9), [Tensor(int32: [1, 2], shape: [1, 2]), Tensor(int32: [0])])
    }
  }
}
