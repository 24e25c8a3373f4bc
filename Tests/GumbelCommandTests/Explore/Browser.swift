import Foundation
import Testing

/// A Chromium without a window, which is driven by its DevTools protocol over two pipes.
final class Browser {
  /// That of the variable `GUMBEL_BROWSER`, or one where they usually are.
  static let path: String? = {
    if let path = ProcessInfo.processInfo.environment["GUMBEL_BROWSER"] { return path }
    let names = ["chromium", "chromium-browser", "google-chrome"]
    let paths =
      names.map { "/usr/bin/\($0)" }
      + [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      ]
    return paths.first { FileManager.default.isExecutableFile(atPath: $0) && runs($0) }
  }()

  /// Some systems have a script of that name that only says where to find one.
  private static func runs(_ path: String) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["--version"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// ThreadSanitizer and AddressSanitizer have nothing to see in another program.
  static var isFound: Bool { path != nil && Sanitizer.current == nil }

  /// What to do where it is not.
  static let comment: Comment =
    "no Chromium, which script/setup --browser installs, or under a sanitizer"

  struct Problem: Error, CustomStringConvertible { let description: String }

  private let process = Process()
  private let (commands, answers) = (Pipe(), Pipe())
  private let profile: TemporaryFolder
  private var buffer = Data()
  private var lastCall = 0
  private var session: String?
  /// What the page has said that it should not have: errors, and lines on the console.
  private(set) var complaints: [String] = []
  /// What was asked of the network, the page itself and data in it aside.
  private(set) var requests: [String] = []

  /// Starts one, which is ended if it takes longer than two minutes, so that no test waits for ever.
  init() throws {
    profile = try TemporaryFolder()
    // The protocol is spoken on the descriptors 3 and 4.
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", #"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#, Browser.path!,
      "--headless", "--remote-debugging-pipe", "--user-data-dir=\(profile.folder.path)",
      "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      // No name is found, whatever the page asks for.
      "--host-resolver-rules=MAP * ~NOTFOUND",
    ]
    if geteuid() == 0 { process.arguments!.append("--no-sandbox") }
    process.arguments!.append("about:blank")
    process.standardInput = commands
    process.standardOutput = answers
    try process.run()
    // Its end has to be seen as the end of what it says.
    try answers.fileHandleForWriting.close()
    let identifier = process.processIdentifier
    DispatchQueue.global().asyncAfter(deadline: .now() + 120) { [weak process] in
      if process?.isRunning == true { kill(identifier, SIGKILL) }
    }
    let targets = try call("Target.getTargets")["targetInfos"] as? [[String: Any]] ?? []
    guard let page = targets.first(where: { $0["type"] as? String == "page" }) else {
      throw Problem(description: "no page in \(targets)")
    }
    session =
      try call("Target.attachToTarget", ["targetId": page["targetId"]!, "flatten": true])[
        "sessionId"] as? String
    for domain in ["Page", "Runtime", "Log", "Network"] { try call("\(domain).enable") }
  }

  /// Ends it.
  func close() {
    _ = try? call("Browser.close")
    process.waitUntilExit()
  }

  // MARK: - Pages

  /// Opens a file, and comes back when its scripts have run.
  func open(_ file: URL) throws {
    try call("Page.navigate", ["url": file.absoluteString])
    let loaded = #"location.protocol === "file:" && document.readyState === "complete""#
    while try !value(of: loaded, as: Bool.self) { Thread.sleep(forTimeInterval: 0.01) }
    try waitForFrames()
  }

  /// The value of an expression, or what it promises.
  func value<Value: Decodable>(of expression: String, as type: Value.Type) throws -> Value {
    let result = try call(
      "Runtime.evaluate",
      [
        "expression": "(async () => JSON.stringify([await (\(expression))]))()",
        "awaitPromise": true, "returnByValue": true,
      ])
    if let details = result["exceptionDetails"] {
      throw Problem(description: "\(expression): \(details)")
    }
    let text = (result["result"] as? [String: Any])?["value"] as? String ?? ""
    return try JSONDecoder().decode([Value].self, from: Data(text.utf8))[0]
  }

  /// Evaluates what has no value.
  func run(_ expression: String) throws {
    _ = try value(of: "(() => { \(expression) })() ?? null", as: Bool?.self)
  }

  /// Lets the page draw what has changed.
  func waitForFrames() throws {
    _ = try value(
      of: "new Promise((f) => requestAnimationFrame(() => requestAnimationFrame(() => f(true))))",
      as: Bool.self)
  }

  /// Sets the size of the window, and the colours that its reader prefers.
  func show(width: Int, height: Int = 900, dark: Bool = false, calm: Bool = false) throws {
    try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
    try call(
      "Emulation.setEmulatedMedia",
      [
        "features": [
          ["name": "prefers-color-scheme", "value": dark ? "dark" : "light"],
          ["name": "prefers-reduced-motion", "value": calm ? "reduce" : "no-preference"],
        ]
      ])
    try waitForFrames()
  }

  // MARK: - Hands

  /// Presses and lets go a key, as a keyboard does.
  func press(_ key: String, code: Int, text: String? = nil, times: Int = 1) throws {
    var event: [String: Any] = [
      "type": text == nil ? "rawKeyDown" : "keyDown", "key": key, "code": key,
      "windowsVirtualKeyCode": code,
    ]
    event["text"] = text
    for _ in 0..<times {
      try call("Input.dispatchKeyEvent", event)
      try call(
        "Input.dispatchKeyEvent",
        ["type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code])
    }
  }

  /// Moves the pointer to a place.
  func point(at place: (x: Double, y: Double)) throws {
    try call("Input.dispatchMouseEvent", ["type": "mouseMoved", "x": place.x, "y": place.y])
  }

  /// Moves the pointer from place to place with its button down.
  func drag(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) throws {
    let steps: [(String, Double, Double)] = [
      ("mousePressed", start.x, start.y),
      ("mouseMoved", (start.x + end.x) / 2, (start.y + end.y) / 2),
      ("mouseMoved", end.x, end.y), ("mouseReleased", end.x, end.y),
    ]
    for (type, x, y) in steps {
      try call(
        "Input.dispatchMouseEvent",
        ["type": type, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1])
    }
  }

  // MARK: - The protocol

  /// Calls a method: messages are JSON, each with a zero byte behind it.
  @discardableResult
  private func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    lastCall += 1
    var message: [String: Any] = ["id": lastCall, "method": method, "params": parameters]
    message["sessionId"] = session
    let data = try JSONSerialization.data(withJSONObject: message)
    try commands.fileHandleForWriting.write(contentsOf: data + [0])
    while true {
      let answer = try nextMessage()
      guard answer["id"] as? Int == lastCall else {
        note(answer)
        continue
      }
      if let error = answer["error"] { throw Problem(description: "\(method): \(error)") }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  private func nextMessage() throws -> [String: Any] {
    while true {
      if let end = buffer.firstIndex(of: 0) {
        let message = buffer[buffer.startIndex..<end]
        buffer = Data(buffer[(end + 1)...])
        return try JSONSerialization.jsonObject(with: message) as? [String: Any] ?? [:]
      }
      let more = answers.fileHandleForReading.availableData
      if more.isEmpty { throw Problem(description: "the browser has ended") }
      buffer.append(more)
    }
  }

  private func note(_ event: [String: Any]) {
    let parameters = event["params"] as? [String: Any] ?? [:]
    switch event["method"] as? String {
    case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
      complaints.append("\(parameters)")
    case "Network.requestWillBeSent":
      let address = (parameters["request"] as? [String: Any])?["url"] as? String ?? "?"
      if !address.hasPrefix("file:"), !address.hasPrefix("data:"), address != "about:blank" {
        requests.append(address)
      }
    default: break
    }
  }
}
