import GumbelKernels

/// Calls the body with each of 0 to count - 1, on the threads of the kernels. The calls must not
/// depend on each other; inside such a call, or where another thread has the pool, they come one
/// after another. Products among them share one scope of signals.
package func parallelFor(_ count: Int, _ body: (Int) -> Void) {
  gk_signal_scope_begin()
  defer { gk_signal_scope_end() }
  withoutActuallyEscaping(body) { body in
    var job = body
    withUnsafeMutablePointer(to: &job) { job in
      gk_parallel_for(
        count, { $0!.assumingMemoryBound(to: ((Int) -> Void).self).pointee($1) }, job)
    }
  }
}
