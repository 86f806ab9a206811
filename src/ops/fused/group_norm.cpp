// Group norm and the activation behind it in one operator; instance norm is that of as many groups
// as channels. Graph passes make it, channels last or not.
#include "ops/fused/activation.h"
#include "ops/nhwc.h"
#include "ops/norm/group_norm_f32.h"

namespace tealight::ops {
namespace {

Fact infer_group_norm(const Fact& x, int64_t groups, OptionalFact weight, OptionalFact bias, double,
                      const std::string& activation, double a, double b) {
  activation_of(activation, a, b);
  TL_CHECK(x.dim() >= 2 && x.dtype == kFloat,
           "group_norm: expected a float32 tensor of at least 2 dimensions, but got ", x.dtype,
           x.sizes);
  const int64_t channels = x.sizes[1];
  TL_CHECK(groups > 0 && channels % groups == 0, "group_norm: ", channels,
           " channels cannot be divided into ", groups, " groups");
  for (const OptionalFact& f : {weight, bias})
    TL_CHECK(!f || (f->dtype == kFloat && f->dim() == 1 && f->numel() == channels),
             "group_norm: weight and bias must be float32 vectors of ", channels, " elements");
  return Fact(kFloat, x.sizes, contiguous_strides(x.sizes, x.suggest_memory_format()));
}

Offer offer(const Call& c, bool channels_last) {
  const Fact& x = c.in(0);
  int64_t pixels = 1;
  for (int64_t d = 2; d < x.dim(); ++d) pixels *= x.sizes[size_t(d)];
  for (size_t i = 1; i < 3; ++i)
    if (c.has_in(i) && !c.in(i).is_contiguous()) return "weight or bias with gaps";
  const GroupNormF32 norm{{x.sizes[0], pixels, x.sizes[1]},
                          channels_last,
                          c.arg<int64_t>(1),
                          c.arg<double>(4),
                          activation_of(c.arg<std::string>(5), c.arg<double>(6), c.arg<double>(7))};
  return Kernel(
      [norm](const Pointers& p) {
        norm.run(p.in<float>(0), p.in<float>(1), p.in<float>(2), p.out<float>(), nullptr, nullptr,
                 p.scratch<std::byte>());
      },
      norm.scratch_bytes());
}
Offer prepare_nhwc(const Call& c) { return offer(c, true); }
Offer prepare_rows(const Call& c) { return offer(c, false); }
constexpr Impl kernels[] = {{"nhwc_f32", prepare_nhwc, KernelLayout::channels_last},
                            {"rows_f32", prepare_rows}};

}  // namespace

TL_OP(fused_group_norm){
    .schemas =
        {"tealight::group_norm(Tensor input, int num_groups, Tensor? weight, Tensor? bias, float eps, str activation, float a, float b) -> Tensor"},
    .infer = infer<infer_group_norm>,
    .kernels = kernels,
    .traits = Trait::nograd,
};

}  // namespace tealight::ops
