// Loading a model and running its methods. Attributes: module_attributes.cpp.
#include "tealight/module.h"

#include <algorithm>

#include "format/load.h"
#include "runtime/argument_counts.h"
#include "runtime/interpreter.h"
#include "runtime/link.h"
#include "runtime/module_state.h"
#include "runtime/verifier.h"
#include "tealight/observer.h"

namespace tealight {
namespace {

std::string joined(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& n : names) out += (out.empty() ? "" : ", ") + n;
  return out;
}

// Finds operators and checks the code of every function.
void prepare(ModelFile& file, const LoadOptions& options) {
  // TorchScript's compiler has chosen the operators by the file's version already.
  const bool bytecode = file.bytecode_version > 0;
  const FileVersions versions =
      bytecode ? FileVersions{file.bytecode_version, file.operator_version, file.before_1_13}
               : FileVersions{};
  std::set<std::string> missing;
  for (auto& f : file.functions)
    missing.merge([&] {
      const std::vector<std::string> names = link(*f, versions);
      return std::set<std::string>(names.begin(), names.end());
    }());
  if (!missing.empty() && options.check_operators) {
    Error e(str("Following ops cannot be found: [", joined(missing), "]"), ErrorKind::unsupported);
    e.fix(
        "register these operators before the model is loaded, or load with "
        "LoadOptions::check_operators off to run the methods that do without them");
    throw e;
  }
  infer_argument_counts(file.functions);
  for (auto& f : file.functions) verify(*f);
}

// Objects whose class restores itself, in the order of the file: an inner one comes before those
// that hold it.
void restore_objects(const ModuleState& state) {
  for (const PendingState& p : state.file.pending) {
    RunContext context(state.limits);
    context.model = &state.file;
    context.methods = &state.methods;
    context.loading = true;
    run(*p.setstate, {Value(p.object), p.state}, context);
  }
}

template <class Read>
Module load_observed(const LoadOptions& options, Read read) {
  MobileModuleObserver* observer = observerConfig().getModuleObserver();
  static std::atomic<int32_t> next_key{1};
  const int32_t key = observer ? next_key++ : 0;
  if (observer) observer->onEnterLoadModel(key);
  try {
    Module m = Module::make(read(), options);
    if (observer) {
      const auto& extra = m.extra_files();
      observer->onExitLoadModel(key, {extra.begin(), extra.end()});
    }
    return m;
  } catch (const std::exception& e) {
    if (observer) observer->onFailLoadModel(key, e.what());
    throw;
  }
}

}  // namespace

Module load_module(const ByteSource& source, const LoadOptions& options) {
  return load_observed(options, [&] {
    ReadOptions read;
    read.debug_info = options.debug_info;
    read.max_memory = options.limits.memory_bytes;
    return read_model(source, read);
  });
}

ModuleState::ModuleState(ModelFile f) : file(std::move(f)), methods(file) {
  if (!file.root.isObject())
    corrupt(str(file.path, ": its root is a ", file.root.tagKind(), ", not an object"));
  root = file.root.toObject();
}

Value ModuleState::run(const Function& f, std::vector<Value> args,
                       const RunLimits& run_limits) const {
  args.insert(args.begin(), Value(root));
  RecordFunction record(RecordScope::LITE_INTERPRETER);
  try {
    if (f.schema) check_and_complete(*f.schema, args);
    if (record.isActive()) record.before(f.name(), args);
    RunContext context(run_limits);
    context.model = &file;
    context.methods = &methods;
    Value result = tealight::run(f, std::move(args), context);
    if (record.needsOutputs()) record.setOutputs({result});
    return result;
  } catch (Error& e) {
    if (!file.path.empty()) e.at(file.path);
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
    prepare(file, options);
    Module m;
    m.state_ = std::make_shared<ModuleState>(std::move(file));
    m.state_->limits = options.limits;
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
  for (const Function* f : state().methods.of(name())) out.push_back(Method(state_, *f));
  return out;
}

std::optional<Method> Module::find_method(const std::string& method) const {
  if (const Function* f = state().methods.find(name(), method)) return Method(state_, *f);
  // Root objects without a class of that name: any method will do, as PyTorch looks for it.
  for (const auto& f : state().file.functions) {
    if (f->name() == method && state().methods.of(name()).empty()) return Method(state_, *f);
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
size_t Method::num_inputs() const { return function_->code.input_count; }
int64_t Method::get_debug_handle(size_t instruction) const {
  const auto& handles = function_->code.debug_handles;
  return instruction < handles.size() ? handles[instruction] : -1;
}

Value Method::operator()(std::vector<Value> args) const {
  return (*this)(std::move(args), state_->limits);
}

Value Method::operator()(std::vector<Value> args, const RunLimits& limits) const {
  MobileModuleObserver* observer = observerConfig().getModuleObserver();
  if (!observer) return state_->run(*function_, std::move(args), limits);
  static std::atomic<int32_t> next_key{1};
  const int32_t key = next_key++;
  MobileModuleObserver::Metadata metadata(state_->file.metadata.begin(),
                                          state_->file.metadata.end());
  metadata.try_emplace("model_name", state_->root->cls->name);
  observer->onEnterRunMethod(key);
  try {
    Value result = state_->run(*function_, std::move(args), limits);
    observer->onExitRunMethod(metadata, name(), key);
    return result;
  } catch (const std::exception& e) {
    observer->onFailRunMethod(metadata, name(), key, e.what());
    throw;
  }
}

void Method::run(std::vector<Value>& stack) const {
  Value result = (*this)(std::move(stack));
  stack.clear();
  stack.push_back(std::move(result));
}

}  // namespace tealight
