import GumbelTensors
import GumbelTraining

// How large networks are, told from their settings: what cannot be had is refused before it is
// asked for. Counts are numbers of float32, in double precision, which does not overflow. They are
// never more than what is made, so that nothing that would fit is refused.

/// What a training needs in memory at least.
package struct NetworkSize: Sendable {
  /// The numbers that are trained.
  package var parameters: Double
  /// The numbers that a step keeps for the gradient.
  package var activations: Double

  package init(parameters: Double, activations: Double) {
    self.parameters = parameters
    self.activations = activations
  }

  package static func + (a: NetworkSize, b: NetworkSize) -> NetworkSize {
    NetworkSize(
      parameters: a.parameters + b.parameters, activations: a.activations + b.activations)
  }

  /// Each parameter has a gradient and two moments, and is written to a checkpoint with these.
  package var trainingBytes: Double {
    Double(ElementType.float32.byteCount) * (7 * parameters + activations)
  }

  /// Dense layers of these widths, for so many rows.
  fileprivate static func dense(_ widths: [Double], rows: Double) -> NetworkSize {
    NetworkSize(
      parameters: zip(widths, widths.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 },
      activations: rows * widths.dropFirst().reduce(0, +))
  }
}

extension VAE.Settings {
  /// The size of a training with batches of so many images.
  package func size(batch: Int) -> NetworkSize {
    let rows = Double(batch) * Double(boundSamples)
    let values = latents.reduce(0.0) { $0 + $1.sizes.reduce(1.0) { $0 * Double($1) } }
    return encoder.size(from: image, outputs: values, rows: Double(batch))
      + decoder.size(from: image, outputs: values, rows: rows)
      + NetworkSize(parameters: 0, activations: rows * (values + Double(image.count)))
  }
}

extension StructuredPrediction.Settings {
  /// The size of a training with batches of so many images.
  package func size(batch: Int) -> NetworkSize {
    let widths = layers.map { $0.sizes.reduce(1.0) { $0 * Double($1) } }
    return .dense([Double(givenCount)] + widths + [Double(wantedCount)], rows: Double(batch))
  }
}

extension VAE.Network {
  /// An encoder's; a decoder's is about the same from back to front.
  fileprivate func size(from image: VAE.ImageShape, outputs: Double, rows: Double) -> NetworkSize {
    let pixels = Double(image.count)
    switch self {
    case .perceptron(let widths):
      return .dense([pixels] + widths.map(Double.init) + [outputs], rows: rows)
    case .convolutional(let kernels):
      var (height, width) = (image.height, image.width)
      var size = NetworkSize(parameters: 0, activations: 0)
      var channels = 1.0
      for (layer, count) in kernels.enumerated() {
        let count = Double(count)
        if layer > 0 { size.parameters += 16 * channels * count }
        (height, width) = ((height + 1) / 2, (width + 1) / 2)
        size.activations += rows * Double(height * width) * count
        channels = count
      }
      // Of a decoder the first channels are the widest, of an encoder the last.
      let least = Double(kernels.min() ?? 1) * Double(height * width)
      return size + .dense([least, outputs], rows: 0)
    }
  }
}

extension TextModel.Settings {
  /// The size of a training with batches of so many strings of so many tokens.
  package func size(batch: Int, time: Int) -> NetworkSize {
    let (vocabulary, embedding) = (Double(vocabularyCount), Double(embedding))
    let (hidden, layers) = (Double(hidden), Double(layers))
    let rows = Double(batch) * Double(time)
    var parameters = vocabulary * embedding + (tiesWeights ? 0 : hidden * vocabulary)
    var activations = rows * (hidden * layers + vocabulary)
    switch kind {
    case .lstm, .gru:
      let gates: Double = kind == .lstm ? 4 : 3
      parameters += gates * hidden * (embedding + hidden + (layers - 1) * 2 * hidden)
    case .transformer:
      parameters += layers * 12 * hidden * hidden + Double(self.time) * hidden
      activations += layers * rows * Double(heads) * Double(time)
    }
    return NetworkSize(parameters: parameters, activations: activations)
  }
}

extension TextGAN.Settings {
  /// The size of a training.
  package var size: NetworkSize {
    let (vocabulary, rows) = (Double(model.vocabularyCount), Double(batchSize))
    let widths = discriminatorWidths.map(Double.init) + [1]
    let (length, features) = (Double(length), Double(features))
    let discriminator: NetworkSize
    switch discriminatorKind {
    case .perceptron: discriminator = .dense([length * vocabulary] + widths, rows: rows)
    case .convolutional:
      let windows = windows.filter { $0 <= self.length + 1 }
      var size = NetworkSize.dense([Double(windows.count) * features] + widths, rows: rows)
      size.parameters += Double(embeddingWidth) * vocabulary
      for window in windows {
        size.parameters += Double(window) * Double(embeddingWidth) * features
      }
      size.activations += rows * length * (features + Double(embeddingWidth))
      discriminator = size
    case .recurrent:
      var size = NetworkSize.dense([features] + widths, rows: rows)
      size.parameters += 3 * features * (vocabulary + features)
      size.activations += rows * length * features
      discriminator = size
    }
    return model.size(batch: batchSize, time: self.length) + discriminator
  }
}

extension StreamGAN.Settings {
  /// The elements that a round draws or is given: rows by categories, in each step.
  package func elementsPerRound(_ plan: AdversarialPlan) -> Int {
    Int(min(Double(rowElements) * Double(plan.discriminatorSteps + plan.generatorSteps), 1e18))
  }

  /// The elements of the rows of a step.
  package var rowElements: Int {
    batchSize.multipliedReportingOverflow(by: categoryCount).overflow
      ? .max : batchSize * categoryCount
  }

  /// The size of a training.
  package var size: NetworkSize {
    let rows = Double(batchSize)
    let widths = [Double(categoryCount)] + hiddenWidths.map(Double.init) + [1]
    return .dense(widths, rows: rows)
      + NetworkSize(
        parameters: Double(categoryCount), activations: 2 * rows * Double(categoryCount))
  }
}
