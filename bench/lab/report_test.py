#!/usr/bin/python3
"""What bench/peers says of what it measured."""
import pathlib
import sys
import tempfile
import unittest
import xml.dom.minidom

import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import measure
import report
from engines import ENGINES


def record(engine, ms, model="mobilenet_v2", precision="fp32", threads=1):
    r = {"model": model, "engine": engine, "precision": precision, "threads": threads}
    return {**r, "min": ms / 1e3, "median": ms / 1e3} if ms else {**r, "error": "WRONG: off by 2.0e+00, cosine 0.7"}


RECORDS = [record("tealight", 3.0), record("tealight_mobile", 2.0), record("onnxruntime", 4.0), record("mnn", None),
           record("tealight", 8.0, "resnet18"), record("onnxruntime", 2.0, "resnet18")]


class Report(unittest.TestCase):
    def setUp(self):
        self.results = report.Results(RECORDS, {1: {"fp32": 200.0}}, {"mobilenet_v2": 100_000_000})

    def test_ratios_are_to_the_quickest_peer_that_was_right(self):
        row = self.results.rows("fp32", 1)["mobilenet_v2"]
        self.assertEqual(report.best_peer(row), "onnxruntime")
        self.assertEqual(report.ratios(row), {"tealight": 0.75, "tealight_mobile": 0.5})

    def test_a_row_without_peers_has_no_ratio(self):
        row = {"tealight": record("tealight", 3.0), "mnn": record("mnn", None)}
        self.assertIsNone(report.best_peer(row))
        self.assertEqual(report.ratios(row), {})

    def test_table_has_the_limit_and_the_geometric_mean(self):
        head, first, second, mean = report.table(self.results, "fp32", 1)
        self.assertEqual(dict(zip(head, first))["limit"], "1")        # 2e8 operations at 200 GFLOP/s: 1 ms
        self.assertEqual(dict(zip(head, first))["x limit"], "2.00")   # of our quicker row
        self.assertEqual(dict(zip(head, first))["MNN"], "WRONG")
        self.assertEqual(dict(zip(head, second))["limit"], "")
        self.assertEqual(dict(zip(head, mean))["ratio"], "1.73")      # sqrt(0.75 * 4)

    def test_chart_is_xml_with_a_dot_for_each_time(self):
        dots = xml.dom.minidom.parseString(report.svg(self.results)).getElementsByTagName("title")
        self.assertEqual(len(dots), 5)

    def test_markdown_rows_are_of_one_width(self):
        lines = report.as_markdown(report.table(self.results, "fp32", 1)).splitlines()
        self.assertEqual(len({line.count("|") for line in lines}), 1)


class Agreement(unittest.TestCase):
    def agreement(self, got, precision="fp32", engine="onnxruntime"):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            np.save(folder / "ref.npy", np.array([1.0, 2.0, -4.0], np.float32))
            np.save(folder / "ref_int8.npy", np.array([1.1, 2.0, -3.9], np.float32))
            np.array(got, np.float32).tofile(folder / "out")
            return measure.agreement(folder / "out", folder, ENGINES[engine], precision)

    def test_small_differences_pass_and_large_ones_do_not(self):
        self.assertNotIn("error", self.agreement([1.0, 2.001, -4.0]))
        self.assertIn("WRONG", self.agreement([1.0, 2.02, -4.0])["error"])
        self.assertIn("WRONG", self.agreement([1.0, float("nan"), -4.0])["error"])

    def test_another_size_is_an_error(self):
        self.assertIn("2 values", self.agreement([1.0, 2.0])["error"])

    def test_eight_bits_are_compared_by_direction(self):
        self.assertNotIn("error", self.agreement([1.3, 1.9, -3.8], "int8"))
        self.assertIn("WRONG", self.agreement([1.0, -2.0, -4.0], "int8")["error"])
        self.assertIn("WRONG", self.agreement([1.9, 1.7, -3.8], "int8", "tealight")["error"])   # the same file


if __name__ == "__main__":
    unittest.main()
