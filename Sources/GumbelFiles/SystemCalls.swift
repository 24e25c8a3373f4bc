import GumbelCLibrary

// Calls whose names are also those of methods here, where they could not be reached.

/// Opens a file, readable and writable for all whom the process's mask allows if it is new.
package func openDescriptor(_ path: String, _ flags: Int32) -> Int32 {
  open(path, flags, 0o666)
}

/// The result of a call, which is made again as long as signals interrupt it.
package func retryingInterrupted(_ call: () -> Int32) -> Int32 {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// The next bytes of a file, fewer where it ends before; with the code of the failure where that is why,
/// and 0 otherwise.
package func readBytes(
  from descriptor: Int32, count limit: Int
) -> (bytes: [UInt8], failure: Int32) {
  // What fills an array writes its count even into the one that all empty arrays share.
  if limit == 0 { return ([], 0) }
  var failure: Int32 = 0
  let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
    while count < limit {
      let found = read(descriptor, buffer.baseAddress! + count, limit - count)
      if found > 0 {
        count += found
      } else if found == 0 {
        break
      } else if errno != EINTR {
        failure = errno
        break
      }
    }
  }
  return (bytes, failure)
}

/// Writes all bytes at a position in a file; false, with `errno`, where that fails.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at position: Int) -> Bool {
  var done = 0
  while done < bytes.count {
    let count = pwrite(
      descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(position + done))
    if count > 0 {
      done += count
    } else if count == 0 || errno != EINTR {
      if count == 0 { errno = EIO }
      return false
    }
  }
  return true
}
