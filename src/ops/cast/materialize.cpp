// y = x broadcast, converted and laid out: what copies become in a plan.
#include "ops/broadcast.h"
#include "ops/copy.h"

namespace tealight::ops {
namespace {

Fact infer_materialize(const Fact& self, const DimVector& size, const DimVector& stride,
                       ScalarType dtype) {
  TL_CHECK(broadcastable_to(self.sizes, size), "materialize: ", self.sizes, " as ", size);
  TL_CHECK(size.size() == stride.size(), "materialize: ", size.size(), " sizes and ", stride.size(),
           " strides");
  TL_CHECK(dtype == self.dtype || (!is_quantized(dtype) && !is_quantized(self.dtype)),
           "materialize: from ", self.dtype, " to ", dtype);
  Fact y(dtype, size, stride);
  y.quantizer = self.quantizer;
  return y;
}
Offer prepare_materialize(const Call& c) { return copy_kernel(c.out(), c.in(0)); }
constexpr Impl kernels[] = {{"copy", prepare_materialize}};

}  // namespace

TL_OP(materialize){
    .schemas =
        {"tealight::materialize(Tensor self, int[] size, int[] stride, ScalarType dtype) -> Tensor"},
    .infer = infer<infer_materialize>,
    .kernels = kernels,
    .traits = Trait::strided | Trait::nograd,
};
}  // namespace tealight::ops
