#include "keys.h"

#include <algorithm>
#include <fstream>

#include "command.h"

namespace tealight::cli {
namespace {

struct Named {
  const char* name;
  int code;
};
// As the kernel numbers them (linux/input-event-codes.h); a number is forever.
constexpr Named kKeys[] = {
    {"Up", 103},   {"Down", 108},   {"Left", 105},     {"Right", 106},    {"Space", 57},
    {"Enter", 28}, {"Escape", 1},   {"Tab", 15},       {"Backspace", 14}, {"Home", 102},
    {"End", 107},  {"PageUp", 104}, {"PageDown", 109}, {"Insert", 110},   {"Delete", 111},
    {"Shift", 42}, {"Control", 29}, {"Alt", 56},       {"F1", 59},        {"F2", 60},
    {"F3", 61},    {"F4", 62},      {"F5", 63},        {"F6", 64},        {"F7", 65},
    {"F8", 66},    {"F9", 67},      {"F10", 68},       {"F11", 87},       {"F12", 88},
    {"1", 2},      {"2", 3},        {"3", 4},          {"4", 5},          {"5", 6},
    {"6", 7},      {"7", 8},        {"8", 9},          {"9", 10},         {"0", 11},
    {"q", 16},     {"w", 17},       {"e", 18},         {"r", 19},         {"t", 20},
    {"y", 21},     {"u", 22},       {"i", 23},         {"o", 24},         {"p", 25},
    {"a", 30},     {"s", 31},       {"d", 32},         {"f", 33},         {"g", 34},
    {"h", 35},     {"j", 36},       {"k", 37},         {"l", 38},         {"z", 44},
    {"x", 45},     {"c", 46},       {"v", 47},         {"b", 48},         {"n", 49},
    {"m", 50},
};

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

class RecordingSink : public KeySink {
 public:
  explicit RecordingSink(const std::string& path) : path_(path), file_(path) {
    TL_CHECK(file_, "cannot write '", path, "'");
  }
  void press(const Key& key, std::chrono::duration<double> time) override {
    write("press", key, time);
  }
  void release(const Key& key, std::chrono::duration<double> time) override {
    write("release", key, time);
  }

 private:
  void write(const char* what, const Key& key, std::chrono::duration<double> time) {
    file_ << fixed(time.count(), 3) << ' ' << what << ' ' << key.name << std::endl;
    TL_CHECK(file_, "cannot write to '", path_, "'; is the disk full?");
  }
  std::string path_;
  std::ofstream file_;
};

}  // namespace

Key key_of(std::string_view name) {
  for (const Named& k : kKeys)
    if (same_letters(k.name, name)) return {k.name, k.code};
  std::string names;
  for (const Named& k : kKeys)
    if (std::string_view(k.name).size() > 1)
      names += std::string(names.empty() ? "" : ", ") + k.name;
  throw UsageError(str("there is no key '", name, "'"),
                   "choose a letter, a digit or one of " + names);
}

std::unique_ptr<KeySink> recording_sink(const std::string& path) {
  return std::make_unique<RecordingSink>(path);
}

}  // namespace tealight::cli
