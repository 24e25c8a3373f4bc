import SwiftGumbel

/// The lessons as one self-contained page.
struct ExplorePage {
  let lessons: [any Lesson]
  let seed: UInt64

  var html: String {
    HTMLPage(
      title: "The Gumbel-softmax trick in pictures",
      style: """
        body { max-width: 60rem; } nav ol { padding-left: 1.4rem; }
        .formula { background: var(--soft); border-left: 3px solid var(--link);
          padding: .55rem 1rem; font-family: Georgia, "Times New Roman", serif;
          font-size: 1.05rem; max-width: none; }

        """,
      body: """
        <p>A neural network that has to choose one of several classes meets a wall: a draw has no slope,
        and without a slope there is no gradient. The Gumbel-softmax trick is the way round, and these
        pictures show its parts one after the other. All of them were computed when this page was made,
        by drawing.</p>
        <nav aria-label="Lessons"><ol>
        \(contents)
        </ol></nav>
        \(sections)
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
        """
    ).html
  }

  private var contents: String {
    lessons.map { "<li><a href=\"#\(type(of: $0).name)\">\($0.title)</a></li>" }
      .joined(separator: "\n")
  }

  private var sections: String {
    lessons.enumerated().map { index, lesson in
      """
      <section>
      <h2 id="\(type(of: lesson).name)">\(index + 1). \(lesson.title)</h2>
      <p class="formula">\(lesson.formula)</p>
      \(lesson.paragraphs.first.map { "<p>\($0)</p>" } ?? "")
      \(HTMLPage.figure(lesson.figure))
      \(lesson.paragraphs.dropFirst().map { "<p>\($0)</p>" }.joined(separator: "\n"))
      </section>
      """
    }.joined(separator: "\n")
  }
}
