// tealight optimize: a model folded, frozen and packed, written anew.
#include "tealight/optimize.h"

#include "command.h"
#include "terminal.h"
#include "writing.h"

namespace tealight::cli {
namespace {

struct OptimizeCommand {
  std::string in, out, backend = "CPU";
  std::vector<std::string> blocklist, preserve;
  bool for_mobile = false, as_json = false;

  void add_to(CLI::App& app) {
    app.add_option("IN", in, "the model, .pt or .ptl")->required();
    app.add_option("OUT", out, "the new file: .pt (TorchScript), .ptl (zip), .ff.ptl (flatbuffer)")
        ->required();
    app.add_flag("--for-mobile", for_mobile,
                 "as PyTorch's optimize_for_mobile: layers packed for XNNPACK; without it, folded "
                 "and frozen only, for any runtime");
    app.add_option("--blocklist", blocklist,
                   "what --for-mobile leaves out: CONV_BN_FUSION, INSERT_FOLD_PREPACK_OPS, "
                   "REMOVE_DROPOUT, FUSE_ADD_RELU, CONV_1D_TO_2D")
        ->delimiter(',');
    app.add_option("--preserve", preserve, "methods and attributes to keep besides forward")
        ->delimiter(',');
    app.add_option("--backend", backend, "of --for-mobile: CPU, Vulkan or Metal")
        ->capture_default_str();
    app.add_flag("--json", as_json, "the operators before and after, as JSON");
  }

  int operator()() {
    check_form(out);
    LoadOptions load;
    load.keep_program = true;
    const Module before = Module::load(in, load);
    const Module after = optimized(before);
    write_model(after, out, {});
    report(before, after);
    return 0;
  }

  Module optimized(const Module& m) const {
    if (!for_mobile) return optimize_for_inference(m, preserve);
    MobileOptimizerOptions o;
    for (const std::string& name : blocklist) o.blocklist.insert(mobile_optimizer_from_name(name));
    o.preserved_methods = preserve;
    o.backend = backend;
    return optimize_for_mobile(m, o);
  }

  static size_t uses(const Module& m) {
    size_t n = 0;
    for (const OperatorInfo& o : m.operators()) n += o.uses;
    return n;
  }
  void report(const Module& before, const Module& after) const {
    const uint64_t bytes = std::filesystem::file_size(out);
    if (!as_json)
      return note(
          str(out, ": ", uses(before), " operators became ", uses(after), ", ", bytes_text(bytes)));
    nlohmann::json j = {{"out", out}, {"bytes", bytes}};
    for (const auto& [name, m] : {std::pair("before", &before), std::pair("after", &after)})
      for (const OperatorInfo& o : m->operators())
        if (o.uses) j[name][o.name] = o.uses;
    print_json(j);
  }
};

}  // namespace

void add_optimize(CLI::App& app) {
  add_command<OptimizeCommand>(app, "optimize", "Fold, freeze and pack a model, and write it",
                               "  tealight optimize model.pt fast.ptl\n"
                               "  tealight optimize model.pt phone.ptl --for-mobile\n"
                               "  tealight optimize model.pt phone.ptl --for-mobile --blocklist "
                               "INSERT_FOLD_PREPACK_OPS --preserve encode,decode\n");
}

}  // namespace tealight::cli
