// optimize_models FOLDER...: every model below the folders, optimized in each way and
// by each pass alone, gives what it gave on its recorded inputs: the same bits, or, where weights
// were folded or kernels may change, numbers that differ by at most 1e-5 of the largest.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <limits>

#include "cli/compare.h"
#include "cli/trees.h"
#include "format/load.h"
#include "graph/passes/pass.h"
#include "runtime/with_program.h"
#include "script/optimize.h"
#include "tealight/grad_mode.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

namespace fs = std::filesystem;
using cli::Leaf;
using nlohmann::json;

constexpr double kFolded = 1e-5, kFoldedDeep = 1e-4,
                 kAnything = std::numeric_limits<double>::infinity();

/// A way to optimize a file.
struct Way {
  std::string name;
  bool exact;
  std::function<ModelFile(const ModelFile&, const std::vector<std::string>& methods)> run;
};

// A convolution of another number of dimensions may have another kernel, which adds up in another
// order.
bool is_exact(std::string_view pass) {
  return pass != "fold_batch_norm" && pass != "fold_arithmetic" && pass != "conv1d_to_conv2d";
}

std::vector<Way> ways() {
  std::vector<Way> all = {
      {"copy", true,
       [](const ModelFile& f, const std::vector<std::string>& methods) {
         std::vector<script::MethodGraph> graphs;
         for (const std::string& m : methods)
           graphs.push_back(script::copy_method(*f.program, f.root.toObjectRef(), m));
         return script::copy_program(f, std::move(graphs));
       }},
      {"freeze, exactly", true,
       [](const ModelFile& f, const std::vector<std::string>& methods) {
         return script::freeze(f, methods, false);
       }},
      {"freeze", false,
       [](const ModelFile& f, const std::vector<std::string>& methods) {
         return script::freeze(f, methods);
       }},
      {"optimize_for_inference", false,
       [](const ModelFile& f, const std::vector<std::string>& methods) {
         return script::optimize_for_inference(f, methods);
       }},
      {"optimize_for_mobile", false,
       [](const ModelFile& f, const std::vector<std::string>& methods) {
         return script::optimize_for_mobile(f, {.preserved_methods = methods});
       }},
  };
  for (const ir::Pass& p : ir::all_passes())
    all.push_back({std::string("pass ") + p.name, is_exact(p.name),
                   [name = p.name](const ModelFile& f, const std::vector<std::string>& methods) {
                     return script::run_passes(f, std::span(&name, 1), methods);
                   }});
  return all;
}

struct Case {
  fs::path model, folder;
  json calls;
  double pytorchs = 0;  // how far PyTorch's own optimized file is from the recorded results
  std::vector<std::string> methods() const {
    std::vector<std::string> names;
    for (const json& c : calls) {
      const std::string m = c.value("method", "forward");
      if (std::find(names.begin(), names.end(), m) == names.end()) names.push_back(m);
    }
    return names;
  }
};

Module load(const fs::path& path) {
  LoadOptions options;
  options.keep_program = true;
  Module m = Module::load(path.string(), options);
  if (m.hasattr("training")) m.eval();
  return m;
}

/// What each call gives, or the text "raises".
std::vector<Value> results(const Module& m, const Case& c) {
  manual_seed(7);
  std::vector<Value> out;
  for (const json& call : c.calls) {
    std::vector<Value> args;
    for (const json& a : call.at("args")) args.push_back(cli::read_tree(a, c.folder));
    try {
      // A copy: later calls may write what an earlier one gave.
      out.push_back(m.get_method(call.value("method", "forward"))(std::move(args)).deepcopy());
    } catch (const Error& e) {
      if (std::getenv("TEALIGHT_SHOW_ERRORS")) std::cout << e.what() << '\n';
      out.push_back("raises");
    }
  }
  return out;
}

// Deep networks of large numbers lose digits by any folding: as many as PyTorch's loses they may.
std::string difference(const Value& got, const Value& want, bool exact, double pytorchs) {
  for (const Leaf& leaf : cli::compare_leaves(got, want, {kAnything, 0})) {
    if (!leaf.mismatch.empty()) return leaf.path + ": " + leaf.mismatch;
    const double most = std::max(kFolded * leaf.distance.largest,
                                 std::min(pytorchs, kFoldedDeep * leaf.distance.largest));
    const double allowed = exact ? 0 : most;
    if (leaf.distance.max_abs > allowed)
      return str(leaf.path, " ", leaf.what, ": differs by ", leaf.distance.max_abs, " of ",
                 leaf.distance.largest);
  }
  return {};
}

// Returns how many ways failed.
int check(const Case& c) {
  int failed = 0;
  const auto say = [&](const Way& way, const std::string& what) {
    std::cout << "FAIL " << c.model.string() << ": " << way.name << ": " << what << std::endl;
    ++failed;
  };
  const std::vector<Value> want = results(load(c.model), c);
  for (const Way& way : ways()) {
    try {
      const Module m = load(c.model);  // anew, for what calls write
      const std::vector<Value> got =
          results(Module::make(way.run(with_program(m), c.methods())), c);
      for (size_t i = 0; i < want.size(); ++i)
        if (const std::string d = difference(got[i], want[i], way.exact, c.pytorchs); !d.empty()) {
          say(way, str("call ", i, ": ", d));
          break;
        }
    } catch (const Error& e) {
      say(way, e.what());
    }
  }
  return failed;
}

// Of lite models one in its plain form and one that PyTorch optimized.
bool is_model(const fs::path& path) {
  const std::string name = path.filename().string();
  return path.extension() == ".pt" || name == "model.ptl" || name == "lite.ptl" ||
         name == "opt.ptl";
}

std::vector<Case> cases_below(const std::string& folder) {
  std::vector<Case> all;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (name != "meta.json" && name != "case.json") continue;
    const json j = cli::read_json(file.path());
    if (!j.contains("calls")) continue;
    const fs::path parent = file.path().parent_path();
    double pytorchs = 0;
    if (j.contains("files") && j["files"].contains("opt.ptl")) {
      const json maxdiff = j["files"]["opt.ptl"].value("maxdiff", json());
      if (maxdiff.is_number()) pytorchs = maxdiff;
    }
    for (const auto& model : fs::directory_iterator(parent))
      if (is_model(model.path())) all.push_back({model.path(), parent, j["calls"], pytorchs});
  }
  std::sort(all.begin(), all.end(), [](const Case& a, const Case& b) { return a.model < b.model; });
  return all;
}

int run(int argc, char** argv) {
  int failed = 0, models = 0;
  for (int i = 1; i < argc; ++i)
    for (const Case& c : cases_below(argv[i])) {
      try {
        failed += check(c);
        ++models;
      } catch (const Error& e) {  // what it is that does not load is the models test's business
        std::cout << "SKIP " << c.model.string() << ": " << e.what() << std::endl;
      }
    }
  std::cout << models << " models, each optimized in " << ways().size() << " ways; " << failed
            << " gave other results\n";
  return failed || !models;
}

}  // namespace
}  // namespace tealight

int main(int argc, char** argv) {
  const tealight::NoGradGuard off;
  return tealight::run(argc, argv);
}
