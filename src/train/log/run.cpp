#include "tealight/run.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "tealight/data/file_io.h"
#include "tealight/threads.h"
#include "train/log/json_text.h"

namespace tealight {
namespace fs = std::filesystem;
using train::in_quotes;
using train::JsonObject;

namespace {

double now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

std::string date_text(const char* format) {
  char text[64];
  const std::time_t t = std::time(nullptr);
  std::tm local{};
  return {text, std::strftime(text, sizeof text, format, localtime_r(&t, &local))};
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

std::string machine() {
  utsname system{};
  uname(&system);
  return JsonObject()
      .add("host", in_quotes(system.nodename))
      .add("system", in_quotes(str(system.sysname, " ", system.release, " ", system.machine)))
      .add("processor", in_quotes(processor()))
      .add("processors", str(std::thread::hardware_concurrency()))
      .add("threads", str(get_num_threads()))
      .str();
}

}  // namespace

struct Run::State {
  std::string folder;
  std::mutex mutex;
  std::FILE* metrics = nullptr;
  ~State() {
    if (metrics) std::fclose(metrics);
  }
};

Run::Run(const std::string& project, const RunOptions& options)
    : state_(std::make_unique<State>()) {
  const std::string name =
      options.name.empty() ? date_text("%Y%m%d-%H%M%S-") + std::to_string(getpid()) : options.name;
  const fs::path folder = fs::path(project) / name;
  std::error_code error;
  fs::create_directories(folder, error);
  state_->folder = folder.string();
  JsonObject about;
  about.add("name", in_quotes(name)).add("started", in_quotes(date_text("%Y-%m-%dT%H:%M:%S")));
  if (options.seed) about.add("seed", str(*options.seed));
  about.add("config", JsonObject().add_all(options.config, train::json_of).str());
  about.add("machine", machine()).add("version", in_quotes(TL_VERSION));
  const std::string text = about.str() + "\n";
  const fs::path metrics = folder / "metrics.jsonl";
  if (!options.resume || !fs::exists(folder / "run.json"))
    write_file(folder / "run.json", std::as_bytes(std::span(text)));
  state_->metrics = std::fopen(metrics.c_str(), options.resume ? "ab" : "wb");
  TL_CHECK(state_->metrics, metrics.string(), ": cannot be written: ", std::strerror(errno));
}
Run::~Run() = default;
Run::Run(Run&&) noexcept = default;
Run& Run::operator=(Run&&) noexcept = default;

void Run::log(const std::map<std::string, double>& metrics, int64_t step) {
  JsonObject line;
  line.add("step", str(step)).add("time", train::number(now()));
  const std::string text = line.add_all(metrics, train::number).str() + "\n";
  std::lock_guard lock(state_->mutex);
  const bool written = std::fwrite(text.data(), 1, text.size(), state_->metrics) == text.size() &&
                       std::fflush(state_->metrics) == 0;
  TL_CHECK(written, state_->folder, ": metrics.jsonl cannot be written: ", std::strerror(errno));
}

const std::string& Run::folder() const { return state_->folder; }

}  // namespace tealight
