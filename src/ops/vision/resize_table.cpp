#include "ops/vision/resize_table.h"

#include <algorithm>
#include <cmath>

namespace tealight::ops {
namespace {

double cubic_near(double x, double a, Rounded r) {  // |x| <= 1
  return r(r(r(r(r(r(a + 2) * x) - r(a + 3)) * x) * x) + 1);
}
double cubic_far(double x, double a, Rounded r) {  // 1 < |x| < 2
  return r(r(r(r(r(r(a * x) - r(5 * a)) * x) + r(8 * a)) * x) - r(4 * a));
}

// A factor so small that all places lie at the end says no more than this one.
double step_of(double factor) { return std::min(1.0 / factor, 0x1p31); }
double scale_of(int64_t in, int64_t out, bool align, std::optional<double> given, Rounded r) {
  if (align) return out > 1 ? r(r(double(in - 1)) / r(double(out - 1))) : 0;
  return given && *given > 0 ? r(step_of(*given)) : r(r(double(in)) / r(double(out)));
}
double source(double scale, int64_t o, bool align, bool cubic) {
  if (align) return scale * double(o);
  const double x = scale * (double(o) + 0.5) - 0.5;
  return !cubic && x < 0 ? 0 : x;
}

ResizeTable nearest_table(int64_t in, int64_t out, bool exact, std::optional<double> given) {
  ResizeTable t{in, out, {}, {}};
  const float scale = given && *given > 0 ? float(step_of(*given)) : float(in) / float(out);
  for (int64_t o = 0; o < out; ++o) {
    const int64_t i = exact                     ? int64_t(std::floor((float(o) + 0.5f) * scale))
                      : out == in               ? o
                      : out == 2 * in && !given ? o >> 1
                                                : int64_t(std::floor(float(o) * scale));
    t.add_output({{std::min(i, in - 1), 1}});
  }
  return t;
}
ResizeTable linear_table(int64_t in, int64_t out, bool align, std::optional<double> given,
                         Rounded r) {
  ResizeTable t{in, out, {}, {}};
  const double scale = scale_of(in, out, align, given, r);
  for (int64_t o = 0; o < out; ++o) {
    const double x = in == out ? double(o) : source(scale, o, align, false);
    const int64_t i = std::min(int64_t(x), in - 1), next = in == out ? i : std::min(i + 1, in - 1);
    const double w = r(std::clamp(x - double(i), 0., 1.));
    t.add_output({{i, r(1 - w)}, {next, w}});
  }
  return t;
}
// Places outside the row count for its ends.
ResizeTable cubic_table(int64_t in, int64_t out, bool align, std::optional<double> given,
                        Rounded r) {
  ResizeTable t{in, out, {}, {}};
  const double scale = scale_of(in, out, align, given, r);
  for (int64_t o = 0; o < out; ++o) {
    const double x = source(scale, o, align, true);
    const int64_t i = int64_t(std::floor(x));
    const double f = r(x - double(i)), a = -0.75;
    const auto place = [&](int64_t k) { return std::clamp<int64_t>(i + k, 0, in - 1); };
    t.add_output({{place(-1), cubic_far(r(f + 1), a, r)},
                  {place(0), cubic_near(f, a, r)},
                  {place(1), cubic_near(r(1 - f), a, r)},
                  {place(2), cubic_far(r(r(1 - f) + 1), a, r)}});
  }
  return t;
}
// A filter as wide as the step: PIL's way, and _upsample_bilinear2d_aa's.
template <class F>
F sinc(F x) {
  return x == 0 ? F(1) : std::sin(F(M_PI) * x) / (F(M_PI) * x);
}
template <class F>
F antialias_weight(ResizeKind kind, F x) {  // x >= 0
  constexpr Rounded exact{kDouble};
  if (kind == ResizeKind::linear) return std::max(1 - x, F(0));
  if (kind == ResizeKind::cubic)
    return F(x < 1 ? cubic_near(x, -0.5, exact) : x < 2 ? cubic_far(x, -0.5, exact) : 0);
  return x < 3 ? sinc(x) * sinc(x / 3) : F(0);
}
template <class F>
ResizeTable antialias_table(int64_t in, int64_t out, ResizeKind kind, bool align,
                            std::optional<double> given) {
  const F scale = F(scale_of(in, out, align, given, {dtype_of<F>::value}));
  const F half = kind == ResizeKind::linear  ? 1
                 : kind == ResizeKind::cubic ? 2
                                             : 3,
          support = scale >= 1 ? half * scale : half, inverse = scale >= 1 ? 1 / scale : F(1);
  ResizeTable t{in, out, {}, {}};
  for (int64_t o = 0; o < out; ++o) {
    const F center = scale * (F(o) + F(0.5));
    const int64_t low = std::max<int64_t>(int64_t(center - support + F(0.5)), 0),
                  high = std::min<int64_t>(int64_t(center + support + F(0.5)), in);
    std::vector<F> w;
    F total = 0;
    for (int64_t i = low; i < high; ++i) {
      w.push_back(antialias_weight(kind, std::abs((F(i) - center + F(0.5)) * inverse)));
      total += w.back();
    }
    std::vector<ResizeTap> taps;
    for (size_t k = 0; k < w.size(); ++k)
      taps.push_back({low + int64_t(k), double(total != 0 ? w[k] / total : w[k])});
    t.add_output(taps);
  }
  return t;
}

}  // namespace

ResizeTable table_for(const Resize& r, int64_t in, int64_t out, std::optional<double> given,
                      Rounded rounded) {
  if (r.kind == ResizeKind::nearest || r.kind == ResizeKind::nearest_exact)
    return nearest_table(in, out, r.kind == ResizeKind::nearest_exact, given);
  if (r.antialias)
    return (rounded.type == kDouble
                ? antialias_table<double>
                : antialias_table<float>)(in, out, r.kind, r.align_corners, given);
  return (r.kind == ResizeKind::linear ? linear_table : cubic_table)(in, out, r.align_corners,
                                                                     given, rounded);
}

}  // namespace tealight::ops
