// tealight bench: how long a model takes to load and to run.
#include <sys/resource.h>

#include <algorithm>
#include <iomanip>

#include "command.h"
#include "core/parallel.h"

namespace tealight::cli {
namespace {

struct BenchCommand {
  std::string model, method = "forward";
  std::vector<std::string> inputs;
  int runs = 0, warmup = 3;
  double seconds = 2;
  bool json = false;
  PictureFlags pictures;
  RunFlags limits;

  void operator()() const {
    LoadOptions options;
    options.limits = limits.apply();
    auto start = std::chrono::steady_clock::now();
    const Module m = Module::load(model, options);
    const double load = seconds_since(start);
    std::vector<Value> args;
    for (const std::string& text : inputs) args.push_back(parse_input(text, pictures.options));
    const Method run = m.get_method(method);
    start = std::chrono::steady_clock::now();
    run(args);
    const double first = seconds_since(start);
    for (int i = 1; i < warmup; ++i) run(args);
    std::vector<double> times;
    start = std::chrono::steady_clock::now();
    while (runs ? int(times.size()) < runs : times.size() < 5 || seconds_since(start) < seconds) {
      const auto begun = std::chrono::steady_clock::now();
      run(args);
      times.push_back(seconds_since(begun));
      if (times.size() >= 1000000) break;
    }
    std::sort(times.begin(), times.end());
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const nlohmann::json j{{"load_ms", load * 1e3},
                           {"first_ms", first * 1e3},
                           {"min_ms", times.front() * 1e3},
                           {"median_ms", times[times.size() / 2] * 1e3},
                           {"p90_ms", times[times.size() * 9 / 10] * 1e3},
                           {"runs", times.size()},
                           {"peak_rss_bytes", usage.ru_maxrss * 1024},
                           {"threads", get_num_threads()}};
    if (json) {
      std::cout << j.dump(1) << '\n';
      return;
    }
    std::cout << std::fixed << std::setprecision(3);
    for (const char* key : {"load_ms", "first_ms", "min_ms", "median_ms", "p90_ms"})
      std::cout << std::left << std::setw(12) << key << j[key].get<double>() << '\n';
    std::cout << std::setw(12) << "peak memory" << std::setprecision(1)
              << double(usage.ru_maxrss) / 1024 << " MB\n"
              << dim(str(times.size(), " runs, ", get_num_threads(), " threads")) << '\n';
  }
};

}  // namespace

void add_bench(CLI::App& app) {
  auto c = std::make_shared<BenchCommand>();
  CLI::App* sub = app.add_subcommand("bench", "Measure load time, latency and peak memory");
  sub->add_option("MODEL", c->model, ".ptl file")->required();
  sub->add_option("INPUT", c->inputs, "as for run");
  sub->add_option("--method", c->method, "method to run")->capture_default_str();
  sub->add_option("--runs", c->runs, "number of timed runs (default: as many as fit in --seconds)");
  sub->add_option("--warmup", c->warmup, "runs before timing starts")->capture_default_str();
  sub->add_option("--seconds", c->seconds, "time to measure for")->capture_default_str();
  sub->add_flag("--json", c->json, "as JSON");
  c->limits.add_to(*sub);
  c->pictures.add_to(*sub);
  sub->footer("Example:\n  tealight bench model.ptl rand:1,3,224,224 --threads 1");
  sub->callback([c] { (*c)(); });
}

}  // namespace tealight::cli
