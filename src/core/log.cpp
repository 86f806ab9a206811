#include "core/log.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace tealight {
namespace {

std::atomic<WarningHandler> warning_handler{nullptr};
std::atomic<PrintHandler> print_handler{nullptr};

}  // namespace

bool logged(std::string_view topic) {
  static const std::string topics = [] {
    const char* v = std::getenv("TEALIGHT_LOG");
    return "," + std::string(v ? v : "") + ",";
  }();
  return topics.size() > 2 && topics.find("," + std::string(topic) + ",") != std::string::npos;
}

void log_line(std::string_view text) {
  std::fprintf(stderr, "tealight: %.*s\n", int(text.size()), text.data());
}

void warn(std::string_view text) {
  if (WarningHandler h = warning_handler) return h(text);
  log_line("warning: " + std::string(text));
}

WarningHandler set_warning_handler(WarningHandler h) { return warning_handler.exchange(h); }

void print(std::string_view text) {
  if (PrintHandler h = print_handler) return h(text);
  std::fwrite(text.data(), 1, text.size(), stdout);
}

PrintHandler set_print_handler(PrintHandler h) { return print_handler.exchange(h); }

}  // namespace tealight
