import GumbelCLibrary

// The few functions that the standard library lacks.

func sine(degrees: Double) -> Double { sin(degrees * .pi / 180) }
func cosine(degrees: Double) -> Double { cos(degrees * .pi / 180) }
func decimalLogarithm(_ value: Double) -> Double { log10(value) }
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
func powerOfTen(_ exponent: Int) -> Double { pow(10, Double(exponent)) }
/// `-log(-log(1 - 1/T))` of a period T.
func reducedVariate(ofPeriod period: Double) -> Double { -log(-log1p(-1 / period)) }
/// The period that has a reduced variate.
func period(ofReducedVariate value: Double) -> Double { -1 / expm1(-exp(-value)) }
