// Pooling as functions.
#include "tealight/nn/functional/pooling.h"

#include <algorithm>
#include <cmath>

#include "tealight/ops.h"
#include "tealight/tensor_methods.h"

namespace torch::nn::functional {
namespace {

/// The output size of an adaptive pool: the input's where none is given.
template <size_t D>
std::vector<int64_t> sizes_or(const ExpandingArrayWithOptionalElem<D>& wanted,
                              const Tensor& input) {
  TL_CHECK(size_t(input.dim()) > D, "Input dimension should be at least ", D + 1, ", but got ",
           input.dim());
  std::vector<int64_t> sizes;
  for (size_t i = 0; i < D; ++i)
    sizes.push_back((*wanted)[i].value_or(input.size(int64_t(i) - int64_t(D))));
  return sizes;
}
IntArrayRef sizes_or(const ExpandingArray<1>& wanted, const Tensor&) { return wanted; }

}  // namespace

Tensor avg_pool1d(const Tensor& input, const AvgPool1dFuncOptions& o) {
  return torch::avg_pool1d(input, o.kernel_size(), o.stride(), o.padding(), o.ceil_mode(),
                           o.count_include_pad());
}
Tensor avg_pool2d(const Tensor& input, const AvgPool2dFuncOptions& o) {
  return torch::avg_pool2d(input, o.kernel_size(), o.stride(), o.padding(), o.ceil_mode(),
                           o.count_include_pad(), o.divisor_override());
}
Tensor avg_pool3d(const Tensor& input, const AvgPool3dFuncOptions& o) {
  return torch::avg_pool3d(input, o.kernel_size(), o.stride(), o.padding(), o.ceil_mode(),
                           o.count_include_pad(), o.divisor_override());
}

#define TL_POOLS(d)                                                                              \
  Tensor max_pool##d(const Tensor& input, const MaxPool##d##FuncOptions& o) {                    \
    return torch::max_pool##d(input, o.kernel_size(), o.stride(), o.padding(), o.dilation(),     \
                              o.ceil_mode());                                                    \
  }                                                                                              \
  std::tuple<Tensor, Tensor> max_pool##d##_with_indices(const Tensor& input,                     \
                                                        const MaxPool##d##FuncOptions& o) {      \
    return tealight::detail::call_as<std::tuple<Tensor, Tensor>>(                                \
        find_overload("aten::max_pool" #d "_with_indices"), input, IntArrayRef(o.kernel_size()), \
        IntArrayRef(o.stride()), IntArrayRef(o.padding()), IntArrayRef(o.dilation()),            \
        o.ceil_mode());                                                                          \
  }                                                                                              \
  std::tuple<Tensor, Tensor> adaptive_max_pool##d##_with_indices(                                \
      const Tensor& input, const AdaptiveMaxPool##d##FuncOptions& o) {                           \
    return torch::adaptive_max_pool##d(input, sizes_or(o.output_size(), input));                 \
  }                                                                                              \
  Tensor adaptive_max_pool##d(const Tensor& input, const AdaptiveMaxPool##d##FuncOptions& o) {   \
    return std::get<0>(adaptive_max_pool##d##_with_indices(input, o));                           \
  }                                                                                              \
  Tensor adaptive_avg_pool##d(const Tensor& input, const AdaptiveAvgPool##d##FuncOptions& o) {   \
    return torch::adaptive_avg_pool##d(input, sizes_or(o.output_size(), input));                 \
  }
TL_POOLS(1d)
TL_POOLS(2d)
TL_POOLS(3d)
#undef TL_POOLS

namespace {
/// (sum of x^p over the window)^(1/p), from the window's mean.
template <size_t D>
Tensor lp_norm(const Tensor& mean, const LPPoolOptions<D>& o) {
  int64_t elements = 1;
  for (const int64_t k : *o.kernel_size()) elements *= k;
  return (torch::sign(mean) * torch::relu(torch::abs(mean))).mul(elements).pow(1. / o.norm_type());
}
template <size_t D>
AvgPoolOptions<D> mean_of(const LPPoolOptions<D>& o) {
  return AvgPoolOptions<D>(o.kernel_size()).stride(o.stride()).ceil_mode(o.ceil_mode());
}
}  // namespace

Tensor lp_pool1d(const Tensor& input, const LPPool1dFuncOptions& o) {
  return lp_norm(avg_pool1d(input.pow(o.norm_type()), mean_of(o)), o);
}
Tensor lp_pool2d(const Tensor& input, const LPPool2dFuncOptions& o) {
  return lp_norm(avg_pool2d(input.pow(o.norm_type()), mean_of(o)), o);
}
Tensor lp_pool3d(const Tensor& input, const LPPool3dFuncOptions& o) {
  return lp_norm(avg_pool3d(input.pow(o.norm_type()), mean_of(o)), o);
}

namespace {
template <size_t D>
struct FractionalSizes {
  std::vector<int64_t> output;
  Tensor samples;  // [N, C, D] in 0..1, where the windows begin
};
template <size_t D>
FractionalSizes<D> fractional_sizes(const Tensor& input, const FractionalMaxPoolOptions<D>& o) {
  TL_CHECK(o.output_size() || o.output_ratio(), "fractional_max_pool", D,
           "d requires specifying either an output_size or an output_ratio");
  FractionalSizes<D> sizes;
  constexpr auto d = int64_t(D);
  for (int64_t i = 0; i < d; ++i)
    sizes.output.push_back(
        o.output_size() ? (**o.output_size())[size_t(i)]
                        : int64_t(double(input.size(i - d)) * (**o.output_ratio())[size_t(i)]));
  sizes.samples = o._random_samples();
  if (!sizes.samples.defined())
    sizes.samples = torch::rand({input.dim() == d + 1 ? 1 : input.size(0), input.size(-d - 1), d},
                                input.options());
  return sizes;
}
}  // namespace

#define TL_FRACTIONAL(d)                                                                           \
  std::tuple<Tensor, Tensor> fractional_max_pool##d##_with_indices(                                \
      const Tensor& input, const FractionalMaxPool##d##FuncOptions& o) {                           \
    const auto sizes = fractional_sizes(input, o);                                                 \
    return torch::fractional_max_pool##d(input, o.kernel_size(), sizes.output, sizes.samples);     \
  }                                                                                                \
  Tensor fractional_max_pool##d(const Tensor& input, const FractionalMaxPool##d##FuncOptions& o) { \
    return std::get<0>(fractional_max_pool##d##_with_indices(input, o));                           \
  }
TL_FRACTIONAL(2d)
TL_FRACTIONAL(3d)
#undef TL_FRACTIONAL

namespace {
/// What was pooled to `input`: the size that is asked for, or the smallest that fits.
template <size_t D>
std::vector<int64_t> unpooled_size(const Tensor& input, const MaxUnpoolFuncOptions<D>& o) {
  std::vector<int64_t> fitting;
  for (size_t i = 0; i < D; ++i)
    fitting.push_back((input.size(int64_t(i) - int64_t(D)) - 1) * (*o.stride())[i] +
                      (*o.kernel_size())[i] - 2 * (*o.padding())[i]);
  if (!o.output_size()) return fitting;
  std::vector<int64_t> wanted = *o.output_size();
  if (wanted.size() == D + 2) wanted.erase(wanted.begin(), wanted.begin() + 2);
  TL_CHECK(wanted.size() == D, "output_size should be a sequence containing ", D, " or ", D + 2,
           " elements, but it has a length of '", o.output_size()->size(), "'");
  for (size_t i = 0; i < D; ++i) {
    const int64_t low = fitting[i] - (*o.stride())[i], high = fitting[i] + (*o.stride())[i];
    TL_CHECK(low <= wanted[i] && wanted[i] <= high, "invalid output_size ", IntArrayRef(wanted),
             " (dim ", i, " must be between ", low, " and ", high, ")");
  }
  return wanted;
}
}  // namespace

Tensor max_unpool1d(const Tensor& input, const Tensor& indices,
                    const MaxUnpool1dFuncOptions& options) {
  auto size = unpooled_size(input, options);
  size.push_back(1);
  return torch::max_unpool2d(input.unsqueeze(-1), indices.unsqueeze(-1), size).squeeze(-1);
}
Tensor max_unpool2d(const Tensor& input, const Tensor& indices,
                    const MaxUnpool2dFuncOptions& options) {
  return torch::max_unpool2d(input, indices, unpooled_size(input, options));
}
Tensor max_unpool3d(const Tensor& input, const Tensor& indices,
                    const MaxUnpool3dFuncOptions& options) {
  return torch::max_unpool3d(input, indices, unpooled_size(input, options), options.stride(),
                             options.padding());
}

}  // namespace torch::nn::functional
