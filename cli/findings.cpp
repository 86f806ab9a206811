#include "findings.h"

#include <algorithm>

#include "runtime/batches.h"
#include "runtime/with_program.h"
#include "script/training_layers.h"
#include "spoiled_layers.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::cli {
namespace {

using Weight = Finding::Weight;

void missing_operators(const Module& m, std::vector<Finding>& found) {
  Finding f{"operators", Weight::error, true, "Tealight lacks operators of it"};
  for (const OperatorInfo& o : m.operators())
    if (!o.supported) f.where.push_back(o.name);
  f.fix = "only methods that need them fail";
  if (!f.where.empty()) found.push_back(std::move(f));
}

// Operators of backends that not every build has.
void backends(const Module& m, std::vector<Finding>& found) {
  constexpr struct {
    const char *prefix, *id, *what, *fix;
  } kBackends[] = {
      {"prepacked::", "xnnpack",
       "its layers are packed for XNNPACK: PyTorch without it cannot load it",
       "tealight optimize IN OUT makes plain layers of them"},
      {"vulkan", "vulkan", "it was rewritten for Vulkan: PyTorch without it cannot load it",
       "tealight optimize IN OUT makes plain layers of them"},
      {"metal", "metal", "it was rewritten for Metal: PyTorch without it cannot load it",
       "tealight optimize IN OUT makes plain layers of them"},
      {"quantized::", "quantized",
       "it has quantized layers: PyTorch needs an engine for them, QNNPACK or FBGEMM", ""},
  };
  for (const auto& b : kBackends) {
    Finding f{b.id, Weight::note, true, b.what, {}, b.fix};
    for (const OperatorInfo& o : m.operators())
      if (o.uses && o.name.starts_with(b.prefix)) f.where.push_back(o.name);
    if (!f.where.empty()) found.push_back(std::move(f));
  }
}

// Devices that were written into the code, by traces on a GPU.
void devices(const Module& m, std::vector<Finding>& found) {
  Finding f{"device", Weight::error, true, "its code asks for a device that a phone lacks"};
  for (const auto& function : m.file().functions)
    for (const Value& c : function->code.constants) {
      if (!c.isDevice() || c.toDevice().is_cpu()) continue;
      const std::string text = str(c.toDevice(), " in ", function->name());
      if (std::find(f.where.begin(), f.where.end(), text) == f.where.end()) f.where.push_back(text);
    }
  f.fix = "trace it again on the CPU; Tealight runs it there as it is";
  if (!f.where.empty()) found.push_back(std::move(f));
}

void numbers(const Module& m, std::vector<Finding>& found) {
  Finding f{"nan", Weight::error, true, "weights that are not finite"};
  const auto look = [&](const std::string& name, const Tensor& t) {
    if (!t.defined() || !is_floating(t.scalar_type()) || t.numel() == 0) return;
    if (!all(isfinite(t)).item().toBool()) f.where.push_back(name);
  };
  for (const auto& [name, t] : m.named_tensors()) look(name, t);
  if (!f.where.empty()) found.push_back(std::move(f));
}

void training(const ModelFile& file, std::vector<Finding>& found) {
  Finding baked{"training", Weight::error, true,
                "it was traced or frozen in training mode: eval() does not change these"};
  Finding random{"random", Weight::note, true, "it gives random numbers in every mode"};
  for (const script::TrainingLayer& l : script::training_layers(file)) {
    if (l.call.kind == ir::TrainingCall::Kind::flag) baked.where.push_back(l.str());
    if (l.call.kind == ir::TrainingCall::Kind::random) random.where.push_back(l.str());
  }
  baked.fix = "tealight edit IN OUT --eval";
  const std::vector<std::string> modules = script::modules_in_training(file);
  if (baked.where.empty() && !modules.empty())
    found.push_back({"mode",
                     Weight::warning,
                     true,
                     "it was saved in training mode: call eval() after loading",
                     {str(modules.size(), " modules")},
                     "tealight edit IN OUT --eval"});
  for (Finding* f : {&baked, &random})
    if (!f->where.empty()) found.push_back(std::move(*f));
}

}  // namespace

std::vector<Finding> findings_of(const Module& m, const std::string& path, const Module* original) {
  std::vector<Finding> found;
  missing_operators(m, found);
  devices(m, found);
  numbers(m, found);
  try {
    const ModelFile file = with_program(m);
    training(file, found);
    if (auto spoiled = spoiled_layers(m, path, original)) found.push_back(std::move(*spoiled));
  } catch (const Error& e) {
    found.push_back({"program", Weight::note, true,
                     std::string("its program cannot be looked into: ") + e.what()});
  }
  backends(m, found);
  return found;
}

std::optional<Finding> batch_finding(const Module& m, const std::string& method,
                                     const std::vector<Value>& example) {
  Finding f{"batch", Weight::note};
  try {
    const Batches batches(example, 1);
    const Method target = m.get_method(method);
    target(batches.one(0));
    try {
      batches.check(target);
      return std::nullopt;
    } catch (const Error& e) {
      f.what = "it serves one batch size only: on twice the examples, " + e.msg();
    }
  } catch (const Error& e) {
    f.id = "run", f.weight = Weight::error;
    f.what = std::string("it fails on the example: ") + e.what();
    return f;
  }
  f.fix = "tealight edit IN OUT INPUT --batch N";
  return f;
}

}  // namespace tealight::cli
