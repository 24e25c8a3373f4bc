import SwiftGumbel

struct Autoencoder: TensorGroup {
  var encoder = Sequential.mlp([784, 256, 160], key: RandomKey(1))
  var decoder = Sequential.mlp([160, 256, 784], key: RandomKey(2))

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("encoder", &encoder)
    visitor.visit("decoder", &decoder)
  }

  func code(of pixels: Tensor) -> OneHotCategorical<Tensor> {
    OneHotCategorical(logits: encoder(pixels).reshaped(to: [pixels.shape[0], 20, 8]))
  }

  func pixelLogits(_ code: Tensor) -> Tensor { decoder(code.reshaped(to: [code.shape[0], 160])) }
}

let digits = try ImageSplit.load("mnist-5k")
let model = Autoencoder()
let code = model.code(of: digits.test.tensor(of: 0..<10))
let drawn = code.sample(key: RandomKey(3))
print(drawn.shape, model.pixelLogits(drawn).shape)
print(model.elementCount)

// Prints:
// [10, 20, 8] [10, 784]
// 484784
