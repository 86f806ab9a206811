// tealight runs: trainings beside each other, as a table, a page or a picture.
#include "runs.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "command.h"
#include "tealight/data/file_io.h"
#include "tealight/data/plot.h"
#include "tealight/factories.h"
#include "terminal.h"

namespace tealight::cli {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char kPage[] =
#include "runs_page.inc"
    ;

std::string text_of(const json& j) {
  if (j.is_string()) return j.get<std::string>();
  if (j.is_number_float()) return str(j.get<double>());
  return j.is_null() ? "" : j.dump();
}

// A training that was killed leaves half a line at most; it is passed over.
void read_metrics(const fs::path& file, LoggedRun& run) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const json entry = json::parse(line, nullptr, false);
    if (!entry.is_object() || !entry.value("step", json()).is_number_integer()) continue;
    for (const auto& [key, value] : entry.items())
      if (key != "step" && key != "time" && value.is_number())
        run.curves[key][entry["step"]] = value.get<double>();
  }
}

LoggedRun read_run(const fs::path& folder, const fs::path& below) {
  std::ifstream in(folder / "run.json");
  const json about = json::parse(in, nullptr, false);
  TL_CHECK(about.is_object(), (folder / "run.json").string(), ": is no JSON object");
  LoggedRun run;
  const std::string relative = folder.lexically_relative(below).string();
  run.name = relative == "." ? text_of(about.value("name", json("run"))) : relative;
  run.folder = folder.string();
  run.started = text_of(about.value("started", json()));
  run.seed = text_of(about.value("seed", json()));
  run.config = about.value("config", json::object());
  run.machine = about.value("machine", json::object());
  read_metrics(folder / "metrics.jsonl", run);
  return run;
}

std::optional<double> as_number(const std::string& text) {
  char* end = nullptr;
  const double v = std::strtod(text.c_str(), &end);
  return text.empty() || *end ? std::nullopt : std::optional(v);
}

// Numbers before words, nothing last.
bool before(const std::string& a, const std::string& b) {
  const auto x = as_number(a), y = as_number(b);
  if (x && y) return *x < *y;
  if (a.empty() != b.empty()) return b.empty();
  return bool(x) != bool(y) ? bool(x) : a < b;
}

}  // namespace

std::map<std::string, double> LoggedRun::metrics() const {
  std::map<std::string, double> last;
  for (const auto& [name, curve] : curves) last[name] = curve.rbegin()->second;
  return last;
}

std::string LoggedRun::field(const std::string& key) const {
  if (key == "name") return name;
  if (key == "started") return started;
  if (key == "seed") return seed;
  if (config.contains(key)) return text_of(config[key]);
  const auto curve = curves.find(key);
  return curve == curves.end() ? "" : str(curve->second.rbegin()->second);
}

std::vector<LoggedRun> read_runs(const std::string& folder) {
  TL_CHECK(fs::is_directory(folder), folder, ": is no folder");
  std::vector<LoggedRun> runs;
  if (fs::exists(fs::path(folder) / "run.json")) runs.push_back(read_run(folder, folder));
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_directory() && fs::exists(entry.path() / "run.json"))
      runs.push_back(read_run(entry.path(), folder));
  std::sort(runs.begin(), runs.end(), [](const LoggedRun& a, const LoggedRun& b) {
    return std::pair(a.started, a.name) < std::pair(b.started, b.name);
  });
  return runs;
}

bool matches(const LoggedRun& run, const std::string& condition) {
  const size_t at = condition.find_first_of("<>=!");
  const size_t end = at == std::string::npos ? at : condition.find_first_not_of("<>=!", at);
  const std::string sign = at == std::string::npos ? "" : condition.substr(at, end - at);
  if (at == 0 || end == std::string::npos ||
      !std::set<std::string>{"<", ">", "<=", ">=", "=", "!="}.count(sign))
    throw UsageError("--filter " + condition + ": is no condition",
                     "write KEY=VALUE, or one of != < > <= >=");
  const std::string value = run.field(condition.substr(0, at)), wanted = condition.substr(end);
  const auto x = as_number(value), y = as_number(wanted);
  const bool same = x && y ? *x == *y : value == wanted;
  if (sign == "=") return same;
  if (sign == "!=") return !same;
  if (value.empty()) return false;
  return same ? sign.size() == 2 : before(value, wanted) == (sign[0] == '<');
}

std::string runs_page(const std::vector<LoggedRun>& runs, const std::string& title) {
  json data = json::array();
  for (const LoggedRun& r : runs) {
    json curves = json::object();
    for (const auto& [metric, curve] : r.curves) {
      json points = json::array();
      for (const auto& [step, value] : curve) points.push_back({step, value});
      curves[metric] = points;
    }
    data.push_back({{"name", r.name},
                    {"started", r.started},
                    {"seed", r.seed},
                    {"config", r.config},
                    {"machine", r.machine},
                    {"curves", curves}});
  }
  std::string text =
      json({{"title", title}, {"runs", data}}).dump(-1, ' ', false, json::error_handler_t::replace);
  for (size_t at = 0; (at = text.find("</", at)) != std::string::npos;)  // would end the script
    text.replace(at, 2, "<\\/");
  std::string page = kPage;
  const std::string mark = "/*DATA*/null";
  page.replace(page.find(mark), mark.size(), text);
  return page;
}

namespace {

struct RunsCommand {
  std::string folder, sort, html, plot, metric;
  std::vector<std::string> filters;
  bool descending = false, json_output = false;

  void add_to(CLI::App& app) {
    app.add_option("DIR", folder, "trainings lie in it, or below")->required()->type_name("FOLDER");
    app.add_option("--sort", sort, "column to sort by: name, seed, a setting or a metric")
        ->type_name("KEY");
    app.add_flag("--descending", descending, "the largest first");
    app.add_option("--filter", filters, "only these: lr<0.01, backbone=resnet18, ...")
        ->type_name("KEY=VALUE");
    app.add_option("--html", html, "a page that lays the curves over each other")
        ->type_name("FILE");
    app.add_option("--plot", plot, "a picture of one metric's curves: .svg, .png or .jpg")
        ->type_name("FILE");
    app.add_option("--metric", metric, "what --plot shows (default: the first)")->type_name("NAME");
    app.add_flag("--json", json_output, "as JSON");
  }

  int operator()() {
    std::vector<LoggedRun> runs = read_runs(folder);
    TL_CHECK(!runs.empty(), folder, ": holds no runs (folders with a run.json)");
    std::erase_if(runs, [&](const LoggedRun& r) {
      return !std::all_of(filters.begin(), filters.end(),
                          [&](const std::string& f) { return matches(r, f); });
    });
    if (!sort.empty()) sort_by_column(runs);
    if (!html.empty()) write(html, runs_page(runs, folder));
    if (!plot.empty()) write_plot(runs);
    json_output ? print_json(as_json(runs)) : print(runs);
    return 0;
  }

  void sort_by_column(std::vector<LoggedRun>& runs) const {
    if (std::all_of(runs.begin(), runs.end(), [&](auto& r) { return r.field(sort).empty(); }))
      throw UsageError("--sort " + sort + ": no run has that",
                       "choose one of " + joined(columns(runs)));
    std::stable_sort(runs.begin(), runs.end(), [&](const LoggedRun& a, const LoggedRun& b) {
      return descending ? before(b.field(sort), a.field(sort))
                        : before(a.field(sort), b.field(sort));
    });
  }

  static void write(const std::string& file, const std::string& text) {
    write_file(file, std::as_bytes(std::span(text)));
  }

  void write_plot(const std::vector<LoggedRun>& runs) {
    std::set<std::string> all;
    for (const LoggedRun& r : runs)
      for (const auto& [name, curve] : r.curves) all.insert(name);
    if (metric.empty() && !all.empty()) metric = *all.begin();
    if (!all.count(metric))
      throw UsageError("--metric " + metric + ": no run has that",
                       "choose one of " + joined({all.begin(), all.end()}));
    Plot curves(metric, "step");
    for (const LoggedRun& r : runs) {
      const auto curve = r.curves.find(metric);
      if (curve == r.curves.end()) continue;
      std::vector<double> steps, values;
      for (const auto& [step, value] : curve->second)
        steps.push_back(double(step)), values.push_back(value);
      curves.line(r.name, tensor(steps), tensor(values));
    }
    curves.save(plot);
  }

  static std::string joined(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& n : names) all += (all.empty() ? "" : ", ") + n;
    return all;
  }

  // Settings that all runs share tell nothing of their differences, unless there is one run only.
  static std::vector<std::string> columns(const std::vector<LoggedRun>& runs) {
    std::set<std::string> settings, metrics;
    for (const LoggedRun& r : runs) {
      for (const auto& [key, value] : r.config.items())
        if (runs.size() == 1 || value != runs[0].config.value(key, json())) settings.insert(key);
      for (const auto& [key, curve] : r.curves) metrics.insert(key);
    }
    if (runs.size() > 1)  // what only the first run has
      for (const auto& [key, value] : runs[0].config.items())
        if (std::any_of(runs.begin(), runs.end(), [&](auto& r) { return !r.config.contains(key); }))
          settings.insert(key);
    std::vector<std::string> all{"name", "started", "seed"};
    all.insert(all.end(), settings.begin(), settings.end());
    all.insert(all.end(), metrics.begin(), metrics.end());
    return all;
  }

  static void print(const std::vector<LoggedRun>& runs) {
    const std::vector<std::string> keys = columns(runs);
    std::vector<std::string> titles;
    for (const std::string& k : keys) titles.push_back((k == "name" ? "<" : ">") + k);
    Table table(titles);
    for (const LoggedRun& r : runs) {
      std::vector<std::string> row;
      for (const std::string& k : keys) row.push_back(k == "name" ? bold(r.name) : r.field(k));
      table.add(row);
    }
    std::cout << table.text();
  }

  static json as_json(const std::vector<LoggedRun>& runs) {
    json list = json::array();
    for (const LoggedRun& r : runs)
      list.push_back({{"name", r.name},
                      {"folder", r.folder},
                      {"started", r.started},
                      {"seed", r.seed},
                      {"config", r.config},
                      {"machine", r.machine},
                      {"metrics", r.metrics()}});
    return list;
  }
};

}  // namespace

void add_runs(CLI::App& app) {
  add_command<RunsCommand>(app, "runs", "Compare trainings: settings, metrics, curves",
                           "  tealight runs digits --sort accuracy --descending\n"
                           "  tealight runs digits --filter 'lr<0.01' --html runs.html\n"
                           "  tealight runs digits --plot loss.svg --metric loss/val\n");
}

}  // namespace tealight::cli
