#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

// The few functions that the standard library lacks, so that no other file asks which C library
// there is.

func sine(degrees: Double) -> Double { sin(degrees * .pi / 180) }
func cosine(degrees: Double) -> Double { cos(degrees * .pi / 180) }
func decimalLogarithm(_ value: Double) -> Double { log10(value) }
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
func powerOfTen(_ exponent: Int) -> Double { pow(10, Double(exponent)) }
