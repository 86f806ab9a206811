// usage: mutate_models [--count N] [--seed S] [--jobs N] [--memory-mb N] [--found DIR] [--case N]
// FILE_OR_FOLDER...
//
// Changes the models given (every .ptl below a folder) in N ways, loads each and runs its calls:
// those recorded beside it (case.json, calls.json) or, without a record, some made after its
// schemas. Case n of a seed is the same on every machine;
// --case N runs that one alone, in this process. Each job is a process of its own, so that a crash
// costs one case. Fails when a case crashes, takes longer than 10 s, or has more memory allocated
// at once than --memory-mb.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/log.h"
#include "mutator.h"
#include "peak_memory.h"
#include "run_model.h"
#include "tealight/grad_mode.h"
#include "tealight/ops.h"
#include "tealight/threads.h"

namespace tealight::testing {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kHang{10};

struct Settings {
  int64_t count = 10000, seed = 1, jobs = int64_t(sysconf(_SC_NPROCESSORS_ONLN)), memory_mb = 256,
          only = -1;
  fs::path found = "build/fuzz/found";
  std::vector<fs::path> inputs;
};

// ---- samples

struct Sample {
  fs::path path;
  std::string bytes;
  std::vector<RecordedCall> calls;
};

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Shapes and types are what lets a call get far; the numbers are small ones that serve as indexes.
Value tensor_like(const json& j) {
  const auto shape = j.at("shape").get<std::vector<int64_t>>();
  int64_t n = 1;
  for (int64_t size : shape) n *= size;
  return remainder(arange(n), Scalar(3))
      .reshape(shape)
      .to(dtype_from_python(j.at("dtype").get<std::string>()));
}

Value value_of(const json& j) {
  const std::string kind = j.at("type");
  if (kind == "tensor" || kind == "random") return tensor_like(j);
  if (kind == "int") return j.at("v").get<int64_t>();
  if (kind == "bool") return j.at("v").get<bool>();
  if (kind == "float") return j.at("v").is_number() ? j.at("v").get<double>() : 0.5;
  if (kind == "str") return j.at("v").get<std::string>();
  if (kind == "dict") {
    auto dict = make_intrusive<DictImpl>();
    for (const json& pair : j.at("v")) dict->insert_or_assign(value_of(pair[0]), value_of(pair[1]));
    return Value(dict);
  }
  std::vector<Value> items;
  if (j.contains("v") && j["v"].is_array())
    for (const json& item : j["v"]) items.push_back(value_of(item));
  if (kind == "tuple" || kind == "namedtuple") return make_tuple_value(std::move(items));
  if (kind != "list") return {};
  const TypePtr element = items.empty() ? Type::get(TypeKind::Any) : items[0].type();
  return make_list(element, std::move(items));
}

std::vector<RecordedCall> recorded_calls(const fs::path& folder) {
  constexpr size_t kMost = 4;
  std::vector<RecordedCall> calls;
  for (const char* name : {"case.json", "meta.json", "calls.json"}) {
    std::ifstream in(folder / name);
    const json record = in ? json::parse(in, nullptr, false) : json();
    if (!record.is_object() || !record.contains("calls")) continue;
    for (const json& c : record["calls"]) {
      if (calls.size() == kMost) break;
      RecordedCall call{c.value("method", "forward"), {}};
      for (const json& a : c.at("args")) call.args.push_back(value_of(a));
      calls.push_back(std::move(call));
    }
    break;
  }
  return calls;
}

Sample read_sample(const fs::path& path) {
  Sample s{path, read_file(path), recorded_calls(path.parent_path())};
  if (!s.calls.empty()) return s;
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{2, 3}, {1, 1, 3, 3}}) {
    try {
      for (RecordedCall& c : calls_by_schema(Module::load(path.string()), shape))
        s.calls.push_back(std::move(c));
    } catch (const Error&) {  // such a file is worth changing too
    }
  }
  return s;
}

std::vector<Sample> read_samples(const std::vector<fs::path>& inputs) {
  constexpr uintmax_t kLargest = 200000;  // bytes: changes should hit structure, not weights
  std::vector<fs::path> files;
  for (const fs::path& input : inputs) {
    if (!fs::is_directory(input)) {
      files.push_back(input);
      continue;
    }
    for (const auto& e : fs::recursive_directory_iterator(input))
      if (e.path().extension() == ".ptl" && e.file_size() <= kLargest) files.push_back(e.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Sample> samples;
  for (const fs::path& f : files) samples.push_back(read_sample(f));
  return samples;
}

// ---- one case

struct Case {
  const Sample* sample;
  std::string bytes;
};

Case make_case(const std::vector<Sample>& samples, const Settings& s, int64_t number) {
  Random random(uint64_t(s.seed) << 32 | uint64_t(number));
  const Sample &one = random.pick(samples), &other = random.pick(samples);
  return {&one, Mutator(random.next())(one.bytes, other.bytes)};
}

// The model gets a quarter: what is not a tensor's (lists, texts, the file's own parts) is not
// counted so exactly.
LoadOptions options_for(const Settings& s) {
  LoadOptions o;
  o.check_operators = false;
  o.limits.time = std::chrono::seconds(2);
  o.limits.memory_bytes = size_t(s.memory_mb) << 18;
  return o;
}

// ---- jobs

// What a job tells its parent, in memory that both see.
struct Progress {
  std::atomic<int64_t> number{-1};  // of the case being run
  std::atomic<int64_t> started{0};  // steady clock
  std::atomic<int64_t> loaded{0}, ran{0}, raised{0}, refused{0}, internal{0};
  std::atomic<int64_t> slowest{0}, slowest_case{-1}, peak{0}, peak_case{-1};
};

void keep_larger(std::atomic<int64_t>& most, std::atomic<int64_t>& which, int64_t value,
                 int64_t n) {
  if (value <= most) return;
  most = value;
  which = n;
}

void run_case(const Case& c, const Settings& s, int64_t number, Progress& p) {
  const auto start = Clock::now();
  p.started = start.time_since_epoch().count();
  p.number = number;
  set_num_threads(1 + int(number % 2));
  reset_peak_memory();
  const Outcome o =
      load_and_run(c.bytes, [&](const Module&) { return c.sample->calls; }, options_for(s));
  keep_larger(p.peak, p.peak_case, int64_t(peak_memory()), number);
  keep_larger(p.slowest, p.slowest_case, (Clock::now() - start).count(), number);
  (o.loaded ? p.loaded : p.refused) += 1;
  p.ran += o.ran;
  p.raised += o.raised;
  if (o.internal.empty()) return;
  ++p.internal;
  std::cerr << "case " << number << " (" << c.sample->path.string() << "): " << o.internal << '\n';
}

[[noreturn]] void run_job(const std::vector<Sample>& samples, const Settings& s, int64_t first,
                          Progress& p) {
  for (int64_t n = first; n < s.count; n += s.jobs) run_case(make_case(samples, s, n), s, n, p);
  p.number = -1;
  std::cerr.flush();
  _exit(0);
}

class Runner {
 public:
  Runner(const std::vector<Sample>& samples, const Settings& s) : samples_(samples), s_(s) {
    const size_t bytes = sizeof(Progress) * size_t(s.jobs);
    void* shared = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    TL_CHECK(shared != MAP_FAILED, "no shared memory");
    progress_ = static_cast<Progress*>(shared);
    for (int64_t j = 0; j < s.jobs; ++j) new (&progress_[j]) Progress();
  }
  bool run() {
    for (int64_t j = 0; j < s_.jobs; ++j) start(j, j);
    while (!job_of_.empty()) {
      int status = 0;
      const pid_t pid = waitpid(-1, &status, WNOHANG);
      if (pid > 0)
        ended(pid, status);
      else
        usleep(20000), stop_hanging();
    }
    return report();
  }

 private:
  void start(int64_t job, int64_t first) {
    const pid_t pid = fork();
    TL_CHECK(pid >= 0, "fork failed");
    if (pid == 0) run_job(samples_, s_, first, progress_[job]);
    job_of_[pid] = job;
  }
  void stop_hanging() {
    for (const auto& [pid, job] : job_of_) {
      const Progress& p = progress_[job];
      const Clock::time_point started{Clock::duration(p.started)};
      if (p.number >= 0 && Clock::now() - started > kHang) kill(pid, SIGKILL);
    }
  }
  void ended(pid_t pid, int status) {
    const int64_t job = job_of_[pid];
    job_of_.erase(pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    Progress& p = progress_[job];
    const int64_t n = p.number.exchange(-1);
    const bool hang = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    ++(hang ? hangs_ : crashes_);
    save(n, hang ? "hangs" : "crashes");
    if (n >= 0) start(job, n + s_.jobs);
  }
  void save(int64_t n, const char* how) {
    if (n < 0) return;
    const Case c = make_case(samples_, s_, n);
    fs::create_directories(s_.found);
    const fs::path to = s_.found / str("mutated-", s_.seed, "-", n, ".ptl");
    std::ofstream(to, std::ios::binary) << c.bytes;
    std::cout << "case " << n << " of seed " << s_.seed << " (" << c.sample->path.string() << ") "
              << how << ": " << to.string() << std::endl;
  }
  bool report() {
    Progress all;
    for (int64_t j = 0; j < s_.jobs; ++j) {
      const Progress& p = progress_[j];
      all.loaded += p.loaded, all.refused += p.refused, all.ran += p.ran, all.raised += p.raised;
      all.internal += p.internal;
      keep_larger(all.slowest, all.slowest_case, p.slowest, p.slowest_case);
      keep_larger(all.peak, all.peak_case, p.peak, p.peak_case);
    }
    const bool over = all.peak > s_.memory_mb << 20;
    if (over) save(all.peak_case, "takes too much memory");
    std::cout << s_.count << " changed files of " << samples_.size() << " models: " << all.loaded
              << " loaded, " << all.refused << " refused; calls: " << all.ran << " ran, "
              << all.raised << " raised; " << all.internal << " internal errors\n"
              << crashes_ << " crashes, " << hangs_ << " hangs over 10 s; slowest "
              << double(all.slowest) * 1e-9 << " s (case " << all.slowest_case << "); peak "
              << (all.peak >> 20) << " MB of " << s_.memory_mb << " (case " << all.peak_case
              << ")\n";
    return crashes_ + hangs_ + all.internal == 0 && !over;
  }

  const std::vector<Sample>& samples_;
  const Settings& s_;
  Progress* progress_ = nullptr;
  std::map<pid_t, int64_t> job_of_;
  int64_t crashes_ = 0, hangs_ = 0;
};

int run(const Settings& s) {
  const std::vector<Sample> samples = read_samples(s.inputs);
  TL_CHECK(!samples.empty(), "no models: give files, or folders with .ptl files");
  set_warning_handler([](std::string_view) {});
  setPrintHandler([](std::string_view) {});
  if (s.only < 0) return Runner(samples, s).run() ? 0 : 1;
  Progress p;
  const Case c = make_case(samples, s, s.only);
  std::cout << c.sample->path.string() << '\n';
  run_case(c, s, s.only, p);
  std::cout << (p.loaded ? "loaded" : "refused") << ", " << p.ran << " calls ran, " << p.raised
            << " raised, " << double(p.slowest) * 1e-9 << " s, " << (p.peak >> 20) << " MB\n";
  return 0;
}

Settings parse(int argc, char** argv) {
  Settings s;
  const std::map<std::string, int64_t*> numbers = {{"--count", &s.count},
                                                   {"--seed", &s.seed},
                                                   {"--jobs", &s.jobs},
                                                   {"--memory-mb", &s.memory_mb},
                                                   {"--case", &s.only}};
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    const auto number = numbers.find(arg);
    const bool option = number != numbers.end() || arg == "--found";
    if (!option) {
      s.inputs.emplace_back(arg);
      continue;
    }
    TL_CHECK(i + 1 < argc, arg, " wants a value");
    ++i;
    if (number != numbers.end())
      *number->second = std::stoll(argv[i]);
    else
      s.found = argv[i];
  }
  return s;
}

}  // namespace
}  // namespace tealight::testing

int main(int argc, char** argv) {
  const tealight::NoGradGuard off;
  try {
    return tealight::testing::run(tealight::testing::parse(argc, argv));
  } catch (const std::exception& e) {
    std::cerr << "mutate_models: " << e.what() << '\n';
    return 2;
  }
}
