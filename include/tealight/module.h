// Module: a model file, loaded and ready to run (torch::jit::mobile::Module).
//   auto model = tealight::Module::load("model.ptl");
//   tealight::Tensor scores = model.forward({x}).toTensor();
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>

#include "tealight/limits.h"
#include "tealight/value.h"

namespace tealight {

struct ModelFile;  // code.h
namespace ir {
class Graph;
}
struct FunctionSchema;
struct ModuleState;  // runtime/module_state.h

/// What a run may do to the last bits of its results to be quick.
enum class Precision : uint8_t {
  exact,  // each operator by itself, as an eager call computes it: the same bits on one machine
  fp32,   // float32 throughout; operators folded and fused, Winograd convolutions
};

struct LoadOptions {
  /// Refuse a model that uses operators this build lacks; otherwise only its methods that need them
  /// fail, when run.
  bool check_operators = true;
  /// Read where in the author's program each instruction comes from, if the file tells.
  bool debug_info = true;
  /// Keep the graphs of a TorchScript file's methods, to look at, change and save them. Bytecode
  /// becomes graphs when these are asked for.
  bool keep_program = false;
  /// Compile what is run for the sizes of its inputs (see docs/engine.md). Without: instruction by
  /// instruction.
  bool plans = true;
  Precision precision = Precision::fp32;
  /// For the model's own code that runs while loading (__setstate__), and for every run of the
  /// module afterwards.
  RunLimits limits;
};

class Module;
/// Arguments by name.
using Kwargs = std::unordered_map<std::string, Value>;

/// A method's graph as it was scripted or traced, for programs to look at.
class TL_API Graph {
 public:
  /// PyTorch's textual form.
  std::string toString(bool print_source_locations = true) const;
  const ir::Graph& ir() const { return *graph_; }
  friend TL_API std::ostream& operator<<(std::ostream&, const Graph&);

 private:
  friend class Method;
  explicit Graph(std::shared_ptr<const ir::Graph> g) : graph_(std::move(g)) {}
  std::shared_ptr<const ir::Graph> graph_;
};

/// A method bound to its module. A cheap handle; any number of threads may call it at once.
class TL_API Method {
 public:
  /// The result for these arguments, `self` not among them; missing ones take their defaults.
  /// Throws Error naming the method, the argument, the expected and the actual type when they do
  /// not fit.
  Value operator()(std::vector<Value> args) const;
  Value operator()(std::vector<Value> args, const RunLimits&) const;
  /// Those that `args` does not give, by name.
  Value operator()(std::vector<Value> args, const Kwargs&) const;
  /// The same on a stack: arguments in, result out.
  void run(std::vector<Value>& stack) const;
  void run(std::vector<Value>&& stack) const { run(stack); }

  std::string name() const;             // "forward"
  const std::string& qualname() const;  // "__torch__.M.forward"
  const Function& function() const { return *function_; }
  /// Null for files before bytecode version 4, which have none.
  const FunctionSchema* schema() const;
  size_t num_inputs() const;  // `self` included
  /// Throws when the module was loaded without its program (LoadOptions::keep_program).
  std::shared_ptr<Graph> graph() const;
  /// Of the instruction with that number; -1 when the file has none.
  int64_t get_debug_handle(size_t instruction) const;

 private:
  friend class Module;
  friend class CompilationUnit;
  /// `self` is null for a function that is no method.
  Method(std::shared_ptr<const ModuleState> state, const Function& f,
         intrusive_ptr<ObjectImpl> self)
      : state_(std::move(state)), function_(&f), self_(std::move(self)) {}
  std::shared_ptr<const ModuleState> state_;
  const Function* function_;
  intrusive_ptr<ObjectImpl> self_;
};

/// One operator that a model uses.
struct OperatorInfo {
  std::string name;                    // "aten::add.Tensor"
  size_t uses = 0;                     // instructions
  bool supported = false;              // in this build
  std::optional<int> num_schema_args;  // how many a call gives; the others take their defaults
};
class CompilationUnit;  // script_module.h

/// A handle: copies share the model and its attributes. Methods may run on many threads at once, as
/// long as the model does not write its own attributes; everything that is not const wants the
/// module for itself.
class TL_API Module {
 public:
  using ReadAt = std::function<void(uint64_t offset, void* to, size_t n)>;

  Module() = default;  // of no model: can only be assigned to
  /// Of an object without methods of its own.
  explicit Module(intrusive_ptr<ObjectImpl> object, std::shared_ptr<CompilationUnit> = nullptr);
  static Module load(const std::string& path, const LoadOptions& = {});
  /// The bytes are needed until the call returns.
  static Module load(const void* data, size_t size, const LoadOptions& = {});
  /// A file or a part of one, as Android's AssetFileDescriptor gives it. The descriptor stays the
  /// caller's.
  static Module load_descriptor(int fd, uint64_t offset = 0, uint64_t length = UINT64_MAX,
                                const LoadOptions& = {});
  /// `read_at` is called with ranges inside of `size` only, on this thread.
  static Module load(uint64_t size, ReadAt read_at, const LoadOptions& = {});
  /// From a file that was read already.
  static Module make(ModelFile, const LoadOptions& = {});
  bool defined() const { return bool(state_); }

  // ---- running
  Value forward(std::vector<Value> args) const { return get_method("forward")(std::move(args)); }
  template <class... A>
  Value run_method(const std::string& name, A&&... args) const {
    return get_method(name)({Value(std::forward<A>(args))...});
  }
  Value operator()(std::vector<Value> args) const { return forward(std::move(args)); }
  /// Throws when there is none.
  Method get_method(const std::string& name) const;
  std::optional<Method> find_method(const std::string& name) const;
  std::vector<Method> get_methods() const;
  /// What each run from now on may use.
  void set_limits(const RunLimits&);
  RunLimits limits() const;

  // ---- attributes
  std::string name() const;  // the class, "__torch__.M"
  const intrusive_ptr<ObjectImpl>& _ivalue() const;
  const std::vector<Value>& slots() const { return _ivalue()->slots; }
  bool hasattr(const std::string& name) const;
  Value attr(const std::string& name) const;  // throws when there is none
  Value attr(const std::string& name, Value otherwise) const;
  void setattr(const std::string& name, Value);
  /// Every tensor among the attributes, those of submodules included.
  std::vector<Tensor> parameters() const;
  /// Those that require a gradient, by their dotted names.
  std::map<std::string, Tensor> named_parameters() const;
  /// All tensors by their dotted names.
  std::map<std::string, Tensor> named_tensors() const;
  /// Sets `training` in the module and its submodules; throws when the file was saved without that
  /// attribute.
  void train(bool on = true);
  void eval() { train(false); }
  bool is_training() const;  // true when the file does not say

  // ---- examples that were saved with the model
  /// For a method, each a list of arguments; empty when there are none.
  std::vector<std::vector<Value>> bundled_inputs(const std::string& method = "forward") const;

  // ---- the file
  const std::map<std::string, std::string>& metadata() const;
  void set_metadata(std::map<std::string, std::string>);
  const std::map<std::string, std::string>& extra_files() const;
  int64_t bytecode_version() const;
  int64_t min_operator_version() const;
  /// Of all methods, by name.
  std::vector<OperatorInfo> operators() const;
  const ModelFile& file() const;

  // ---- where instructions come from
  bool has_debug_handles() const;
  /// The submodules that an instruction was written in, by its debug handle, and what it calls:
  /// "top(B)::<unknown>.A0(A)::forward.aten::add". Says so when the file does not know the handle.
  std::string module_hierarchy(int64_t debug_handle) const;
  /// As Python prints a traceback, the outermost call first.
  std::string call_stack(int64_t debug_handle) const;

  // ---- PyTorch's names for the above
  std::unordered_map<std::string, std::string> getMetadata() const {
    return {metadata().begin(), metadata().end()};
  }
  void setMetadata(const std::unordered_map<std::string, std::string>& m) {
    set_metadata({m.begin(), m.end()});
  }
  void set_bytecode_version(int64_t version);
  void set_min_operator_version(int64_t version);
  bool hasDebugHandles() const { return has_debug_handles(); }
  std::string get_forward_method_debug_info(int64_t debug_handle) const {
    return module_hierarchy(debug_handle);
  }
  std::string getModuleHierarchy(int64_t debug_handle) const {
    return module_hierarchy(debug_handle);
  }
  std::string getCallStack(int64_t debug_handle) const { return call_stack(debug_handle); }
  /// As bytecode: a zip of version 8, or a flatbuffer. More choices: save.h.
  void _save_for_mobile(const std::string& file,
                        const std::unordered_map<std::string, std::string>& extra_files = {},
                        bool save_mobile_debug_info = false, bool use_flatbuffer = false) const;
  void _save_for_mobile(std::ostream&,
                        const std::unordered_map<std::string, std::string>& extra_files = {},
                        bool save_mobile_debug_info = false, bool use_flatbuffer = false) const;
  /// Keeps bytes alive as long as the model.
  void set_delete_memory(std::shared_ptr<char> bytes);

 private:
  friend class ScriptModule;
  ModuleState& state() const;
  std::shared_ptr<ModuleState> state_;
  intrusive_ptr<ObjectImpl> object_;  // the model's root, or a submodule
};

}  // namespace tealight
