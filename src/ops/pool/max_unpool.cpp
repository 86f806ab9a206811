// Undoes max pooling: every value goes to the place that its index tells, the others become zero.
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

Tensor unpool(const char* op, const Tensor& self, const Tensor& indices, const DimVector& size,
              size_t n) {
  TL_CHECK(indices.scalar_type() == kLong,
           "elements in indices should be type int64 but got: ", indices.scalar_type());
  TL_CHECK(size.size() == n, op, ": there should be exactly ", n,
           " elements in output_size, but got ", size.size());
  TL_CHECK(self.dim() == int64_t(n) + 1 || self.dim() == int64_t(n) + 2, op, ": expected ", n + 1,
           "D or ", n + 2, "D input, but got ", self.sizes());
  TL_CHECK(self.fact().sizes == indices.fact().sizes,
           "Expected shape of indices to be same as that of the input tensor (", self.sizes(),
           ") but got indices tensor with shape: ", indices.sizes());
  DimVector flat(self.sizes()), whole = flat;
  flat.resize(flat.size() - n + 1);
  flat.back() = 1;
  for (size_t i = 0; i < n; ++i) {
    flat.back() *= size[i];
    whole[whole.size() - n + i] = size[i];
  }
  const int64_t first = -int64_t(n);
  const Tensor places = flatten(indices, first, -1), values = flatten(self, first, -1);
  return scatter(zeros(flat, self.options()), -1, places, values).reshape(whole);
}

Tensor unpool2d(const Tensor& self, const Tensor& indices, const DimVector& size) {
  const Tensor y = unpool("max_unpool2d", self, indices, size, 2);
  const MemoryFormat format = self.suggest_memory_format();
  return self.dim() == 4 ? y.contiguous(format) : y;
}
Tensor unpool3d(const Tensor& self, const Tensor& indices, const DimVector& size,
                const DimVector& stride, const DimVector& padding) {
  TL_CHECK(stride.size() == 3 && padding.size() == 3,
           "max_unpool3d: stride and padding should have 3 elements, but got ", stride, " and ",
           padding);
  return unpool("max_unpool3d", self, indices, size, 3);
}

Tensor places(IntArrayRef sizes, int64_t step) {
  int64_t n = 1;
  for (size_t i = sizes.size() - 2; i < sizes.size(); ++i) n *= sizes[i];
  return mul(arange(n), step).reshape(sizes.slice(sizes.size() - 2)).expand(sizes).contiguous();
}
std::vector<Sample> samples2d() {
  return {{{sample({2, 3, 2, 4}), places({2, 3, 2, 4}, 4), DimVector{4, 8}}},
          {{sample({3, 2, 2}), places({3, 2, 2}, 5), DimVector{4, 5}}}};
}
std::vector<Sample> samples3d() {
  return {{{sample({2, 1, 2, 3}), places({2, 1, 2, 3}, 7), DimVector{2, 4, 6}, DimVector{2, 2, 2},
            DimVector{0, 0, 0}}}};
}

}  // namespace

TL_OP(max_unpool2d){
    .schemas =
        {"aten::max_unpool2d(Tensor self, Tensor indices, int[2] output_size) -> Tensor",
         "aten::max_unpool2d.out(Tensor self, Tensor indices, int[2] output_size, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<unpool2d>,
    .traits = Trait::composite,
    .samples = TL_TEST(samples2d),
};
TL_OP(max_unpool3d){
    .schemas =
        {"aten::max_unpool3d(Tensor self, Tensor indices, int[3] output_size, int[3] stride, int[3] padding) -> Tensor",
         "aten::max_unpool3d.out(Tensor self, Tensor indices, int[3] output_size, int[3] stride, int[3] padding, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<unpool3d>,
    .traits = Trait::composite,
    .samples = TL_TEST(samples3d),
};

}  // namespace tealight::ops
