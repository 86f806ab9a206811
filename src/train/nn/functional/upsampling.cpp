// Resizing and sampling of pictures as functions.
#include "tealight/nn/functional/upsampling.h"

#include <algorithm>
#include <cmath>

#include "tealight/nn/functional/vision.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"
#include "tealight/torch_macros.h"

namespace torch::nn::functional {
namespace {

/// An operator of interpolation for inputs with `dims` dimensions in space.
struct Method {
  const char* mode;  // as enums are called
  int64_t dims;
  const char* name;
};
constexpr Method kMethods[] = {
    {"kNearest", 1, "aten::upsample_nearest1d.vec"},
    {"kNearest", 2, "aten::upsample_nearest2d.vec"},
    {"kNearest", 3, "aten::upsample_nearest3d.vec"},
    {"kNearestExact", 1, "aten::_upsample_nearest_exact1d.vec"},
    {"kNearestExact", 2, "aten::_upsample_nearest_exact2d.vec"},
    {"kNearestExact", 3, "aten::_upsample_nearest_exact3d.vec"},
    {"kArea", 1, "aten::adaptive_avg_pool1d"},
    {"kArea", 2, "aten::adaptive_avg_pool2d"},
    {"kArea", 3, "aten::adaptive_avg_pool3d"},
    {"kLinear", 1, "aten::upsample_linear1d.vec"},
    {"kBilinear", 2, "aten::upsample_bilinear2d.vec"},
    {"kTrilinear", 3, "aten::upsample_trilinear3d.vec"},
    {"kBicubic", 2, "aten::upsample_bicubic2d.vec"},
};
constexpr Method kAntialiased[] = {
    {"kBilinear", 2, "aten::_upsample_bilinear2d_aa.vec"},
    {"kBicubic", 2, "aten::_upsample_bicubic2d_aa.vec"},
};

std::string lower_mode(std::string_view mode) {
  std::string text(mode.substr(1));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

const Method& method_of(const std::string& mode, int64_t dims, bool antialias) {
  const auto fits = [&](const Method& m) { return m.mode == mode && m.dims == dims; };
  if (antialias) {
    const Method* m = std::find_if(std::begin(kAntialiased), std::end(kAntialiased), fits);
    TL_CHECK(m != std::end(kAntialiased),
             "Anti-alias option is only supported for bilinear and bicubic modes");
    return *m;
  }
  TL_CHECK(dims >= 1 && dims <= 3, "Input Error: Only 3D, 4D and 5D input Tensors supported (got ",
           dims + 2, "D) for the modes: nearest | linear | bilinear | bicubic | trilinear (got ",
           mode, ")");
  const Method* m = std::find_if(std::begin(kMethods), std::end(kMethods), fits);
  if (m != std::end(kMethods)) return *m;
  m = std::find_if(std::begin(kMethods), std::end(kMethods),
                   [&](const Method& any) { return any.mode == mode; });
  TL_CHECK(false, "Got ", dims + 2, "D input, but ", lower_mode(mode), " mode needs ", m->dims + 2,
           "D input");
}

std::vector<int64_t> output_size(const Tensor& input, const InterpolateFuncOptions& o) {
  const int64_t dims = input.dim() - 2;
  TL_CHECK(o.size() || o.scale_factor(), "either size or scale_factor should be defined");
  TL_CHECK(!o.size() || !o.scale_factor(), "only one of size or scale_factor should be defined");
  if (o.size()) {
    TL_CHECK(int64_t(o.size()->size()) == dims, "size shape must match input shape. Input is ",
             dims, "D, size is ", o.size()->size());
    return *o.size();
  }
  const std::vector<double>& scales = *o.scale_factor();
  TL_CHECK(int64_t(scales.size()) == dims, "scale_factor shape must match input shape. Input is ",
           dims, "D, scale_factor size is ", ArrayRef<double>(scales));
  if (!o.recompute_scale_factor() && std::floor(scales.back()) != scales.back())
    TORCH_WARN(
        "The default behavior for interpolate/upsample with float scale_factor changed in 1.6.0 to "
        "align with other frameworks/libraries, and uses scale_factor directly, instead of relying "
        "on the computed output size. If you wish to keep the old behavior, please set "
        "recompute_scale_factor=True. See the documentation of nn.Upsample for details. ");
  std::vector<int64_t> size;
  for (int64_t i = 0; i < dims; ++i)
    size.push_back(int64_t(std::floor(double(input.size(i + 2)) * scales[size_t(i)])));
  return size;
}

}  // namespace

Tensor interpolate(const Tensor& input, const InterpolateFuncOptions& o) {
  const std::string mode = enumtype::get_enum_name(o.mode());
  const bool area = mode == "kArea", nearest = mode == "kNearest" || mode == "kNearestExact";
  TL_CHECK(!(area || mode == "kNearest") || !o.align_corners(),
           "align_corners option can only be set with the interpolating modes: linear | bilinear | "
           "bicubic | trilinear");
  if (!area && !nearest && !o.align_corners())
    TORCH_WARN("Default upsampling behavior when mode=", mode,
               " is changed to align_corners=False since 0.4.0. Please specify align_corners=True "
               "if the old behavior is desired. See the documentation of nn.Upsample for details.");
  const Method& method = method_of(mode, input.dim() - 2, o.antialias());
  const std::vector<int64_t> size = output_size(input, o);
  const Overload& op = find_overload(method.name);
  using tealight::detail::call_as;
  if (area) return call_as<Tensor>(op, input, IntArrayRef(size));

  // Scales that are used as they are given take the size's place.
  const bool by_scale = o.scale_factor() && !o.recompute_scale_factor().value_or(false);
  const Value sizes = by_scale ? Value() : Value(IntArrayRef(size)),
              scales = by_scale ? Value(ArrayRef<double>(*o.scale_factor())) : Value();
  if (nearest) return call_as<Tensor>(op, input, sizes, scales);
  return call_as<Tensor>(op, input, sizes, o.align_corners().value_or(false), scales);
}

Tensor affine_grid(const Tensor& theta, const IntArrayRef& size, bool align_corners) {
  TL_CHECK(theta.is_floating_point(), "Expected theta to have floating point type, but got ",
           theta.dtype());
  TL_CHECK(size.size() == 4 || size.size() == 5,
           "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, "
           "respectively. Got size ",
           size);
  const int64_t d = int64_t(size.size()) - 2;
  TL_CHECK(theta.dim() == 3 && theta.size(-2) == d && theta.size(-1) == d + 1,
           "Expected a batch of ", d, "D affine matrices of shape Nx", d, "x", d + 1, " for size ",
           size, ". Got ", theta.sizes(), ".");
  TL_CHECK(*std::min_element(size.begin(), size.end()) > 0,
           "Expected non-zero, positive output size. Got ", size);
  return torch::affine_grid_generator(theta, size, align_corners);
}

Tensor grid_sample(const Tensor& input, const Tensor& grid, const GridSampleFuncOptions& o) {
  if (!o.align_corners())
    TORCH_WARN(
        "Default grid_sample and affine_grid behavior has changed to align_corners=False since "
        "1.3.0. Please specify align_corners=True if the old behavior is desired. See the "
        "documentation of grid_sample for details.");
  return torch::grid_sampler(input, grid, int64_t(o.mode().index()),
                             int64_t(o.padding_mode().index()), o.align_corners().value_or(false));
}

}  // namespace torch::nn::functional

namespace at::native {
using tealight::find_overload, tealight::IntArrayRef, tealight::Tensor;
using tealight::detail::call_as;

Tensor _upsample_nearest_exact2d(const Tensor& input, IntArrayRef output_size,
                                 std::optional<double> scales_h, std::optional<double> scales_w) {
  return call_as<Tensor>(find_overload("aten::_upsample_nearest_exact2d"), input, output_size,
                         scales_h, scales_w);
}
Tensor _upsample_bilinear2d_aa(const Tensor& input, IntArrayRef output_size, bool align_corners,
                               std::optional<double> scales_h, std::optional<double> scales_w) {
  return call_as<Tensor>(find_overload("aten::_upsample_bilinear2d_aa"), input, output_size,
                         align_corners, scales_h, scales_w);
}
Tensor _upsample_bicubic2d_aa(const Tensor& input, IntArrayRef output_size, bool align_corners,
                              std::optional<double> scales_h, std::optional<double> scales_w) {
  return call_as<Tensor>(find_overload("aten::_upsample_bicubic2d_aa"), input, output_size,
                         align_corners, scales_h, scales_w);
}

}  // namespace at::native
