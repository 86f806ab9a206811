// Copies: clone, copy_, to, contiguous, and the in-place writers of one value.
#include "ops/copy.h"

#include "ops/broadcast.h"
#include "ops/gradients.h"
#include "ops/quantize.h"
#include "ops/samples.h"
#include "ops/shape/view.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

// Strides of a copy: kept where they are dense ("preserve"), else as asked for.
Fact copy_fact(const Tensor& t, ScalarType dtype, std::optional<MemoryFormat> format) {
  const MemoryFormat f = format.value_or(MemoryFormat::Preserve);
  Fact fact(dtype, t.sizes());
  if (f == MemoryFormat::Preserve) {
    const Fact* like = &t.fact();
    fact.strides = t.is_non_overlapping_and_dense() ? t.fact().strides
                                                    : broadcast_fact({&like, 1}, dtype).strides;
  } else {
    fact.strides = contiguous_strides(t.sizes(), f);
  }
  if (dtype == t.scalar_type()) fact.quantizer = t.quantizer();
  return fact;
}

// Quantized ones are made contiguous unless they are to be preserved.
Tensor clone_impl(const Tensor& self, std::optional<MemoryFormat> format) {
  if (self.is_quantized() && !format) format = MemoryFormat::Contiguous;
  Tensor r(copy_fact(self, self.scalar_type(), format));
  copy_into(r, self);
  return r;
}
Grads pass_on(const GradCall& c) { return {c.grad()}; }

Tensor contiguous_impl(const Tensor& self, MemoryFormat format) {
  TL_CHECK(format != MemoryFormat::Preserve,
           "preserve memory format is unsupported by the contiguous operator");
  return self.is_contiguous(format) ? self : tealight::clone(self, format);
}

Tensor copy_impl(const Tensor& self, const Tensor& src, bool) {
  copy_into(self, src);
  return self;
}
Tensor copy_plain(const Tensor& self, const Tensor& src) { return copy_impl(self, src, false); }
Grads copy_backward(const GradCall& c) {
  return {c.wants(0) ? zeros_like(c.grad()) : Tensor(), c.grad()};
}
Tensor copy_scalar(const Tensor& self, const Scalar& value) {
  copy_into(self, wrapped_scalar_tensor(value));
  return self;
}

// The dtype conversion that autograd knows.
Tensor to_copy_impl(const Tensor& self, std::optional<ScalarType> dtype,
                    std::optional<Layout> layout, std::optional<Device> device, std::optional<bool>,
                    bool, std::optional<MemoryFormat> format) {
  TL_CHECK(!layout || *layout == kStrided, "to: only the strided layout is supported");
  TL_CHECK(self.device() != kMeta || device.value_or(kMeta) == kMeta,
           "Cannot copy out of meta tensor; no data!");
  const ScalarType t = dtype.value_or(self.scalar_type());
  if (is_quantized(self.scalar_type()) && t != self.scalar_type())
    return converted(dequantized(self), t);
  Tensor r(copy_fact(self, t, format));
  copy_into(r, self);
  r.unsafeGetTensorImpl()->device = device.value_or(self.device());
  return r;
}
Grads to_copy_backward(const GradCall& c) { return {c.grad().to(c.in(0).scalar_type())}; }

Tensor convert(const Tensor& self, std::optional<ScalarType> dtype, std::optional<Device> device,
               bool copy, std::optional<MemoryFormat> format) {
  const bool as_is = dtype.value_or(self.scalar_type()) == self.scalar_type() &&
                     (!device || device->type() == self.device().type()) &&
                     format.value_or(MemoryFormat::Preserve) == MemoryFormat::Preserve;
  const bool fits =
      as_is || (dtype.value_or(self.scalar_type()) == self.scalar_type() &&
                (!device || device->type() == self.device().type()) && self.is_contiguous(*format));
  if (fits && !copy) return self;
  return tealight::_to_copy(self, TensorOptions().dtype(dtype).device(device), false, format);
}
Tensor to_dtype_impl(const Tensor& self, ScalarType dtype, bool, bool copy,
                     std::optional<MemoryFormat> format) {
  return convert(self, dtype, {}, copy, format);
}
Tensor to_dtype_layout_impl(const Tensor& self, std::optional<ScalarType> dtype,
                            std::optional<Layout> layout, std::optional<Device> device,
                            std::optional<bool>, bool, bool copy,
                            std::optional<MemoryFormat> format) {
  TL_CHECK(!layout || *layout == kStrided, "to: only the strided layout is supported");
  return convert(self, dtype, device, copy, format);
}
Tensor to_device_impl(const Tensor& self, Device device, ScalarType dtype, bool, bool copy,
                      std::optional<MemoryFormat> format) {
  return convert(self, dtype, device, copy, format);
}
Tensor to_other_impl(const Tensor& self, const Tensor& other, bool, bool copy,
                     std::optional<MemoryFormat> format) {
  return convert(self, other.scalar_type(), other.device(), copy, format);
}
Tensor to_prim_device_impl(const Tensor& self, std::optional<Device> device,
                           std::optional<ScalarType> dtype, bool, bool copy) {
  return convert(self, dtype, device, copy, {});
}
Tensor to_prim_dtype_impl(const Tensor& self, std::optional<ScalarType> dtype, bool, bool copy) {
  return convert(self, dtype, {}, copy, {});
}
Tensor to_prim_other_impl(const Tensor& self, bool, bool copy) {
  return copy ? tealight::clone(self) : self;
}
Tensor type_as_impl(const Tensor& self, const Tensor& other) {
  return convert(self, other.scalar_type(), other.device(), false, {});
}
Tensor cpu_impl(const Tensor& self) { return convert(self, {}, Device(), false, {}); }

Tensor fill_impl(const Tensor& self, const Scalar& value) {
  copy_into(self, wrapped_scalar_tensor(value));
  return self;
}
Tensor fill_tensor(const Tensor& self, const Tensor& value) {
  TL_CHECK(value.dim() == 0, "fill_ only supports 0-dimension value tensor but got tensor with ",
           value.dim(), " dimensions.");
  copy_into(self, value);
  return self;
}
Tensor zero_impl(const Tensor& self) { return fill_impl(self, 0); }
Grads fill_backward(const GradCall& c) {
  return {c.wants(0) ? zeros_like(c.in(0)) : Tensor(), c.wants(1) ? sum(c.grad()) : Tensor()};
}

Tensor detach_impl(const Tensor& self) { return self.alias_without_grad(); }
Tensor detach_in_place(const Tensor& self) {
  TensorImpl& t = *self.unsafeGetTensorImpl();
  TL_CHECK(!t.base,
           "detach_: a view cannot be detached in place, for its base would keep its history; use "
           "detach()");
  t.requires_grad = false;
  t.autograd.reset();
  return self;
}
Tensor alias_impl(const Tensor& self) { return self.alias_without_grad(); }

Tensor resize_impl(const Tensor& self, const DimVector& size, std::optional<MemoryFormat> format) {
  numel_of(size);
  resize_tensor(self, size, format == MemoryFormat::Preserve ? std::nullopt : format);
  return self;
}
Tensor resize_as_impl(const Tensor& self, const Tensor& other, std::optional<MemoryFormat> format) {
  return resize_impl(self, other.sizes(),
                     format == MemoryFormat::Preserve ? other.suggest_memory_format() : format);
}
Tensor set_tensor(const Tensor& self, const Tensor& source) {
  TL_CHECK(self.scalar_type() == source.scalar_type(), "set_: expected a ", self.scalar_type(),
           " tensor as source, but got ", source.scalar_type());
  TensorImpl& impl = *self.unsafeGetTensorImpl();
  impl.storage = source.storage();
  impl.fact = source.fact();
  impl.offset = source.storage_offset();
  return self;
}
Tensor set_part(const Tensor& self, const Tensor& source, int64_t offset, const DimVector& size,
                const DimVector& stride) {
  TL_CHECK(source.is_contiguous(), "set_: the source must be contiguous, but has strides ",
           source.strides());
  return set_tensor(
      self, tealight::as_strided(source, size, stride.empty() ? contiguous_strides(size) : stride,
                                 source.storage_offset() + offset));
}
Tensor set_empty(const Tensor& self) {
  return set_tensor(self, Tensor(Fact(self.scalar_type(), {0})));
}

std::vector<Sample> clone_samples() {
  return {{{sample({2, 3, 4}), Value()}},
          {{sample({2, 3, 4, 5}), int64_t(MemoryFormat::ChannelsLast)}}};
}
std::vector<Sample> contiguous_samples() {
  return {{{sample({2, 3, 4, 5}), int64_t(MemoryFormat::ChannelsLast)}},
          {{strided_sample({2, 3}), int64_t(MemoryFormat::Contiguous)}}};
}
std::vector<Sample> copy_samples() {
  return {{{sample({2, 3}), sample({3}, kDouble, -300, 300), false}},
          {{sample({2, 3}, kByte, 0, 200), sample({2, 3}, kFloat, -5, 300), false}}};
}
std::vector<Sample> to_samples() {
  return {{{sample({2, 3}, kFloat, -300, 300), kLong, false, false, Value()}},
          {{sample({2, 3}), kHalf, false, true, Value()}}};
}
std::vector<Sample> fill_samples() {
  return {{{sample({2, 3}), 2.5}}, {{strided_sample({2, 3}, kInt), 7}}};
}
std::vector<Sample> fill_tensor_samples() { return {{{sample({2, 3}), sample({})}}}; }
std::vector<Sample> one() { return {{{sample({2, 3})}}}; }
std::vector<Sample> two() { return {{{sample({2, 3}), sample({4}, kDouble)}}}; }
std::vector<Sample> resize_samples() {
  return {{{sample({2, 6}), DimVector{3, 2}, Value()}},
          {{strided_sample({2, 3}), DimVector{2, 3}, Value()}}};
}

}  // namespace

TL_OP(clone){
    .schemas = {"aten::clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<clone_impl>,
    .backward = TL_TRAIN(pass_on),
    .reads = {0, 0},
    .traits = Trait::copied_out,
    .samples = TL_TEST(clone_samples),
};
TL_OP(contiguous){
    .schemas =
        {"aten::contiguous(Tensor(a) self, *, MemoryFormat memory_format=contiguous_format) -> Tensor(a)"},
    .function = function<contiguous_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(contiguous_samples),
};
TL_OP(copy_){
    .schemas = {"aten::copy_(Tensor(a!) self, Tensor src, bool non_blocking=False) -> Tensor(a!)"},
    .function = function<copy_impl>,
    .backward = TL_TRAIN(copy_backward),
    .reads = {0, 0},
    .samples = TL_TEST(copy_samples),
};
TL_OP(copy_tensor_){
    .schemas = {"aten::copy_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)"},
    .function = function<copy_plain>,
    .backward = TL_TRAIN(copy_backward),
    .reads = {0, 0},
};
TL_OP(copy_int_){
    .schemas = {"aten::copy_.int(Tensor(a!) self, int other) -> Tensor(a!)"},
    .function = function<copy_scalar>,
    .backward = TL_TRAIN(zero_gradients),
    .reads = {0, 0},
};
TL_OP(copy_float_){
    .schemas = {"aten::copy_.float(Tensor(a!) self, float other) -> Tensor(a!)"},
    .function = function<copy_scalar>,
    .backward = TL_TRAIN(zero_gradients),
    .reads = {0, 0},
};
TL_OP(to_copy){
    .schemas =
        {"aten::_to_copy(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, MemoryFormat? memory_format=None) -> Tensor"},
    .function = function<to_copy_impl>,
    .backward = TL_TRAIN(to_copy_backward),
    .reads = {0, 0},
    .traits = Trait::copied_out,
};
TL_OP(to_dtype){
    .schemas =
        {"aten::to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)"},
    .function = function<to_dtype_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(to_samples),
};
TL_OP(to_dtype_layout){
    .schemas =
        {"aten::to.dtype_layout(Tensor(a) self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)"},
    .function = function<to_dtype_layout_impl>,
    .traits = Trait::composite,
};
TL_OP(to_device){
    .schemas =
        {"aten::to.device(Tensor(a) self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)"},
    .function = function<to_device_impl>,
    .traits = Trait::composite,
};
TL_OP(to_other){
    .schemas =
        {"aten::to.other(Tensor(a) self, Tensor other, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)"},
    .function = function<to_other_impl>,
    .traits = Trait::composite,
};
TL_OP(to_prim_device){
    .schemas =
        {"aten::to.prim_Device(Tensor(a) self, Device? device, int? dtype=None, bool non_blocking=False, bool copy=False) -> Tensor(a|b)"},
    .function = function<to_prim_device_impl>,
    .traits = Trait::composite,
};
TL_OP(to_prim_dtype){
    .schemas =
        {"aten::to.prim_dtype(Tensor(a) self, int? dtype=None, bool non_blocking=False, bool copy=False) -> Tensor(a|b)"},
    .function = function<to_prim_dtype_impl>,
    .traits = Trait::composite,
};
TL_OP(to_prim_other){
    .schemas =
        {"aten::to.prim_other(Tensor(a) self, bool non_blocking=False, bool copy=False) -> Tensor(a|b)"},
    .function = function<to_prim_other_impl>,
    .traits = Trait::composite,
};
TL_OP(type_as){
    .schemas = {"aten::type_as(Tensor self, Tensor other) -> Tensor"},
    .function = function<type_as_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(two),
};
TL_OP(cpu){
    .schemas = {"aten::cpu(Tensor(a) self) -> Tensor(a|b)"},
    .function = function<cpu_impl>,
    .traits = Trait::composite,
};
TL_OP(fill_){
    .schemas = {"aten::fill_.Scalar(Tensor(a!) self, Scalar value) -> Tensor(a!)"},
    .function = function<fill_impl>,
    .backward = TL_TRAIN(zero_gradients),
    .reads = {0, 0},
    .samples = TL_TEST(fill_samples),
};
TL_OP(fill_tensor_){
    .schemas = {"aten::fill_.Tensor(Tensor(a!) self, Tensor value) -> Tensor(a!)"},
    .function = function<fill_tensor>,
    .backward = TL_TRAIN(fill_backward),
    .reads = {0, 0},
    .samples = TL_TEST(fill_tensor_samples),
};
TL_OP(zero_){
    .schemas = {"aten::zero_(Tensor(a!) self) -> Tensor(a!)"},
    .function = function<zero_impl>,
    .backward = TL_TRAIN(zero_gradients),
    .reads = {0, 0},
    .samples = TL_TEST(one),
};
TL_OP(detach){
    .schemas = {"aten::detach(Tensor(a) self) -> Tensor(a)"},
    .function = function<detach_impl>,
    .traits = Trait::view | Trait::nograd,
    .samples = TL_TEST(one),
};
TL_OP(detach_){
    .schemas = {"aten::detach_(Tensor(a!) self) -> Tensor(a!)"},
    .function = function<detach_in_place>,
    .traits = Trait::nograd,
    .samples = TL_TEST(one),
};
TL_OP(alias){
    .schemas = {"aten::alias(Tensor(a) self) -> Tensor(a)"},
    .function = function<alias_impl>,
    .backward = TL_TRAIN(pass_on),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(one),
};
TL_OP(resize_){
    .schemas =
        {"aten::resize_(Tensor(a!) self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor(a!)"},
    .function = function<resize_impl>,
    .traits = Trait::nograd,
    .samples = TL_TEST(resize_samples),
};
TL_OP(resize_as_){
    .schemas =
        {"aten::resize_as_(Tensor(a!) self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor(a!)"},
    .function = function<resize_as_impl>,
    .traits = Trait::nograd,
};
TL_OP(set_){
    .schemas = {"aten::set_.source_Tensor(Tensor(a!) self, Tensor source) -> Tensor(a!)"},
    .function = function<set_tensor>,
    .traits = Trait::nograd,
};
TL_OP(set_part_){
    .schemas =
        {"aten::set_.source_Tensor_storage_offset(Tensor(a!) self, Tensor source, SymInt storage_offset, SymInt[] size, SymInt[] stride=[]) -> Tensor(a!)"},
    .function = function<set_part>,
    .traits = Trait::nograd,
};
TL_OP(set_empty_){
    .schemas = {"aten::set_(Tensor(a!) self) -> Tensor(a!)"},
    .function = function<set_empty>,
    .traits = Trait::nograd,
};
}  // namespace tealight::ops
