# Takes the Swift out of documentation, and makes of every page a Swift file with one function. Used by
# script/snippets, whose help has the conventions.
#
# usage: awk -v out=DIRECTORY -f snippets.awk FILE...
#
# Writes DIRECTORY/Unit1.swift and so on, Manifest1.swift and so on, main.swift, and the units' pages, and
# prints how many snippets there are, how many of them are run, and how many units and manifests.

function fail(line, message) {
  print page ":" line ": error: " message > "/dev/stderr"
  failed = 1
  exit 1
}

BEGIN {
  declaration = "^((public|private|fileprivate|package|final) )*(struct|class|enum|protocol|extension|typealias) "
  declaration = declaration "|^fileprivate func "
}

# A line of code together with where it stands.
function add(text, line) {
  code[++codeCount] = text
  codeLine[codeCount] = line
}

function braces(text,   opening, closing, copy) {
  copy = text
  opening = gsub(/[{]/, "", copy)
  closing = gsub(/[}]/, "", copy)
  return opening - closing
}

# Declarations of types stand beside the function, where all of a page can use them and extensions are
# allowed, and are seen in no other file.
function hoisted(text) {
  if (text !~ /^extension .*:/) {
    sub(/^(public |private |fileprivate |package )/, "", text)
    text = "fileprivate " text
  }
  return text
}

function quoted(text) { return "##\"" text "\"##" }

# What stands behind a print is what it prints; so are the lines below "// Prints:".
function checked(i,   text, at, expected, j) {
  text = code[i]
  if (text ~ /^ *print\(.*\)  \/\/ /) {
    at = match(text, /\)  \/\/ /)
    return substr(text, 1, at) "; expectPrinted(" quoted(substr(text, at + 6)) ")"
  }
  if (text !~ /^ *\/\/ Prints:$/) return text
  expected = ""
  for (j = i + 1; j <= codeCount && code[j] ~ /^ *\/\//; j++) {
    text = code[j]
    sub(/^ *\/\/ ?/, "", text)
    expected = expected (j > i + 1 ? ", " : "") quoted(text)
    code[j] = ""
  }
  return "expectAllPrinted([" expected "])"
}

# Adds the lines of code to the page's function, and declarations to what stands beside it.
function emit(   i, depth, isDeclared, next_, nextDeclared, text) {
  next_ = nextDeclared = -1
  depth = isDeclared = 0
  for (i = 1; i <= codeCount; i++) {
    text = code[i]
    if (!isDeclared && text ~ /^import /) {
      imports = imports text "\n"
      continue
    }
    if (!isDeclared && text ~ /^(@Test )/) {
      isDeclared = 1
    } else if (!isDeclared && text ~ declaration) {
      isDeclared = 1
      text = hoisted(text)
    }
    if (isDeclared) {
      if (nextDeclared != codeLine[i])
        declarations = declarations "#sourceLocation(file: \"" page "\", line: " codeLine[i] ")\n"
      declarations = declarations text "\n"
      nextDeclared = codeLine[i] + 1
      depth += braces(text)
      if (depth == 0) isDeclared = 0
    } else {
      if (next_ != codeLine[i])
        body = body "#sourceLocation(file: \"" page "\", line: " codeLine[i] ")\n"
      body = body checked(i) "\n"
      next_ = codeLine[i] + 1
    }
  }
  codeCount = 0
}

function closing(count,   text) {
  text = ""
  while (count-- > 0) text = text "}\n"
  return text
}

# The set-up of a snippet goes before it, or around it where a line of it is "…".
function addWithSetUp(   i, place) {
  place = 0
  for (i = 1; i <= setUpCount; i++) if (setUp[i] ~ /^ *…$/) place = i
  if (!place) {
    for (i = 1; i <= setUpCount; i++) add(setUp[i], setUpLine[i])
    for (i = 1; i <= snippetCount; i++) add(snippet[i], snippetLine + i - 1)
    return
  }
  # Lines are numbered through, since no line may be told inside of an expression.
  for (i = 1; i < place; i++) add(setUp[i], snippetLine - place + i)
  for (i = 1; i <= snippetCount; i++) add(snippet[i], snippetLine + i - 1)
  for (i = place + 1; i <= setUpCount; i++) add(setUp[i], snippetLine + snippetCount + i - place - 1)
}

function endSnippet(   saved) {
  if (!snippetCount) fail(snippetLine, "an empty snippet")
  total++
  if (isManifest) {
    file = out "/Manifest" ++manifests ".swift"
    print "import PackageDescription\n" > file
    print "#sourceLocation(file: \"" page "\", line: " snippetLine - 1 ")" > file
    print "let package = Package(name: \"Snippet\"," > file
    for (i = 1; i <= snippetCount; i++) print snippet[i] > file
    print ")" > file
    close(file)
  } else {
    if (isAlone) {
      savedBody = body; savedImports = imports; savedDeclarations = declarations
      savedOpen = open; savedSkipped = skipped; savedFirst = firstLine
      body = imports = declarations = ""
      open = skipped = 0
    }
    if (body == "") firstLine = snippetLine
    if (isNotRun) {
      body = body (skipped++ ? "do {\n" : "if neverRun {\n")
    } else {
      body = body closing(skipped) "do {\n"
      skipped = 0
      open++
      run++
    }
    addWithSetUp()
    emit()
    if (isAlone) {
      endPage()
      body = savedBody; imports = savedImports; declarations = savedDeclarations
      open = savedOpen; skipped = savedSkipped; firstLine = savedFirst
    }
  }
  snippetCount = setUpCount = isManifest = isNotRun = isAlone = 0
}

function endPage(   file) {
  if (body != "") {
    file = out "/Unit" ++units ".swift"
    print "import SwiftGumbel\n" imports declarations > file
    print "#sourceLocation(file: \"" page "\", line: " firstLine ")" > file
    print "func unit" units "() throws {\n" body closing(open + skipped) "}" > file
    close(file)
    names[units] = page ":" firstLine
  }
  body = imports = declarations = ""
  open = skipped = 0
  setUpCount = isManifest = isNotRun = isAlone = 0
}

# The words between "snippet" and a colon.
function takeWords(words, line) {
  gsub(/^[ ,]+|[ ,]+$/, "", words)
  if (words == "") return
  if (words == "manifest") isManifest = 1
  else if (words == "alone") isAlone = 1
  else if (words ~ /^not run, since ./) isNotRun = 1
  else fail(line, "\"" words "\", expected \"alone\", \"manifest\" or \"not run, since ...\"")
}

function addSetUp(text, line) {
  setUp[++setUpCount] = text
  setUpLine[setUpCount] = line
}

# Begins with what stands behind the word "snippet" of a marker.
function beginSetUp(text, line,   at) {
  at = index(text, ":")
  if (!at) { takeWords(text, line); return }
  takeWords(substr(text, 1, at - 1), line)
  text = substr(text, at + 1)
  gsub(/^ +| +$/, "", text)
  if (text != "") addSetUp(text, line)
}

# A line of Markdown.
function markdown(text, line,   rest) {
  if (inFence) {
    if (text ~ /^ *```/) {
      if (inFence == 2) endSnippet()
      inFence = 0
    } else if (inFence == 2) {
      snippet[++snippetCount] = substr(text, 1, indentation) ~ /^ *$/ ? substr(text, indentation + 1) : text
    }
    return
  }
  if (inMarker) {
    if (text ~ /-->/) inMarker = 0
    else addSetUp(text, line)
    return
  }
  if (text ~ /^ *<!-- snippet/) {
    rest = text
    sub(/^ *<!-- snippet/, "", rest)
    inMarker = !sub(/ *-->.*$/, "", rest)
    beginSetUp(rest, line)
    return
  }
  if (text ~ /^ *```/) {
    indentation = match(text, /`/) - 1
    inFence = text ~ /^ *```swift *$/ ? 2 : 1
    snippetLine = line + 1
  }
}

FNR == 1 {
  if (page) endOfFile()
  page = FILENAME
  isSwift = page ~ /\.swift$/
}

!isSwift { markdown($0, FNR); next }

# A documentation comment is a page, and what is set up for it stands in the comment before it.
/^ *\/\/\// {
  inSwiftMarker = 0
  text = $0
  sub(/^ *\/\/\/ ?/, "", text)
  markdown(text, FNR)
  next
}
{
  if (inFence) fail(FNR, "a fence is not closed")
  if (!inSwiftMarker) endPage()
}
/^ *\/\/ Snippet/ {
  inSwiftMarker = 1
  text = $0
  sub(/^ *\/\/ Snippet/, "", text)
  beginSetUp(text, FNR)
  next
}
inSwiftMarker && /^ *\/\// {
  text = $0
  sub(/^ *\/\/ ?/, "", text)
  addSetUp(text, FNR)
  next
}
{ inSwiftMarker = 0; endPage() }

function endOfFile() {
  if (inFence || inMarker) fail(snippetLine, "what begins here, or a comment behind it, is not closed")
  endPage()
}

END {
  if (failed) exit 1
  endOfFile()
  file = out "/main.swift"
  print "let units: [(page: String, run: () throws -> Void)] = [" > file
  for (i = 1; i <= units; i++) print "  (\"" names[i] "\", unit" i ")," > file
  print "]\nrunUnit(of: units)" > file
  close(file)
  for (i = 1; i <= units; i++) print names[i] > (out "/pages")
  print total + 0, run + 0, units + 0, manifests + 0
}
