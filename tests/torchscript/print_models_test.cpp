// The programs of all TorchScript files at hand: printed, compiled, printed again.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "format/load.h"
#include "graph/upgraders.h"
#include "script/parser.h"
#include "script/print_program.h"

namespace tealight {
namespace {

namespace fs = std::filesystem;

const fs::path kShared = "../shared";

std::vector<fs::path> torchscript_files() {
  std::vector<fs::path> out;
  for (const char* folder : {"models", "models_by_version"})
    if (fs::exists(kShared / folder))
      for (const auto& e : fs::recursive_directory_iterator(kShared / folder))
        if (e.path().extension() == ".pt") out.push_back(e.path());
  std::sort(out.begin(), out.end());
  return out;
}

// Finds what was printed.
class PrintedResolver : public script::Resolver {
 public:
  explicit PrintedResolver(script::PrintedProgram program) : program_(std::move(program)) {}
  Found find(const std::string& name) override {
    const std::string prefix = name.substr(0, name.rfind('.')),
                      base = name.substr(name.rfind('.') + 1);
    const auto file = program_.files.find(prefix);
    if (file == program_.files.end()) return {};
    auto& parsed = parsed_[prefix];
    if (!parsed.source)
      parsed = script::parse_program(std::make_shared<const script::SourceText>(
          script::SourceText{prefix, file->second.text}));
    for (const auto& c : parsed.classes)
      if (c->name == base) return {parsed.source, c.get(), nullptr};
    for (const auto& f : parsed.functions)
      if (f->name == base) return {parsed.source, nullptr, f.get()};
    return {};
  }
  const Value* constant(const std::string& name) override {
    const size_t i = size_t(std::stoul(name.substr(1)));
    return i < program_.constants.size() ? &program_.constants[i] : nullptr;
  }
  std::string old_operator(const std::string& symbol) override {
    return old_symbol(symbol, program_.operator_version, false);
  }

 private:
  script::PrintedProgram program_;
  std::map<std::string, script::Program> parsed_;
};

// Lines as bags of words without numbers: what branches and loops give is listed in the order of
// names, and those of temporaries change.
std::vector<std::string> canonical(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> words(1);
    for (char c : line) {
      if (std::isalpha(uint8_t(c)) || c == '_')
        words.back() += c;
      else if (!std::isdigit(uint8_t(c)))
        words.emplace_back(1, c);
    }
    std::sort(words.begin(), words.end());
    std::string sorted;
    for (const std::string& w : words) sorted += w;
    out.push_back(std::move(sorted));
  }
  return out;
}

void expect_same(const script::PrintedProgram& a, const script::PrintedProgram& b) {
  ASSERT_EQ(a.files.size(), b.files.size());
  for (const auto& [prefix, file] : a.files) {
    ASSERT_TRUE(b.files.contains(prefix)) << prefix;
    EXPECT_EQ(canonical(file.text), canonical(b.files.at(prefix).text)) << file.text;
  }
}

TEST(PrintModels, WhatIsPrintedCompilesToTheSame) {
  const std::vector<fs::path> files = torchscript_files();
  if (files.empty()) GTEST_SKIP() << "there is no ../shared/models";
  size_t refused = 0;
  for (const fs::path& path : files) {
    SCOPED_TRACE(path.string());
    ReadOptions options;
    options.keep_program = true;
    ModelFile file;
    try {
      file = read_model(ByteSource::file(path), options);
    } catch (const Error& e) {
      EXPECT_THROW(read_model(ByteSource::file(path)), Error) << e.what();
      continue;
    }
    if (!file.program) continue;
    script::PrintedProgram first;
    try {
      first = script::print_program(*file.program, file.root);
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::unsupported) << e.what();
      ++refused;
      continue;
    }
    if (!first.class_names.empty()) continue;  // the root's classes have other names than the text
    const auto print_again = [&](const script::PrintedProgram& p) {
      script::Unit unit(std::make_shared<PrintedResolver>(p));
      return script::print_program(unit, file.root);
    };
    try {
      const script::PrintedProgram second = print_again(first);
      expect_same(second, print_again(second));
    } catch (const Error& e) {
      ADD_FAILURE() << e.what();
    }
  }
  EXPECT_LE(refused, 3u);  // LSTMs with packed weights of 1.3 and 1.5
}

}  // namespace
}  // namespace tealight
