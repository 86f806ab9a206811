// Pooling layers.
#include "tealight/nn/modules/pooling.h"

#include "tealight/nn/functional/pooling.h"
#include "train/nn/modules/describe.h"

namespace torch::nn {
namespace F = functional;

// forward() that calls a function, and pretty_print() of parts of the options.
#define TL_POOL(Name, function, ...)                                                      \
  Tensor Name##Impl::forward(const Tensor& input) { return F::function(input, options); } \
  void Name##Impl::pretty_print(std::ostream& stream) const {                             \
    describe(stream, #Name "(", __VA_ARGS__, ")");                                        \
  }
#define TL_WITH_INDICES(Name, function)                                              \
  std::tuple<Tensor, Tensor> Name##Impl::forward_with_indices(const Tensor& input) { \
    return F::function##_with_indices(input, options);                               \
  }
#define TL_POOLS(d)                                                                            \
  TL_POOL(AvgPool##d, avg_pool##d, "kernel_size=", options.kernel_size(),                      \
          ", stride=", options.stride(), ", padding=", options.padding())                      \
  TL_POOL(MaxPool##d, max_pool##d, "kernel_size=", options.kernel_size(),                      \
          ", stride=", options.stride(), ", padding=", options.padding(),                      \
          ", dilation=", options.dilation(), ", ceil_mode=", options.ceil_mode())              \
  TL_WITH_INDICES(MaxPool##d, max_pool##d)                                                     \
  TL_POOL(AdaptiveMaxPool##d, adaptive_max_pool##d, "output_size=", options.output_size())     \
  TL_WITH_INDICES(AdaptiveMaxPool##d, adaptive_max_pool##d)                                    \
  TL_POOL(AdaptiveAvgPool##d, adaptive_avg_pool##d, "output_size=", options.output_size())     \
  TL_POOL(LPPool##d, lp_pool##d, "norm_type=", options.norm_type(),                            \
          ", kernel_size=", options.kernel_size(), ", stride=", options.stride(),              \
          ", ceil_mode=", options.ceil_mode())                                                 \
                                                                                               \
  Tensor MaxUnpool##d##Impl::forward(const Tensor& input, const Tensor& indices,               \
                                     const std::optional<std::vector<int64_t>>& output_size) { \
    return F::max_unpool##d(input, indices,                                                    \
                            F::MaxUnpool##d##FuncOptions(options.kernel_size())                \
                                .stride(options.stride())                                      \
                                .padding(options.padding())                                    \
                                .output_size(output_size));                                    \
  }                                                                                            \
  void MaxUnpool##d##Impl::pretty_print(std::ostream& stream) const {                          \
    describe(stream, "MaxUnpool" #d "(kernel_size=", options.kernel_size(),                    \
             ", stride=", options.stride(), ", padding=", options.padding(), ")");             \
  }
TL_POOLS(1d)
TL_POOLS(2d)
TL_POOLS(3d)
#undef TL_POOLS
#undef TL_WITH_INDICES
#undef TL_POOL

namespace {
template <class Options>
void check_fractional(const char* name, const Options& o) {
  TL_CHECK(o.output_size() || o.output_ratio(), name,
           " requires specifying either an output size, or a pooling ratio");
  TL_CHECK(!o.output_size() || !o.output_ratio(),
           "only one of output_size and output_ratio may be specified");
  if (!o.output_ratio()) return;
  for (const double ratio : **o.output_ratio())
    TL_CHECK(0 < ratio && ratio < 1, "output_ratio must be between 0 and 1 (got ",
             *o.output_ratio(), ")");
}
}  // namespace

#define TL_FRACTIONAL(d)                                                                  \
  FractionalMaxPool##d##Impl::FractionalMaxPool##d##Impl(FractionalMaxPool##d##Options o) \
      : options(std::move(o)) {                                                           \
    FractionalMaxPool##d##Impl::reset();                                                  \
  }                                                                                       \
  void FractionalMaxPool##d##Impl::reset() {                                              \
    _random_samples = register_buffer("_random_samples", options._random_samples());      \
    check_fractional("FractionalMaxPool" #d, options);                                    \
  }                                                                                       \
  std::tuple<Tensor, Tensor> FractionalMaxPool##d##Impl::forward_with_indices(            \
      const Tensor& input) {                                                              \
    return F::fractional_max_pool##d##_with_indices(                                      \
        input, FractionalMaxPool##d##Options(options)._random_samples(_random_samples));  \
  }                                                                                       \
  Tensor FractionalMaxPool##d##Impl::forward(const Tensor& input) {                       \
    return std::get<0>(forward_with_indices(input));                                      \
  }                                                                                       \
  void FractionalMaxPool##d##Impl::pretty_print(std::ostream& stream) const {             \
    describe(stream, "FractionalMaxPool" #d "()");                                        \
  }
TL_FRACTIONAL(2d)
TL_FRACTIONAL(3d)
#undef TL_FRACTIONAL

}  // namespace torch::nn
