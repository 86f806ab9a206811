// tealight bench: how long a model takes to load and to run.
#include <sys/resource.h>

#include <algorithm>

#include "command.h"
#include "core/parallel.h"
#include "plans.h"
#include "tealight/data/file_io.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

uint64_t peak_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return uint64_t(usage.ru_maxrss) * 1024;
}

struct BenchCommand {
  CallFlags call;
  int runs = 0, warmup = 3;
  double seconds = 2;
  bool as_json = false, memory_plan = false;
  std::string memory_svg;

  void add_to(CLI::App& app) {
    call.add_to(app);
    app.add_option("--runs", runs, "number of timed runs (default: as many as fit in --seconds)")
        ->check(CLI::PositiveNumber);
    app.add_option("--warmup", warmup, "runs before timing starts")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_option("--seconds", seconds, "time to measure for")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_option_function<std::string>(
           "--memory-plan",
           [this](const std::string& to) {
             memory_plan = true;
             if (to.ends_with(".svg"))
               memory_svg = to;
             else if (!to.empty())
               call.inputs.push_back(to);  // --memory-plan INPUT
           },
           "draw the plan's memory over time, as text, or into an .svg file; nothing is timed")
        ->expected(0, 1)
        ->type_name("FILE");
    app.add_flag("--json", as_json, "as JSON");
  }

  int operator()() const {
    auto start = std::chrono::steady_clock::now();
    const Module m = call.load();
    const double load = seconds_since(start) * 1e3;
    const std::vector<Value> args = call.arguments(m);
    if (memory_plan) return draw_memory(m, args);
    const Method run = m.get_method(call.method);
    start = std::chrono::steady_clock::now();
    run(args);
    const double first = seconds_since(start) * 1e3;
    for (int i = 1; i < warmup; ++i) run(args);
    std::vector<double> times = timed([&] { run(args); });
    std::sort(times.begin(), times.end());
    print({{"load_ms", load},
           {"first_ms", first},
           {"min_ms", times.front()},
           {"median_ms", times[times.size() / 2]},
           {"p90_ms", times[times.size() * 9 / 10]},
           {"runs", times.size()},
           {"peak_rss_bytes", peak_rss_bytes()},
           {"threads", get_num_threads()}});
    return 0;
  }

  // Of the part with the largest arena.
  int draw_memory(const Module& m, const std::vector<Value>& args) const {
    const std::vector<PlannedPart> parts =
        planned_parts(m, m.get_method(call.method), args, call.limits.plans.precision);
    const planning::Plan* largest = nullptr;
    for (const PlannedPart& p : parts)
      if (p.plan() && (!largest || p.plan()->arena_bytes > largest->arena_bytes))
        largest = p.plan();
    TL_CHECK(largest, call.method, "() has no plan; fix: see why with tealight info --plan");
    if (memory_svg.empty()) {
      const size_t columns = terminal_columns();
      std::cout << arena_text(*largest, columns ? columns - 2 : 100);
      return 0;
    }
    const std::string title = std::filesystem::path(call.model).filename().string();
    const std::string svg = arena_svg(*largest, title + "  " + call.method);
    write_file(memory_svg, std::as_bytes(std::span(svg)));
    note("written to " + memory_svg);
    return 0;
  }

  // Milliseconds of each run.
  template <class F>
  std::vector<double> timed(F run) const {
    std::vector<double> times;
    Progress progress;
    const auto start = std::chrono::steady_clock::now();
    const auto enough = [&] {
      if (runs) return times.size() >= size_t(runs);
      return times.size() >= 5 && (seconds_since(start) >= seconds || times.size() >= 1'000'000);
    };
    for (double shown = 0; !enough();) {
      const auto begun = std::chrono::steady_clock::now();
      run();
      times.push_back(seconds_since(begun) * 1e3);
      if (const double now = seconds_since(start); now - shown > 0.1)
        progress.show(str(times.size(), " runs")), shown = now;
    }
    return times;
  }

  void print(const nlohmann::json& j) const {
    if (as_json) return print_json(j);
    Table table({"<", ">"});
    for (const char* key : {"load_ms", "first_ms", "min_ms", "median_ms", "p90_ms"})
      table.add({key, fixed(j[key], 3)});
    table.add({"peak memory", bytes_text(j["peak_rss_bytes"])});
    std::cout << table.text()
              << dim(counted(j["runs"], "run") + ", " + counted(j["threads"], "thread")) << '\n';
  }
};

}  // namespace

void add_bench(CLI::App& app) {
  add_command<BenchCommand>(
      app, "bench", "Measure load time, latency and peak memory",
      "  tealight bench model.ptl rand:1,3,224,224 --threads 1\n"
      "  tealight bench model.ptl dog.jpg --preset imagenet --json\n"
      "  tealight bench model.ptl rand:1,3,224,224 --memory-plan arena.svg\n");
}

}  // namespace tealight::cli
