import GumbelTensors

/// Logits and a temperature that broadcast to a batch of relaxed distributions.
struct RelaxedRows {
  let logits: Tensor
  let temperature: Tensor
  let batchShape: Shape

  init(_ logits: Tensor, _ temperature: Tensor) {
    require(
      temperature.elementType == .float32,
      "relaxed distribution: temperature \(temperature.type), expected float32")
    guard let batch = logits.rowShape.broadcast(with: temperature.shape) else {
      fatalError(
        "relaxed distribution: logits \(logits.shape) and temperature \(temperature.shape), "
          + "expected one temperature, or shapes […, k] and […] that broadcast")
    }
    self.logits = logits
    self.temperature = temperature
    batchShape = batch
  }

  /// The temperature, to be combined with rows: `[…, 1]`.
  var temperatureOfRows: Tensor {
    temperature.rank == 0 ? temperature : temperature.reshaped(to: temperature.shape + [1])
  }

  /// Draws of a primitive that takes one row of logits for all rows, or each its own.
  func sample(
    _ shape: Shape, _ key: RandomKey, _ draw: (Tensor, Tensor, Shape?, RandomKey) -> Tensor
  ) -> Tensor {
    let rows = shape + batchShape
    return draw(
      logits.rank == 1 ? logits : logits.broadcast(to: rows + [logits.shape[-1]]),
      temperature.rank == 0 ? temperature : temperature.broadcast(to: rows), rows, key)
  }
}

extension Tensor {
  /// Repeated so that the result also has the shape of a batch.
  func broadcastingRows(with batch: Shape) -> Tensor {
    guard let joint = shape.broadcast(with: batch) else {
      fatalError("logProbability: values \(shape) and the batch \(batch) do not broadcast")
    }
    return broadcast(to: joint)
  }
}
