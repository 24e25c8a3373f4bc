"""Man pages of the command, one for each of its commands, made from its own help.

usage: gumbel --experimental-dump-help | python3 script/man_pages.py DIRECTORY VERSION
"""

import json
import pathlib
import re
import sys


def escaped(text):
    """Text that roff takes as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"[^\x00-\x7F]", lambda m: f"\\[u{ord(m[0]):04X}]", text)
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def paragraphs(text):
    """The help's paragraphs: (heading or None, lines, whether they are set as they are)."""
    found = []
    for block in text.strip("\n").split("\n\n"):
        lines = block.split("\n")
        heading = None
        if re.fullmatch(r"[A-Z][A-Z ]+", lines[0]):
            heading, lines = lines[0], lines[1:]
        is_verbatim = bool(lines) and all(line.startswith("  ") for line in lines)
        found.append((heading, lines, is_verbatim))
    return found


def discussion(text):
    """The help's text in roff; its headings become sections."""
    result = []
    for heading, lines, is_verbatim in paragraphs(text):
        result.append(f".SH {heading}" if heading else ".PP")
        if is_verbatim:
            result += [".nf", *(escaped(line[2:]) for line in lines), ".fi"]
        else:
            result.append(escaped("\n".join(lines)))
    return result


def option(argument):
    """An option with what it takes and what it does."""
    if argument["kind"] == "positional":
        title = f"\\fI{escaped(argument['valueName'])}\\fR"
    else:
        names = [
            ("--" if name["kind"] == "long" else "-") + name["name"]
            for name in argument["names"]
        ]
        title = ", ".join(f"\\fB{escaped(name)}\\fR" for name in names)
        if argument["kind"] == "option":
            title += f" \\fI{escaped(argument.get('valueName', 'value'))}\\fR"
    help_text = argument.get("abstract", "")
    values = argument.get("allValues")
    if values:
        help_text += f" Values: {', '.join(values)}."
    if argument.get("defaultValue") and "default:" not in help_text:
        help_text += f" (default: {argument['defaultValue']})"
    return [".TP", title, escaped(help_text.strip()) or "\\&"]


def options(arguments):
    """All options, under the titles of their groups."""
    sections = {}
    for argument in arguments:
        if argument.get("shouldDisplay", True):
            sections.setdefault(argument.get("sectionTitle") or "", []).append(argument)
    result = []
    for title, members in sections.items():
        if title:
            result.append(f".SS {escaped(title)}")
        for argument in members:
            result += option(argument)
    return result


def page(command, words, version):
    """The page of a command in roff."""
    name = "-".join(words)
    arguments = command.get("arguments", [])
    commands = [c for c in command.get("subcommands", []) if c["commandName"] != "help"]
    synopsis = f"\\fB{escaped(' '.join(words))}\\fR"
    if commands:
        synopsis += " \\fIcommand\\fR"
    for argument in arguments:
        if argument["kind"] == "positional":
            value = f"\\fI{escaped(argument['valueName'])}\\fR"
            synopsis += f" [{value}]" if argument.get("isOptional") else f" {value}"
    synopsis += " [\\fIoptions\\fR]"
    result = [
        f'.TH "{name.upper()}" 1 "" "gumbel {version}" "gumbel"',
        ".SH NAME",
        f"{escaped(name)} \\- {escaped(command.get('abstract', '').rstrip('.'))}",
        ".SH SYNOPSIS",
        synopsis,
    ]
    # Sections of the help that follow the description, such as examples, go to the end.
    text = discussion(command.get("discussion", ""))
    first = next((i for i, line in enumerate(text) if line.startswith(".SH")), len(text))
    if first:
        result += [".SH DESCRIPTION", *text[:first]]
    if commands:
        result.append(".SH COMMANDS")
        for sub in commands:
            title = escaped("-".join([*words, sub["commandName"]]))
            result += [".TP", f"\\fB{title}\\fR(1)", escaped(sub.get("abstract", ""))]
    result += [".SH OPTIONS", *options(arguments)] + text[first:]
    if len(words) > 1:
        result += [".SH SEE ALSO", f"\\fB{escaped('-'.join(words[:-1]))}\\fR(1)"]
    return "\n".join(result) + "\n"


def pages(command, words, version):
    """The pages of a command and of all below it, by their names."""
    yield "-".join(words), page(command, words, version)
    for sub in command.get("subcommands", []):
        if sub["commandName"] != "help":
            yield from pages(sub, [*words, sub["commandName"]], version)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    directory, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    command = json.load(sys.stdin)["command"]
    for name, text in pages(command, [command["commandName"]], version):
        (directory / f"{name}.1").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
