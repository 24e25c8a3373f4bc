import SwiftGumbel

/// Curves of a run.
struct VAEPictures {
  let epochs: [VAEEpoch]

  private var x: [Double] { epochs.map { Double($0.epoch) } }

  private func curves(_ title: String, _ value: (VAEBound) -> Double) -> ChartPanel {
    ChartPanel(
      [
        .line("training images", x: x, y: epochs.map { value($0.train) }),
        .line("test images, hard samples", x: x, y: epochs.map { value($0.test) }),
      ] + heldOut(value), title: title, x: "epoch", y: "nats an image",
      size: Drawing.Size(width: 440, height: 280))
  }

  /// Of the images that are held out, where there are any.
  private func heldOut(_ value: (VAEBound) -> Double) -> [ChartPanel.Mark] {
    guard epochs.contains(where: { $0.validation != nil }) else { return [] }
    return [
      .line("held out, hard samples", x: x, y: epochs.map { $0.validation.map(value) ?? .nan })
    ]
  }

  var bound: ChartPanel { curves("Bound of log p(x)") { $0.bound } }
  var reconstruction: ChartPanel { curves("Reconstruction") { $0.reconstruction } }
  var kl: ChartPanel { curves("KL from the prior") { $0.kl } }

  var temperature: ChartPanel {
    ChartPanel(
      [.line(x: x, y: epochs.map(\.temperature))], title: "Temperature", x: "epoch",
      y: "temperature", size: Drawing.Size(width: 440, height: 280))
  }

  /// What `--plot` draws.
  var figure: Figure { Figure(columns: [bound, reconstruction, kl]) }

  /// What the page shows.
  var page: Figure { Figure(grid: [[bound, reconstruction], [kl, temperature]]) }
}
