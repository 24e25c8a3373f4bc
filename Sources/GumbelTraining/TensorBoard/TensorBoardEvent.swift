import GumbelFiles
import GumbelTensors

/// An event of TensorBoard as bytes: the messages `Event` and `Summary` of its protocol.
package struct TensorBoardEvent {
  private enum Field {
    static let wallTime = 1
    static let step = 2
    static let fileVersion = 3
    static let summary = 5
    static let sessionLog = 7
  }

  private let bytes: [UInt8]

  private init(time: Double, step: Int, _ build: (inout ProtocolBuffer) -> Void) {
    var event = ProtocolBuffer()
    event.append(Field.wallTime, double: time)
    if step != 0 { event.append(Field.step, integer: step) }
    build(&event)
    bytes = event.bytes
  }

  /// What every file begins with.
  package static func fileVersion(time: Double) -> TensorBoardEvent {
    TensorBoardEvent(time: time, step: 0) {
      $0.append(Field.fileVersion, string: "brain.Event:2")
    }
  }

  /// That a run starts again: TensorBoard drops what it has read of `step` and later ones.
  package static func restart(time: Double, step: Int) -> TensorBoardEvent {
    TensorBoardEvent(time: time, step: step) {
      $0.append(Field.sessionLog) { $0.append(1, integer: 1) }
    }
  }

  package static func scalars(
    time: Double, step: Int, _ values: [(name: String, value: Double)]
  ) -> TensorBoardEvent {
    TensorBoardEvent(time: time, step: step) {
      $0.append(Field.summary) { summary in
        for (name, value) in values {
          summary.append(1) {
            $0.append(1, string: name)
            $0.append(2, float: Float(value))
          }
        }
      }
    }
  }

  package static func image(
    time: Double, step: Int, name: String, png: [UInt8]
  ) -> TensorBoardEvent {
    guard let header = PNGHeader(ofFile: png) else {
      fatalError("MetricsLog: an image of \(png.count) bytes is not a PNG file")
    }
    return TensorBoardEvent(time: time, step: step) {
      $0.append(Field.summary) {
        $0.append(1) {
          $0.append(1, string: name)
          $0.append(4) {
            $0.append(1, integer: header.height)
            $0.append(2, integer: header.width)
            $0.append(3, integer: header.channels)
            $0.append(4, bytes: png)
          }
        }
      }
    }
  }

  /// A text is a tensor of one string, shown by the plugin `text`.
  package static func text(time: Double, step: Int, name: String, _ text: String)
    -> TensorBoardEvent
  {
    TensorBoardEvent(time: time, step: step) {
      $0.append(Field.summary) {
        $0.append(1) {
          $0.append(1, string: name)
          $0.append(8) {
            $0.append(1, integer: 7)
            $0.append(2) { _ in }
            $0.append(8, string: text)
          }
          $0.append(9) { $0.append(1) { $0.append(1, string: "text") } }
        }
      }
    }
  }

  /// The event in the frame of a TFRecord file: length, its checksum, bytes, their checksum.
  package var record: [UInt8] {
    func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian, Array.init)
    }
    let length = littleEndian(UInt64(bytes.count))
    return length + littleEndian(CRC32C.masked(length)) + bytes
      + littleEndian(CRC32C.masked(bytes))
  }
}
