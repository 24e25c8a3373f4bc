import GumbelFiles
import GumbelTensors

extension TensorGroup {
  /// 64 bits that differ, but for one chance in 2^64 or so, where a bit of a tensor does.
  package var digest: UInt64 {
    var hash = Fingerprint()
    for tensor in tensors { tensor.withLittleEndianBytes { hash.add($0) } }
    return hash.value
  }
}
