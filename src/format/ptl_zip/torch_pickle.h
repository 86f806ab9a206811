// What the names in PyTorch's pickles stand for: storages, tensors, typed lists, devices, objects.
// One list for lite models, TorchScript and checkpoints; whatever is not on it is refused.
#pragma once
#include <functional>

#include "format/ptl_zip/pickle.h"
#include "format/type_table.h"
#include "graph/code.h"

namespace tealight {

/// What a pickle's surroundings give it. Empty functions: there is no such thing here.
struct PickleContext {
  /// The bytes of storage `key`, at least `numel` elements of `dtype`.
  std::function<intrusive_ptr<Storage>(const std::string& key, ScalarType dtype, int64_t numel)>
      storage;
  /// The class's __setstate__ in the file's own code; null when it has none.
  std::function<const Function*(const std::string& class_name)> setstate;
  TypeTable* types = nullptr;                    // needed
  std::vector<PendingState>* pending = nullptr;  // gets the objects whose __setstate__ must be run
  std::vector<std::string>* missing_classes =
      nullptr;  // gets C++ classes that this build lacks; null: they are an error
  std::vector<Tensor> tensor_table;  // of TensorID (archives of PyTorch 1.0 to 1.2)
  /// The class as the file's program declares it; null: it is not declared, and has the attributes
  /// that the pickle gives.
  std::function<intrusive_ptr<ClassType>(const std::string& class_name)> declared_class;
  /// The member of an Enum that has this value.
  std::function<Value(const std::string& class_name, const Value&)> enum_member;
  bool any_class = false;  // Python's own classes too, as objects: checkpoints of whole modules
};

class TorchPickleHost : public PickleHost {
 public:
  TorchPickleHost(const PickleContext& context, MemoryCap& memory)
      : context_(context), memory_(memory) {}
  Value global(const std::string& name) override;
  Value reduce(const Value& callee, const Value& args) override;
  Value create(const Value& cls, const Value& args) override;
  void build(const Value& object, const Value& state) override;
  Value persistent(const Value& id) override;

  const PickleContext& context() const { return context_; }
  MemoryCap& memory() const { return memory_; }

 private:
  Value new_object(const std::string& class_name);
  void fill(ObjectImpl&, const intrusive_ptr<ClassType>&, const DictImpl& state);

  const PickleContext& context_;
  MemoryCap& memory_;
};

/// A class or function that a pickle names, as a Value: it can be stored and passed on, and nothing
/// else.
Value make_global(const std::string& name);
/// Null when `v` is no such thing.
const std::string* global_name(const Value& v);

/// Gives containers the types of their elements, where the pickle does not tell (archives before
/// version 3).
void restore_types(const Value&, const Type&);

/// torch._utils._rebuild_*: tensors from storages. Null when `name` is none of them.
using RebuildTensor = Tensor (*)(TorchPickleHost&, const std::vector<Value>& args);
RebuildTensor find_rebuild(std::string_view name);

}  // namespace tealight
