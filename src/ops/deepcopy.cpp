// A value with copies of all that it holds.
#include "tealight/ops.h"

namespace tealight {
namespace {

constexpr int kMaxDepth = 200;

const void* identity(const Value& v) {
  return v.isTensor() ? static_cast<const void*>(v.toTensor().unsafeGetTensorImpl()) : v.payload();
}

class DeepCopy {
 public:
  Value copy(const Value& v, int depth = 0) {
    TL_CHECK(depth <= kMaxDepth, "deepcopy: a value is nested deeper than ", kMaxDepth);
    const void* id = identity(v);
    if (!id) return v;
    if (const auto done = copies_.find(id); done != copies_.end()) return done->second;
    // A list may hold itself only through an object, whose copy is known before its attributes are.
    if (v.isObject()) return copy_object(v, depth);
    return copies_[id] = copy_counted(v, depth);
  }

 private:
  std::vector<Value> copy(const std::vector<Value>& items, int depth) {
    std::vector<Value> out;
    out.reserve(items.size());
    for (const Value& v : items) out.push_back(copy(v, depth + 1));
    return out;
  }
  Value copy_object(const Value& v, int depth) {
    const ObjectImpl& object = v.toObjectRef();
    auto twin = make_intrusive<ObjectImpl>(object.cls);
    copies_[&object] = Value(twin);
    twin->slots = copy(object.slots, depth);
    return Value(std::move(twin));
  }
  Value copy_counted(const Value& v, int depth) {
    switch (v.tag()) {
      case ValueTag::Tensor:
        return v.toTensor().clone();
      case ValueTag::List:
        return make_list(v.toListRef().element, copy(v.toListRef().items, depth));
      case ValueTag::Tuple:
        return make_intrusive<TupleImpl>(copy(v.toTupleRef().items, depth), v.toTupleRef().named);
      case ValueTag::Dict: {
        const DictImpl& dict = v.toDictRef();
        auto twin = make_intrusive<DictImpl>(dict.key, dict.value);
        for (const auto& [key, value] : dict.entries())
          twin->insert_or_assign(copy(key, depth + 1), copy(value, depth + 1));
        return Value(std::move(twin));
      }
      case ValueTag::Capsule:
      case ValueTag::Future:
        fail(str("deepcopy: a ", v.tagKind(), " cannot be copied"));
      default:
        return v;  // strings, complex numbers and enums do not change
    }
  }
  std::unordered_map<const void*, Value> copies_;
};

}  // namespace

Value Value::deepcopy() const { return DeepCopy().copy(*this); }

}  // namespace tealight
