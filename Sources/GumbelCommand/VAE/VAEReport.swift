import SwiftGumbel

/// One self-contained page on a run.
struct VAEReport {
  let run: VAERun
  let result: VAETrainResult
  let pictures: VAEPictures
  let gallery: VAEGallery

  var html: String {
    HTMLPage(
      title: "A variational autoencoder of \(run.images.name)",
      style: """
        .sheet { image-rendering: pixelated; max-width: 100%; background: #fff; }

        """,
      body: """
        <p>Codes: <strong>\(xmlEscaped(run.settings.latents.text))</strong>. \(summary)</p>
        <h2>On the way</h2>
        <p>The bound of the training images is that of the draws of training, which may be
        relaxed; the test images' is of exact draws.</p>
        \(HTMLPage.figure(pictures.page))
        <h2>Samples</h2>
        <p>Codes drawn from the prior, and the means of their pixels.</p>
        \(picture(gallery.samples, "Samples of the model."))
        <h2>Reconstructions</h2>
        <p>Test images, below them what the encoder is shown where that is not the same, and what
        the decoder makes of a code drawn for each.</p>
        \(picture(gallery.reconstructions, "Test images and their reconstructions."))
        <h2>Codes</h2>
        \(gallery.usage.map(section).joined(separator: "\n"))
        <h2>Numbers</h2>
        <p>Means over images after each epoch, in nats. Columns with “test” are of the test images and
        exact draws, the others of the training images and the draws of training.</p>
        \(numberedEpochs.note)
        \(HTMLPage.table(numberTitles, numbers, label: "Numbers of every epoch"))
        \(run.settingsSections)
        """,
      footer: "<p>Made by gumbel \(GumbelCommand.version).</p>"
    ).html
  }

  private var summary: String {
    guard let test = result.test else {
      return "The run was stopped after \(result.steps) of \(run.steps) steps."
    }
    return """
      After \(result.epochs) epochs, the bound of log p(x) on \(test.images) test images is
      <strong>\(nats(test.bound))</strong> nats an image, and
      \(nats(test.importanceWeightedBound)) with \(test.samples) samples an image.
      """
  }

  private func picture(_ sheet: ImageSheet, _ description: String) -> String {
    // A page of large images would take long to load.
    let sheet = sheet.reduced(toPixels: 1_500_000)
    let bitmap = sheet.bitmap()
    return HTMLPage.image(
      bitmap, width: bitmap.width * sheet.magnification / 2, description: description)
  }

  private func section(_ usage: VAECodeUsage) -> String {
    """
    <p>\(xmlEscaped(usage.description))</p>
    \(HTMLPage.figure(usage.figure))
    """
  }

  private var numberedEpochs: (rows: [VAEEpoch], note: String) {
    HTMLPage.some(of: result.history, upTo: 500, unit: "epochs")
  }

  private let numberTitles = [
    "epoch", "bound", "reconstruction", "KL", "test bound", "test reconstruction", "test KL",
  ]

  private var numbers: [[String]] {
    numberedEpochs.rows.map { epoch in
      ["\(epoch.epoch)"]
        + [
          epoch.train.bound, epoch.train.reconstruction, epoch.train.kl, epoch.test.bound,
          epoch.test.reconstruction, epoch.test.kl,
        ].map(nats)
    }
  }
}
