import SwiftGumbel

/// One part of `gumbel explore`: an experiment, made when the lesson is, and what it teaches.
///
/// What a lesson encodes are the numbers behind its pictures.
protocol Lesson: Encodable {
  /// What the lesson is called in JSON and by `--lesson`.
  static var name: String { get }
  var title: String { get }
  /// In HTML.
  var formula: String { get }
  /// Paragraphs of HTML: what is shown, why it is so, and what to see.
  var paragraphs: [String] { get }
  /// Row by row.
  var panels: [[any Panel]] { get }
}

extension Lesson {
  var figure: Figure { Figure(grid: panels) }
}

/// The lessons, in the order in which they build on each other.
enum LessonName: String, CaseIterable {
  case maxima, noise, relaxation, temperature, experiment

  /// - Parameter seedKey: of the seed that was asked for; a lesson derives its own.
  func make(seedKey: RandomKey) -> any Lesson {
    let key = seedKey.folding(in: rawValue)
    return switch self {
    case .maxima: MaximaLesson(key: key)
    case .noise: NoiseLesson(key: key)
    case .relaxation: RelaxationLesson(key: key)
    case .temperature: TemperatureLesson(key: key)
    case .experiment: ExperimentLesson(seedKey: seedKey)
    }
  }
}

/// The distribution that the lessons draw from: of classes 0, 1 and 2.
let lessonProbabilities = [0.5, 0.2, 0.3]

/// The colours of the three classes.
let classColors: [Drawing.Color] = [.blue, .vermillion, .green]

/// A number in a sentence: so many digits after the point, and a true minus.
func decimals(_ value: Double, _ count: Int) -> String {
  NumberText.fixed(value, decimals: count).replacing("-", with: "−")
}

/// `12,345`.
func grouped(_ count: Int) -> String {
  var digits = String(count)
  var index = digits.count - 3
  while index > 0 {
    digits.insert(",", at: digits.index(digits.startIndex, offsetBy: index))
    index -= 3
  }
  return digits
}
