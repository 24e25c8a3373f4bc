import SwiftGumbel

/// The lessons as one self-contained page.
struct ExplorePage {
  let lessons: [any Lesson]
  let seed: UInt64

  var html: String {
    HTMLPage(
      title: "The Gumbel-softmax trick in pictures",
      style: Self.text(PackageResources.page_css),
      body: """
        <p>A neural network that has to choose one of several classes meets a wall: a draw has no slope,
        and without a slope there is no gradient. The Gumbel-softmax trick is the way round, and these
        pictures show its parts one after the other. All of them were computed when this page was made,
        by drawing.</p>
        <nav aria-label="Lessons"><ol>
        \(contents)
        </ol></nav>
        <div id="seed-place" data-seed="\(seed)"></div>
        \(sections)
        \(lessons.count > 1 ? Self.leads : "")
        <h2>Where it comes from</h2>
        <p>E. J. Gumbel, <em>Statistics of extremes</em>, 1958. C. J. Maddison, D. Tarlow and T. Minka,
        “A* sampling”, 2014 (<a href="https://arxiv.org/abs/1411.0030">arXiv 1411.0030</a>), for the
        trick with the maximum. The relaxation was found twice at the same time: E. Jang, S. Gu and
        B. Poole, “Categorical reparameterization with Gumbel-softmax”, 2016
        (<a href="https://arxiv.org/abs/1611.01144">arXiv 1611.01144</a>), and C. J. Maddison, A. Mnih
        and Y. W. Teh, “The concrete distribution”, 2016
        (<a href="https://arxiv.org/abs/1611.00712">arXiv 1611.00712</a>).</p>
        """,
      footer: """
        <p>Made by <code>gumbel explore --seed \(seed)</code>, gumbel \(GumbelCommand.version).
        <code>gumbel explore --json -</code> prints the numbers behind the pictures; another seed draws
        them anew.</p>
        """,
      script: Self.script
    ).html
  }

  /// One file a subject, in the order in which they use each other.
  private static let script = [
    PackageResources.random_js, PackageResources.controls_js, PackageResources.chart_js,
    PackageResources.maxima_js, PackageResources.noise_js, PackageResources.simplex_js,
    PackageResources.relaxation_js, PackageResources.temperature_js, PackageResources.gan_js,
    PackageResources.experiment_js, PackageResources.leads_js,
    PackageResources.start_js,
  ].map(text).joined(separator: "\n")

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private var contents: String {
    let entries = lessons.map { (name: type(of: $0).name, title: $0.title) }
    return (entries + (lessons.count > 1 ? [("leads", "Where it leads")] : []))
      .map { "<li><a href=\"#\($0.name)\">\($0.title)</a></li>" }
      .joined(separator: "\n")
  }

  private static let leads = """
    <section>
    <h2 id="leads">Where it leads</h2>
    <p class="formula"><i>Z</i> ~ N(<i>μ</i>, <i>σ</i>²) &emsp; is &emsp; <i>μ</i> + <i>σ</i> <i>E</i>, \
    &emsp; <i>E</i> ~ N(0, 1)</p>
    <p>The trick has a sibling, which came first: a Gaussian draw is its mean plus its deviation times
    noise that has no parameters. The way through <i>μ</i> and <i>σ</i> is then a plain calculation, and
    the gradient goes it; the score function, which needs no such way, has many times the variance.
    Variational autoencoders live on it (D. P. Kingma and M. Welling, 2013,
    <a href="https://arxiv.org/abs/1312.6114">arXiv 1312.6114</a>), and with Gumbel-softmax their codes
    may be discrete. Between a generator and a discriminator of strings it lets a network learn to write
    (M. J. Kusner and J. M. Hernández-Lobato, 2016,
    <a href="https://arxiv.org/abs/1611.04051">arXiv 1611.04051</a>).</p>
    <div class="lab" id="leads-lab" hidden></div>
    <p><code>gumbel learn</code> trains the network of the experiment on any stream, <code>gumbel vae</code>
    makes codes of images, <code>gumbel text</code> writes strings, and <code>gumbel estimators</code>
    compares the ways through a draw.</p>
    </section>
    """

  /// Each panel once, since the page has many points: wide enough for two in a row, and narrow enough
  /// for a telephone.
  private static func panels(_ figure: Figure) -> String {
    figure.separated(width: 400).map { $0.svg() }.joined()
  }

  private var sections: String {
    lessons.enumerated().map { index, lesson in
      """
      <section>
      <h2 id="\(type(of: lesson).name)">\(index + 1). \(lesson.title)</h2>
      <p class="formula">\(lesson.formula)</p>
      \(lesson.paragraphs.first.map { "<p>\($0)</p>" } ?? "")
      <div class="lab" id="\(type(of: lesson).name)-lab" hidden></div>
      <details class="still" open><summary>The pictures that the text speaks of, as \
      <code>gumbel explore --seed \(seed)</code> draws them</summary>
      <figure class="panels">\(Self.panels(lesson.figure))</figure>
      </details>
      \(lesson.paragraphs.dropFirst().map { "<p>\($0)</p>" }.joined(separator: "\n"))
      </section>
      """
    }.joined(separator: "\n")
  }
}
