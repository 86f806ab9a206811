#!/usr/bin/env python3
"""text.txt: what torchtext and Hugging Face's tokenizers make of some lines (both from PyPI: torchtext 0.18, tokenizers).

Lines of tab-separated fields, escaped as in C: kind, text, results.
"""
import pathlib

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

LINES = [
    "You can now install TorchText using pip!", "It's \"here\", (there); everywhere: nowhere? Yes.", "a<br />b", "  ", "",
    "ÄÖÜ straße CAFÉ naïve", "Где кошка?", "Ποῦ εἶναι;", "the cat sat.on the mat...", "unaffable unwanted running",
    "猫在哪里?你好 cat", "한국어 text", "tab\tand\nline\u00a0end\u2003here", "zero\u200bwidth \ufffd and \u0007bell",
    "$5.00 + 7% = #tag @me ~x^y`z|w", "“quoted” – dash … ‘x’", "x" * 101, "e\u0301clair E\u0301", "İstanbul ǅ ﬁ", "ΟΔΟΣ ΣΑΣ, Σ",
]
VOCABULARY = ("[PAD] [UNK] [CLS] [SEP] the cat sat on mat you can now install torch ##text ##t using pip un ##aff ##able want ##ed run ##ning "
              "! ? . , ; : ( ) $ 5 00 + 7 % = # tag @ me ~ x ^ y ` z | w “ ” – … ‘ ’ cafe naive stra ##ße где кош ##ка 猫 在 你 好 tab and "
              "line end here zero ##width bell it ' s \" a < br / > b e eclair istanbul 00 quoted dash text ##tex ##x аou").split()


def escaped(text):
    return "".join({"\\": "\\\\", "\t": "\\t", "\n": "\\n"}.get(c, c) for c in text)


def basic_english():
    """torchtext's own, whose compiled part does not load without its release of torch."""
    import importlib.util
    import sys

    folder = pathlib.Path(sys.argv[1])
    spec = importlib.util.spec_from_file_location("utils", folder / "torchtext/data/utils.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.get_tokenizer("basic_english")


def wordpiece(lower):
    vocabulary = {t: i for i, t in enumerate(dict.fromkeys(VOCABULARY))}
    t = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    t.normalizer = normalizers.BertNormalizer(lowercase=lower)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return t


def main():
    rows = ["vocabulary\t" + " ".join(dict.fromkeys(VOCABULARY))]
    split = basic_english()
    for line in LINES:
        rows.append("basic_english\t" + escaped(line) + "\t" + " ".join(split(line)))
    for kind, lower in (("uncased", True), ("cased", False)):
        tokenizer = wordpiece(lower)
        for line in LINES:
            e = tokenizer.encode(line)
            # offsets count letters; ours count bytes
            spans = [f"{len(line[:a].encode())}-{len(line[:b].encode())}" for a, b in e.offsets]
            rows.append(f"{kind}\t" + escaped(line) + "\t" + " ".join(f"{t}|{s}" for t, s in zip(e.tokens, spans)))
    pathlib.Path(__file__).with_name("text.txt").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
