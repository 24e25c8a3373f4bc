/// What a file is by its first bytes, where it is nothing that is read here, for messages.
///
/// Downloads that went wrong leave a web page under the name of what was wanted, and many files
/// are named as what they are not.
package func kindOfFile(startingWith head: some Collection<UInt8>) -> String? {
  if let kind = BinaryKind.kind(startingWith: head) { return kind }
  if head.starts(with: Array("RIFF".utf8)), head.dropFirst(8).starts(with: Array("WEBP".utf8)) {
    return "a WebP file"
  }
  // Python 2 pickles are of text; these are of protocols 2 to 5.
  if let first = head.first, first == 0x80, let second = head.dropFirst().first, 2...5 ~= second {
    return "a Python pickle"
  }
  let text = String(decoding: head.prefix(512), as: UTF8.self).lowercased()
    .drop { $0.isWhitespace || $0 == "\u{FEFF}" }
  for start in ["<!doctype html", "<html", "<head", "<body", "<!-- "] where text.hasPrefix(start) {
    return "a web page"
  }
  if text.hasPrefix("<?xml") { return text.contains("<html") ? "a web page" : "an XML file" }
  if text.hasPrefix("<svg") { return "an SVG picture" }
  return nil
}

/// Kinds of files that are no text to learn from, by first bytes that no such text has.
enum BinaryKind {
  private static let signatures: [(bytes: [UInt8], kind: String)] = [
    ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive"),
    ([0x50, 0x4B, 0x05, 0x06], "an empty ZIP archive"),
    ([0x89, 0x50, 0x4E, 0x47], "a PNG file"),
    ([0x93] + Array("NUMPY".utf8), "a NumPy array"),
    ([0xFF, 0xD8, 0xFF], "a JPEG file"),
    (Array("GIF87a".utf8), "a GIF file"),
    (Array("GIF89a".utf8), "a GIF file"),
    (Array("%PDF-".utf8), "a PDF file"),
    ([0x89, 0x48, 0x44, 0x46], "an HDF5 file"),
    (Array("PAR1".utf8) + [0x15], "a Parquet file"),
    (Array("ARROW1".utf8) + [0, 0], "an Arrow file"),
    (Array("MATLAB 5.0 MAT-file".utf8), "a MATLAB file"),
    (Array("SQLite format 3".utf8) + [0], "an SQLite database"),
    ([0x7F, 0x45, 0x4C, 0x46], "a program"),
    (Array("7z".utf8) + [0xBC, 0xAF], "a 7z archive"),
    (Array("Rar!".utf8) + [0x1A], "a RAR archive"),
    ([0x49, 0x49, 0x2A, 0x00], "a TIFF file"),
    ([0x4D, 0x4D, 0x00, 0x2A], "a TIFF file"),
    (Array("version https://git-lfs".utf8), "a pointer of Git LFS, not the file itself"),
  ]

  static func kind(startingWith head: some Collection<UInt8>) -> String? {
    signatures.first { head.starts(with: $0.bytes) }?.kind
  }

  /// Whether more bytes may tell.
  static func isUndecided(_ head: some Collection<UInt8>) -> Bool {
    signatures.map(\.bytes).contains {
      head.count < $0.count && $0.starts(with: head)
    }
  }
}

extension ChunkedInput {
  /// Throws where text is expected and the file is known by its first bytes to be something else,
  /// instead of a lengthy message on bytes that are no text. Waits for no more than tells that.
  ///
  /// - Parameter isMarkup: Whether web pages and the like are something else too.
  package func refuseOtherKinds(expected: String, isMarkup: Bool = false) throws(InputError) {
    while BinaryKind.isUndecided(unread)
      || isMarkup && unread.first == UInt8(ascii: "<")
        && unread.count < 512
    {
      if try !readMore() { break }
    }
    if unread.starts(with: ZIPArchive.magic) {
      throw error(.archive)
    }
    let isMarkup = isMarkup && unread.first == UInt8(ascii: "<")
    let kind =
      isMarkup
      ? kindOfFile(startingWith: unread.prefix(512)) : BinaryKind.kind(startingWith: unread)
    if let kind {
      throw error(.otherKind(kind, expected: expected))
    }
  }
}
