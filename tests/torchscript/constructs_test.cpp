// tests/golden/script/constructs.py: every construct of PyTorch's importer of TorchScript text,
// with what PyTorch made of it.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "tealight/script_module.h"

namespace tealight {
namespace {

const std::string kFolder = "tests/golden/script/";

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

struct Construct {
  std::string name, words, text;  // words: of our error, or "accepted"
  int marked_line = 0;
};

std::vector<Construct> constructs() {
  std::vector<Construct> all;
  int line_number = 0;
  for (const std::string& line : lines_of(kFolder + "constructs.py")) {
    if (line.starts_with("#: ")) {
      const size_t bar = line.find(" | ");
      all.push_back({line.substr(3, bar - 3), bar == line.npos ? "" : line.substr(bar + 3), {}});
      line_number = 0;
    } else if (!all.empty()) {
      ++line_number;
      if (line.ends_with("# <")) all.back().marked_line = line_number;
      all.back().text += line + "\n";
    }
  }
  return all;
}

std::map<std::string, std::string> results_of_pytorch() {
  std::map<std::string, std::string> results;
  for (const std::string& line : lines_of(kFolder + "constructs.txt")) {
    const size_t tab = line.find('\t');
    results[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return results;
}

// As the golden file has it: spaces and breaks of lines are one space each.
std::string words_of(const std::string& s) {
  std::istringstream in(s);
  std::string out;
  for (std::string word; in >> word;) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string problem(const Construct& c, const std::string& wanted) {
  std::string result;
  try {
    result = words_of(repr(compile(c.text)->run_method("test")));
  } catch (const JITException&) {
    result = "raises";
  } catch (const Error& e) {
    const std::string message = e.what();
    if (wanted != "refused" || c.words == "accepted") return message;
    const bool line = message.find(str(":", c.marked_line, ":")) != message.npos;
    if (message.find(c.words) == message.npos) return "no '" + c.words + "' in: " + message;
    return line ? "" : str("not at line ", c.marked_line, ": ", message);
  }
  if (wanted == "refused") return c.words == "accepted" ? "" : "is not refused but " + result;
  return result == wanted ? "" : "gives " + result + ", PyTorch " + wanted;
}

TEST(Constructs, AreAsInPyTorch) {
  auto results = results_of_pytorch();
  size_t good = 0;
  const std::vector<Construct> all = constructs();
  for (const Construct& c : all) {
    const std::string off =
        results.contains(c.name) ? problem(c, results[c.name]) : "not in constructs.txt";
    EXPECT_EQ(off, "") << c.name;
    good += off.empty();
  }
  std::cout << "constructs " << good << "/" << all.size() << "\n";
  EXPECT_EQ(results.size(), all.size());
}

}  // namespace
}  // namespace tealight
