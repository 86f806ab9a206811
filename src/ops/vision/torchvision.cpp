// torchvision's operators: nms, roi_align, roi_pool and their position-sensitive forms,
// deform_conv2d.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

// ---- nms

template <class T>
std::vector<int64_t> nms_of(const T* boxes, const T* scores, int64_t n, double threshold) {
  std::vector<int64_t> order(static_cast<size_t>(n)), kept;
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {  // NaN is the largest
    return scores[a] > scores[b] || (std::isnan(scores[a]) && !std::isnan(scores[b]));
  });
  std::vector<bool> suppressed(static_cast<size_t>(n));
  const auto area = [&](const T* b) { return (b[2] - b[0]) * (b[3] - b[1]); };
  for (size_t i = 0; i < order.size(); ++i) {
    if (suppressed[size_t(order[i])]) continue;
    kept.push_back(order[i]);
    const T* a = boxes + order[i] * 4;
    for (size_t j = i + 1; j < order.size(); ++j) {
      const T* b = boxes + order[j] * 4;
      const T w = std::max(T(0), std::min(a[2], b[2]) - std::max(a[0], b[0])),
              h = std::max(T(0), std::min(a[3], b[3]) - std::max(a[1], b[1]));
      const T inter = w * h;
      if (double(inter / (area(a) + area(b) - inter)) > threshold)
        suppressed[size_t(order[j])] = true;
    }
  }
  return kept;
}
Tensor nms_impl(const Tensor& dets, const Tensor& scores, double threshold) {
  TL_CHECK(dets.dim() == 2 && dets.size(1) == 4,
           "boxes should be a 2d tensor with 4 elements in dimension 1, got ", dets.sizes());
  TL_CHECK(scores.dim() == 1, "scores should be a 1d tensor, got ", scores.dim(), "D");
  TL_CHECK(dets.size(0) == scores.size(0),
           "boxes and scores should have same number of elements in dimension 0, got ",
           dets.size(0), " and ", scores.size(0));
  TL_CHECK(dets.scalar_type() == scores.scalar_type() && dets.is_floating_point(),
           "dets should have the same type as scores");
  const ScalarType t = dets.scalar_type() == kDouble ? kDouble : kFloat;
  const Tensor b = dets.to(t).contiguous(), s = scores.to(t).contiguous();
  const std::vector<int64_t> kept =
      t == kDouble ? nms_of(b.as<double>(), s.as<double>(), b.size(0), threshold)
                   : nms_of(b.as<float>(), s.as<float>(), b.size(0), threshold);
  Tensor r(Fact(kLong, {int64_t(kept.size())}));
  std::copy(kept.begin(), kept.end(), r.as<int64_t>());
  return r;
}

// ---- regions of interest: rois (K, 5) = picture, x1, y1, x2, y2

struct RoiArgs {
  double scale;
  int64_t height, width, sampling;
  bool aligned;
};
template <class T>
struct Region {
  int64_t picture;
  T x1, y1, w, h;
};
// The operators compute in float64 or float32; float16 is widened.
ScalarType compute_type(const Tensor& t) { return t.scalar_type() == kDouble ? kDouble : kFloat; }
template <class F>
auto with_type(const Tensor& t, F f) {
  return compute_type(t) == kDouble ? f(double{}) : f(float{});
}

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

// The arguments of one operator on regions, in the type it computes in.
struct RoiInputs {
  Tensor x, rois;
  int64_t C, H, W, K;
  RoiInputs(const char* op, const Tensor& input, const Tensor& regions, int64_t h, int64_t w) {
    TL_CHECK(input.dim() == 4, op, ": the input must have 4 dimensions (N, C, H, W), but got ",
             input.sizes());
    TL_CHECK(regions.dim() == 2 && regions.size(1) == 5, op,
             ": rois must have shape as Tensor[K, 5], but got ", regions.sizes());
    TL_CHECK(input.scalar_type() == regions.scalar_type(), op,
             ": input and rois must have one dtype, but got ", input.scalar_type(), " and ",
             regions.scalar_type());
    TL_CHECK(h > 0 && w > 0, op, ": the pooled size must be positive, but got ", h, " x ", w);
    x = input.to(compute_type(input)).contiguous();
    rois = regions.to(compute_type(input)).contiguous();
    C = x.size(1), H = x.size(2), W = x.size(3), K = rois.size(0);
  }
  // Of the position-sensitive ones: bin (ph, pw) of output channel c reads input channel
  // (c * height + ph) * width + pw.
  int64_t sensitive_outputs(int64_t height, int64_t width) const {
    TL_CHECK(C % (height * width) == 0,
             "input channels must be a multiple of pooling height * pooling width");
    return C / (height * width);
  }
  template <class T>
  const T* plane(int64_t picture, int64_t channel) const {
    return x.as<T>() + (picture * C + channel) * H * W;
  }
};

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

// The sum over channels runs innermost, so that points and weights are found once a bin.
template <class T>
void roi_align_into(T* out, const RoiInputs& in, const RoiArgs& a) {
  std::vector<std::pair<int64_t, T>> points;
  for (int64_t k = 0; k < in.K; ++k) {
    const Region<T> g = region_of(in.rois.as<T>() + k * 5, a, in.x.size(0), !a.aligned);
    for (int64_t ph = 0; ph < a.height; ++ph)
      for (int64_t pw = 0; pw < a.width; ++pw) {
        points.clear();
        const int64_t n = samples_of(g, a, ph, pw, [&](T py, T px) {
          bilinear(in.H, in.W, py, px, [&](int64_t at, T w) { points.emplace_back(at, w); });
        });
        for (int64_t c = 0; c < in.C; ++c) {
          const T* plane = in.plane<T>(g.picture, c);
          T sum = 0;
          for (const auto& [at, w] : points) sum += w * plane[at];
          out[((k * in.C + c) * a.height + ph) * a.width + pw] = sum / T(std::max<int64_t>(n, 1));
        }
      }
  }
}
Tensor roi_align_impl(const Tensor& given, const Tensor& rois, double scale, int64_t height,
                      int64_t width, int64_t sampling, bool aligned) {
  const RoiInputs in("roi_align", given, rois, height, width);
  Tensor out = zeros({in.K, in.C, height, width}, in.x.scalar_type());
  with_type(given, [&](auto type) {
    using T = decltype(type);
    roi_align_into(out.as<T>(), in, {scale, height, width, sampling, aligned});
  });
  return out.to(given.scalar_type());
}

// Calls body(region k, output channel c, ph, pw, input channel, place in the output).
template <class Body>
void each_sensitive_bin(int64_t K, int64_t outs, int64_t height, int64_t width, Body body) {
  for (int64_t k = 0; k < K; ++k)
    for (int64_t c = 0; c < outs; ++c)
      for (int64_t ph = 0; ph < height; ++ph)
        for (int64_t pw = 0; pw < width; ++pw) {
          const int64_t channel = (c * height + ph) * width + pw;
          body(k, ph, pw, channel, k * outs * height * width + channel);
        }
}
std::tuple<Tensor, Tensor> ps_roi_align_impl(const Tensor& given, const Tensor& rois, double scale,
                                             int64_t height, int64_t width, int64_t sampling) {
  const RoiInputs in("ps_roi_align", given, rois, height, width);
  const RoiArgs a{scale, height, width, sampling, true};
  const int64_t outs = in.sensitive_outputs(height, width);
  Tensor out = zeros({in.K, outs, height, width}, in.x.scalar_type()),
         mapping = zeros({in.K, outs, height, width}, kInt);
  with_type(given, [&](auto type) {
    using T = decltype(type);
    each_sensitive_bin(
        in.K, outs, height, width,
        [&](int64_t k, int64_t ph, int64_t pw, int64_t channel, int64_t at) {
          const Region<T> g = region_of(in.rois.as<T>() + k * 5, a, in.x.size(0), false);
          const T* plane = in.plane<T>(g.picture, channel);
          T sum = 0;
          const int64_t n = samples_of(g, a, ph, pw, [&](T py, T px) {
            bilinear(in.H, in.W, py, px, [&](int64_t i, T w) { sum += w * plane[i]; });
          });
          out.as<T>()[at] = n ? sum / T(n) : T(0);
          mapping.as<int32_t>()[at] = int32_t(channel);
        });
  });
  return {out.to(given.scalar_type()), mapping};
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
std::tuple<Tensor, Tensor> roi_pool_impl(const Tensor& given, const Tensor& rois, double scale,
                                         int64_t height, int64_t width) {
  const RoiInputs in("roi_pool", given, rois, height, width);
  Tensor out = zeros({in.K, in.C, height, width}, in.x.scalar_type()),
         argmax = zeros({in.K, in.C, height, width}, kInt);
  with_type(given, [&](auto type) {
    using T = decltype(type);
    int64_t at = 0;
    for (int64_t k = 0; k < in.K; ++k) {
      const Bins<T> b = bins_of(in.rois.as<T>() + k * 5, scale, height, width, in.x.size(0), true);
      for (int64_t c = 0; c < in.C; ++c)
        for (int64_t ph = 0; ph < height; ++ph)
          for (int64_t pw = 0; pw < width; ++pw, ++at) {
            const auto [y0, y1] = b.rows(ph, in.H);
            const auto [x0, x1] = b.columns(pw, in.W);
            const T* plane = in.plane<T>(b.picture, c);
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
std::tuple<Tensor, Tensor> ps_roi_pool_impl(const Tensor& given, const Tensor& rois, double scale,
                                            int64_t height, int64_t width) {
  const RoiInputs in("ps_roi_pool", given, rois, height, width);
  const int64_t outs = in.sensitive_outputs(height, width);
  Tensor out = zeros({in.K, outs, height, width}, in.x.scalar_type()),
         mapping = zeros({in.K, outs, height, width}, kInt);
  with_type(given, [&](auto type) {
    using T = decltype(type);
    each_sensitive_bin(in.K, outs, height, width,
                       [&](int64_t k, int64_t ph, int64_t pw, int64_t channel, int64_t at) {
                         const Bins<T> b = bins_of(in.rois.as<T>() + k * 5, scale, height, width,
                                                   in.x.size(0), false);
                         const auto rows = b.rows(ph, in.H - 1), columns = b.columns(pw, in.W - 1);
                         const T* plane = in.plane<T>(b.picture, channel);
                         T sum = 0;
                         for (int64_t y = rows.first; y < rows.second; ++y)
                           for (int64_t i = columns.first; i < columns.second; ++i)
                             sum += plane[y * in.W + i];
                         const int64_t n = std::max<int64_t>(rows.second - rows.first, 0) *
                                           std::max<int64_t>(columns.second - columns.first, 0);
                         out.as<T>()[at] = n ? sum / T(n) : T(0);
                         mapping.as<int32_t>()[at] = int32_t(channel);
                       });
  });
  return {out.to(given.scalar_type()), mapping};
}

// ---- deform_conv2d: windows whose taps are moved by `offset` (N, 2 * groups * kh * kw, H', W')
// and weighed by `mask`

struct DeformArgs {
  int64_t stride_h, stride_w, pad_h, pad_w, dil_h, dil_w, groups, offset_groups;
};
template <class T>
T sampled(const T* plane, int64_t H, int64_t W, T y, T x) {
  if (y <= -1 || y >= T(H) || x <= -1 || x >= T(W)) return 0;
  const int64_t y0 = int64_t(std::floor(y)), x0 = int64_t(std::floor(x));
  const T ly = y - T(y0), lx = x - T(x0);
  const auto at = [&](int64_t yy, int64_t xx) {
    return yy >= 0 && yy < H && xx >= 0 && xx < W ? plane[yy * W + xx] : T(0);
  };
  return (1 - ly) * ((1 - lx) * at(y0, x0) + lx * at(y0, x0 + 1)) +
         ly * ((1 - lx) * at(y0 + 1, x0) + lx * at(y0 + 1, x0 + 1));
}
// columns (N, C * kh * kw, oh * ow); x, offset and mask are contiguous
template <class T>
void deformed_columns(T* columns, const Tensor& x, const Tensor& offset, const Tensor& mask,
                      const DeformArgs& a, int64_t kh, int64_t kw, int64_t oh, int64_t ow) {
  const int64_t N = x.size(0), C = x.size(1), H = x.size(2), W = x.size(3), taps = kh * kw,
                places = oh * ow, per_group = C / a.offset_groups;
  for (int64_t n = 0; n < N; ++n)
    for (int64_t c = 0; c < C; ++c) {
      const T* plane = x.as<T>() + (n * C + c) * H * W;
      const int64_t group = n * a.offset_groups + c / per_group;
      for (int64_t tap = 0; tap < taps; ++tap, columns += places) {
        const T* dy = offset.as<T>() + (group * 2 * taps + 2 * tap) * places;
        const T* m = mask.defined() ? mask.as<T>() + (group * taps + tap) * places : nullptr;
        for (int64_t p = 0; p < places; ++p) {
          const T y = T(p / ow * a.stride_h - a.pad_h + tap / kw * a.dil_h) + dy[p],
                  xx = T(p % ow * a.stride_w - a.pad_w + tap % kw * a.dil_w) + dy[places + p];
          columns[p] = sampled(plane, H, W, y, xx) * (m ? m[p] : T(1));
        }
      }
    }
}
Tensor deform_conv2d_impl(const Tensor& given, const Tensor& weight, const Tensor& given_offset,
                          const Tensor& given_mask, const Tensor& bias, int64_t stride_h,
                          int64_t stride_w, int64_t pad_h, int64_t pad_w, int64_t dil_h,
                          int64_t dil_w, int64_t groups, int64_t offset_groups, bool use_mask) {
  TL_CHECK(given.dim() == 4 && weight.dim() == 4 && given_offset.dim() == 4,
           "deform_conv2d: input, weight and offset must have 4 dimensions");
  TL_CHECK(
      stride_h > 0 && stride_w > 0 && dil_h > 0 && dil_w > 0 && groups > 0 && offset_groups > 0,
      "deform_conv2d: strides, dilations and groups must be positive");
  const ScalarType t = compute_type(given);
  const Tensor x = given.to(t).contiguous(), offset = given_offset.to(t).contiguous(),
               mask = use_mask ? given_mask.to(t).contiguous() : Tensor();
  const int64_t N = x.size(0), C = x.size(1), H = x.size(2), W = x.size(3), kh = weight.size(2),
                kw = weight.size(3);
  const int64_t oh = (H + 2 * pad_h - (dil_h * (kh - 1) + 1)) / stride_h + 1,
                ow = (W + 2 * pad_w - (dil_w * (kw - 1) + 1)) / stride_w + 1;
  TL_CHECK(oh > 0 && ow > 0, "deform_conv2d: Calculated output size too small - out_h: ", oh,
           " out_w: ", ow);
  TL_CHECK(C == weight.size(1) * groups && weight.size(0) % groups == 0, "deform_conv2d: weight ",
           weight.sizes(), " with groups=", groups, " does not fit ", C, " input channels");
  TL_CHECK(C % offset_groups == 0 &&
               offset.sizes() == IntArrayRef({N, offset_groups * 2 * kh * kw, oh, ow}),
           "deform_conv2d: offset.shape is not valid: got ", offset.sizes(), " expected ",
           DimVector{N, offset_groups * 2 * kh * kw, oh, ow});
  TL_CHECK(!use_mask || mask.sizes() == IntArrayRef({N, offset_groups * kh * kw, oh, ow}),
           "deform_conv2d: mask.shape is not valid: got ", given_mask.sizes(), " expected ",
           DimVector{N, offset_groups * kh * kw, oh, ow});
  Tensor columns(Fact(t, {N, C * kh * kw, oh * ow}));
  with_type(given, [&](auto type) {
    deformed_columns(columns.as<decltype(type)>(), x, offset, mask,
                     {stride_h, stride_w, pad_h, pad_w, dil_h, dil_w, groups, offset_groups}, kh,
                     kw, oh, ow);
  });
  const int64_t outs = weight.size(0);
  const Tensor w = weight.to(t).reshape({groups, outs / groups, weight.size(1) * kh * kw});
  Tensor y = matmul(w, columns.view({N, groups, weight.size(1) * kh * kw, oh * ow}))
                 .reshape({N, outs, oh, ow});
  if (bias.defined() && bias.numel()) y = add(y, bias.to(t).reshape({1, outs, 1, 1}));
  return y.to(given.scalar_type());
}

Tensor boxes() {
  Tensor b = sample({12, 4}, kFloat, 0, 10);
  for (int64_t i = 0; i < 12; ++i)
    b.as<float>()[i * 4 + 2] += b.as<float>()[i * 4],
        b.as<float>()[i * 4 + 3] += b.as<float>()[i * 4 + 1];
  return b;
}
Tensor rois() {
  Tensor r = sample({4, 5}, kFloat, 0, 8);
  for (int64_t i = 0; i < 4; ++i) {
    float* p = r.as<float>() + i * 5;
    p[0] = float(i % 2), p[3] += p[1] + 2, p[4] += p[2] + 1;
  }
  return r;
}
std::vector<Sample> nms_samples() {
  return {{{boxes(), distinct_sample({12}), 0.3}}, {{boxes(), distinct_sample({12}), 0.7}}};
}
std::vector<Sample> align_samples() {
  return {{{sample({2, 3, 9, 10}), rois(), 0.7, 3, 2, 2, true}},
          {{sample({2, 3, 9, 10}), rois(), 1.0, 2, 2, -1, false}}};
}
std::vector<Sample> pool_samples() { return {{{sample({2, 3, 9, 10}), rois(), 0.7, 3, 2}}}; }
std::vector<Sample> ps_align_samples() {
  return {{{sample({2, 12, 9, 10}), rois(), 0.7, 3, 2, 2}}};
}
std::vector<Sample> ps_pool_samples() { return {{{sample({2, 12, 9, 10}), rois(), 0.7, 3, 2}}}; }
std::vector<Sample> deform_samples() {
  return {{{sample({2, 4, 6, 5}), sample({6, 2, 3, 3}), sample({2, 36, 6, 5}, kFloat, -2, 2, 3),
            sample({2, 18, 6, 5}, kFloat, 0, 1, 4), sample({6}), 1, 1, 1, 1, 1, 1, 2, 2, true}}};
}

}  // namespace

TL_OP(nms){
    .schemas = {"torchvision::nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"},
    .function = function<nms_impl>,
    .traits = Trait::dynamic | Trait::nograd,
    .samples = TL_TEST(nms_samples),
};
TL_OP(roi_align){
    .schemas =
        {"torchvision::roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width, int sampling_ratio, bool aligned) -> Tensor"},
    .function = function<roi_align_impl>,
    .samples = TL_TEST(align_samples),
};
TL_OP(roi_pool){
    .schemas =
        {"torchvision::roi_pool(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width) -> (Tensor, Tensor)"},
    .function = function<roi_pool_impl>,
    .samples = TL_TEST(pool_samples),
};
TL_OP(ps_roi_align){
    .schemas =
        {"torchvision::ps_roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width, int sampling_ratio) -> (Tensor, Tensor)"},
    .function = function<ps_roi_align_impl>,
    .samples = TL_TEST(ps_align_samples),
};
TL_OP(ps_roi_pool){
    .schemas =
        {"torchvision::ps_roi_pool(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width) -> (Tensor, Tensor)"},
    .function = function<ps_roi_pool_impl>,
    .samples = TL_TEST(ps_pool_samples),
};
TL_OP(deform_conv2d){
    .schemas =
        {"torchvision::deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, int stride_h, int stride_w, int pad_h, int pad_w, int dilation_h, int dilation_w, int groups, int offset_groups, bool use_mask) -> Tensor"},
    .function = function<deform_conv2d_impl>,
    .samples = TL_TEST(deform_samples),
};
}  // namespace tealight::ops
