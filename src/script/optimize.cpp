#include "script/optimize.h"

#include <algorithm>

#include "graph/passes/freeze.h"
#include "script/pass_context.h"
#include "script/program_parts.h"

namespace tealight::script {
namespace {

constexpr struct {
  const char* name;
  MobileOptimizerType type;
} kOptimizers[] = {
    {"CONV_BN_FUSION", MobileOptimizerType::CONV_BN_FUSION},
    {"INSERT_FOLD_PREPACK_OPS", MobileOptimizerType::INSERT_FOLD_PREPACK_OPS},
    {"REMOVE_DROPOUT", MobileOptimizerType::REMOVE_DROPOUT},
    {"FUSE_ADD_RELU", MobileOptimizerType::FUSE_ADD_RELU},
    {"HOIST_CONV_PACKED_PARAMS", MobileOptimizerType::HOIST_CONV_PACKED_PARAMS},
    {"CONV_1D_TO_2D", MobileOptimizerType::CONV_1D_TO_2D},
    {"VULKAN_AUTOMATIC_GPU_TRANSFER", MobileOptimizerType::VULKAN_AUTOMATIC_GPU_TRANSFER},
};

struct Backend {
  const char *name, *flag;  // the attribute that tells of it
};
constexpr Backend kBackends[] = {{"cpu", "mobile_optimized"},
                                 {"vulkan", "optimized_for_vulkan"},
                                 {"metal", "optimized_for_metal"}};

constexpr const char* kSimplify[] = {"constant_propagation", "peephole", "common_subexpressions",
                                     "dead_code"};

void check_program(const ModelFile& file) {
  if (file.program) {
    // Passes verify graphs, as which some programs of that time do not hold: it says which.
    if (file.program->resolver().packed_weights_are_tensors()) parts_of(*file.program, file.root);
    return;
  }
  Error e("the model has no program to optimize, only code");
  throw e.fix("load it with LoadOptions::keep_program");
}

/// A model on its way from one program to another.
class Work {
 public:
  /// `names`: methods and attributes besides forward.
  Work(const ModelFile& file, std::span<const std::string> names, bool eval) : file_(file) {
    check_program(file);
    const ObjectImpl& root = file.root.toObjectRef();
    if (has_method("forward")) methods_.push_back(copy_method(*file.program, root, "forward"));
    for (const std::string& name : names) {
      if (name == "forward" && has_method(name)) continue;
      if (has_method(name)) {
        methods_.push_back(copy_method(*file.program, root, name));
        continue;
      }
      if (!root.find_attr(name.substr(0, name.find('.')))) fail("Unknown name: " + name);
      preserved_.push_back(name);
    }
    context_ = pass_context(*file.program);
    context_.self = file.root;
    context_.eval = eval;
    context_.preserved = preserved_;
  }

  void freeze() {
    std::vector<ir::Graph*> graphs;
    for (const MethodGraph& m : methods_) graphs.push_back(m.graph.get());
    ir::freeze_together(graphs, context_);
    context_.self = {};  // one graph alone must not be frozen: another may write
    run(kSimplify);
  }
  void run(std::span<const char* const> passes) {
    for (const MethodGraph& m : methods_) ir::run_passes(*m.graph, passes, context_);
  }
  void run(const char* pass) { run(std::span(&pass, 1)); }
  ModelFile finish() { return copy_program(file_, std::move(methods_), preserved_); }

 private:
  bool has_method(const std::string& name) const {
    const Type root{TypeKind::Class, {}, file_.root.toObjectRef().cls->name, {}, nullptr};
    return file_.program->find_method(root, name) != nullptr;
  }

  const ModelFile& file_;
  std::vector<MethodGraph> methods_;
  std::vector<std::string> preserved_;
  ir::PassContext context_;
};

// ---- bundled inputs

constexpr std::string_view kAllFor = "get_all_bundled_inputs_for_";

bool exists(const ModelFile& file, const std::string& name) {
  const ObjectImpl& root = file.root.toObjectRef();
  return root.find_attr(name) ||
         file.program->find_method(*Type::named(TypeKind::Class, root.cls->name), name);
}

// As PyTorch lists them; all of them, or none if one is missing.
std::vector<std::string> bundled_inputs(const ModelFile& file) {
  std::vector<std::string> names;
  if (exists(file, "get_all_bundled_inputs"))
    names = {"get_all_bundled_inputs", "get_num_bundled_inputs"};
  if (exists(file, "get_bundled_inputs_functions_and_info")) {
    names.push_back("get_bundled_inputs_functions_and_info");
    const Class* root = file.program->find_class(file.root.toObjectRef().cls->name);
    for (const auto& [method, f] : root->methods) {
      if (!method.starts_with(kAllFor)) continue;
      const std::string of = method.substr(kAllFor.size());
      names.insert(names.end(), {of, method, "_bundled_inputs_deflated_" + of});
    }
  }
  const bool all = std::all_of(names.begin(), names.end(),
                               [&](const std::string& name) { return exists(file, name); });
  return all ? names : std::vector<std::string>{};
}

std::vector<std::string> preserved_names(const ModelFile& file, std::vector<std::string> wanted) {
  for (std::string& name : bundled_inputs(file))
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end())
      wanted.push_back(std::move(name));
  std::string missing;
  for (const std::string& name : wanted)
    if (!exists(file, name)) missing += (missing.empty() ? "" : ", ") + name;
  if (!missing.empty())
    fail("The following methods to preserve do not exist in script_module: " + missing);
  return wanted;
}

void add_flag(ModelFile& file, const std::string& name) {
  Class* cls = file.program->find_class(file.root.toObjectRef().cls->name);
  if (cls->find_attribute(name) < 0) cls->add_attribute(name, Type::get(TypeKind::Bool));
  file.root.toObjectRef().set_attr(name, true);
}

std::string lower_case(std::string s) {
  for (char& c : s) c = char(std::tolower(static_cast<unsigned char>(c)));
  return s;
}

void check_eval(const ModelFile& file) {
  const Value* training = file.root.toObjectRef().find_attr("training");
  if (training && training->isBool() && training->toBool())
    fail(
        "Freezing is currently only implemented for modules in eval mode. Please call .eval() on "
        "your module before freezing.");
}

}  // namespace

ModelFile freeze(const ModelFile& file, std::span<const std::string> preserved,
                 bool optimize_numerics) {
  check_eval(file);
  Work work(file, preserved, false);
  work.freeze();
  work.run("remove_dropout");
  if (optimize_numerics)
    for (const char* pass : {"name_convolutions", "fold_batch_norm", "fold_arithmetic"})
      work.run(pass);
  return work.finish();
}

ModelFile optimize_for_inference(const ModelFile& file,
                                 std::span<const std::string> other_methods) {
  Work work(file, other_methods, true);
  work.freeze();
  for (const char* pass : {"unpack_prepacked", "remove_dropout", "name_convolutions",
                           "fold_batch_norm", "fold_arithmetic", "fuse_add_relu", "unroll_loops"})
    work.run(pass);
  work.run(kSimplify);
  work.run("constant_pooling");
  return work.finish();
}

namespace {

constexpr const char* kPrepack[] = {"insert_prepacked_ops", "fuse_clamp", "fold_prepacking"};

void for_cpu(Work& work, const std::set<MobileOptimizerType>& blocklist) {
  const auto wanted = [&](MobileOptimizerType t) { return !blocklist.contains(t); };
  work.run("name_convolutions");
  if (wanted(MobileOptimizerType::CONV_BN_FUSION)) work.run("fold_batch_norm");
  if (wanted(MobileOptimizerType::CONV_1D_TO_2D)) work.run("conv1d_to_conv2d");
  if (wanted(MobileOptimizerType::INSERT_FOLD_PREPACK_OPS)) work.run(kPrepack);
  work.run(kSimplify);
  work.run("constant_pooling");
  if (wanted(MobileOptimizerType::REMOVE_DROPOUT)) work.run("remove_dropout");
  if (wanted(MobileOptimizerType::FUSE_ADD_RELU)) work.run("fuse_add_relu");
}

void for_gpu(Work& work, const char* contexts) {
  for (const char* pass : {"name_convolutions", "fold_batch_norm"}) work.run(pass);
  work.run(kPrepack);
  for (const char* pass : {contexts, "remove_dropout"}) work.run(pass);
  work.run(kSimplify);
  work.run("constant_pooling");
}

}  // namespace

// Packed parameters need no hoisting (HOIST_CONV_PACKED_PARAMS): those of quantized layers have
// become constants, wherever in the module they lay.
ModelFile optimize_for_mobile(const ModelFile& file, const MobileOptimizerOptions& options) {
  check_program(file);
  Work work(file, preserved_names(file, options.preserved_methods), true);
  const std::string backend = lower_case(options.backend);
  const auto chosen = std::ranges::find(kBackends, backend, &Backend::name);
  if (chosen == std::end(kBackends))
    throw TypeError("Unknown backend, must be one of 'CPU', 'Vulkan' or 'Metal'");
  work.freeze();
  if (backend == "cpu")
    for_cpu(work, options.blocklist);
  else
    for_gpu(work, backend == "vulkan" ? "vulkan_contexts" : "metal_contexts");
  ModelFile made = work.finish();
  add_flag(made, chosen->flag);
  return made;
}

bool has_packed_layers(const ModelFile& file) {
  for (const auto& f : file.functions)
    for (const OperatorUse& o : f->code.operators)
      for (const char* ns :
           {"prepacked::", "vulkan_prepack::", "metal_prepack::", "metal::", "mkldnn_prepacked::"})
        if (o.name.starts_with(ns)) return true;
  return false;
}

ModelFile unpack_prepacked(const ModelFile& file) {
  check_program(file);
  const ObjectImpl& root = file.root.toObjectRef();
  std::vector<std::string> names;
  for (const auto& [method, f] : file.program->find_class(root.cls->name)->methods)
    if (!method.starts_with("__")) names.push_back(method);
  for (size_t i = 0; i < root.slots.size(); ++i) {
    const std::string& name = root.cls->attributes[i];
    const bool flag = std::ranges::count(kBackends, name, &Backend::flag);
    if (!root.slots[i].isObject() && !flag) names.push_back(name);
  }
  Work work(file, names, false);
  work.freeze();
  work.run("unpack_prepacked");
  return work.finish();
}

ModelFile run_passes(const ModelFile& file, std::span<const char* const> passes,
                     std::span<const std::string> preserved) {
  Work work(file, preserved, true);
  work.freeze();
  work.run(passes);
  return work.finish();
}

}  // namespace tealight::script

namespace tealight {

const char* mobile_optimizer_name(MobileOptimizerType type) {
  for (const auto& o : script::kOptimizers)
    if (o.type == type) return o.name;
  return "?";
}

MobileOptimizerType mobile_optimizer_from_name(const std::string& name) {
  std::string names;
  for (const auto& o : script::kOptimizers) {
    if (name == o.name) return o.type;
    names += (names.empty() ? "" : ", ") + std::string(o.name);
  }
  Error e(str("the optimizer for phones has no pass '", name, "'"));
  throw e.fix("one of " + names);
}

}  // namespace tealight
