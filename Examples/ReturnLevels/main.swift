import Foundation
import SwiftGumbel

// How high the sea will come once in so many years, from a table of one's own with a column of yearly
// maxima. By itself the program takes those of Port Pirie, South Australia, whose figures are known:
// Coles, "An introduction to statistical modeling of extreme values", 2001, section 3.4.

let arguments = CommandLine.arguments.dropFirst()
let path = arguments.first ?? "docs/data/port-pirie.csv"
let column = arguments.dropFirst().first ?? "level"
let table = try NumberColumns.load(.file(path), [.init(.name(column))], skipsMissing: true)
let maxima = table.values[0]

let fit = try Gumbel.fit(to: maxima)
let (locationError, scaleError) = fit.standardErrors
print("\(maxima.count) maxima, \(table.skippedRows) rows without a number")
print("location \(fit.location) ± \(locationError), scale \(fit.scale) ± \(scaleError)")
print("p of a fit as bad as this: \(fit.goodnessOfFit().andersonDarling.pValue)")

print("period  level   95 % interval")
for period in [2.0, 10, 50, 100, 500] {
  let interval = fit.interval(for: .returnLevel(period: period), by: .profileLikelihood)
  let numbers = [fit.returnLevel(period: period), interval.lowerBound, interval.upperBound]
    .map { String(format: "%.4f", $0) }
  print(
    "\(Int(period))".padding(toLength: 6, withPad: " ", startingAt: 0),
    numbers.joined(separator: "  "))
}

// What the book gives, to its digits, and the levels from them.
let level = fit.returnLevel(period: 100)
let isAsPublished =
  abs(fit.location - 3.87) < 0.005 && abs(fit.scale - 0.195) < 0.0005
  && abs(locationError - 0.03) < 0.005 && abs(scaleError - 0.019) < 0.0005
  && abs(level - (fit.location - fit.scale * log(-log(0.99)))) < 1e-9 && abs(level - 4.77) < 0.01
exit(isAsPublished || !arguments.isEmpty ? 0 : 1)
