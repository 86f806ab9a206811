// usage: random_modules [--nodes N] [--seed S] [--statements N] [--case N] [--write DIR]
//
// Scripts modules made up at random until they have N graph nodes in all, and runs each as it is,
// without plans, exactly, after every pass, frozen, optimized for inference and for mobile, and
// saved and loaded in every form: what comes out is the same. Fails when it is not, and prints how
// to run the case again.
// --case N runs that one alone and shows its text. --write DIR runs them only as they are and
// leaves texts and results for tests/fuzz/random_with_pytorch.py.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "graph/ir.h"
#include "graph/passes/pass.h"
#include "python/script_python.h"
#include "random_module.h"
#include "runtime/with_program.h"
#include "script/optimize.h"
#include "tealight/grad_mode.h"
#include "tealight/operators.h"
#include "tealight/ops.h"
#include "tealight/optimize.h"
#include "tealight/save.h"

namespace tealight::testing {
namespace {

namespace fs = std::filesystem;

struct Settings {
  int64_t nodes = 5000, seed = 0, statements = 18, only = -1;
  fs::path write;
};

size_t node_count(const ir::Block& block) {
  size_t n = 0;
  for (const auto& node : block.nodes()) {
    ++n;
    for (const auto& inner : node->blocks()) n += node_count(*inner);
  }
  return n;
}

// Of the text itself: torch.nn does not count.
size_t node_count(const Module& m) {
  size_t n = 0;
  const auto add = [&n](const script::ScriptFunction& f) {
    if (f.graph && !f.name.starts_with("__torch__.torch.")) n += node_count(f.graph->body());
  };
  for (const script::Class* cls : m.file().program->classes())
    for (const auto& [name, f] : cls->methods) add(*f);
  for (const script::ScriptFunction* f : m.file().program->functions()) add(*f);
  return n;
}

/// One module, and what it computes in whatever form.
class Case {
 public:
  Case(uint32_t seed, size_t statements) : seed_(seed), text_(random_module(seed, statements)) {
    python::ScriptOptions options;
    options.name = "Net";
    options.seed = seed;
    original_ = Module::make(python::script_python(str("random_", seed, ".py"), text_, options));
    original_.eval();
    for (const auto& [name, tensor] : original_.named_tensors())
      tensors_.emplace_back(tensor, tensor.clone());
    buffer_ = original_.attr("buffer");
    want_ = outcome(original_);
  }
  const std::string& text() const { return text_; }
  size_t nodes() const { return node_count(original_); }
  const std::vector<Value>& results() const { return want_; }

  /// What differs; empty: nothing.
  std::string differences() {
    plans();
    every_pass();
    check("freeze", [&] { return freeze(original_); });
    check("optimize_for_inference", [&] { return optimize_for_inference(original_); });
    check("optimize_for_mobile", [&] { return optimize_for_mobile(original_); });
    check("TorchScript", [&] { return reloaded(original_, to_torchscript); });
    check("optimized TorchScript",
          [&] { return reloaded(optimize_for_mobile(original_), to_torchscript); });
    every_bytecode();
    return problems_;
  }

 private:
  // Exact plans give the interpreter's bits.
  void plans() {
    LoadOptions options;
    options.plans = false;
    const Module interpreted = Module::make(with_program(original_), options);
    check("interpreter", [&] { return interpreted; });
    check("a second time", [&] { return original_; });
    const std::vector<Value> planned = std::move(want_);
    restore();
    want_ = outcome(interpreted);
    options = {};
    options.precision = Precision::exact;
    const Module exact = Module::make(with_program(original_), options);
    for (const char* what : {"exact", "exact, a second time"})
      check(what, [&] { return exact; }, 0);
    want_ = planned;
  }
  void every_pass() {
    for (const ir::Pass& pass : ir::all_passes()) {
      const std::string_view name = pass.name;
      if (name.ends_with("_contexts")) continue;  // for phones' graphics processors
      passes({pass.name});
    }
    std::mt19937 random(seed_);
    std::vector<const char*> some;
    for (int i = 0; i < 8; ++i) {
      const ir::Pass& pass = ir::all_passes()[random() % ir::all_passes().size()];
      if (!std::string_view(pass.name).ends_with("_contexts")) some.push_back(pass.name);
    }
    passes(some);
  }
  void passes(const std::vector<const char*>& names) {
    std::string title = "passes";
    for (const char* name : names) title += str(" ", name);
    check(title, [&] { return Module::make(script::run_passes(with_program(original_), names)); });
  }
  void every_bytecode() {
    SaveOptions options;
    options.bytecode_version = 4 + seed_ % 5;
    options.flatbuffer = seed_ % 2;
    const std::string form =
        options.flatbuffer ? "flatbuffer" : str("bytecode ", options.bytecode_version);
    const auto lite = [&] {
      return reloaded(original_, [&](auto& m, auto& out) { save_mobile(m, out, options); });
    };
    check(form, lite);
    check(form + ", lifted", [&] { return Module::make(with_program(lite())); });
    check(form + " to TorchScript", [&] { return reloaded(lite(), to_torchscript); });
    check(form + " optimized", [&] { return optimize_for_inference(lite()); });
  }

  using Save = std::function<void(const Module&, std::ostream&)>;
  static void to_torchscript(const Module& m, std::ostream& out) { save_torchscript(m, out); }
  static Module reloaded(const Module& m, const Save& save) {
    std::ostringstream out;
    save(m, out);
    const std::string bytes = out.str();
    LoadOptions options;
    options.keep_program = true;
    return Module::load(bytes.data(), bytes.size(), options);
  }

  void check(const std::string& what, const std::function<Module()>& make,
             double tolerance = 1e-3) {
    try {
      restore();
      const std::string off = difference(outcome(make()), want_, tolerance);
      if (!off.empty()) problems_ += what + ": " + off + "\n";
    } catch (const Error& e) {
      problems_ += what + ": " + e.what() + "\n";
    }
  }

  // Models share tensors with those that they were made of.
  void restore() {
    for (auto& [tensor, was] : tensors_) tensor.copy_(was);
    original_.setattr("count", 0);
    original_.setattr("buffer", buffer_);
  }

  // Of some calls, and what became of the arguments.
  std::vector<Value> outcome(const Module& m) {
    std::vector<Value> seen;
    manual_seed(seed_);
    struct {
      int64_t n;
      bool c;
    } const calls[] = {{3, true}, {0, false}, {-2, true}};
    for (const auto& [n, c] : calls) {
      const Tensor x = randn({2, 4, 6, 6});
      seen.push_back(m.forward({x, n, c}).deepcopy());
      seen.push_back(x);
    }
    return seen;
  }

  static std::string difference(const std::vector<Value>& got, const std::vector<Value>& want,
                                double tolerance) {
    std::vector<Value> a = leaves(got), b = leaves(want);
    if (a.size() != b.size()) return str(a.size(), " values, not ", b.size());
    for (size_t i = 0; i < b.size(); ++i) {
      const std::string off = leaf_difference(a[i], b[i], tolerance);
      if (!off.empty()) return str("value ", i, " ", off);
    }
    return {};
  }
  static std::vector<Value> leaves(const std::vector<Value>& values) {
    std::vector<Value> out;
    for (const Value& v : values)
      v.visit([&](const Value& part) {
        if (!part.isTuple() && !part.isList()) out.push_back(part);
        return false;
      });
    return out;
  }
  static std::string leaf_difference(const Value& a, const Value& b, double tolerance) {
    if (!a.isTensor() || !b.isTensor())
      return repr(a) == repr(b) ? "" : str("is ", repr(a), ", not ", repr(b));
    const Tensor x = a.toTensor(), y = b.toTensor();
    if (x.sizes() != y.sizes()) return str("is ", x.sizes(), ", not ", y.sizes());
    const double largest = std::max(1.0, y.abs().max().item().toDouble());
    const double off = (x - y).abs().max().item().toDouble();
    return off <= tolerance * largest ? "" : str("is off by ", off, " of ", largest);
  }

  uint32_t seed_;
  std::string text_;
  Module original_;
  std::vector<std::pair<Tensor, Tensor>> tensors_;  // the module's, and their values
  Value buffer_;
  std::vector<Value> want_;
  std::string problems_;
};

// Every number of the results: what random_with_pytorch.py compares.
void write(const Case& c, int64_t seed, const fs::path& folder) {
  fs::create_directories(folder);
  std::ofstream(folder / str("random_", seed, ".py")) << c.text();
  std::ofstream out(folder / str("random_", seed, ".txt"));
  for (const Value& result : c.results())
    result.visit([&](const Value& v) {
      if (v.isTensor()) {
        const Tensor t = v.toTensor().contiguous();
        for (int64_t i = 0; i < t.numel(); ++i) out << t.data_ptr<float>()[i] << ' ';
      } else if (v.isInt() || v.isDouble()) {
        out << repr(v) << ' ';
      }
      return false;
    });
}

int run(const Settings& s) {
  int64_t nodes = 0, failed = 0, seed = s.only >= 0 ? s.only : s.seed;
  const int64_t first = seed;
  do {
    std::string problems;
    try {
      Case c(uint32_t(seed), size_t(s.statements));
      nodes += int64_t(c.nodes());
      if (s.only >= 0) std::cout << c.text();
      if (s.write.empty())
        problems = c.differences();
      else
        write(c, seed, s.write);
    } catch (const Error& e) {
      problems = str("as it is: ", e.what(), "\n");
    }
    failed += !problems.empty();
    if (!problems.empty())
      std::cout << "random_modules --statements " << s.statements << " --case " << seed << "\n"
                << problems << std::flush;
    ++seed;
  } while (s.only < 0 && nodes < s.nodes);
  std::cout << nodes << " nodes of " << seed - first << " modules, " << failed << " differ\n";
  return failed ? 1 : 0;
}

Settings parse(int argc, char** argv) {
  Settings s;
  const std::map<std::string, int64_t*> numbers = {{"--nodes", &s.nodes},
                                                   {"--seed", &s.seed},
                                                   {"--statements", &s.statements},
                                                   {"--case", &s.only}};
  for (int i = 1; i < argc; i += 2) {
    const std::string arg = argv[i];
    const auto number = numbers.find(arg);
    TL_CHECK(i + 1 < argc && (arg == "--write" || number != numbers.end()), "'", arg,
             "' is no option with a value");
    if (number != numbers.end())
      *number->second = std::stoll(argv[i + 1]);
    else
      s.write = argv[i + 1];
  }
  return s;
}

}  // namespace
}  // namespace tealight::testing

int main(int argc, char** argv) {
  const tealight::NoGradGuard off;
  try {
    return tealight::testing::run(tealight::testing::parse(argc, argv));
  } catch (const std::exception& e) {
    std::cerr << "random_modules: " << e.what() << '\n';
    return 2;
  }
}
