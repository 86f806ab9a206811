// where: elements of one tensor or another, by a condition.
#include <cstring>

#include "ops/broadcast.h"
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

void check_condition(const Fact& condition) {
  TL_CHECK(condition.dtype == kBool || condition.dtype == kByte, "where expected condition to be a boolean tensor, but got a tensor with dtype ", condition.dtype);
}

// The operator proper: both of one dtype.
Fact infer_where(const Fact& condition, const Fact& self, const Fact& other) {
  check_condition(condition);
  TL_CHECK(self.dtype == other.dtype, "where: expected scalar type ", self.dtype, " but found ", other.dtype);
  const Fact* all[] = {&condition, &self, &other};
  return broadcast_fact(all, self.dtype);
}

// Elements as integers of their size: nothing is computed.
template <class T> Kernel select_kernel(const Call& c) {
  const DimVector& sizes = c.out().sizes;
  const DimVector steps[] = {byte_strides(c.in(0), sizes), byte_strides(c.in(1), sizes), byte_strides(c.in(2), sizes), byte_strides(c.out(), sizes)};
  const int64_t n = numel_of(sizes), inner = sizes.empty() ? 1 : sizes.back();
  return Kernel([=, s0 = steps[0], s1 = steps[1], s2 = steps[2], s3 = steps[3]](const Pointers& p) {
    if (n == 0) return;
    const DimVector* const steps_of[] = {&s0, &s1, &s2, &s3};
    const size_t outer_dims = sizes.empty() ? 0 : sizes.size() - 1;
    int64_t last[4] = {};
    if (!sizes.empty()) for (size_t k = 0; k < 4; ++k) last[k] = steps_of[k]->back();
    const char* in[3] = {p.in<char>(0), p.in<char>(1), p.in<char>(2)};
    char* out = p.out<char>();
    DimVector at(outer_dims, 0);
    for (int64_t row = 0; row < n / inner; ++row) {
      for (int64_t i = 0; i < inner; ++i) *reinterpret_cast<T*>(out + i * last[3]) = in[0][i * last[0]] ? *reinterpret_cast<const T*>(in[1] + i * last[1]) : *reinterpret_cast<const T*>(in[2] + i * last[2]);
      for (size_t d = outer_dims; d-- > 0;) {
        const int64_t move = ++at[d] < sizes[d] ? 1 : 1 - sizes[d];
        for (size_t k = 0; k < 3; ++k) in[k] += move * (*steps_of[k])[d];
        out += move * s3[d];
        if (move == 1) break;
        at[d] = 0;
      }
    }
  });
}
struct Pair {
  uint64_t low, high;
};
Offer prepare_where(const Call& c) {
  switch (c.out().itemsize()) {
    case 1: return select_kernel<uint8_t>(c);
    case 2: return select_kernel<uint16_t>(c);
    case 4: return select_kernel<uint32_t>(c);
    case 8: return select_kernel<uint64_t>(c);
    default: return select_kernel<Pair>(c);
  }
}
constexpr Impl where_kernels[] = {{"select", prepare_where}};
Grads where_grads(const GradCall& c) {
  const Tensor zero = tealight::zeros({}, c.grad().options());
  return {Tensor(), c.wants(1) ? sum_to_size(tealight::where(c.in(0), c.grad(), zero), c.in(1).sizes()) : Tensor(),
          c.wants(2) ? sum_to_size(tealight::where(c.in(0), zero, c.grad()), c.in(2).sizes()) : Tensor()};
}

Tensor same_where(const Tensor& condition, const Tensor& self, const Tensor& other) {
  return detail::call_as<Tensor>(find_overload("tealight::where"), condition, self, other);
}
// Two dtypes become their common one first.
Tensor where_promoted(const Tensor& condition, const Tensor& self, const Tensor& other) {
  check_condition(condition.fact());
  if (self.scalar_type() == other.scalar_type()) return same_where(condition, self, other);
  const Fact* both[] = {&self.fact(), &other.fact()};
  const ScalarType t = result_type(both);
  return same_where(condition, self.scalar_type() == t ? self : self.to(t), other.scalar_type() == t ? other : other.to(t));
}
Tensor where_number_other(const Tensor& condition, const Tensor& self, const Scalar& other) { return where_promoted(condition, self, wrapped_scalar_tensor(other)); }
Tensor where_number_self(const Tensor& condition, const Scalar& self, const Tensor& other) { return where_promoted(condition, wrapped_scalar_tensor(self), other); }
Tensor where_numbers(const Tensor& condition, const Scalar& self, const Scalar& other) { return where_promoted(condition, wrapped_scalar_tensor(self), wrapped_scalar_tensor(other)); }
std::vector<Tensor> where_places(const Tensor& condition) { return tealight::unbind(tealight::nonzero(condition.dim() ? condition : tealight::unsqueeze(condition, 0)), 1); }

std::vector<Sample> where_samples() {
  return {{{sample({3, 4}, kBool), sample({3, 4}), sample({3, 4}, kFloat, -1, 1, 2)}},
          {{sample({4}, kBool), sample({3, 1}), sample({}, kFloat, -1, 1, 2)}},
          {{sample({2, 3, 4}, kBool), sample({3, 4}), sample({3, 4}, kDouble, -1, 1, 2)}}};
}
std::vector<Sample> other_samples() { return {{{sample({3, 4}, kBool), sample({3, 4}), 0.5}}, {{sample({3, 4}, kBool), sample({4}, kLong), 2}}}; }
std::vector<Sample> self_samples() { return {{{sample({3, 4}, kBool), 0.5, sample({3, 4})}}}; }
std::vector<Sample> numbers_samples() { return {{{sample({3, 4}, kBool), 0.5, 2}}, {{sample({3, 4}, kBool), 1, 2}}}; }
std::vector<Sample> places_samples() { return {{{sample({3, 4}, kBool)}}}; }

}  // namespace

TL_OP(where_kernel){
    .schemas = {"tealight::where(Tensor condition, Tensor self, Tensor other) -> Tensor"},
    .infer = infer<infer_where>, .kernels = where_kernels, .backward = TL_TRAIN(where_grads), .traits = Trait::strided};
TL_OP(where){
    .schemas = {"aten::where.self(Tensor condition, Tensor self, Tensor other) -> Tensor", "aten::where.self_out(Tensor condition, Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<where_promoted>, .traits = Trait::composite, .samples = TL_TEST(where_samples)};
TL_OP(where_scalar_other){.schemas = {"aten::where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor"}, .function = function<where_number_other>, .traits = Trait::composite, .samples = TL_TEST(other_samples)};
TL_OP(where_scalar_self){.schemas = {"aten::where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor"}, .function = function<where_number_self>, .traits = Trait::composite, .samples = TL_TEST(self_samples)};
TL_OP(where_scalars){.schemas = {"aten::where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor"}, .function = function<where_numbers>, .traits = Trait::composite, .samples = TL_TEST(numbers_samples)};
TL_OP(where_nonzero){.schemas = {"aten::where(Tensor condition) -> Tensor[]"}, .function = function<where_places>, .traits = Trait::composite, .samples = TL_TEST(places_samples)};
}  // namespace tealight::ops
