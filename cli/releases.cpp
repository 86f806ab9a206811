#include "releases.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "ops/registry.h"

namespace tealight::cli {
namespace {

constexpr const char* kTable =
#include "operators_by_release.inc"
    ;

/// Since the release of that number: how many arguments; -1: it is gone again.
struct Change {
  size_t release;
  int arguments;
};

struct History {
  std::vector<std::string> releases;
  std::map<std::string, std::vector<Change>> operators;
  size_t number(const std::string& release) const {
    return size_t(std::find(releases.begin(), releases.end(), release) - releases.begin());
  }
};

// "aten::gelu 1.5:1 1.12:2"
History read_table() {
  History h;
  std::istringstream lines(kTable);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, word;
    if (!(words >> name) || name == "#") continue;
    while (words >> word) {
      const size_t colon = word.find(':');
      if (colon == word.npos) {
        h.releases.push_back(word);
        continue;
      }
      const std::string count = word.substr(colon + 1);
      h.operators[name].push_back(
          {h.number(word.substr(0, colon)), count == "-" ? -1 : std::stoi(count)});
    }
  }
  return h;
}

const History& history() {
  static const History h = read_table();
  return h;
}

// Bytecode that a release is known to refuse: below `least`, above `most`; 0: not known. From 1.8's
// source, from the errors that 1.9 ("between 3 and 5") and 1.10 ("between 3 and 7") give, from runs
// of 1.13 and 2.15 (4 to 9). What a release reads never shrank at the upper end nor grew at the
// lower, so that earlier releases refuse what 1.8 does, and those between 1.13 and 2.15 are alike.
struct Bytecode {
  const char* release;
  int64_t least, most;
};
constexpr Bytecode kBytecode[] = {{"1.5", 0, 4},  {"1.6", 0, 4},  {"1.7", 0, 4},  {"1.8", 3, 4},
                                  {"1.9", 3, 5},  {"1.10", 3, 7}, {"1.11", 0, 0}, {"1.12", 0, 9},
                                  {"1.13", 4, 9}, {"2", 4, 9}};

const Bytecode& bytecode_of(const std::string& release) {
  for (const Bytecode& b : kBytecode)
    if (release == b.release) return b;
  return std::end(kBytecode)[-1];
}

void check_bytecode(int64_t version, ReleaseVerdict& v) {
  const Bytecode& b = bytecode_of(v.release);
  if (version == 0 || (version >= b.least && (b.most == 0 || version <= b.most))) return;
  v.reasons.push_back(str("bytecode version ", version, ", it reads ",
                          b.least ? str(b.least, " to ") : "up to ", b.most));
}

// How many arguments the overload takes there; -1: there is none. One that the table does not list
// is taken to have been there always.
int arguments_in(const std::string& overload, size_t release, int now) {
  const auto at = history().operators.find(overload);
  if (at == history().operators.end()) return now;
  int count = -1;
  for (const Change& c : at->second)
    if (c.release <= release) count = c.arguments;
  return count;
}

std::string too_many(const std::string& name, int given, int taken) {
  return str(name, " with ", given, " arguments, it takes ", taken);
}

// Bytecode names overloads and how many arguments a call gives.
std::string check_bytecode_use(const OperatorUse& use, size_t release) {
  const int has = arguments_in(use.qualified(), release, std::max(use.specified, 0));
  if (has < 0) return "no operator " + use.qualified();
  return use.specified > has ? too_many(use.qualified(), use.specified, has) : "";
}

// TorchScript's text names operators only: whoever loads it looks for an overload, and fills in
// defaults.
std::string check_script_use(const OperatorUse& use, size_t release) {
  int most = arguments_in(use.name + ".*", release, -1);
  for (const Overload* o : overloads_of(use.name)) {
    const int now = int(o->schema.arguments.size());
    most = std::max(most, arguments_in(o->schema.qualified(), release, now));
  }
  if (!use.target) return {};
  if (most < 0) return "no operator " + use.name;
  const auto& arguments = use.target->schema.arguments;
  const auto required = int(std::count_if(arguments.begin(), arguments.end(),
                                          [](const Argument& a) { return !a.default_value; }));
  return required > most ? too_many(use.name, required, most) : "";
}

}  // namespace

const std::vector<std::string>& known_releases() { return history().releases; }

std::vector<ReleaseVerdict> releases_for(const Module& m) {
  std::vector<ReleaseVerdict> verdicts;
  const auto check = m.file().bytecode_version ? check_bytecode_use : check_script_use;
  for (size_t i = 0; i < history().releases.size(); ++i) {
    ReleaseVerdict v{history().releases[i], {}};
    check_bytecode(m.file().bytecode_version, v);
    for (const auto& f : m.file().functions)
      for (const OperatorUse& use : f->code.operators) {
        std::string reason = check(use, i);
        const auto known = std::find(v.reasons.begin(), v.reasons.end(), reason);
        if (!reason.empty() && known == v.reasons.end()) v.reasons.push_back(std::move(reason));
      }
    verdicts.push_back(std::move(v));
  }
  return verdicts;
}

}  // namespace tealight::cli
