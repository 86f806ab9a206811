// New tensors of one value, or none.
#include "ops/broadcast.h"
#include "ops/copy.h"
#include "ops/create/initialize.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using DType_ = std::optional<ScalarType>;

void check_layout(std::optional<Layout> layout) {
  TL_CHECK(!layout || *layout == kStrided, "only the strided layout is supported, but got ",
           *layout);
}

Tensor make(IntArrayRef size, ScalarType t, std::optional<Device> device,
            std::optional<MemoryFormat> format = {}) {
  Fact f(t, size);
  if (format && *format != MemoryFormat::Preserve) f.strides = contiguous_strides(size, *format);
  Tensor r(f);
  if (device) r.unsafeGetTensorImpl()->device = *device;
  return r;
}
Tensor filled(Tensor t, const Scalar& value) {
  copy_into(t, wrapped_scalar_tensor(value));
  return t;
}
Tensor filled_new(Tensor t, const Scalar& value) {
  initialize(t, wrapped_scalar_tensor(value));
  return t;
}

Tensor empty_impl(const DimVector& size, DType_ t, std::optional<Layout> layout,
                  std::optional<Device> device, std::optional<bool>,
                  std::optional<MemoryFormat> format) {
  check_layout(layout);
  return make(size, t.value_or(get_default_dtype_as_scalartype()), device, format);
}
Tensor zeros_impl(const DimVector& size, DType_ t, std::optional<Layout> layout,
                  std::optional<Device> device, std::optional<bool>) {
  check_layout(layout);
  return filled_new(make(size, t.value_or(get_default_dtype_as_scalartype()), device), 0);
}
Tensor ones_impl(const DimVector& size, DType_ t, std::optional<Layout> layout,
                 std::optional<Device> device, std::optional<bool>) {
  check_layout(layout);
  return filled_new(make(size, t.value_or(get_default_dtype_as_scalartype()), device), 1);
}
Tensor full_impl(const DimVector& size, const Scalar& value, DType_ t, std::optional<Layout> layout,
                 std::optional<Device> device, std::optional<bool>) {
  check_layout(layout);
  const ScalarType of_value = value.isBoolean()         ? kBool
                              : value.isComplex()       ? get_default_complex_dtype()
                              : value.isFloatingPoint() ? get_default_dtype_as_scalartype()
                                                        : kLong;
  return filled_new(make(size, t.value_or(of_value), device), value);
}
Tensor empty_strided_impl(const DimVector& size, const DimVector& stride, DType_ t,
                          std::optional<Layout> layout, std::optional<Device> device,
                          std::optional<bool>) {
  check_layout(layout);
  TL_CHECK(size.size() == stride.size(), "dimensionality of sizes (", size.size(),
           ") must match dimensionality of strides (", stride.size(), ")");
  for (int64_t s : stride)
    TL_CHECK(s >= 0,
             "as_strided: Negative strides are not supported at the moment, got strides: ", stride);
  const ScalarType type = t.value_or(get_default_dtype_as_scalartype());
  Fact f(type, size, stride);
  auto storage =
      make_intrusive<Storage>(numel_of(size) ? storage_bytes(size, stride, element_size(type)) : 0);
  Tensor r(storage, f, 0);
  if (device) r.unsafeGetTensorImpl()->device = *device;
  return r;
}

// x_like: the other's strides where they are dense, its dtype unless told.
Tensor empty_like_impl(const Tensor& self, DType_ t, std::optional<Layout> layout,
                       std::optional<Device> device, std::optional<bool>,
                       std::optional<MemoryFormat> format) {
  check_layout(layout);
  const MemoryFormat m = format.value_or(MemoryFormat::Preserve);
  Fact f(t.value_or(self.scalar_type()), self.sizes());
  const Fact* like = &self.fact();
  if (m != MemoryFormat::Preserve)
    f.strides = contiguous_strides(self.sizes(), m);
  else
    f.strides = self.is_non_overlapping_and_dense() ? self.fact().strides
                                                    : broadcast_fact({&like, 1}, f.dtype).strides;
  if (f.dtype == self.scalar_type()) f.quantizer = self.quantizer();
  Tensor r(f);
  r.unsafeGetTensorImpl()->device = device.value_or(self.device());
  return r;
}
Tensor zeros_like_impl(const Tensor& self, DType_ t, std::optional<Layout> l,
                       std::optional<Device> d, std::optional<bool> p,
                       std::optional<MemoryFormat> m) {
  return filled_new(empty_like_impl(self, t, l, d, p, m), 0);
}
Tensor ones_like_impl(const Tensor& self, DType_ t, std::optional<Layout> l,
                      std::optional<Device> d, std::optional<bool> p,
                      std::optional<MemoryFormat> m) {
  return filled_new(empty_like_impl(self, t, l, d, p, m), 1);
}
Tensor full_like_impl(const Tensor& self, const Scalar& v, DType_ t, std::optional<Layout> l,
                      std::optional<Device> d, std::optional<bool> p,
                      std::optional<MemoryFormat> m) {
  return filled_new(empty_like_impl(self, t, l, d, p, m), v);
}

// new_x: the other's dtype unless told.
Tensor new_empty_impl(const Tensor& self, const DimVector& size, DType_ t,
                      std::optional<Layout> layout, std::optional<Device> device,
                      std::optional<bool>) {
  check_layout(layout);
  return make(size, t.value_or(self.scalar_type()), device.value_or(self.device()));
}
Tensor new_zeros_impl(const Tensor& self, const DimVector& size, DType_ t, std::optional<Layout> l,
                      std::optional<Device> d, std::optional<bool> p) {
  return filled_new(new_empty_impl(self, size, t, l, d, p), 0);
}
Tensor new_ones_impl(const Tensor& self, const DimVector& size, DType_ t, std::optional<Layout> l,
                     std::optional<Device> d, std::optional<bool> p) {
  return filled_new(new_empty_impl(self, size, t, l, d, p), 1);
}
Tensor new_full_impl(const Tensor& self, const DimVector& size, const Scalar& v, DType_ t,
                     std::optional<Layout> l, std::optional<Device> d, std::optional<bool> p) {
  return filled_new(new_empty_impl(self, size, t, l, d, p), v);
}
Tensor new_empty_strided_impl(const Tensor& self, const DimVector& size, const DimVector& stride,
                              DType_ t, std::optional<Layout> l, std::optional<Device> d,
                              std::optional<bool> p) {
  return empty_strided_impl(size, stride, t.value_or(self.scalar_type()), l,
                            d.value_or(self.device()), p);
}

// out= forms have no dtype of their own.
Tensor empty_out_impl(const DimVector& size, std::optional<MemoryFormat> format,
                      const Tensor& out) {
  return resize_tensor(out, size, format), out;
}
Tensor zeros_out_impl(const DimVector& size, const Tensor& out) {
  return resize_tensor(out, size), filled(out, 0);
}
Tensor ones_out_impl(const DimVector& size, const Tensor& out) {
  return resize_tensor(out, size), filled(out, 1);
}
Tensor full_out_impl(const DimVector& size, const Scalar& v, const Tensor& out) {
  return resize_tensor(out, size), filled(out, v);
}

Tensor scalar_tensor_impl(const Scalar& s, DType_ t, std::optional<Layout> layout,
                          std::optional<Device> device, std::optional<bool>) {
  check_layout(layout);
  return filled_new(make({}, t.value_or(get_default_dtype_as_scalartype()), device), s);
}

std::vector<Value> with_options(std::vector<Value> v, ScalarType t) {
  for (Value x : {Value(t), Value(), Value(), Value()}) v.push_back(x);
  return v;
}
std::vector<Sample> size_samples() {
  return {{with_options({DimVector{2, 3}}, kFloat)},
          {with_options({DimVector{0}}, kLong)},
          {{DimVector{2}, Value(), Value(), Value(), Value()}}};
}
std::vector<Sample> full_samples() {
  return {{with_options({DimVector{2, 3}, 1.5}, kInt)},
          {{DimVector{2}, 3, Value(), Value(), Value(), Value()}},
          {{DimVector{2}, true, Value(), Value(), Value(), Value()}}};
}
std::vector<Sample> like_samples() {
  return {{{sample({2, 3}), Value(), Value(), Value(), Value(), Value()}},
          {{sample({2, 3, 4, 5}), kInt, Value(), Value(), Value(),
            int64_t(MemoryFormat::ChannelsLast)}}};
}
std::vector<Sample> full_like_samples() {
  return {{{sample({2, 3}), 2.5, Value(), Value(), Value(), Value(), Value()}}};
}
std::vector<Sample> new_samples() {
  return {{{sample({2, 3}), DimVector{4}, Value(), Value(), Value(), Value()}}};
}
std::vector<Sample> new_full_samples() {
  return {{{sample({2, 3}), DimVector{4}, 2.5, Value(), Value(), Value(), Value()}}};
}

}  // namespace

TL_OP(empty){
    .schemas =
        {"aten::empty.memory_format(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<empty_impl>,
    .traits = Trait::nograd,
};
TL_OP(zeros){
    .schemas =
        {"aten::zeros(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<zeros_impl>,
    .traits = Trait::nograd,
    .samples = TL_TEST(size_samples),
};
TL_OP(ones){
    .schemas =
        {"aten::ones(SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<ones_impl>,
    .traits = Trait::nograd,
    .samples = TL_TEST(size_samples),
};
TL_OP(full){
    .schemas =
        {"aten::full(SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<full_impl>,
    .traits = Trait::nograd,
    .samples = TL_TEST(full_samples),
};
TL_OP(empty_strided){
    .schemas =
        {"aten::empty_strided(SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<empty_strided_impl>,
    .traits = Trait::nograd | Trait::copied_out,
};
TL_OP(empty_like){
    .schemas =
        {"aten::empty_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<empty_like_impl>,
    .traits = Trait::nograd | Trait::copied_out,
};
TL_OP(zeros_like){
    .schemas =
        {"aten::zeros_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<zeros_like_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(like_samples),
};
TL_OP(ones_like){
    .schemas =
        {"aten::ones_like(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<ones_like_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(like_samples),
};
TL_OP(full_like){
    .schemas =
        {"aten::full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<full_like_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(full_like_samples),
};
TL_OP(new_empty){
    .schemas =
        {"aten::new_empty(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<new_empty_impl>,
    .traits = Trait::nograd | Trait::copied_out,
};
TL_OP(new_zeros){
    .schemas =
        {"aten::new_zeros(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<new_zeros_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(new_samples),
};
TL_OP(new_ones){
    .schemas =
        {"aten::new_ones(Tensor self, SymInt[] size, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<new_ones_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(new_samples),
};
TL_OP(new_full){
    .schemas =
        {"aten::new_full(Tensor self, SymInt[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<new_full_impl>,
    .traits = Trait::nograd | Trait::copied_out,
    .samples = TL_TEST(new_full_samples),
};
TL_OP(new_empty_strided){
    .schemas =
        {"aten::new_empty_strided(Tensor self, SymInt[] size, SymInt[] stride, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<new_empty_strided_impl>,
    .traits = Trait::nograd | Trait::copied_out,
};
TL_OP(empty_out){
    .schemas =
        {"aten::empty.out(SymInt[] size, *, MemoryFormat? memory_format=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<empty_out_impl>,
    .traits = Trait::nograd,
};
TL_OP(zeros_out){
    .schemas = {"aten::zeros.out(SymInt[] size, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<zeros_out_impl>,
    .traits = Trait::nograd,
};
TL_OP(ones_out){
    .schemas = {"aten::ones.out(SymInt[] size, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<ones_out_impl>,
    .traits = Trait::nograd,
};
TL_OP(full_out){
    .schemas =
        {"aten::full.out(SymInt[] size, Scalar fill_value, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<full_out_impl>,
    .traits = Trait::nograd,
};
TL_OP(scalar_tensor){
    .schemas =
        {"aten::scalar_tensor(Scalar s, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<scalar_tensor_impl>,
    .traits = Trait::nograd | Trait::copied_out,
};
}  // namespace tealight::ops
