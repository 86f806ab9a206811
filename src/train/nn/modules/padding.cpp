// Padding layers.
#include "tealight/nn/modules/padding.h"

#include "tealight/nn/functional/padding.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace F = functional;

#define TL_PAD(Name, mode_, value_, ...)                                                           \
  Tensor Name##Impl::forward(const Tensor& input) {                                                \
    return F::pad(                                                                                 \
        input, F::PadFuncOptions(IntArrayRef(options.padding()).vec()).mode(mode_).value(value_)); \
  }                                                                                                \
  void Name##Impl::pretty_print(std::ostream& stream) const {                                      \
    describe(stream, #Name "(padding=", options.padding() __VA_OPT__(, ) __VA_ARGS__, ")");        \
  }
#define TL_PADS(d)                             \
  TL_PAD(ReflectionPad##d, kReflect, 0, "")    \
  TL_PAD(ReplicationPad##d, kReplicate, 0, "") \
  TL_PAD(ZeroPad##d, kConstant, 0, "")         \
  TL_PAD(ConstantPad##d, kConstant, options.value(), ", value=", options.value())
TL_PADS(1d)
TL_PADS(2d)
TL_PADS(3d)
#undef TL_PADS
#undef TL_PAD

}  // namespace torch::nn
