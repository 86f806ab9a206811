// torch.tensor and torch.as_tensor of TorchScript: numbers and nested lists of them become tensors.
#include "ops/copy.h"
#include "ops/fns.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using OptType = std::optional<ScalarType>;
using OptDevice = std::optional<Device>;

Tensor finish(Tensor t, OptType type, const OptDevice& device, bool requires_grad) {
  if (type && *type != t.scalar_type()) t = converted(t, *type);
  if (device) t.unsafeGetTensorImpl()->device = *device;
  if (requires_grad) t.requires_grad_();
  return t;
}

// ---- lists

// The deepest a list of lists may be: files can nest without end.
constexpr size_t kMaxDepth = 64;

// Sizes by the first element of each level; `leaf` becomes the first number found.
DimVector list_sizes(const ListImpl& data, const Value*& leaf) {
  DimVector sizes;
  const ListImpl* list = &data;
  for (;;) {
    sizes.push_back(int64_t(list->size()));
    TL_CHECK(sizes.size() <= kMaxDepth, "tensor: lists are nested deeper than ", kMaxDepth);
    if (list->empty()) return sizes;
    const Value& first = (*list)[0];
    if (!first.isList()) return leaf = &first, sizes;
    list = &first.toListRef();
  }
}
// What an empty list would have held, by its declared type; the default dtype when that says
// nothing.
ScalarType declared_type(const ListImpl& data) {
  const Type* t = data.element.get();
  while (t && t->is(TypeKind::List) && !t->children.empty()) t = t->children[0].get();
  if (t && t->is(TypeKind::Int)) return kLong;
  if (t && t->is(TypeKind::Bool)) return kBool;
  return get_default_dtype_as_scalartype();
}
ScalarType type_of(const Value& v) {
  if (v.isTensor()) return v.toTensor().scalar_type();
  if (v.isInt()) return kLong;
  if (v.isBool()) return kBool;
  if (v.isComplexDouble()) return get_default_complex_dtype();
  TL_CHECK(v.isDouble(), "Input must be of ints, floats, or bools, got ", v.tagKind());
  return get_default_dtype_as_scalartype();
}

template <class T>
void store(const ListImpl& list, const DimVector& sizes, size_t level, T*& out) {
  TL_CHECK(int64_t(list.size()) == sizes[level], "Expected sequence of length ", sizes[level],
           " at dim ", level, " (got ", list.size(), ")");
  for (const Value& v : list) {
    if (level + 1 < sizes.size()) {
      TL_CHECK(v.isList(), "tensor: expected a list at dim ", level + 1, " but got ", v.tagKind());
      store(v.toListRef(), sizes, level + 1, out);
    } else {
      *out++ = (v.isTensor() ? v.toTensor().item() : v.toScalar()).template to<T>();
    }
  }
}
template <class T>
Tensor stored(const ListImpl& data, const DimVector& sizes) {
  Tensor t(Fact(dtype_of<T>::value, sizes));
  T* out = t.as<T>();
  if (t.numel()) store(data, sizes, 0, out);
  return t;
}
// Numbers are kept at full precision until the wanted dtype is known.
Tensor from_list(const ListImpl& data, OptType type, OptDevice device, bool requires_grad) {
  const Value* leaf = nullptr;
  const DimVector sizes = list_sizes(data, leaf);
  const ScalarType found = leaf ? type_of(*leaf) : declared_type(data);
  const ScalarType wanted = type.value_or(found);
  const Tensor t = is_complex(found)    ? stored<std::complex<double>>(data, sizes)
                   : is_integral(found) ? stored<int64_t>(data, sizes)
                                        : stored<double>(data, sizes);
  return finish(converted(t, wanted), wanted, device, requires_grad);
}
Tensor from_list_as(const ListImpl& data, OptType type, OptDevice device) {
  return from_list(data, type, device, false);
}

// ---- numbers

Tensor from_number(const Value& v, OptType type, OptDevice device, bool requires_grad) {
  return finish(scalar_tensor(v.toScalar(), type.value_or(type_of(v))), type, device,
                requires_grad);
}
Tensor from_number_as(const Value& v, OptType type, OptDevice device) {
  return from_number(v, type, device, false);
}
Tensor from_tensor(const Tensor& t, OptType type, OptDevice device) {
  if ((!type || *type == t.scalar_type()) && (!device || *device == t.device())) return t;
  return finish(type && *type != t.scalar_type() ? t.to(*type) : tealight::clone(t), {}, device,
                false);
}

#define TL_NUMBER(kind)                                                                            \
  TL_FN("aten::tensor." kind "(" kind                                                              \
        " t, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor", \
        from_number),                                                                              \
      TL_FN("aten::as_tensor." kind "(" kind                                                       \
            " t, *, ScalarType? dtype=None, Device? device=None) -> Tensor",                       \
            from_number_as)

constexpr Fn rows[] = {
    TL_NUMBER("int"),
    TL_NUMBER("float"),
    TL_NUMBER("bool"),
    TL_NUMBER("complex"),
    TL_FN(
        "aten::tensor(t[] data, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor",
        from_list),
    TL_FN(
        "aten::as_tensor(Tensor(a) data, *, ScalarType? dtype=None, Device? device=None) -> Tensor(b|a)",
        from_tensor),
    TL_FN(
        "aten::as_tensor.list(t[] data, *, ScalarType? dtype=None, Device? device=None) -> Tensor",
        from_list_as),
};

}  // namespace
TL_FNS(create_tensor){rows};
}  // namespace tealight::ops
