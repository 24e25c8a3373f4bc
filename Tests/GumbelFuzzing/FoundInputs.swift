/// Inputs that were found once and must go on being read or refused: `Found/TARGET`, beside this file.
package enum FoundInputs {
  package static func of(_ target: String) -> [[UInt8]] { files(in: "Found/\(target)") }
}
