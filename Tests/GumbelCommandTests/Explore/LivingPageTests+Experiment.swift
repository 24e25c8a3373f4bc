import Foundation
import GumbelTensors
import Testing

// The article's network, which trains in the page.
extension LivingPageTests {
  @Test func theNetworkTrainsInThePage() throws {
    try withPage { browser in
      try browser.run("document.getElementById('experiment-lab').scrollIntoView()")
      try press("Train", in: "experiment", browser)
      var rates: [Double] = []
      while try browser.value(of: "lessons.experiment.isRunning", as: Bool.self) {
        Thread.sleep(forTimeInterval: 0.25)
        rates.append(
          try browser.value(of: "lessons.experiment.framesPerSecond", as: Double.self))
      }
      let distances = try browser.value(of: "lessons.experiment.distances", as: [Double].self)
      #expect(distances.count == 201)
      #expect(distances.last! <= 0.06, "\(distances)")
      let cells = "document.querySelectorAll('#experiment-lab .heat rect').length"
      #expect(try browser.value(of: cells, as: Int.self) == 1000)
      // It depends on what else the machine does, and so nothing is expected of it.
      let usual = rates.sorted()[rates.count / 2]
      print("trained in the page at \(usual.rounded()) frames a second")
    }
  }

  @Test func itsStepsAreThoseOfTheCommand() throws {
    try withPage { browser in
      for (options, settings) in [
        (["--temperature", "0.5"], "temperature: 0.5, annealTo: 0.5"),
        (
          ["--temperature", "1", "--final-temperature", "0.1", "--smooth-real"],
          "temperature: 1, annealTo: 0.1, smoothReal: true"
        ),
        (
          ["--temperature", "1", "--discriminator", "mlp", "--hidden", "16", "--batch-size", "7"],
          "temperature: 1, annealTo: 1, hidden: 16, batch: 7"
        ),
      ] {
        let arguments = ["learn", "--epochs", "1", "--rounds", "20", "--seed", "5", "--quiet"]
        let outcome = try Gumbel.run(arguments + ["--json", "-"] + options)
        let command = try LearnOutput(outcome.output).learned
        let page = try browser.value(
          of: train("\(settings), epochs: 1, rounds: 20", seed: 5), as: [Double].self)
        // 200 steps of the generator in float32, which round in other places.
        #expect(zip(page, command).allSatisfy { abs($0 - $1) < 2e-3 }, "\(page) \(command)")
      }
    }
  }

  /// The warnings: a perceptron learns that smooth means fake, unless its real rows are smooth too.
  @Test func warningsAreProvokedAndCured() throws {
    try withPage { browser in
      let warm = "temperature: 1, annealTo: 1, hidden: 16, generatorSteps: 1"
      func distance(_ settings: String) throws -> Double {
        let learned = try browser.value(of: train(settings, seed: 42), as: [Double].self)
        return zip(learned, [0, 0, 0.1, 0.3, 0.6]).reduce(0) { $0 + abs($1.0 - $1.1) / 2 }
      }
      #expect(try distance(warm) > 0.3)
      #expect(try distance("\(warm), smoothReal: true") < 0.06)
      // The buttons set what they say.
      try browser.run(
        """
        const scene = [...document.querySelectorAll("#experiment-lab .scene")].at(-1);
        scene.querySelector("button").click();
        """)
      let line = try browser.value(
        of: "document.querySelector('#experiment-lab code').textContent", as: String.self)
      #expect(
        line
          == "gumbel learn --temperature 1 --generator-rate 0.0001 --discriminator mlp --hidden 16"
          + " --seed 42 --report learn.html"
      )
      // What is changed while it trains is changed for the next step.
      #expect(try browser.value(of: "lessons.experiment.isRunning", as: Bool.self))
      try focus("experiment", "Smooth the real rows", browser)
      try browser.press(" ", code: 32, text: " ")
      let changed = try browser.value(
        of: "[...document.querySelectorAll('#experiment-lab code, #experiment-lab .note')]"
          + ".map((node) => node.textContent).join()", as: String.self)
      #expect(changed.contains("--smooth-real") && changed.contains("changed on the way"))
      #expect(try browser.value(of: "lessons.experiment.isRunning", as: Bool.self))
    }
  }

  private func train(_ settings: String, seed: Int) -> String {
    """
    (() => {
      const settings = { ...articleSettings, \(settings) };
      const gan = new StreamGAN(settings, RandomKey.seed("\(seed)"));
      while (gan.epoch < settings.epochs) gan.trainRound();
      return gan.learned;
    })()
    """
  }
}
