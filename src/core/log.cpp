#include "core/log.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>

namespace tealight {
namespace {

// The functions that the program set. Called without the lock, for they may set others.
struct Handlers {
  std::mutex mutex;
  TextHandler print, warning;
};
Handlers& handlers() {
  static Handlers* h = new Handlers;
  return *h;
}
TextHandler handler(TextHandler Handlers::* which) {
  std::scoped_lock lock(handlers().mutex);
  return handlers().*which;
}
TextHandler set_handler(TextHandler Handlers::* which, TextHandler h) {
  std::scoped_lock lock(handlers().mutex);
  return std::exchange(handlers().*which, std::move(h));
}
thread_local WarningHandler* t_warning_handler = nullptr;
std::atomic<bool> g_warn_always{false};

void print_to_stdout(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

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

WarningHandler::~WarningHandler() = default;
void WarningUtils::set_warning_handler(WarningHandler* h) noexcept { t_warning_handler = h; }
WarningHandler* WarningUtils::get_warning_handler() noexcept { return t_warning_handler; }
void WarningUtils::set_warnAlways(bool on) noexcept { g_warn_always = on; }
bool WarningUtils::get_warnAlways() noexcept { return g_warn_always; }
void warn_once(std::atomic<bool>& said, const char* text) {
  if (!said.exchange(true) || g_warn_always) warn(text);
}

void warn(std::string_view text) {
  if (t_warning_handler) return t_warning_handler->process(Warning(std::string(text)));
  if (const TextHandler h = handler(&Handlers::warning)) return h(std::string(text));
  log_line("warning: " + std::string(text));
}
TextHandler set_warning_handler(TextHandler h) {
  return set_handler(&Handlers::warning, std::move(h));
}

void print(std::string_view text) {
  const TextHandler h = handler(&Handlers::print);
  (h ? h : print_to_stdout)(std::string(text));
}
void setPrintHandler(PrintHandler h) { set_handler(&Handlers::print, std::move(h)); }
PrintHandler getPrintHandler() { return handler(&Handlers::print); }
PrintHandler getDefaultPrintHandler() { return print_to_stdout; }

}  // namespace tealight
