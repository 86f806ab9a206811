// tealight run: one call of a method.
#include "command.h"
#include "inputs.h"
#include "terminal.h"
#include "trees.h"

namespace tealight::cli {
namespace {

struct RunCommand {
  CallFlags call;
  std::string out;
  bool json = false;

  void add_to(CLI::App& app) {
    call.add_to(app);
    app.add_option("--out", out, "folder for result.json and a .npy of every tensor")
        ->type_name("DIR");
    app.add_flag("--json", json, "describe the result as JSON");
  }

  int operator()() const {
    auto start = std::chrono::steady_clock::now();
    const Module m = call.load();
    const double load = seconds_since(start) * 1e3;
    std::vector<Value> args = call.arguments(m);
    start = std::chrono::steady_clock::now();
    const Value result = m.get_method(call.method)(std::move(args));
    const double run = seconds_since(start) * 1e3;
    if (!out.empty()) write_result(result, out);
    if (json) {
      print_json({{"load_ms", load}, {"run_ms", run}, {"result", describe(result)}});
      return 0;
    }
    std::cout << summary(result);
    note(str("loaded in ", fixed(load, 1), " ms, ran in ", fixed(run, 1), " ms",
             out.empty() ? "" : ", written to " + out));
    return 0;
  }
};

}  // namespace

void add_run(CLI::App& app) {
  add_command<RunCommand>(
      app, "run", "Run a method of a model and show or save its result",
      "  tealight run model.ptl dog.jpg --preset imagenet\n"
      "  tealight run model.ptl rand:1,3,224,224 --out result\n"
      "  tealight run model.ptl image=dog.jpg mask=mask.npy\n"
      "  tealight run model.ptl hello '[1, 2, 3]' '{\"mask\": \"mask.npy\"}' --method encode\n");
}

}  // namespace tealight::cli
