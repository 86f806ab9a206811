// Loading a model and running its methods. Attributes: module_attributes.cpp.
#include "tealight/module.h"

#include <algorithm>

#include "format/load.h"
#include "runtime/interpreter.h"
#include "runtime/module_state.h"
#include "runtime/plan/plans.h"
#include "runtime/prepare.h"
#include "runtime/recording.h"
#include "tealight/grad_mode.h"
#include "tealight/observer.h"
#include "tealight/script_module.h"

namespace tealight {
namespace {

// Objects whose class restores itself, in the order of the file: an inner one comes before those
// that hold it.
void restore_objects(const ModuleState& state) {
  const NoGradGuard no_graph;
  for (const PendingState& p : state.file.pending) {
    RunContext context(state.limits);
    context.model = &state.file;
    context.methods = &state.methods;
    context.loading = true;
    run(*p.setstate, {Value(p.object), p.state}, context);
  }
}

}  // namespace

ModuleState::ModuleState(ModelFile f, const LoadOptions& options)
    : file(std::move(f)), methods(file), limits(options.limits) {
#if !TL_SELECTED  // builds for chosen models have no passes
  if (options.plans) plans = std::make_shared<Plans>(Plans::Options{options.precision});
#endif
  if (!file.root.isObject())
    corrupt(str(file.path, ": its root is a ", file.root.tagKind(), ", not an object"));
  root = file.root.toObject();
}

ModuleState::~ModuleState() = default;

Value ModuleState::run(const Function& f, const intrusive_ptr<ObjectImpl>& self,
                       std::vector<Value> args, const RunLimits& run_limits) const {
  if (self) args.insert(args.begin(), Value(self));
  try {
    if (f.schema) check_and_complete(*f.schema, args);
    RunContext context(run_limits);
    context.model = &file;
    context.methods = &methods;
    context.plans = is_recorded(args) ? nullptr : plans.get();
    return tealight::run(f, std::move(args), context);
  } catch (Error& e) {
    if (!file.path.empty()) e.at(file.path);
    throw;
  }
}

Value ModuleState::run_watched(const Function& f, const intrusive_ptr<ObjectImpl>& self,
                               std::vector<Value> args, const RunLimits& run_limits,
                               MobileModuleObserver* observer) const {
  static std::atomic<int32_t> next_key{1};
  const int32_t key = next_key++;
  MobileModuleObserver::Metadata metadata(file.metadata.begin(), file.metadata.end());
  metadata.try_emplace("model_name", root->cls->name);
  auto info = std::make_shared<MobileDebugInfo>();
  info->setModelName(metadata["model_name"]);
  info->setMethodName(f.name());
  DebugInfoGuard guard(DebugInfoKind::MOBILE_RUNTIME_INFO, std::move(info));
  if (observer) observer->onEnterRunMethod(key);
  try {
    Value result = run(f, self, std::move(args), run_limits);
    if (observer) observer->onExitRunMethod(metadata, f.name(), key);
    return result;
  } catch (const std::exception& e) {
    if (observer) observer->onFailRunMethod(metadata, f.name(), key, e.what());
    throw;
  }
}

// ---- Module

Module Module::load(const std::string& path, const LoadOptions& options) {
  return load_module(ByteSource::file(path), options);
}
Module Module::load(const void* data, size_t size, const LoadOptions& options) {
  return load_module(ByteSource::memory(data, size), options);
}
Module Module::load_descriptor(int fd, uint64_t offset, uint64_t length,
                               const LoadOptions& options) {
  return load_module(ByteSource::descriptor(fd, offset, length), options);
}
Module Module::load(uint64_t size, ReadAt read_at, const LoadOptions& options) {
  return load_module(ByteSource::callback(size, std::move(read_at)), options);
}

Module Module::make(ModelFile file, const LoadOptions& options) {
  const std::string path = file.path;
  try {
    prepare(file, options.check_operators);
    Module m;
    m.state_ = std::make_shared<ModuleState>(std::move(file), options);
    m.object_ = m.state_->root;
    restore_objects(*m.state_);
    return m;
  } catch (Error& e) {
    if (!path.empty()) e.at(path);
    throw;
  }
}

Module::Module(intrusive_ptr<ObjectImpl> object, std::shared_ptr<CompilationUnit>) {
  ModelFile file;
  file.root = Value(std::move(object));
  *this = make(std::move(file));
}

ModuleState& Module::state() const {
  TL_CHECK(state_, "this Module has no model; assign Module::load(...) to it");
  return *state_;
}

const ModelFile& Module::file() const { return state().file; }
void Module::set_limits(const RunLimits& limits) { state().limits = limits; }
RunLimits Module::limits() const { return state().limits; }

std::vector<Method> Module::get_methods() const {
  std::vector<Method> out;
  for (const Function* f : state().methods.of(name())) out.push_back(Method(state_, *f, object_));
  return out;
}

std::optional<Method> Module::find_method(const std::string& method) const {
  if (const Function* f = state().methods.find(name(), method)) return Method(state_, *f, object_);
  // Root objects without a class of that name: any method will do, as PyTorch looks for it.
  for (const auto& f : state().file.functions) {
    if (f->name() == method && state().methods.of(name()).empty())
      return Method(state_, *f, object_);
  }
  return std::nullopt;
}

Method Module::get_method(const std::string& method) const {
  if (std::optional<Method> m = find_method(method)) return *m;
  std::string all;
  for (const Method& m : get_methods()) all += (all.empty() ? "" : ", ") + m.name();
  Error e(str("Method '", method, "' is not defined."));
  e.at(name());
  throw e.fix("the model has " + (all.empty() ? "no methods" : all));
}

std::vector<OperatorInfo> Module::operators() const {
  std::map<std::string, OperatorInfo> all;
  for (const auto& f : state().file.functions) {
    const Code& code = f->code;
    for (const OperatorUse& u : code.operators) {
      OperatorInfo& info = all[u.qualified()];
      info.name = u.qualified();
      info.supported = u.target != nullptr;
      if (u.specified >= 0) info.num_schema_args = u.specified;
    }
    for (const Instruction& i : code.instructions) {
      const bool calls = i.op == OpCode::OP || i.op == OpCode::OPN;
      if (calls && size_t(i.x) < code.operators.size())
        ++all[code.operators[size_t(i.x)].qualified()].uses;
    }
  }
  std::vector<OperatorInfo> out;
  for (auto& [name, info] : all) out.push_back(std::move(info));
  return out;
}

// ---- Method

std::string Method::name() const { return function_->name(); }
const std::string& Method::qualname() const { return function_->qualified_name; }
const FunctionSchema* Method::schema() const {
  return function_->schema ? &*function_->schema : nullptr;
}
int64_t Method::get_debug_handle(size_t instruction) const {
  return function_->get_debug_handle(instruction);
}
size_t Method::num_inputs() const { return function_->code.input_count; }

Value Method::operator()(std::vector<Value> args) const {
  return (*this)(std::move(args), state_->limits);
}

Value Method::operator()(std::vector<Value> args, const RunLimits& limits) const {
  MobileModuleObserver* observer = observerConfig().getModuleObserver();
  if (!observer && !callbacks_may_run())
    return state_->run(*function_, self_, std::move(args), limits);
  return state_->run_watched(*function_, self_, std::move(args), limits, observer);
}

void Method::run(std::vector<Value>& stack) const {
  Value result = (*this)(std::move(stack));
  stack.clear();
  stack.push_back(std::move(result));
}

}  // namespace tealight
