import GumbelLayers
import GumbelTensors

/// Images cut into square patches: `[n, height · width · channels]` to
/// `[n, patches, size · size · channels]`.
struct CutIntoPatches: Layer {
  let image: VAE.ImageShape
  let size: Int

  func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    let (rows, columns) = (image.height / size, image.width / size)
    return input.reshaped(to: [input.shape[0], rows, size, columns, size, image.channels])
      .transposed([0, 1, 3, 2, 4, 5])
      .reshaped(to: [input.shape[0], rows * columns, size * size * image.channels])
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.note("image", image)
    visitor.note("size", size)
  }
}

/// The reverse of ``CutIntoPatches``.
struct JoinPatches: Layer {
  let image: VAE.ImageShape
  let size: Int

  func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    let (rows, columns) = (image.height / size, image.width / size)
    return input.reshaped(to: [input.shape[0], rows, columns, size, size, image.channels])
      .transposed([0, 1, 3, 2, 4, 5])
      .reshaped(to: [input.shape[0], image.count])
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.note("image", image)
    visitor.note("size", size)
  }
}
