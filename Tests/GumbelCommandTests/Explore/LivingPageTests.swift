import Foundation
import GumbelTensors
import Testing

/// The page of `gumbel explore` in a browser, whose controls are moved as readers move them.
@Suite(.enabled(if: Browser.isFound, Browser.comment), .serialized)
struct LivingPageTests {
  /// Written once for all tests.
  private static let folder: Result<TemporaryFolder, any Error> = Result {
    let folder = try TemporaryFolder()
    let outcome = try Gumbel.run(["explore"], in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return folder
  }

  func withPage(_ body: (Browser) throws -> Void) throws {
    let page = try Self.folder.get().url("explore.html")
    let browser = try Browser()
    defer { browser.close() }
    try browser.show(width: 1280)
    try browser.open(page)
    try body(browser)
    #expect(browser.complaints == [])
    #expect(browser.requests == [])
  }

  // MARK: - The same draws

  @Test func thePageDrawsWhatTheLibraryDraws() throws {
    try withPage { browser in
      for seed in [42, 7, UInt64.max - 5] {
        let key = RandomKey(seed).folding(in: "a name").folding(in: 3)
        let pageKey = "RandomKey.seed(\"\(seed)\").fold(\"a name\").fold(3)"
        let (first, count) = (5, 10_000)
        let words = try browser.value(
          of: "Array.from(randomWords(\(pageKey), \(count)))", as: [UInt32].self)
        var stream = RandomKeyStream(key)
        let expected = (0..<(count / 2)).flatMap { _ -> [UInt32] in
          let pair = stream.next()
          return [UInt32(truncatingIfNeeded: pair), UInt32(truncatingIfNeeded: pair >> 32)]
        }
        #expect(words == expected)
        let draws: [(String, (Shape, RandomKey) -> Tensor)] = [
          ("uniform", Tensor.uniform), ("exponential", Tensor.exponential),
          ("gumbel", Tensor.gumbel), ("normal", Tensor.normal),
        ]
        for (name, draw) in draws {
          // From within a block on, as a part of a longer draw.
          let values = try browser.value(
            of: "Array.from(\(name)(\(pageKey), \(count), \(first)))", as: [Float].self)
          let library = draw([first + count], key).scalars.dropFirst(first)
          let farthest = zip(values, library).reduce(Float(0)) { farthest, pair in
            max(farthest, abs(pair.0 - pair.1) / max(1, abs(pair.1)))
          }
          #expect(values.count == count && farthest <= 1e-6, "\(name): \(farthest)")
        }
        // One word in 128 is refined by another one, which these draws have seen.
        #expect(words.contains { ($0 &+ 0x100_0000) >> 25 == 0 })
      }
    }
  }

  @Test func aSeedDrawsTheClassesThatTheCommandDraws() throws {
    try withPage { browser in
      for (seed, logits) in [
        ("42", "0.5,-0.3,0.1"), ("18446744073709551615", "2,0,-1.25,0.3,1,-3,0.7"),
      ] {
        let outcome = try Gumbel.run([
          "sample", "--logits", logits, "--method", "gumbel-max", "--count", "10000", "--seed",
          seed,
        ])
        let drawn = outcome.output.split(separator: "\n").compactMap { Int($0) }
        let classes = try browser.value(
          of: "Array.from(gumbelMax([\(logits)], RandomKey.seed(\"\(seed)\").fold(0), 10000))",
          as: [Int].self)
        #expect(drawn.count == 10_000 && classes == drawn)
      }
      // The commands that the page shows are of the draws that it shows.
      try browser.run("document.querySelector('#noise-lab button').focus()")
      _ = try browser.value(
        of:
          "[...document.querySelectorAll('#noise-lab button')].find((b) => b.textContent === '10,000 draws').click()  ?? null",
        as: Bool?.self)
      let counts = try browser.value(of: "lessons.noise.counts", as: [Int].self)
      let line = try command("noise", browser)
      let classes = try Gumbel.run(line).output.split(separator: "\n").compactMap { Int($0) }
      #expect(classes.count == counts.reduce(0, +))
      #expect(counts == counts.indices.map { index in classes.count { $0 == index } })

      let relaxed = try Gumbel.run(command("relaxation", browser)).output
        .split(whereSeparator: \.isNewline).map {
          $0.split(separator: ",").compactMap { Double($0) }
        }
        .filter { $0.count == 3 }
      let shown = try browser.value(
        of: "Array.from(relaxed(simplex.perturbed.subarray(0, 3000), 3, simplex.temperature))",
        as: [Double].self)
      #expect(relaxed.count == 1000)
      #expect(zip(relaxed.joined(), shown).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  /// The command of a lesson, as its shell would read it.
  func command(_ lesson: String, _ browser: Browser) throws -> [String] {
    let line = try browser.value(
      of: "document.querySelector('#\(lesson)-lab code').textContent", as: String.self)
    #expect(line.hasPrefix("gumbel "))
    return line.split(separator: " ").dropFirst().map(String.init)
  }

  // MARK: - Controls

  let end = ("End", 35)
  let home = ("Home", 36)
  let right = ("ArrowRight", 39)

  func focus(_ lesson: String, _ label: String, _ browser: Browser) throws {
    try browser.run(
      """
      const labels = [...document.querySelectorAll("#\(lesson)-lab label")];
      labels.find((l) => l.textContent.startsWith("\(label)")).querySelector("input").focus();
      """)
  }

  func press(_ name: String, in lesson: String, _ browser: Browser) throws {
    try browser.run(
      """
      const buttons = [...document.querySelectorAll("#\(lesson)-lab button")];
      buttons.find((b) => b.textContent === "\(name)").focus();
      """)
    try browser.press("Enter", code: 13, text: "\r")
  }

  @Test func maximaComeCloserToTheGumbelDensity() throws {
    try withPage { browser in
      func gap() throws -> Double { try browser.value(of: "lessons.maxima.gap", as: Double.self) }
      try focus("maxima", "exponential", browser)
      try browser.press(" ", code: 32, text: " ")
      try focus("maxima", "The largest of", browser)
      try browser.press(home.0, code: home.1)
      let one = try gap()
      try browser.press(end.0, code: end.1)
      let many = try gap()
      // 5000 maxima: chance alone leaves 0.012 on average, and 0.03 once in 10⁷ times.
      #expect(one > 0.05 && many < 0.03, "\(one) \(many)")
      try focus("maxima", "Location", browser)
      try browser.press(right.0, code: right.1, times: 20)
      #expect(try gap() > many + 0.02)
    }
  }

  @Test func countsGrowTowardsSoftmaxWithGumbelNoiseAlone() throws {
    try withPage { browser in
      func frequencies() throws -> [Double] {
        try press("10,000 draws", in: "noise", browser)
        let counts = try browser.value(of: "lessons.noise.counts", as: [Double].self)
        let total = counts.reduce(0, +)
        #expect(total == 10_100)
        return counts.map { $0 / total }
      }
      // Five standard deviations of a frequency of one half: wrong once in a million times.
      let margin = 0.025
      let known = [
        ("Gumbel", [0.5, 0.2, 0.3]), ("exponential", [0.580, 0.160, 0.259]),
      ]
      for (noise, expected) in known {
        try focus("noise", noise, browser)
        try browser.press(" ", code: 32, text: " ")
        for (found, p) in zip(try frequencies(), expected) {
          #expect(abs(found - p) < margin, "\(noise): \(found), expected \(p)")
        }
      }
      let limit = try browser.value(of: "lessons.noise.limit", as: [Double].self)
      // The page's logits have two digits behind the point.
      #expect(zip(limit, known[1].1).allSatisfy { abs($0 - $1) < 0.003 }, "\(limit)")
      for noise in ["uniform", "normal"] {
        try focus("noise", noise, browser)
        try browser.press(" ", code: 32, text: " ")
        let limit = try browser.value(of: "lessons.noise.limit", as: [Double].self)
        #expect(abs(limit.reduce(0, +) - 1) < 1e-3)
        for (found, p) in zip(try frequencies(), limit) {
          #expect(abs(found - p) < margin, "\(noise): \(found), expected \(p)")
        }
      }
      // Ten classes, and one of them dragged up by the pointer.
      try focus("noise", "Gumbel", browser)
      try browser.press(" ", code: 32, text: " ")
      try focus("noise", "Classes", browser)
      try browser.press(end.0, code: end.1)
      try browser.waitForFrames()
      #expect(try browser.value(of: "lessons.noise.counts.length", as: Int.self) == 10)
      let place = try browser.value(
        of: """
          (() => {
            const column = document.querySelector("#noise-lab .drag[data-class='4']");
            column.scrollIntoView({ block: "center" });
            const box = column.getBoundingClientRect();
            return [box.left + box.width / 2, box.bottom - 20, box.top + 1];
          })()
          """, as: [Double].self)
      try browser.drag(from: (place[0], place[1]), to: (place[0], place[2]))
      let value = "document.querySelectorAll('#noise-lab .slider input')[5].value"
      #expect(try browser.value(of: "Number(\(value))", as: Double.self) == 4)
    }
  }

  @Test func gradientsHaveTheKnownBiasAndVariance() throws {
    try withPage { browser in
      struct Moments: Decodable { let bias, variance: Double }
      // Known to the last digit given here; 20,000 draws leave some 0.01 of a bias.
      for (t, relaxed, straight) in [
        (0.5, (0.118, 0.167), (0.149, 0.424)), (1, (0.286, 0.037), (0.181, 0.135)),
      ] {
        try focus("temperature", "Temperature", browser)
        try browser.press(home.0, code: home.1)
        // 40 steps a decade, from 0.01 on.
        try browser.press(right.0, code: right.1, times: Int((40 * log10(t / 0.01)).rounded()))
        #expect(try browser.value(of: "simplex.temperature", as: Double.self) == t)
        let now = try browser.value(of: "lessons.temperature.now", as: [Moments].self)
        for (found, known) in zip(now, [relaxed, straight]) {
          #expect(abs(found.bias - known.0) < 0.04, "\(t): \(found), expected \(known)")
          #expect(
            abs(found.variance - known.1) < 0.08 * known.1, "\(t): \(found), expected \(known)")
        }
      }
      let exact = try browser.value(of: "lessons.temperature.exact", as: [Double].self)
      #expect(
        zip(exact, [0.292026, -0.219474, -0.072552]).allSatisfy { abs($0 - $1) < 1e-6 })
      // The triangle's slider went along.
      let label = "document.querySelector('#relaxation-lab output').textContent"
      #expect(try browser.value(of: label, as: String.self) == "t = 1")
    }
  }

  // MARK: - Readers

  @Test func thePageFitsAndIsReachedByKeyboard() throws {
    try withPage { browser in
      for (width, dark) in [(1600, true), (800, false), (390, true)] {
        try browser.show(width: width, dark: dark, calm: dark)
        let widths = try browser.value(
          of: "[document.documentElement.scrollWidth, document.body.scrollWidth]", as: [Int].self)
        #expect(widths.allSatisfy { $0 <= width }, "\(widths), expected \(width)")
        let paper = try browser.value(
          of: "getComputedStyle(document.body).backgroundColor", as: String.self)
        #expect(paper == (dark ? "rgb(22, 22, 22)" : "rgb(255, 255, 255)"))
        // No text is smaller than can be read, nor leaves its picture.
        let lost = try browser.value(
          of: """
            [...document.querySelectorAll(".lab svg text")].filter((text) => {
              const box = text.getBoundingClientRect();
              return box.left < -1 || box.right > innerWidth + 1 || box.height < 9;
            }).map((text) => text.textContent)
            """, as: [String].self)
        #expect(lost == [])
        let silent = try browser.value(
          of: """
            [...document.querySelectorAll("svg")].filter((svg) =>
              svg.getAttribute("role") !== "img"
              || !(svg.getAttribute("aria-label") || svg.querySelector("title"))).length
            """, as: Int.self)
        #expect(silent == 0)
      }
      // The tabulator comes to everything that can be used, a group of options being one.
      try browser.show(width: 1280)
      let wanted = try browser.value(
        of: """
          (() => {
            document.activeElement.blur();
            const all = [...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")]
              .filter((node) => node.checkVisibility() && (node.type !== "radio" || node.checked));
            window.reached = new Set();
            document.addEventListener("focusin", (event) => reached.add(event.target));
            window.wanted = all;
            return all.length;
          })()
          """, as: Int.self)
      try browser.press("Tab", code: 9, times: wanted + 5)
      let missed = try browser.value(
        of:
          "wanted.filter((node) => !reached.has(node)).map((node) => node.outerHTML.slice(0, 90))",
        as: [String].self)
      #expect(missed == [])
      #expect(wanted > 40)
    }
  }

  @Test func pointingAtALineSaysItsValues() throws {
    try withPage { browser in
      let place = try browser.value(
        of: """
          (() => {
            const path = document.querySelector("#experiment-lab path[data-name='total variation']");
            path.scrollIntoView({ block: "center" });
            const start = new DOMPoint(...path.getAttribute("d").match(/[\\d.]+/g).slice(0, 2));
            const { x, y } = start.matrixTransform(path.getScreenCTM());
            return [x, y];
          })()
          """, as: [Double].self)
      let text = "document.querySelector('.pointed')?.textContent ?? ''"
      try browser.waitForFrames()
      try browser.point(at: (place[0] + 3, place[1] + 2))
      #expect(
        try browser.value(of: text, as: String.self)
          == "total variation: epoch 0, total variation 0.5")
      // A relaxed sample says its components, which sum to 1.
      let sample = try browser.value(
        of: """
          (() => {
            const path = document.querySelector("#relaxation-lab .cloud");
            path.scrollIntoView({ block: "center" });
            const start = new DOMPoint(...path.getAttribute("d").match(/[\\d.]+/g).slice(0, 2));
            const { x, y } = start.matrixTransform(path.getScreenCTM());
            return [x, y];
          })()
          """, as: [Double].self)
      try browser.waitForFrames()
      try browser.point(at: (sample[0], sample[1]))
      let components = try browser.value(of: text, as: String.self)
      let shares = components.dropFirst("class 0: ".count).split(separator: ", ").compactMap {
        Double($0)
      }
      #expect(components.hasPrefix("class 0: ") && shares.count == 3, "\(components)")
      #expect(abs(shares.reduce(0, +) - 1) < 0.002 && shares[0] == shares.max())
      // The arrows go along the still picture of the maxima, whose curve ends on the right.
      try browser.run(
        """
        document.querySelector("#maxima ~ .still").open = true;
        const still = [...document.querySelectorAll("#maxima ~ .still svg")];
        still.find((svg) => svg.checkVisibility()).focus();
        """)
      try browser.press(right.0, code: right.1, times: 3)
      let said = try browser.value(of: text, as: String.self)
      #expect(said.hasPrefix("Gumbel density: largest value 2.") && said.contains(", density "))
    }
  }

  @Test func reportsSayTheValuesOfTheirLines() throws {
    let folder = try TemporaryFolder()
    let sea = (0..<40).map { "\(3.5 + Double(($0 * 7919) % 400) / 400)" }.joined(separator: "\n")
    try folder.write("level\n" + sea + "\n", to: "sea.csv")
    let outcome = try Gumbel.run(
      ["fit", "sea.csv", "--column", "level", "--report", "fit.html"], in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let browser = try Browser()
    defer { browser.close() }
    try browser.show(width: 390)
    try browser.open(folder.url("fit.html"))
    let said = try browser.value(
      of: """
        [...document.querySelectorAll("svg")].filter((svg) => svg.checkVisibility()).map((svg) => {
          svg.focus();
          svg.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
          return document.querySelector(".pointed")?.textContent ?? "";
        })
        """, as: [String].self)
    // The axis begins at the period 1.025 of the smallest of 40 values.
    #expect(said.contains { $0.hasPrefix("fit: return period (values) 1.03, level 3.") }, "\(said)")
    #expect(browser.complaints == [])
  }

  @Test func withoutScriptsThePicturesStand() throws {
    let page = try Self.folder.get().read("explore.html")
    #expect(page.utf8.count <= 300_000)
    let bare = page.components(separatedBy: "<script>")[0] + "</body></html>"
    let folder = try TemporaryFolder()
    try folder.write(bare, to: "bare.html")
    let browser = try Browser()
    defer { browser.close() }
    try browser.show(width: 390)
    try browser.open(folder.url("bare.html"))
    let visible = try browser.value(
      of: "[...document.querySelectorAll('svg')].filter((s) => s.checkVisibility()).length",
      as: Int.self)
    #expect(visible == 14)
    let labs = try browser.value(
      of: "[...document.querySelectorAll('.lab')].filter((s) => s.checkVisibility()).length",
      as: Int.self)
    #expect(labs == 0)
  }
}
