// torchvision's regions of interest: roi_align, roi_pool and their position-sensitive forms, with
// the gradients. rois (K, 5) = picture, x1, y1, x2, y2.
#include <algorithm>
#include <cmath>

#include "ops/gradients.h"
#include "ops/samples.h"
#include "ops/vision/widened.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

struct RoiArgs {
  double scale;
  int64_t height, width, sampling = 0;
  bool aligned = true;
  bool whole = false;  // a position-sensitive bin may reach the last row and column
};
struct Input {  // sizes of the pictures and number of regions
  int64_t N, C, H, W, K;
};
template <class T>
struct Region {
  int64_t picture;
  T x1, y1, w, h;
};

// Calls body(offset, weight) for the four neighbours of a point; none outside of the picture.
template <class T, class Body>
void bilinear(int64_t H, int64_t W, T y, T x, Body body) {
  if (y < -1 || y > T(H) || x < -1 || x > T(W)) return;
  y = std::max(y, T(0)), x = std::max(x, T(0));
  int64_t y0 = int64_t(y), x0 = int64_t(x), y1 = y0 + 1, x1 = x0 + 1;
  if (y0 >= H - 1) y0 = y1 = H - 1, y = T(y0);
  if (x0 >= W - 1) x0 = x1 = W - 1, x = T(x0);
  const T ly = y - T(y0), lx = x - T(x0), hy = 1 - ly, hx = 1 - lx;
  body(y0 * W + x0, hy * hx), body(y0 * W + x1, hy * lx), body(y1 * W + x0, ly * hx),
      body(y1 * W + x1, ly * lx);
}

template <class T>
int64_t picture_of(const T* roi, int64_t pictures) {
  const int64_t picture = int64_t(roi[0]);
  if (picture < 0 || picture >= pictures)
    throw IndexError(
        str("roi: picture ", picture, " is not one of the ", pictures, " in the batch"));
  return picture;
}
template <class T>
Region<T> region_of(const T* r, const RoiArgs& a, int64_t pictures, bool at_least_one) {
  const T shift = a.aligned ? T(0.5) : T(0), s = T(a.scale);
  const T x1 = r[1] * s - shift, y1 = r[2] * s - shift, x2 = r[3] * s - shift,
          y2 = r[4] * s - shift;
  Region<T> g{picture_of(r, pictures), x1, y1, x2 - x1, y2 - y1};
  if (at_least_one) g.w = std::max(g.w, T(1)), g.h = std::max(g.h, T(1));
  return g;
}

// Points of a bin: body(y, x) for each of its samples; returns their number.
template <class T, class Body>
int64_t samples_of(const Region<T>& g, const RoiArgs& a, int64_t ph, int64_t pw, Body body) {
  const T bin_h = g.h / T(a.height), bin_w = g.w / T(a.width);
  const int64_t grid_h = a.sampling > 0 ? a.sampling : int64_t(std::ceil(bin_h)),
                grid_w = a.sampling > 0 ? a.sampling : int64_t(std::ceil(bin_w));
  for (int64_t iy = 0; iy < grid_h; ++iy)
    for (int64_t ix = 0; ix < grid_w; ++ix)
      body(g.y1 + T(ph) * bin_h + (T(iy) + T(0.5)) * bin_h / T(grid_h),
           g.x1 + T(pw) * bin_w + (T(ix) + T(0.5)) * bin_w / T(grid_w));
  return std::max<int64_t>(grid_h * grid_w, 0);
}

// Whole pixels: the region is rounded, a bin takes [floor, ceil) of its share.
template <class T>
struct Bins {
  int64_t picture, y0, x0;
  T bin_h, bin_w;
  std::pair<int64_t, int64_t> rows(int64_t ph, int64_t H) const {
    return clip(T(ph) * bin_h, T(ph + 1) * bin_h, y0, H);
  }
  std::pair<int64_t, int64_t> columns(int64_t pw, int64_t W) const {
    return clip(T(pw) * bin_w, T(pw + 1) * bin_w, x0, W);
  }

 private:
  static std::pair<int64_t, int64_t> clip(T from, T to, int64_t start, int64_t size) {
    return {std::clamp<int64_t>(int64_t(std::floor(from)) + start, 0, size),
            std::clamp<int64_t>(int64_t(std::ceil(to)) + start, 0, size)};
  }
};
template <class T>
Bins<T> bins_of(const T* r, double scale, int64_t height, int64_t width, int64_t pictures,
                bool inclusive) {
  const T s = T(scale);
  const int64_t x1 = int64_t(std::round(r[1] * s)), y1 = int64_t(std::round(r[2] * s)),
                x2 = int64_t(std::round(r[3] * s)), y2 = int64_t(std::round(r[4] * s));
  const int64_t extra = inclusive ? 1 : 0;
  return {picture_of(r, pictures), y1, x1, T(std::max<int64_t>(y2 - y1 + extra, 1)) / T(height),
          T(std::max<int64_t>(x2 - x1 + extra, 1)) / T(width)};
}
// ---- the operators that are linear in the input, as lists of places and weights

enum class Kind { align, ps_align, ps_pool };

// A bin: its value is the weighted sum of points in a plane, over the divisor. roi_align's is the
// same for all channels; the others have a bin for each, which reads the channel of its own number.
template <class T>
struct Bin {
  int64_t plane, planes;  // the first one of the pictures', and how many
  int64_t out, step;      // where the first one's value stands, how far apart they are
  std::vector<std::pair<int64_t, T>> points;
  T divisor;
};

template <class T>
void find_points(Kind kind, const RoiArgs& a, const Input& in, const T* roi, int64_t ph, int64_t pw,
                 Bin<T>& bin) {
  bin.points.clear();
  int64_t n = 0;
  if (kind == Kind::ps_pool) {
    const Bins<T> b = bins_of(roi, a.scale, a.height, a.width, in.N, false);
    const int64_t left_out = a.whole ? 0 : 1;
    const auto rows = b.rows(ph, in.H - left_out), columns = b.columns(pw, in.W - left_out);
    for (int64_t y = rows.first; y < rows.second; ++y)
      for (int64_t x = columns.first; x < columns.second; ++x)
        bin.points.emplace_back(y * in.W + x, T(1));
    n = int64_t(bin.points.size());
  } else {
    const Region<T> g = region_of(roi, a, in.N, kind == Kind::align && !a.aligned);
    n = samples_of(g, a, ph, pw, [&](T y, T x) {
      bilinear(in.H, in.W, y, x, [&](int64_t at, T w) { bin.points.emplace_back(at, w); });
    });
  }
  bin.divisor = T(std::max<int64_t>(n, 1));
}

template <class T, class F>
void each_bin(Kind kind, const RoiArgs& a, const Input& in, const T* rois, F f) {
  const int64_t bins = a.height * a.width, outs = kind == Kind::align ? in.C : in.C / bins;
  Bin<T> bin;
  for (int64_t k = 0; k < in.K; ++k) {
    const int64_t first_plane = picture_of(rois + k * 5, in.N) * in.C;
    for (int64_t i = 0; i < bins; ++i) {
      find_points(kind, a, in, rois + k * 5, i / a.width, i % a.width, bin);
      for (int64_t c = 0; c < (kind == Kind::align ? 1 : outs); ++c) {
        const int64_t channel = kind == Kind::align ? 0 : c * bins + i;
        bin.plane = first_plane + channel, bin.planes = kind == Kind::align ? in.C : 1;
        bin.out = k * outs * bins + c * bins + i, bin.step = bins;
        f(bin);
      }
    }
  }
}

Input checked(const char* op, const Tensor& input, const Tensor& rois, const RoiArgs& a,
              Kind kind) {
  TL_CHECK(input.dim() == 4, op, ": the input must have 4 dimensions (N, C, H, W), but got ",
           input.sizes());
  TL_CHECK(rois.dim() == 2 && rois.size(1) == 5, op,
           ": rois must have shape as Tensor[K, 5], but got ", rois.sizes());
  TL_CHECK(input.scalar_type() == rois.scalar_type(), op,
           ": input and rois must have one dtype, but got ", input.scalar_type(), " and ",
           rois.scalar_type());
  TL_CHECK(a.height > 0 && a.width > 0, op, ": the pooled size must be positive, but got ",
           a.height, " x ", a.width);
  TL_CHECK(kind == Kind::align || input.size(1) % (a.height * a.width) == 0,
           "input channels must be a multiple of pooling height * pooling width");
  return {input.size(0), input.size(1), input.size(2), input.size(3), rois.size(0)};
}

Tensor pooled(const char* op, Kind kind, const Tensor& given, const Tensor& given_rois,
              const RoiArgs& a) {
  const Input in = checked(op, given, given_rois, a, kind);
  const Tensor x = widened(given), rois = widened(given_rois);
  const int64_t outs = kind == Kind::align ? in.C : in.C / (a.height * a.width);
  Tensor out = zeros({in.K, outs, a.height, a.width}, x.scalar_type());
  with_type(given, [&](auto type) {
    using T = decltype(type);
    each_bin(kind, a, in, rois.as<T>(), [&](const Bin<T>& bin) {
      const T* plane = x.as<T>() + bin.plane * in.H * in.W;
      for (int64_t c = 0; c < bin.planes; ++c, plane += in.H * in.W) {
        T sum = 0;
        for (const auto& [at, w] : bin.points) sum += w * plane[at];
        out.as<T>()[bin.out + c * bin.step] = sum / bin.divisor;
      }
    });
  });
  return out.to(given.scalar_type());
}
void check_gradient(const Tensor& given, const DimVector& expected) {
  TL_CHECK(given.sizes() == IntArrayRef(expected), "roi backward: a gradient ", given.sizes(),
           " where ", expected, " was expected");
}
Tensor pooled_gradient(Kind kind, const Tensor& given, const Tensor& given_rois, const RoiArgs& a,
                       const Input& sizes) {
  Input in = sizes;
  if (given.numel() == 0) return zeros({in.N, in.C, in.H, in.W}, given.options());
  in.K = given_rois.size(0);
  const int64_t outs = kind == Kind::align ? in.C : in.C / (a.height * a.width);
  check_gradient(given, {in.K, outs, a.height, a.width});
  const Tensor g = widened(given), rois = widened(given_rois);
  Tensor to_x = zeros({in.N, in.C, in.H, in.W}, g.scalar_type());
  with_type(given, [&](auto type) {
    using T = decltype(type);
    each_bin(kind, a, in, rois.as<T>(), [&](const Bin<T>& bin) {
      T* plane = to_x.as<T>() + bin.plane * in.H * in.W;
      for (int64_t c = 0; c < bin.planes; ++c, plane += in.H * in.W) {
        const T share = g.as<T>()[bin.out + c * bin.step] / bin.divisor;
        for (const auto& [at, w] : bin.points) plane[at] += w * share;
      }
    });
  });
  return to_x.to(given.scalar_type());
}

Tensor roi_align_impl(const Tensor& x, const Tensor& rois, double scale, int64_t height,
                      int64_t width, int64_t sampling, bool aligned) {
  return pooled("roi_align", Kind::align, x, rois, {scale, height, width, sampling, aligned});
}
Tensor roi_align_backward_impl(const Tensor& g, const Tensor& rois, double scale, int64_t height,
                               int64_t width, int64_t N, int64_t C, int64_t H, int64_t W,
                               int64_t sampling, bool aligned) {
  return pooled_gradient(Kind::align, g, rois, {scale, height, width, sampling, aligned},
                         {N, C, H, W, 0});
}

// Which input channel each output element reads.
Tensor channel_mapping(const Tensor& out) {
  const int64_t K = out.size(0), n = K ? out.numel() / K : 0;
  return arange(n, kInt).expand({K, n}).contiguous().reshape(out.sizes());
}
std::tuple<Tensor, Tensor> ps_roi_align_impl(const Tensor& x, const Tensor& rois, double scale,
                                             int64_t height, int64_t width, int64_t sampling) {
  const Tensor y =
      pooled("ps_roi_align", Kind::ps_align, x, rois, {scale, height, width, sampling});
  return {y, channel_mapping(y)};
}
Tensor ps_roi_align_backward_impl(const Tensor& g, const Tensor& rois, const Tensor&, double scale,
                                  int64_t height, int64_t width, int64_t sampling, int64_t N,
                                  int64_t C, int64_t H, int64_t W) {
  return pooled_gradient(Kind::ps_align, g, rois, {scale, height, width, sampling},
                         {N, C, H, W, 0});
}
std::tuple<Tensor, Tensor> ps_roi_pool_impl(const Tensor& x, const Tensor& rois, double scale,
                                            int64_t height, int64_t width) {
  const Tensor y = pooled("ps_roi_pool", Kind::ps_pool, x, rois, {scale, height, width});
  return {y, channel_mapping(y)};
}
Tensor ps_roi_pool_backward_impl(const Tensor& g, const Tensor& rois, const Tensor&, double scale,
                                 int64_t height, int64_t width, int64_t N, int64_t C, int64_t H,
                                 int64_t W) {
  RoiArgs a{scale, height, width};
  a.whole = true;  // the forward pass leaves them out: torchvision's numbers
  return pooled_gradient(Kind::ps_pool, g, rois, a, {N, C, H, W, 0});
}

// ---- roi_pool: the largest of a bin, and its place

std::tuple<Tensor, Tensor> roi_pool_impl(const Tensor& given, const Tensor& given_rois,
                                         double scale, int64_t height, int64_t width) {
  const Input in = checked("roi_pool", given, given_rois, {scale, height, width}, Kind::align);
  const Tensor x = widened(given), rois = widened(given_rois);
  Tensor out = zeros({in.K, in.C, height, width}, x.scalar_type()),
         argmax = zeros({in.K, in.C, height, width}, kInt);
  with_type(given, [&](auto type) {
    using T = decltype(type);
    int64_t at = 0;
    for (int64_t k = 0; k < in.K; ++k) {
      const Bins<T> b = bins_of(rois.as<T>() + k * 5, scale, height, width, in.N, true);
      for (int64_t c = 0; c < in.C; ++c)
        for (int64_t ph = 0; ph < height; ++ph)
          for (int64_t pw = 0; pw < width; ++pw, ++at) {
            const auto [y0, y1] = b.rows(ph, in.H);
            const auto [x0, x1] = b.columns(pw, in.W);
            const T* plane = x.as<T>() + (b.picture * in.C + c) * in.H * in.W;
            T best = y1 <= y0 || x1 <= x0 ? T(0) : T(-HUGE_VAL);
            int64_t place = -1;
            for (int64_t y = y0; y < y1; ++y)
              for (int64_t i = x0; i < x1; ++i)
                if (plane[y * in.W + i] > best) best = plane[y * in.W + i], place = y * in.W + i;
            out.as<T>()[at] = best;
            argmax.as<int32_t>()[at] = int32_t(place);
          }
    }
  });
  return {out.to(given.scalar_type()), argmax};
}
Tensor roi_pool_backward_impl(const Tensor& g, const Tensor& rois, const Tensor& argmax, double,
                              int64_t height, int64_t width, int64_t N, int64_t C, int64_t H,
                              int64_t W) {
  if (g.numel() == 0) return zeros({N, C, H, W}, g.options());
  check_gradient(g, {rois.size(0), C, height, width});
  const Tensor picture = rois.select(1, 0).to(kLong).reshape({-1, 1, 1, 1}),
               channel = arange(C, kLong).reshape({1, -1, 1, 1});
  const Tensor place = (picture * C + channel) * (H * W) + argmax.clamp_min(0);
  return zeros({N * C * H * W}, g.options())
      .index_add(0, place.flatten(), g.masked_fill(argmax < 0, 0).flatten())
      .reshape({N, C, H, W});
}

// ---- gradients

template <class R, class... A>
R call_named(const char* name, const A&... args) {
  return detail::call_as<R>(find_overload(name), args...);
}
using Two = std::tuple<Tensor, Tensor>;
Grads roi_align_gradient(const GradCall& c) {
  const Tensor& x = c.in(0);
  return {call_named<Tensor>("torchvision::_roi_align_backward", c.grad(), c.in(1), c.args[2],
                             c.args[3], c.args[4], x.size(0), x.size(1), x.size(2), x.size(3),
                             c.args[5], c.args[6])};
}
Grads roi_align_second(const GradCall& c) {
  return {call_named<Tensor>("torchvision::roi_align", c.grad(), c.in(1), c.args[2], c.args[3],
                             c.args[4], c.args[9], c.args[10])};
}
Grads ps_roi_align_gradient(const GradCall& c) {
  const Tensor& x = c.in(0);
  return {call_named<Tensor>("torchvision::_ps_roi_align_backward", c.grad(), c.in(1), c.out(1),
                             c.args[2], c.args[3], c.args[4], c.args[5], x.size(0), x.size(1),
                             x.size(2), x.size(3))};
}
Grads ps_roi_align_second(const GradCall& c) {
  return {std::get<0>(call_named<Two>("torchvision::ps_roi_align", c.grad(), c.in(1), c.args[3],
                                      c.args[4], c.args[5], c.args[6]))};
}
template <const char* const& Name>
Grads pool_gradient(const GradCall& c) {
  const Tensor& x = c.in(0);
  return {call_named<Tensor>(Name, c.grad(), c.in(1), c.out(1), c.args[2], c.args[3], c.args[4],
                             x.size(0), x.size(1), x.size(2), x.size(3))};
}
constexpr const char *kPoolBackward = "torchvision::_roi_pool_backward",
                     *kPsPoolBackward = "torchvision::_ps_roi_pool_backward";

Tensor rois() {
  Tensor r = sample({4, 5}, kFloat, 0, 8);
  for (int64_t i = 0; i < 4; ++i) {
    float* p = r.as<float>() + i * 5;
    p[0] = float(i % 2), p[3] += p[1] + 2, p[4] += p[2] + 1;
  }
  return r;
}
Tensor mapping() { return channel_mapping(sample({4, 2, 3, 2})); }
std::vector<Sample> align_samples() {
  return {{{sample({2, 3, 9, 10}), rois(), 0.7, 3, 2, 2, true}},
          {{sample({2, 3, 9, 10}), rois(), 1.0, 2, 2, -1, false}}};
}
std::vector<Sample> align_backward_samples() {
  return {{{sample({4, 3, 3, 2}), rois(), 0.7, 3, 2, 2, 3, 9, 10, 2, true}}};
}
std::vector<Sample> pool_samples() { return {{{sample({2, 3, 9, 10}), rois(), 0.7, 3, 2}}}; }
std::vector<Sample> pool_backward_samples() {
  return {{{sample({4, 3, 3, 2}), rois(), sample({4, 3, 3, 2}, kInt, -1, 90, 2), 0.7, 3, 2, 2, 3, 9,
            10}}};
}
std::vector<Sample> ps_align_samples() {
  return {{{sample({2, 12, 9, 10}), rois(), 0.7, 3, 2, 2}}};
}
std::vector<Sample> ps_align_backward_samples() {
  return {{{sample({4, 2, 3, 2}), rois(), mapping(), 0.7, 3, 2, 2, 2, 12, 9, 10}}};
}
std::vector<Sample> ps_pool_samples() { return {{{sample({2, 12, 9, 10}), rois(), 0.7, 3, 2}}}; }
std::vector<Sample> ps_pool_backward_samples() {
  return {{{sample({4, 2, 3, 2}), rois(), mapping(), 0.7, 3, 2, 2, 12, 9, 10}}};
}

}  // namespace

TL_OP(roi_align){
    .schemas =
        {"torchvision::roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width, int sampling_ratio, bool aligned) -> Tensor"},
    .function = function<roi_align_impl>,
    .backward = TL_TRAIN(roi_align_gradient),
    .reads = {args(1), 0},
    .samples = TL_TEST(align_samples),
};
TL_OP(roi_align_backward){
    .schemas =
        {"torchvision::_roi_align_backward(Tensor grad, Tensor rois, float spatial_scale, int pooled_height, int pooled_width, int batch_size, int channels, int height, int width, int sampling_ratio, bool aligned) -> Tensor"},
    .function = function<roi_align_backward_impl>,
    .backward = TL_TRAIN(roi_align_second),
    .reads = {args(1), 0},
    .samples = TL_TEST(align_backward_samples),
};
TL_OP(roi_pool){
    .schemas =
        {"torchvision::roi_pool(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width) -> (Tensor, Tensor)"},
    .function = function<roi_pool_impl>,
    .backward = TL_TRAIN(pool_gradient<kPoolBackward>),
    .reads = {args(1), outs(1)},
    .samples = TL_TEST(pool_samples),
};
TL_OP(roi_pool_backward){
    .schemas =
        {"torchvision::_roi_pool_backward(Tensor grad, Tensor rois, Tensor argmax, float spatial_scale, int pooled_height, int pooled_width, int batch_size, int channels, int height, int width) -> Tensor"},
    .function = function<roi_pool_backward_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(pool_backward_samples),
};
TL_OP(ps_roi_align){
    .schemas =
        {"torchvision::ps_roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width, int sampling_ratio) -> (Tensor, Tensor)"},
    .function = function<ps_roi_align_impl>,
    .backward = TL_TRAIN(ps_roi_align_gradient),
    .reads = {args(1), 0},
    .samples = TL_TEST(ps_align_samples),
};
TL_OP(ps_roi_align_backward){
    .schemas =
        {"torchvision::_ps_roi_align_backward(Tensor grad, Tensor rois, Tensor channel_mapping, float spatial_scale, int pooled_height, int pooled_width, int sampling_ratio, int batch_size, int channels, int height, int width) -> Tensor"},
    .function = function<ps_roi_align_backward_impl>,
    .backward = TL_TRAIN(ps_roi_align_second),
    .reads = {args(1), 0},
    .samples = TL_TEST(ps_align_backward_samples),
};
TL_OP(ps_roi_pool){
    .schemas =
        {"torchvision::ps_roi_pool(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width) -> (Tensor, Tensor)"},
    .function = function<ps_roi_pool_impl>,
    .backward = TL_TRAIN(pool_gradient<kPsPoolBackward>),
    .reads = {args(1), 0},
    .samples = TL_TEST(ps_pool_samples),
};
TL_OP(ps_roi_pool_backward){
    .schemas =
        {"torchvision::_ps_roi_pool_backward(Tensor grad, Tensor rois, Tensor channel_mapping, float spatial_scale, int pooled_height, int pooled_width, int batch_size, int channels, int height, int width) -> Tensor"},
    .function = function<ps_roi_pool_backward_impl>,
    .backward = TL_TRAIN(not_twice_differentiable),
    .samples = TL_TEST(ps_pool_backward_samples),
};
}  // namespace tealight::ops
