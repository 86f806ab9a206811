// tealight profile: which operators a run spends its time in.
#include <algorithm>

#include "command.h"
#include "core/parallel.h"
#include "flame.h"
#include "inputs.h"
#include "ops/op.h"
#include "runtime/profiler.h"
#include "tealight/data/file_io.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

using std::chrono::nanoseconds;

double ms(nanoseconds t) { return double(t.count()) / 1e6; }

std::string comma_separated(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& p : parts) out += (out.empty() ? "" : ", ") + p;
  return out;
}

// Calls that are counted together. What they do not have in common is that of the longest.
struct Row {
  std::string name, module, source;
  std::vector<std::string> shapes;
  std::set<std::string> all_shapes, all_modules;
  size_t calls = 0;
  nanoseconds total{0}, self{0}, longest{-1};
};

enum class By { operators, shapes, modules, calls };
const std::map<std::string, By> kBy{{"operator", By::operators},
                                    {"shapes", By::shapes},
                                    {"module", By::modules},
                                    {"call", By::calls}};

class Rows {
 public:
  explicit Rows(By by) : by_(by) {}

  // Of one more run.
  void add(const Profiler& p) {
    std::vector<const Row*> rows;  // of each call
    for (const Profiler::Call& c : p.calls()) {
      bool inside = false;  // of a call that is in the same row
      Row& row = row_of(p, c);
      for (int i = c.parent; i >= 0; i = p.calls()[size_t(i)].parent)
        inside = inside || rows[size_t(i)] == &row;
      rows.push_back(&row);
      add(row, p, c, inside);
    }
    ++runs_;
  }
  size_t runs() const { return runs_; }
  // The most time first.
  std::vector<Row> sorted() const {
    std::vector<Row> out;
    for (const auto& [key, row] : rows_) out.push_back(row);
    std::stable_sort(out.begin(), out.end(),
                     [](const Row& a, const Row& b) { return a.self > b.self; });
    return out;
  }

 private:
  Row& row_of(const Profiler& p, const Profiler::Call& c) {
    std::string key = c.op->schema.qualified();
    if (by_ == By::modules) key = joined(p.places().module_path(c.place));
    if (by_ == By::shapes || by_ == By::calls) key += '\n' + comma_separated(p.shapes(c));
    if (by_ == By::calls) key += '\n' + std::to_string(c.place);
    return rows_[key];
  }
  void add(Row& row, const Profiler& p, const Profiler::Call& c, bool inside) {
    row.calls += !inside;
    row.self += c.self();
    if (!inside) row.total += c.total();
    const std::vector<std::string> shapes = p.shapes(c);
    const std::string module = joined(p.places().module_path(c.place));
    row.all_shapes.insert(comma_separated(shapes));
    row.all_modules.insert(module);
    if (c.self() <= row.longest) return;
    row.longest = c.self();
    row.name = by_ != By::modules ? c.op->schema.qualified()
               : module.empty()   ? "(no module)"
                                  : module;
    row.module = module;
    row.shapes = shapes;
    row.source = p.places().source_line(c.place);
  }

  By by_;
  std::map<std::string, Row> rows_;
  size_t runs_ = 0;
};

struct ProfileCommand {
  CallFlags call;
  int runs = 10, warmup = 3;
  size_t top = 0;
  std::string by = "operator", html;
  bool as_json = false;

  void add_to(CLI::App& app) {
    call.add_to(app);
    app.add_option("--by", by, "what the rows of the table are")
        ->capture_default_str()
        ->check(CLI::IsMember({"operator", "shapes", "module", "call"}));
    app.add_option("--top", top, "rows to show (default: all)")->check(CLI::PositiveNumber);
    app.add_option("--runs", runs, "profiled runs; times are their mean")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_option("--warmup", warmup, "runs before that")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_option("--html", html, "write a flame chart of the fastest run, one page for a browser")
        ->type_name("FILE");
    app.add_flag("--json", as_json, "as JSON");
  }

  int operator()() const {
    const Measured m = measure();
    nlohmann::json j{{"model", call.model},
                     {"method", call.method},
                     {"runs", runs},
                     {"threads", get_num_threads()},
                     {"run_ms", ms(m.profiled) / runs},
                     {"unprofiled_ms", ms(m.plain) / runs},
                     {"interpreter_ms", ms(m.profiled - m.operators) / runs},
                     {"dropped_calls", m.dropped},
                     {"rows", as_rows(m.rows, ms(m.profiled))}};
    if (!html.empty()) write(flame_page(j, m.spans));
    if (as_json)
      print_json(j);
    else
      print(j);
    return 0;
  }

  // Sums over all runs, and the spans of the fastest.
  struct Measured {
    Rows rows;
    nanoseconds profiled{0}, plain{0}, operators{0};
    std::vector<FlameSpan> spans;
    size_t dropped = 0;
  };

  Measured measure() const {
    const Module m = call.load();
    const std::vector<Value> args = call.arguments(m);
    const Method run = m.get_method(call.method);
    for (int i = 0; i < warmup; ++i) run(args);
    Measured out{.rows = Rows(kBy.at(by)), .spans = {}};
    Profiler profiler;
    nanoseconds fastest = nanoseconds::max();
    Progress progress;
    for (int i = 0; i < runs; ++i) {
      progress.show(str("run ", i + 1, " of ", runs));
      out.plain += timed([&] { run(args); });
      profiler.clear();
      const nanoseconds took = timed([&] {
        Using watch(profiler);
        run(args);
      });
      out.profiled += took;
      out.dropped += profiler.dropped();
      out.rows.add(profiler);
      for (const Profiler::Call& c : profiler.calls())
        if (c.parent < 0) out.operators += c.total();
      if (took < fastest && !html.empty()) out.spans = flame_spans(profiler);
      fastest = std::min(fastest, took);
    }
    return out;
  }

  template <class F>
  static nanoseconds timed(F f) {
    const auto start = std::chrono::steady_clock::now();
    f();
    return std::chrono::steady_clock::now() - start;
  }

  nlohmann::json as_rows(const Rows& rows, double all_ms) const {
    nlohmann::json list = nlohmann::json::array();
    const double n = double(rows.runs());
    for (const Row& r : rows.sorted()) {
      nlohmann::json j{{"calls", double(r.calls) / n}, {"total_ms", ms(r.total) / n},
                       {"self_ms", ms(r.self) / n},    {"share", ms(r.self) / all_ms},
                       {"shapes", r.shapes},           {"other_shapes", r.all_shapes.size() - 1}};
      j[by == "module" ? "module" : "operator"] = r.name;
      if (by != "module") j["module"] = r.module, j["other_modules"] = r.all_modules.size() - 1;
      if (by == "call") j["source"] = r.source;
      list.push_back(j);
    }
    return list;
  }

  void write(const std::string& page) const {
    write_file(html, std::as_bytes(std::span(page.data(), page.size())));
    note("flame chart written to " + html);
  }

  void print(const nlohmann::json& j) const {
    const nlohmann::json& rows = j["rows"];
    const bool modules = by != "module" && std::any_of(rows.begin(), rows.end(),
                                                       [](auto& r) { return r["module"] != ""; });
    std::vector<std::string> columns{
        ">self ms", ">total ms", ">share", ">calls", by == "module" ? "<module" : "<operator",
        "<inputs"};
    if (modules) columns.insert(columns.begin() + 5, "<module");
    Table table(columns);
    size_t shown = 0;
    double rest = 0;  // of the rows that --top leaves out
    for (const nlohmann::json& r : rows) {
      if (top && shown++ >= top) {
        rest += r["self_ms"].get<double>();
        continue;
      }
      std::vector<std::string> cells = numbers(r["self_ms"], r["total_ms"], r["share"], r["calls"]);
      cells.push_back(r[by == "module" ? "module" : "operator"]);
      if (modules) cells.push_back(with_others(r["module"], r["other_modules"]));
      cells.push_back(with_others(comma_separated(r["shapes"]), r["other_shapes"]));
      table.add(cells);
    }
    const double between = j["interpreter_ms"], whole = j["run_ms"];
    const auto add_sum = [&](double sum, const std::string& name) {
      table.add({fixed(sum, 3), "", fixed(sum / whole * 100, 1) + " %", "", name});
    };
    if (top && shown > top) add_sum(rest, str("(", shown - top, " more)"));
    add_sum(between, "(between operators)");
    std::cout << bold(str(call.model, "  ", call.method)) << ": " << fixed(whole, 3)
              << " ms a run, " << fixed(j["unprofiled_ms"], 3) << " ms without the profiler; "
              << counted(size_t(runs), "run") << ", "
              << counted(size_t(get_num_threads()), "thread") << "\n"
              << table.text();
    if (j["dropped_calls"] > 0)
      std::cout << red(str(j["dropped_calls"], " calls were too many to be recorded")) << '\n';
  }

  static std::vector<std::string> numbers(double self, double total, double share, double calls) {
    return {fixed(self, 3), fixed(total, 3), fixed(share * 100, 1) + " %",
            fixed(calls, calls == std::floor(calls) ? 0 : 1)};
  }
  static std::string with_others(const std::string& text, size_t others) {
    return others ? str(text, " +", others) : text;
  }
};

}  // namespace

void add_profile(CLI::App& app) {
  add_command<ProfileCommand>(
      app, "profile", "Show which operators a run spends its time in",
      "  tealight profile model.ptl rand:1,3,224,224 --threads 1\n"
      "  tealight profile model.ptl dog.jpg --preset imagenet --by module --top 20\n"
      "  tealight profile model.ptl rand:1,3,224,224 --html flame.html\n");
}

}  // namespace tealight::cli
