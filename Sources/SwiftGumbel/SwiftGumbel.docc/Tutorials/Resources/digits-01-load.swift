import SwiftGumbel

let digits = try ImageSplit.load("mnist-5k")
print(digits.train.count, digits.test.count, digits.train.imageSize)

let first = digits.test.pixels(of: 0..<32)
let sheet = ImageGrid(pixels: first, imageWidth: 28, imageHeight: 28, columns: 16)
try AtomicFile.write(Figure(columns: [sheet]).png(scale: 1), to: "digits-images.png")

// Prints:
// 4000 1000 784
