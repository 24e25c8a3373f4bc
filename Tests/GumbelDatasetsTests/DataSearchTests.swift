import Foundation
import Testing
import _GumbelTestBytes

@testable import GumbelDatasets

@Suite struct DataSearchTests {
  /// A file with nothing in it, and the folders above it.
  private func make(_ path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
  }

  @Test func packagesOfThePythonsInThePathAreFound() throws {
    try withDirectory { folder in
      try make(folder + "/own/bin/python3")
      try make(folder + "/own/lib/python3.12/site-packages/names/list")
      try make(folder + "/pyenv/shims/python3")
      try make(folder + "/pyenv/versions/3.11.7/lib/python3.11/site-packages/names/list")
      try make(folder + "/pyenv/versions/3.9.1/lib/python3.9/site-packages/old/list")
      // Without a Python, a folder of the path says nothing.
      try make(folder + "/none/bin/perl")
      try make(folder + "/none/lib/python3.12/site-packages/stray/list")
      let environment = [
        "PATH": "\(folder)/pyenv/shims:\(folder)/none/bin::\(folder)/own/bin:python:/"
      ]
      let search = DataSearch(environment: { environment[$0] })
      let pyenv = folder + "/pyenv/versions/3.11.7/lib/python3.11/site-packages"
      #expect(search.pythonFile("names/list") == pyenv + "/names/list")
      #expect(search.pythonFile("old/list")?.hasSuffix("3.9/site-packages/old/list") == true)
      #expect(search.pythonFile("stray/list") == nil)
    }
  }

  @Test func anActiveEnvironmentComesFirst() throws {
    try withDirectory { folder in
      for place in ["active", "own"] {
        try make("\(folder)/\(place)/bin/python3")
        try make("\(folder)/\(place)/lib/python3.12/site-packages/names/list")
      }
      let environment = ["PATH": folder + "/own/bin", "VIRTUAL_ENV": folder + "/active"]
      let search = DataSearch(environment: { environment[$0] })
      #expect(
        search.pythonFile("names/list")
          == folder + "/active/lib/python3.12/site-packages/names/list")
    }
  }
}
