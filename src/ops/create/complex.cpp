// Complex numbers from their parts, and the same memory seen as one or the other.
#include <cmath>

#include "ops/broadcast.h"
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/shape/view.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

void check_parts(const char* op, const Tensor& a, const Tensor& b) {
  TL_CHECK(a.scalar_type() == kFloat || a.scalar_type() == kDouble || a.scalar_type() == kHalf,
           "Expected both inputs to be Half, Float or Double tensors but got ", a.scalar_type(),
           " and ", b.scalar_type());
  TL_CHECK(a.scalar_type() == b.scalar_type(), "Expected object of scalar type ", a.scalar_type(),
           " but got scalar type ", b.scalar_type(), " for second argument of ", op);
}

Tensor view_real(const Tensor& self) {
  TL_CHECK(self.is_complex(), "view_as_real is only supported for complex tensors");
  Fact f(to_real_dtype(self.scalar_type()), self.sizes());
  f.sizes.push_back(2);
  f.strides = DimVector();
  for (int64_t s : self.strides()) f.strides.push_back(2 * s);
  f.strides.push_back(1);
  return Tensor(self.storage(), f, 2 * self.storage_offset());
}
Tensor view_complex(const Tensor& self) {
  const ScalarType t = self.scalar_type();
  TL_CHECK(
      t == kFloat || t == kDouble || t == kHalf,
      "view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: ",
      t);
  TL_CHECK(self.dim() > 0, "Input tensor must have one or more dimensions");
  TL_CHECK(self.size(-1) == 2, "Tensor must have a last dimension of size 2");
  TL_CHECK(self.stride(-1) == 1, "Tensor must have a last dimension with stride 1");
  TL_CHECK(self.storage_offset() % 2 == 0, "Tensor must have a storage_offset divisible by 2");
  Fact f(to_complex_dtype(t), self.sizes().slice(0, size_t(self.dim()) - 1));
  f.strides = DimVector();
  for (int64_t d = 0; d + 1 < self.dim(); ++d) {
    TL_CHECK(self.stride(d) % 2 == 0,
             "Tensor must have a stride divisible by 2 for all but last dimension");
    f.strides.push_back(self.stride(d) / 2);
  }
  return Tensor(self.storage(), f, self.storage_offset() / 2);
}
Grads view_real_grads(const GradCall& c) {
  return {tealight::view_as_complex(c.grad().contiguous())};
}
Grads view_complex_grads(const GradCall& c) { return {tealight::view_as_real(c.grad())}; }

Tensor complex_of(const Tensor& real, const Tensor& imag) {
  check_parts("complex", real, imag);
  const Fact* parts[] = {&real.fact(), &imag.fact()};
  const Tensor out(broadcast_fact(parts, to_complex_dtype(real.scalar_type())));
  const Tensor pairs = tealight::view_as_real(out);
  copy_into(tealight::select(pairs, -1, 0), real);
  copy_into(tealight::select(pairs, -1, 1), imag);
  return out;
}
Grads complex_grads(const GradCall& c) {
  return by_argument(
      c, [&] { return tealight::real(c.grad()); }, [&] { return tealight::imag(c.grad()); });
}
Tensor polar_of(const Tensor& abs, const Tensor& angle) {
  check_parts("polar", abs, angle);
  return tealight::complex(tealight::mul(abs, tealight::cos(angle)),
                           tealight::mul(abs, tealight::sin(angle)));
}

std::vector<Sample> real_samples() {
  return {{{sample({2, 3}, kComplexFloat)}}, {{sample({}, kComplexFloat)}}};
}
std::vector<Sample> pair_samples() { return {{{sample({3, 2})}}, {{sample({2, 3, 2}, kDouble)}}}; }
std::vector<Sample> part_samples() {
  return {{{sample({2, 3}), sample({2, 3}, kFloat, -1, 1, 2)}},
          {{sample({2, 1}), sample({3}, kFloat, -1, 1, 2)}}};
}

}  // namespace

TL_OP(view_as_real){
    .schemas = {"aten::view_as_real(Tensor(a) self) -> Tensor(a)"},
    .function = function<view_real>,
    .backward = TL_TRAIN(view_real_grads),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(real_samples),
};
TL_OP(view_as_complex){
    .schemas = {"aten::view_as_complex(Tensor(a) self) -> Tensor(a)"},
    .function = function<view_complex>,
    .backward = TL_TRAIN(view_complex_grads),
    .reads = {0, 0},
    .traits = Trait::view,
    .samples = TL_TEST(pair_samples),
};
TL_OP(complex){
    .schemas = {"aten::complex(Tensor real, Tensor imag) -> Tensor",
                "aten::complex.out(Tensor real, Tensor imag, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<complex_of>,
    .backward = TL_TRAIN(complex_grads),
    .reads = {0, 0},
    .samples = TL_TEST(part_samples),
};
TL_OP(polar){
    .schemas = {"aten::polar(Tensor abs, Tensor angle) -> Tensor",
                "aten::polar.out(Tensor abs, Tensor angle, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<polar_of>,
    .traits = Trait::composite,
    .samples = TL_TEST(part_samples),
};
}  // namespace tealight::ops
