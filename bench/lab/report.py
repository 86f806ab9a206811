"""Tables, a chart and a Markdown page of what measure.py measured."""
import math

from engines import ENGINES

TINY = ("lenet5", "mlp3")   # microseconds
COLOURS = {"tealight": "#d1495b", "tealight_mobile": "#edae49", "pytorch": "#30638e", "executorch": "#66a182",
           "onnxruntime": "#7b4b94", "openvino": "#2e4057", "ncnn": "#8d96a3", "mnn": "#00798c", "litert": "#a06b3c"}


class Results:
    """Records of one run, and the machine's limits: {threads: {"fp32": GFLOP/s, ...}}."""

    def __init__(self, records, limits, macs):
        self.records, self.limits, self.macs = records, limits, macs

    def columns(self):
        """(precision, threads) in the order they were measured."""
        return list(dict.fromkeys((r["precision"], r["threads"]) for r in self.records))

    def rows(self, precision, threads):
        """model -> engine -> record."""
        table = {}
        for r in self.records:
            if (r["precision"], r["threads"]) == (precision, threads):
                table.setdefault(r["model"], {})[r["engine"]] = r
        return table

    def limit(self, model, precision, threads):
        """Seconds that the multiply-adds alone take, or None."""
        peak = self.limits.get(threads, {}).get(precision)
        return 2e-9 * self.macs[model] / peak if peak and model in self.macs else None


def best_peer(row):
    """The quickest engine that is not ours, or None."""
    times = {name: r["min"] for name, r in row.items() if "min" in r and not ENGINES[name].ours}
    return min(times, key=times.get) if times else None


def ratios(row):
    """Our engines' times as multiples of the best peer's."""
    peer = best_peer(row)
    return {name: r["min"] / row[peer]["min"] for name, r in row.items() if peer and "min" in r and ENGINES[name].ours}


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def cell(record, model):
    if record is None:
        return ""
    if "min" in record:
        return f"{record['min'] * (1e6 if model in TINY else 1e3):.4g}{' us' if model in TINY else ''}"
    return "WRONG" if "WRONG" in record["error"] else "-"


def table(results, precision, threads):
    rows = results.rows(precision, threads)
    engines = [e for e in ENGINES if any(e in row for row in rows.values())]
    ours = [e for e in engines if ENGINES[e].ours]
    lines = [["ms", *(ENGINES[e].label for e in engines), "best peer", *(f"ratio{' mobile' if e != 'tealight' else ''}" for e in ours),
              "limit", "x limit"]]
    for model, row in rows.items():
        peer, ratio, limit = best_peer(row), ratios(row), results.limit(model, precision, threads)
        own = [row[e]["min"] for e in ours if "min" in row.get(e, {})]
        lines.append([model, *(cell(row.get(e), model) for e in engines), ENGINES[peer].label if peer else "",
                      *(f"{ratio[e]:.2f}" if e in ratio else "" for e in ours),
                      cell({"min": limit}, model) if limit else "", f"{min(own) / limit:.2f}" if own and limit else ""])
    means = [geometric_mean([ratios(row)[e] for row in rows.values() if e in ratios(row)]) for e in ours]
    if len(rows) > 1:
        lines.append(["geometric mean", *[""] * (len(engines) + 1), *(f"{m:.2f}" if m else "" for m in means), "", ""])
    return lines


def title(precision, threads):
    return f"{'float32' if precision == 'fp32' else precision}, {threads} thread{'s' if threads > 1 else ''}"


def as_text(lines):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(text.rjust(w) if i else text.ljust(w) for i, (text, w) in enumerate(zip(line, widths))).rstrip()
                     for line in lines)


def as_markdown(lines):
    head, *rows = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([head, "|" + " --- |" * len(lines[0]), *rows])


def text(results):
    return "\n\n".join(f"{title(*c)}: fastest run, milliseconds\n{as_text(table(results, *c))}" for c in results.columns())


def markdown(results, machine, versions):
    parts = [f"Measured on {machine}, with " + ", ".join(f"{k} {v}" for k, v in versions.items() if v) + "."]
    parts += [f"### {title(*c).capitalize()}\n\n{as_markdown(table(results, *c))}" for c in results.columns()]
    return "\n\n".join(parts) + "\n"


def svg(results):
    """A panel for each precision and number of threads: every engine's time as a multiple of the best peer's."""
    left, width, step, low, high = 170, 520, 18, 0.25, 8.0
    parts, y = [], 24
    used = [e for e in ENGINES if any(r["engine"] == e and "min" in r for r in results.records)]
    for i, e in enumerate(used):
        x = 20 + i % 3 * 240
        parts.append(f'<circle cx="{x}" cy="{y + i // 3 * 18 - 4}" r="5" fill="{COLOURS[e]}"/>'
                     f'<text x="{x + 10}" y="{y + i // 3 * 18}">{ENGINES[e].label}</text>')
    y += (len(used) + 2) // 3 * 18 + 16

    def place(ratio):
        return left + width * math.log(min(max(ratio, low), high) / low) / math.log(high / low)

    for precision, threads in results.columns():
        rows = {m: row for m, row in results.rows(precision, threads).items() if best_peer(row)}
        parts.append(f'<text x="20" y="{y}" font-weight="bold">{title(precision, threads)}: time / best peer\'s time</text>')
        top, y = y + 8, y + 24
        for model, row in rows.items():
            parts.append(f'<text x="{left - 10}" y="{y + 4}" text-anchor="end">{model}</text>')
            for e in reversed([e for e in used if "min" in row.get(e, {})]):   # ours on top
                ratio = row[e]["min"] / row[best_peer(row)]["min"]
                parts.append(f'<circle cx="{place(ratio):.1f}" cy="{y}" r="{6 if ENGINES[e].ours else 4}" fill="{COLOURS[e]}">'
                             f'<title>{ENGINES[e].label}: {ratio:.2f}</title></circle>')
            y += step
        for mark in (0.25, 0.5, 1, 2, 4, 8):
            parts.insert(0, f'<line x1="{place(mark):.1f}" x2="{place(mark):.1f}" y1="{top}" y2="{y - 6}" '
                            f'stroke="{"#555" if mark == 1 else "#ccc"}"/>')
            parts.append(f'<text x="{place(mark):.1f}" y="{y + 8}" text-anchor="middle" font-size="11">{mark:g}</text>')
        y += 40
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 40}" height="{y}" font-family="sans-serif" font-size="13">'
            f'<rect width="100%" height="100%" fill="white"/>' + "".join(parts) + "</svg>\n")
