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

  /// Where values lie: in buckets of equal width from the least to the largest finite one. Nil where
  /// there is none.
  package static func histogram(
    time: Double, step: Int, name: String, _ values: [Float]
  ) -> TensorBoardEvent? {
    guard let histogram = Histogram(of: values) else { return nil }
    return TensorBoardEvent(time: time, step: step) {
      $0.append(Field.summary) {
        $0.append(1) {
          $0.append(1, string: name)
          $0.append(5) { histogram.write(to: &$0) }
        }
      }
    }
  }

  // MARK: - Hyperparameters

  /// That a session begins, in the words of the plugin `hparams`.
  ///
  /// - Parameter group: sessions of one group are shown as one, with means of what they measure; empty
  ///   for a group of its own.
  package static func sessionStart(
    time: Double, group: String, _ settings: [(name: String, value: HyperparameterValue)]
  ) -> TensorBoardEvent {
    hyperparameters(time: time, "session_start_info") {
      $0.append(3) { start in
        for (name, value) in settings {
          start.append(1) {
            $0.append(1, string: name)
            $0.append(2) { entry in
              switch value {
              case .number(let number): entry.append(2, double: number)
              case .text(let text): entry.append(3, string: text)
              case .truth(let truth): entry.append(4, integer: truth ? 1 : 0)
              }
            }
          }
        }
        if !group.isEmpty { start.append(4, string: group) }
        start.append(5, double: time)
      }
    }
  }

  /// That a session has come to its end.
  package static func sessionEnd(time: Double) -> TensorBoardEvent {
    hyperparameters(time: time, "session_end_info") {
      $0.append(4) {
        $0.append(1, integer: 1)
        $0.append(2, double: time)
      }
    }
  }

  /// What the plugin knows stands in the metadata of a tensor that has no elements.
  private static func hyperparameters(
    time: Double, _ name: String, _ build: (inout ProtocolBuffer) -> Void
  ) -> TensorBoardEvent {
    var data = ProtocolBuffer()
    build(&data)
    return TensorBoardEvent(time: time, step: 0) {
      $0.append(Field.summary) {
        $0.append(1) {
          $0.append(1, string: "_hparams_/" + name)
          $0.append(8) {
            $0.append(1, integer: 1)
            $0.append(2) { $0.append(2) { _ in } }
          }
          $0.append(9) {
            $0.append(1) {
              $0.append(1, string: "hparams")
              $0.append(2, bytes: data.bytes)
            }
          }
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
