// tealight diff: where two results, or two models, part.
#include "command.h"
#include "compare.h"
#include "inputs.h"
#include "layers.h"
#include "tealight/generator.h"
#include "terminal.h"
#include "trees.h"

namespace tealight::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json as_json(const Distance& d) {
  const auto number = [](double v) { return std::isfinite(v) ? json(v) : json(str(v)); };
  return {
      {"max_abs", number(d.max_abs)}, {"max_rel", number(d.max_rel)}, {"cosine", number(d.cosine)}};
}
std::vector<std::string> cells(const Distance& d) {
  return {str(float(d.max_abs)), str(float(d.max_rel)), fixed(d.cosine, 6)};
}

// The calls that a folder of `run --out` or `replay --out` holds.
struct Recorded {
  std::string method, raised;
  Value result;
};
std::vector<Recorded> read_folder(const fs::path& folder) {
  if (fs::exists(folder / "result.json"))
    return {{"", "", read_tree(read_json(folder / "result.json"), folder)}};
  TL_CHECK(fs::exists(folder / "results.json"), "folder '", folder.string(),
           "' holds neither the result.json of run --out nor the results.json of replay --out");
  std::vector<Recorded> calls;
  const json j = read_json(folder / "results.json");
  for (const json& call : j.at("calls"))
    calls.push_back({call.value("method", ""), call.value("raises", ""),
                     call.contains("result") ? read_tree(call["result"], folder) : Value()});
  return calls;
}

struct DiffCommand {
  CallFlags call;
  std::string other;
  Tolerance tolerance;
  double least_cosine = 0.99;
  bool as_json_too = false, only_different = false;

  void add_to(CLI::App& app) {
    app.add_option("MODEL", call.model, "model, or the first folder")
        ->required()
        ->type_name("FILE|DIR");
    app.add_option("OTHER", other, "second model, or folder")->required()->type_name("FILE|DIR");
    app.add_option("INPUT", call.inputs, "as for run; or the second folder")
        ->type_name("FILE|DIR|VALUE");
    call.add_options_to(app);
    app.add_option("--atol", tolerance.atol,
                   "numbers may differ by atol + rtol * |number|; those of layers by atol + rtol * "
                   "the layer's largest")
        ->capture_default_str();
    app.add_option("--rtol", tolerance.rtol, "see --atol")->capture_default_str();
    app.add_option(
           "--cosine", least_cosine,
           "what quantized and half-precision layers must reach instead; 1: the same direction")
        ->capture_default_str();
    app.add_flag("--different", only_different, "show only what differs");
    app.add_flag("--json", as_json_too, "as JSON");
  }

  int operator()() const {
    const bool folders = fs::is_directory(other);
    if (folders && fs::is_directory(call.model) && call.inputs.empty())
      return diff_folders(call.model, other);
    if (folders && call.inputs.size() == 1 && fs::is_directory(call.inputs[0])) {
      if (!as_json_too) std::cout << bold(call.model) << "  " << titles() << '\n';
      return diff_folders(other, call.inputs[0]);
    }
    if (folders || fs::is_directory(call.model))
      throw UsageError(
          "a folder is compared with a folder",
          "tealight diff MODEL A_DIR B_DIR, or tealight diff MODEL_A MODEL_B INPUT...");
    return diff_models();
  }

  std::string titles() const {
    LoadOptions options;
    options.check_operators = false;
    const std::optional<Method> m = Module::load(call.model, options).find_method(call.method);
    return m ? signature(*m) : "";
  }

  // ---- folders

  int diff_folders(const fs::path& a_folder, const fs::path& b_folder) const {
    const std::vector<Recorded> a = read_folder(a_folder), b = read_folder(b_folder);
    TL_CHECK(a.size() == b.size(), "'", a_folder.string(), "' holds ", a.size(), " calls, '",
             b_folder.string(), "' ", b.size());
    Report report({"<call", "<result", "<what"}, {"call", "result", "what"});
    for (size_t i = 0; i < a.size(); ++i) {
      const std::string name = a[i].method.empty() ? "" : str(i, " ", a[i].method);
      if (!a[i].raised.empty() || !b[i].raised.empty()) {
        const bool both = !a[i].raised.empty() && !b[i].raised.empty();
        report.add(
            {name, "", "exception"}, both, {},
            both ? ""
                 : "raised only in the " + std::string(a[i].raised.empty() ? "second" : "first"));
        continue;
      }
      for (const Leaf& leaf : compare_leaves(a[i].result, b[i].result, tolerance))
        report.add({name, leaf.path.empty() ? "out" : leaf.path, leaf.what}, leaf.mismatch.empty(),
                   leaf.distance, leaf.mismatch);
    }
    return report.print(*this);
  }

  // ---- models

  std::vector<Layer> layers_of(const std::string& path, Value& result) const {
    const Module m = call.load(path);
    const std::vector<Value> args = call.arguments(m);
    manual_seed(0);
    LayerRecorder recorder;
    Using watch(recorder);
    result = m.get_method(call.method)(args);
    return recorder.take();
  }

  int diff_models() const {
    Value a_result, b_result;
    const std::vector<Layer> a = layers_of(call.model, a_result), b = layers_of(other, b_result);
    const std::string a_file = fs::path(call.model).filename(), b_file = fs::path(other).filename();
    const bool apart = a_file != b_file;  // else their folders tell them apart
    Report report({">#", "<" + (apart ? a_file : call.model), "<" + (apart ? b_file : other),
                   "<module", "<output"},
                  {"number", "a", "b", "module", "output"});
    for (const LayerPair& p : align(a, b)) {
      const Layer& known = p.a >= 0 ? a[size_t(p.a)] : b[size_t(p.b)];
      const std::string module =
          known.module.empty() && p.b >= 0 ? b[size_t(p.b)].module : known.module;
      const std::string a_name = p.a >= 0 ? a[size_t(p.a)].name : "",
                        b_name = p.b >= 0 ? b[size_t(p.b)].name : "";
      const std::vector<std::string> row{str(p.a >= 0 ? p.a : p.b), a_name, b_name, module,
                                         known.shapes()};
      if (p.a < 0 || p.b < 0) {
        report.add_alone(row);
        continue;
      }
      const Distance d = farthest(a[size_t(p.a)], b[size_t(p.b)]);
      report.add(row, agrees(d, is_coarse(a[size_t(p.a)]) || is_coarse(b[size_t(p.b)])), d, "");
    }
    const bool coarse =
        std::any_of(a.begin(), a.end(), is_coarse) != std::any_of(b.begin(), b.end(), is_coarse);
    for (const Leaf& leaf : compare_leaves(a_result, b_result, tolerance)) {
      const bool numbers = leaf.mismatch.empty() || leaf.distance.outside;
      report.add({"", "result", "result", leaf.path, leaf.what},
                 numbers && agrees(leaf.distance, coarse), leaf.distance,
                 numbers ? "" : leaf.mismatch);
    }
    return report.print(*this);
  }

  Distance farthest(const Layer& a, const Layer& b) const {
    Distance worst;
    for (size_t i = 0; i < a.outputs.size(); ++i) {
      const Distance d = distance(a.outputs[i], b.outputs[i], tolerance);
      worst.max_abs = std::max(worst.max_abs, d.max_abs);
      worst.max_rel = std::max(worst.max_rel, d.max_rel);
      worst.cosine = std::min(worst.cosine, d.cosine);
      worst.largest = std::max(worst.largest, d.largest);
    }
    return worst;
  }
  // Eight bits, or half of them: only the direction is kept.
  static bool is_coarse(const Layer& l) {
    const ScalarType t = l.outputs[0].scalar_type();
    return l.quantized() || t == kHalf || t == kBFloat16;
  }
  bool agrees(const Distance& d, bool coarse) const {
    return d.max_abs <= tolerance.atol + tolerance.rtol * d.largest ||
           (coarse && d.cosine >= least_cosine);
  }

  // ---- what is shown

  class Report {
   public:
    Report(std::vector<std::string> columns, std::vector<std::string> keys)
        : columns_(std::move(columns)), keys_(std::move(keys)) {}

    void add(const std::vector<std::string>& row, bool same, const Distance& d,
             const std::string& mismatch) {
      rows_.push_back({row, same ? "same" : different_++ ? "differs" : "first", d, mismatch});
    }
    void add_alone(const std::vector<std::string>& row) { rows_.push_back({row, "alone", {}, ""}); }

    int print(const DiffCommand& c) const {
      if (c.as_json_too)
        print_json({{"rows", as_rows()}, {"different", different_}});
      else
        print_table(c.only_different);
      return different_ ? 1 : 0;
    }

   private:
    struct Row {
      std::vector<std::string> texts;
      std::string verdict;
      Distance distance;
      std::string mismatch;
    };

    json as_rows() const {
      json list = json::array();
      for (const Row& r : rows_) {
        json j = r.verdict == "alone" ? json::object() : as_json(r.distance);
        for (size_t i = 0; i < keys_.size(); ++i) j[keys_[i]] = r.texts[i];
        j["verdict"] = r.verdict;
        if (!r.mismatch.empty()) j["mismatch"] = r.mismatch;
        list.push_back(j);
      }
      return list;
    }

    void print_table(bool only_different) const {
      std::vector<std::string> columns{"<"};
      columns.insert(columns.end(), columns_.begin(), columns_.end());
      columns.insert(columns.end(), {">max abs", ">max rel", ">cosine", "<"});
      Table table(columns);
      size_t compared = 0;
      for (const Row& r : rows_) {
        compared += r.verdict != "alone";
        if (only_different && (r.verdict == "same" || r.verdict == "alone")) continue;
        std::vector<std::string> row{mark(r.verdict)};
        for (const std::string& t : r.texts) row.push_back(r.verdict == "alone" ? dim(t) : t);
        if (r.verdict != "alone")
          for (std::string& n : cells(r.distance)) row.push_back(std::move(n));
        if (!r.mismatch.empty()) row.push_back(r.mismatch);
        table.add(row);
      }
      std::cout << table.text()
                << (different_
                        ? red(str(different_, " of ", counted(compared, "output"), " differ"))
                        : green(compared == 1 ? "the output agrees"
                                              : str("all ", compared, " outputs agree")))
                << '\n';
    }
    static std::string mark(const std::string& verdict) {
      if (verdict == "same") return green("same");
      if (verdict == "alone") return "";
      return red(verdict == "first" ? "DIFFERS FIRST" : "differs");
    }

    std::vector<std::string> columns_, keys_;
    std::vector<Row> rows_;
    size_t different_ = 0;
  };
};

}  // namespace

void add_diff(CLI::App& app) {
  add_command<DiffCommand>(
      app, "diff", "Compare recorded results, or two models layer by layer",
      "  tealight diff model.ptl old_results/ new_results/\n"
      "  tealight diff float.ptl quantized.ptl dog.jpg --preset imagenet --cosine 0.98\n"
      "  tealight diff model.ptl optimized.ptl rand:1,3,224,224 --different\n");
}

}  // namespace tealight::cli
