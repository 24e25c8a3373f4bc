/// `1 step`, `2 steps`.
func amount(_ count: Int, _ unit: String, _ several: String? = nil) -> String {
  "\(count) \(count == 1 ? unit : several ?? unit + "s")"
}
