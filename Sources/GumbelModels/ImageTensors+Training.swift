import GumbelDatasets
import GumbelTensors
import GumbelTraining

/// A model of images is trained on their pixels; one that wants labels as well has
/// ``/GumbelDatasets/ImageTensors/labels(_:in:)`` for batches of its own.
extension ImageTensors: TensorBatches {
  public func batch(_ place: Tensor, in epoch: Epoch) -> Tensor { pixels(place, in: epoch) }
}
