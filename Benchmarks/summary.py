"""From the lines that contenders print to medians, ratios and a table."""

from statistics import median


class Results:
    """What has been measured, by workload and contender."""

    def __init__(self):
        self.entries = {}
        # (workload, contender, reason) of whatever could not be run.
        self.skipped = []

    def add(self, line):
        key = (line["workload"], line["peer"], line.get("variant"))
        if not line["seconds"]:
            raise ValueError(f"{' '.join(filter(None, key))}: no seconds")
        entry = self.entries.setdefault(key, {"runs": []})
        entry["runs"].append(line["seconds"])
        entry["unit"] = line["unit"]
        entry["check"] = line["check"]
        if bits := line["check"].get("bits"):
            entry.setdefault("bits", set()).add(bits)
        for name in ("device", "deviceMemoryBytes", "programMemoryBytes"):
            if line.get(name):
                entry[name] = line[name]
        entry["fraction"] = line.get("fraction", 1)
        peak = max(entry.get("peakMemoryBytes") or 0, line.get("peakMemoryBytes") or 0)
        entry["peakMemoryBytes"] = peak or None

    def skip(self, workload, contender, reason):
        if (workload, contender, reason) not in self.skipped:
            self.skipped.append((workload, contender, reason))

    def rows(self, workload):
        """The workload's contenders, ours first, then the fastest first."""
        rows = []
        for (name, peer, variant), entry in self.entries.items():
            if name != workload:
                continue
            medians = [median(run) for run in entry["runs"]]
            row = {"workload": name, "peer": peer, "variant": variant}
            row |= {"medianSeconds": median(medians), "range": [min(medians), max(medians)]}
            row |= entry
            if "bits" in row:
                row["sameBits"] = len(row.pop("bits")) == 1
            rows.append(row)
        ours = min((r["medianSeconds"] for r in rows if r["peer"] == "gumbel"), default=None)
        for row in rows:
            row["timesOurs"] = row["medianSeconds"] / ours if ours else None
        return sorted(rows, key=lambda r: (r["peer"] != "gumbel", r["medianSeconds"]))


def number(value):
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def check_text(value):
    if isinstance(value, dict):
        return ", ".join(f"{k} {check_text(v)}" for k, v in value.items() if k != "bits")
    if isinstance(value, list):
        return " ".join(check_text(v) for v in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def memory_text(row):
    """That of the device where it is counted, then what its compiler planned; the process's otherwise."""
    parts = [row[k] for k in ("deviceMemoryBytes", "programMemoryBytes") if k in row]
    parts = parts or [row["peakMemoryBytes"]]
    return ", ".join(f"{bytes / 1e6:.0f} MB" for bytes in parts if bytes) or "-"


def bits_text(row):
    """Whether several runs ended in the same bits."""
    if "sameBits" not in row or len(row["runs"]) == 1:
        return ""
    return ", the same bits each run" if row["sameBits"] else ", OTHER BITS EACH RUN"


HEADINGS = ["", "median", "lowest - highest", "/ ours", "memory", "check"]


def table(results, workload):
    """One workload as text: its title, a row a contender, and who was skipped."""
    cores = "one core" if workload.threads == 1 else f"{workload.threads} cores"
    lines = [f"{workload.name}: {workload.about}; {workload.unit}, {cores}"]
    cells = [HEADINGS]
    for row in results.rows(workload.name):
        low, high = (number(seconds * workload.scale) for seconds in row["range"])
        name = row["peer"] + (f" ({row['variant']})" if row["variant"] else "")
        if row["fraction"] < 1:
            name += f", from {row['fraction']:.0%}"
        cells.append(
            [
                name,
                number(row["medianSeconds"] * workload.scale),
                f"{low} - {high}",
                number(row["timesOurs"]) if row["timesOurs"] else "-",
                memory_text(row),
                check_text(row["check"]) + bits_text(row),
            ]
        )
    widths = [max(len(row[i]) for row in cells) for i in range(len(HEADINGS) - 1)]
    for row in cells if len(cells) > 1 else []:
        columns = [row[0].ljust(widths[0])]
        columns += [text.rjust(width) for text, width in zip(row[1:], widths[1:])]
        lines.append("  " + "  ".join([*columns, row[-1]]))
    for name, contender, reason in results.skipped:
        if name == workload.name:
            lines.append(f"  {contender} skipped: {reason}")
    return "\n".join(lines)
