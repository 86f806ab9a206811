// tealight run: a method of a model on inputs from the command line.
#include "command.h"

namespace tealight::cli {
namespace {

struct RunCommand {
  std::string model, method = "forward", out;
  std::vector<std::string> inputs;
  bool json = false, bundled = false;
  PictureFlags pictures;
  RunFlags limits;

  std::vector<Value> arguments(const Module& m) const {
    if (bundled) {
      const auto examples = m.bundled_inputs(method);
      TL_CHECK(!examples.empty(), "the model has no bundled inputs for '", method, "'");
      return examples[0];
    }
    std::vector<Value> args;
    for (const std::string& text : inputs) args.push_back(parse_input(text, pictures.options));
    return args;
  }

  void operator()() const {
    LoadOptions options;
    options.limits = limits.apply();
    const auto start = std::chrono::steady_clock::now();
    const Module m = Module::load(model, options);
    const double load = seconds_since(start);
    const std::vector<Value> args = arguments(m);
    const auto begun = std::chrono::steady_clock::now();
    const Value result = m.get_method(method)(args);
    const double run = seconds_since(begun);
    if (!out.empty()) write_result(result, out);
    if (json) {
      std::cout << nlohmann::json{{"load_ms", load * 1e3},
                                  {"run_ms", run * 1e3},
                                  {"result", describe(result)}}
                       .dump(1)
                << '\n';
      return;
    }
    std::cout << summary(result);
    std::cerr << dim(str("loaded in ", int(load * 1e4) / 10.0, " ms, ran in ",
                         int(run * 1e4) / 10.0, " ms", out.empty() ? "" : ", written to " + out))
              << '\n';
  }
};

}  // namespace

void add_run(CLI::App& app) {
  auto c = std::make_shared<RunCommand>();
  CLI::App* sub = app.add_subcommand("run", "Run a method of a model and show or save its result");
  sub->add_option("MODEL", c->model, ".ptl file")->required();
  sub->add_option(
      "INPUT", c->inputs,
      "x.npy, a picture, rand:1,3,224,224[:dtype][:seed], zeros:..., or JSON; one for each argument");
  sub->add_option("--method", c->method, "method to run")->capture_default_str();
  sub->add_option("--out", c->out, "folder for result.json and a .npy of every tensor");
  sub->add_flag("--bundled", c->bundled, "run on the first example saved with the model");
  sub->add_flag("--json", c->json, "describe the result as JSON");
  c->limits.add_to(*sub);
  c->pictures.add_to(*sub);
  sub->footer(
      "Examples:\n  tealight run model.ptl dog.jpg --preset imagenet\n  tealight run model.ptl rand:1,3,224,224 --out result\n  tealight run model.ptl '\"text\"' '[1, 2, 3]' --method encode");
  sub->callback([c] { (*c)(); });
}

}  // namespace tealight::cli
