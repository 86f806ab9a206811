// tealight replay: a recorded sequence of calls on one freshly loaded module.
#include "command.h"
#include "compare.h"
#include "runtime/with_program.h"
#include "tealight/data/arrays.h"
#include "terminal.h"
#include "trees.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

struct Recording {
  json calls;
  std::filesystem::path folder;
  Tolerance tolerance;
  bool eval = false;  // the results were recorded in evaluation mode

  explicit Recording(const std::string& path) : folder(std::filesystem::path(path).parent_path()) {
    const json j = read_json(path);
    TL_CHECK(j.is_object() && j.contains("calls") && j["calls"].is_array(), "'", path,
             "' is no recording: JSON with a list \"calls\" is expected");
    calls = j["calls"];
    eval = j.contains("call_eval");
    if (j.contains("tolerance"))
      tolerance = {j["tolerance"].value("atol", tolerance.atol),
                   j["tolerance"].value("rtol", tolerance.rtol)};
  }
};

struct ReplayCommand {
  std::string model, calls, out;
  bool check = false, eval = false, lifted = false, unplanned = false, as_json = false;
  RunFlags limits;

  void add_to(CLI::App& app) {
    app.add_option("MODEL", model, "model file")->required()->type_name("FILE");
    app.add_option("CALLS", calls, "recording: calls.json, meta.json or case.json")
        ->required()
        ->type_name("FILE");
    app.add_option("--out", out, "folder for results.json and .npy files")->type_name("DIR");
    app.add_flag("--check", check, "compare with the recorded results and their tolerance");
    app.add_flag("--eval", eval, "put the module in evaluation mode first");
    app.add_flag("--lifted", lifted, "run what is made of the model's code by way of graphs");
    app.add_flag("--against-no-plans", unplanned,
                 "with --precision exact: each result must be, bit for bit, what the model gives "
                 "without plans");
    app.add_flag("--json", as_json, "the table of --check as JSON");
    limits.add_to(app);
  }

  int operator()() const {
    if (!check && !unplanned && out.empty())
      throw UsageError("nothing is to be done with the results",
                       "give --out DIR to write them, or --check to compare them");
    if (check && unplanned)
      throw UsageError("--check and --against-no-plans compare with different results",
                       "give one of them");
    const Recording recorded(calls);
    LoadOptions options = limits.load_options();
    options.keep_program = lifted;
    const Module m = load(options, recorded);
    options.plans = false;
    const std::optional<Module> other =
        unplanned ? std::optional(load(options, recorded)) : std::nullopt;
    if (!out.empty()) std::filesystem::create_directories(out);

    json results = json::array(), checks = json::array();
    int counter = 0;
    Progress progress;
    for (const json& call : recorded.calls) {
      progress.show(str("call ", results.size() + 1, " of ", recorded.calls.size()));
      Difference d;
      try {
        if (other)
          d = compare_with(*other, m, call, recorded), results.push_back(call_row(call));
        else
          results.push_back(replay(m, call, recorded, counter, d));
      } catch (const json::exception& e) {
        fail(str("'", calls, "': call ", results.size(), " is not as recordings are: ", e.what()));
      }
      checks.push_back({{"method", results.back()["method"]},
                        {"same", d.same},
                        {"largest_difference", d.worst},
                        {"what", d.what}});
    }
    if (!out.empty()) write_json(std::filesystem::path(out) / "results.json", {{"calls", results}});
    return check || unplanned ? report(checks) : 0;
  }

  Module load(const LoadOptions& options, const Recording& recorded) const {
    Module m = Module::load(model, options);
    if (lifted) m = Module::make(with_program(m), options);
    if (eval || recorded.eval) m.eval();
    return m;
  }

  static std::string method_of(const json& call) { return call.value("method", "forward"); }
  static json call_row(const json& call) { return {{"method", method_of(call)}}; }

  // One call of both modules, twice: the second finds plans that the first one made. Results,
  // messages and what the arguments are afterwards must be the same.
  Difference compare_with(const Module& unplanned_module, const Module& m, const json& call,
                          const Recording& recorded) const {
    const auto outcome = [&](const Module& of) {
      std::vector<Value> args;
      for (const json& a : call.at("args")) args.push_back(read_tree(a, recorded.folder));
      manual_seed(0);
      std::vector<Value> all;
      try {
        all.push_back(of.get_method(method_of(call))(args));
      } catch (const Error& e) {
        all.push_back(Value(std::string(e.what())));
      }
      all.insert(all.end(), args.begin(), args.end());
      return all;
    };
    for (int run = 0; run < 2; ++run) {
      const std::vector<Value> got = outcome(m), want = outcome(unplanned_module);
      for (size_t i = 0; i < got.size(); ++i)
        if (const Difference d = compare(got[i], want[i], {0, 0}); !d.same) return d;
    }
    return {};
  }

  // One call; its row of results.json.
  json replay(const Module& m, const json& call, const Recording& recorded, int& counter,
              Difference& d) const {
    const std::string method = method_of(call);
    json row = call_row(call);
    const auto differ = [&](const std::string& what) { d = {false, what, 0}; };
    std::vector<Value> args;
    for (const json& a : call.at("args")) args.push_back(read_tree(a, recorded.folder));
    try {
      const Value got = m.get_method(method)(std::move(args));
      if (!out.empty()) row["result"] = written(got, counter);
      if (check && call.contains("raises"))
        differ("returned, but an exception was recorded");
      else if (check && call.contains("result"))
        d = compare(got, read_tree(call["result"], recorded.folder), recorded.tolerance);
    } catch (const Error& e) {
      row["raises"] = e.what();
      if (check && !call.contains("raises")) differ(str("raised ", e.what()));
    }
    return row;
  }

  json written(const Value& v, int& counter) const {
    return tree_of(v, [&](json& j, const Tensor& t, const std::string&) {
      const std::string file = str("out", counter++, ".npy");
      write_npy(std::filesystem::path(out) / file, to_npy(t));
      j["file"] = file;
    });
  }

  int report(const json& checks) const {
    const auto failed = std::count_if(checks.begin(), checks.end(),
                                      [](const json& c) { return !c["same"].get<bool>(); });
    if (as_json) {
      print_json({{"calls", checks}, {"failed", failed}});
      return failed ? 1 : 0;
    }
    Table table({">call", "<", "<method", ">largest difference", "<"});
    for (size_t i = 0; i < checks.size(); ++i) {
      const json& c = checks[i];
      const bool same = c["same"];
      table.add({std::to_string(i), same ? green("same") : red("differs"), c["method"],
                 str(c["largest_difference"].get<double>()), first_line(c["what"])});
    }
    std::cout << table.text()
              << (failed ? red(str(failed, " of ", counted(checks.size(), "call"), " differ"))
                         : green(checks.size() == 1 ? "the call agrees"
                                                    : str("all ", checks.size(), " calls agree")))
              << '\n';
    return failed ? 1 : 0;
  }
};

}  // namespace

void add_replay(CLI::App& app) {
  add_command<ReplayCommand>(app, "replay",
                             "Run recorded calls again; with --check compare the results",
                             "  tealight replay model.ptl calls.json --check\n"
                             "  tealight replay model.ptl calls.json --out results\n"
                             "  tealight replay model.ptl calls.json --precision exact "
                             "--against-no-plans\n");
}

}  // namespace tealight::cli
