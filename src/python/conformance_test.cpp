// tests/golden/python: Python files whose functions and modules PyTorch has scripted and run.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "python/script_python.h"
#include "tealight/grad_mode.h"
#include "tealight/save.h"
#include "tealight/script_module.h"

namespace tealight::python {
namespace {

const std::string kFolder = "tests/golden/python/";

std::string read_text(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  for (char c : text) {
    const bool part = std::isalnum(uint8_t(c)) || c == '.' || c == '-' || c == '+' || c == '_';
    if (!part && !word.empty()) out.push_back(std::exchange(word, ""));
    if (part)
      word += c;
    else if (c != ' ' && c != '\n')
      out.push_back(std::string(1, c));
  }
  if (!word.empty()) out.push_back(word);
  return out;
}

bool same_word(const std::string& a, const std::string& b) {
  if (a == b) return true;
  char *end_a = nullptr, *end_b = nullptr;
  const double x = std::strtod(a.c_str(), &end_a), y = std::strtod(b.c_str(), &end_b);
  if (*end_a || *end_b || a.empty() || b.empty()) return false;
  return std::abs(x - y) <= 2e-4 * std::max(1.0, std::abs(y));  // four digits are printed
}

// Numbers may differ in the last digit that is printed.
void expect_same(const std::string& name, const std::string& got, const std::string& wanted) {
  const std::vector<std::string> a = words(got), b = words(wanted);
  const bool same = a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), same_word);
  EXPECT_TRUE(same) << name << "\n  gives   " << got << "\n  PyTorch " << wanted;
}

// A line each: what it is called, a tab, PyTorch's result.
void each_line(const std::string& file,
               const std::function<void(const std::string&, const std::string&)>& test) {
  std::istringstream lines(read_text(kFolder + file));
  for (std::string line; std::getline(lines, line);) {
    const size_t tab = line.find('\t');
    try {
      test(line.substr(0, tab), line.substr(tab + 1));
    } catch (const Error& e) {
      ADD_FAILURE() << line.substr(0, tab) << ": " << e.what();
    }
  }
}

Module scripted(const std::string& file, const std::string& name) {
  ScriptOptions options;
  options.name = name;
  options.seed = 0;
  return Module::make(script_python(kFolder + file, read_text(kFolder + file), options));
}

TEST(Conformance, EachFunctionGivesPyTorchsResult) {
  size_t n = 0;
  each_line("functions.txt", [&](const std::string& name, const std::string& wanted) {
    ++n;
    expect_same(name, repr(scripted("functions.py", name).forward({})), wanted);
  });
  EXPECT_GE(n, 85u);
}

std::string weight_names(const Module& m) {
  std::string out;
  for (const auto& [name, tensor] : m.named_tensors()) out += (out.empty() ? "" : " ") + name;
  return out;
}

TEST(Conformance, EachModuleHasPyTorchsWeightsAndResult) {
  const NoGradGuard off;
  size_t n = 0;
  each_line("modules.txt", [&](const std::string& name, const std::string& wanted) {
    ++n;
    const size_t dot = name.find('.');
    const Module m = scripted("modules.py", name.substr(0, dot));
    if (dot != name.npos)
      EXPECT_EQ(weight_names(m), wanted) << name;
    else
      expect_same(name, repr(m.forward({})), wanted);
  });
  EXPECT_GE(n, 50u);
}

// ---- constructs.py

struct Construct {
  std::string name, words, text = kImports;  // words: of our error, "accepted" or "eager"
  int marked_line = 0;
  static const std::string kImports;
};
// As make_golden.py has it.
const std::string Construct::kImports = R"(import math
import warnings
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from enum import Enum
from typing import Any, Dict, Final, List, NamedTuple, Optional, Tuple, Union
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

)";

std::vector<Construct> constructs() {
  std::vector<Construct> all;
  std::istringstream lines(read_text(kFolder + "constructs.py"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#: ")) {
      const size_t bar = line.find(" | ");
      all.push_back({line.substr(3, bar - 3), bar == line.npos ? "" : line.substr(bar + 3)});
    } else if (!all.empty()) {
      all.back().text += line + "\n";
      if (line.ends_with("# <"))
        all.back().marked_line =
            int(std::count(all.back().text.begin(), all.back().text.end(), '\n'));
    }
  }
  return all;
}

// The results of the module, and of what is read again after it was written as TorchScript.
std::vector<Value> results_of(const Construct& c) {
  ScriptOptions options;
  options.name = c.text.find("\nclass Test(") == c.text.npos ? "test" : "Test";
  options.seed = 0;
  const AutoGradMode gradients(options.name == "test");
  const Module m = Module::make(script_python("construct.py", c.text, options));
  std::ostringstream file;
  save_torchscript(m, file);
  const std::string bytes = file.str();
  LoadOptions keep;
  keep.keep_program = true;
  const Module loaded = Module::load(bytes.data(), bytes.size(), keep);
  std::vector<Value> results;
  for (const Module& one : {m, loaded}) results.push_back(ScriptModule(one)(std::vector<Value>{}));
  return results;
}

void check_construct(const Construct& c, const std::string& wanted) {
  const bool wrong = wanted == "refused" || wanted == "raises";
  try {
    for (const Value& result : results_of(c)) {
      std::string got = repr(result);
      constexpr std::string_view kParameter = ", requires_grad=True";
      for (size_t at; (at = got.find(kParameter)) != got.npos;) got.erase(at, kParameter.size());
      if (!wrong)
        expect_same(c.name, got, wanted);
      else
        EXPECT_EQ(c.words, "accepted") << c.name << " gives " << got;
    }
  } catch (const Error& e) {
    const std::string message = e.what();
    EXPECT_TRUE(wrong && c.words != "accepted") << c.name << ": " << message;
    EXPECT_NE(message.find(c.words), message.npos) << c.name << ": " << message;
    const std::string place = str("construct.py:", c.marked_line, ":");
    const bool placed = wanted != "refused" || message.find(place) != message.npos;
    EXPECT_TRUE(placed) << c.name << ": " << message;
  }
}

TEST(Conformance, EachConstructIsAsInPyTorch) {
  std::map<std::string, std::string> results;
  each_line("constructs.txt",
            [&](const std::string& name, const std::string& wanted) { results[name] = wanted; });
  size_t good = 0;
  const std::vector<Construct> all = constructs();
  for (const Construct& c : all) {
    ASSERT_TRUE(results.contains(c.name)) << c.name;
    const int before =
        ::testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
    check_construct(c, results[c.name]);
    good += ::testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count() ==
            before;
  }
  std::cout << "constructs " << good << "/" << all.size() << "\n";
}

}  // namespace
}  // namespace tealight::python
