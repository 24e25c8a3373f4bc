import GumbelCLibrary
import SwiftGumbel

let usage = """
  usage: gumbel-bench WORKLOAD [--threads N] [--repeat R] [--device NAME] [--precision NAME]
                      [--programs FOLDER]
         gumbel-bench --ahead-of-time PLUGIN TARGET PROGRAM...

  A device is named as the command's option does: host, cuda, cuda:1, tpu, xla or a plug-in's path.
  --programs writes what is compiled for it to files, and --ahead-of-time compiles such files for a
  device that is not there: TARGET is a file that describes it.
  """

typealias Workload = (name: String, run: (Options) -> Void)

var workloads: [Workload] =
  [
    ("article", article),
    ("overhead", overhead),
    ("gumbel-noise", gumbelNoise),
    ("gumbel-softmax-forward", { gumbelSoftmax("forward", $0) }),
    ("gumbel-softmax-soft", { gumbelSoftmax("soft", $0) }),
    ("gumbel-softmax-straight-through", { gumbelSoftmax("straight-through", $0) }),
    ("gumbel-softmax-large", { gumbelSoftmax("large", $0) }),
    ("vae-step-100", { vaeStep(batch: 100, $0) }),
    ("vae-step-1000", { vaeStep(batch: 1000, $0) }),
    ("vae-step-8192", { vaeStep(batch: 8192, $0) }),
    ("semi-supervised-10", { semiSupervised(classes: 10, $0) }),
    ("semi-supervised-100", { semiSupervised(classes: 100, $0) }),
    ("convolution", convolution),
    ("vae-epoch", vaeEpoch),
    ("text-generation", textGeneration),
    ("straight-through-gradient", straightThroughGradient),
    ("estimators", allEstimators),
    ("gumbel-top-k", topK),
    ("grammar-masks", grammarMasks),
    ("tails", tails),
    ("categorical-draws", categoricalDraws),
    ("categorical-rows", categoricalRows),
    ("categorical-many", categoricalMany),
    ("categorical-fit", categoricalFit),
    ("reservoir", reservoir),
    ("sample-lines", sampleLines),
    ("shuffle-lines", shuffleLines),
    ("exchange", exchange),
    ("shared-vae-step-1000", { sharedVAEStep(batch: 1000, $0) }),
  ]
// One statement each: a sum of all takes the compiler too long.
workloads += tokenWorkloads.map { name -> Workload in (name, { tokens(name, $0) }) }
workloads += tokenRowWorkloads.map { name -> Workload in (name, { tokenRows(name, $0) }) }
workloads += TextStep.all.map { work -> Workload in (work.name, { textStep(work, $0) }) }
workloads += TextStep.all.map { work -> Workload in
  ("shared-" + work.name, { sharedTextStep(work, $0) })
}

var options = Options()
var chosen: String?
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  switch argument {
  case "--threads": options.threads = arguments.popFirst().flatMap { Int($0) } ?? 1
  case "--repeat": options.repeats = arguments.popFirst().flatMap { Int($0) } ?? 5
  case "--device":
    do {
      Device.default = try Device(named: arguments.popFirst() ?? "")
    } catch {
      print(error)
      exitWithUsage()
    }
  case "--precision":
    guard let precision = arguments.popFirst().flatMap(Precision.init) else { exitWithUsage() }
    Precision.default = precision
  case "--programs": DevicePrograms.folder = arguments.popFirst()
  case "--ahead-of-time":
    do {
      try compileAheadOfTime(Array(arguments))
      exit(0)
    } catch {
      print(error)
      exit(1)
    }
  default: chosen = argument
  }
}
guard let workload = workloads.first(where: { $0.name == chosen }), options.threads > 0,
  options.repeats > 0
else {
  print(usage)
  print("workloads: " + workloads.map(\.name).joined(separator: ", "))
  exitWithUsage()
}
Backend.threadCount = options.threads
DevicePrograms.watch(workload.name)
workload.run(options)
