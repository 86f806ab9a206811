// There are no nested tensors here. TransformerEncoder asks whether a padding mask lets it use them
// (_nested_tensor_from_mask_left_aligned) and otherwise works on padded ones, so the answer is no;
// the numbers are the same wherever the mask lets them be seen.
#include "ops/op.h"

namespace tealight::ops {
namespace {

[[noreturn]] void refuse(const char* op) {
  Error e(str(op, ": nested tensors are not supported"), ErrorKind::unsupported);
  throw e.fix("build the TransformerEncoder with enable_nested_tensor=False");
}

constexpr Fn rows[] = {
    TL_FN("aten::_nested_tensor_from_mask_left_aligned(Tensor t, Tensor mask) -> bool",
          [](const Tensor&, const Tensor&) { return false; }),
    TL_FN("aten::_nested_tensor_from_mask(Tensor t, Tensor mask, bool mask_check=True) -> Tensor",
          [](const Tensor&, const Tensor&, bool) -> Tensor { refuse("_nested_tensor_from_mask"); }),
    TL_FN("aten::to_padded_tensor(Tensor self, float padding, int[]? output_size=None) -> Tensor",
          [](const Tensor&, double, const std::optional<DimVector>&) -> Tensor {
            refuse("to_padded_tensor");
          }),
};

}  // namespace
TL_FNS(linear_nested){rows};
}  // namespace tealight::ops
