// grid_sampler: an image read at places that a grid names; and the grids of affine maps.
//
// The places and weights of every output are found once per grid point and used for all channels.
// The gradients walk the same places.
#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

enum class Mode { bilinear, nearest, bicubic };
enum class Padding { zeros, border, reflection };

struct Setting {
  Mode mode;
  Padding padding;
  bool align_corners;
  bool spreads_nan;  // a place that is no number gives NaN rather than zero: in pictures
};

// A coordinate and how fast it moves with the grid's number.
template <class T>
struct Coordinate {
  T at, slope;
};

template <class T>
Coordinate<T> unnormalized(T x, int64_t size, bool align) {
  return align ? Coordinate<T>{(x + 1) / 2 * T(size - 1), T(size - 1) / 2}
               : Coordinate<T>{((x + 1) * T(size) - 1) / 2, T(size) / 2};
}
template <class T>
Coordinate<T> clipped(Coordinate<T> c, int64_t size) {
  if (!(c.at > 0)) return {0, 0};  // and NaN
  if (c.at >= T(size - 1)) return {T(size - 1), 0};
  return c;
}
// Mirrored at low / 2 and high / 2 until it lies between.
template <class T>
Coordinate<T> reflected(Coordinate<T> c, int64_t low, int64_t high) {
  if (low == high) return {0, 0};
  const T start = T(low) / 2, span = T(high - low) / 2;
  T x = c.at - start, slope = c.slope;
  if (x < 0) x = -x, slope = -slope;
  const T extra = std::fmod(x, span);
  const T flips = std::floor(x / span);
  return std::fmod(flips, T(2)) == 0 ? Coordinate<T>{extra + start, slope}
                                     : Coordinate<T>{span - extra + start, -slope};
}
template <class T>
Coordinate<T> padded(Coordinate<T> c, int64_t size, const Setting& s) {
  if (s.padding == Padding::reflection)
    c = s.align_corners ? reflected(c, 0, 2 * (size - 1)) : reflected(c, -1, 2 * size - 1);
  if (s.padding != Padding::zeros) c = clipped(c, size);
  return c;
}

// Inputs of one dimension that an output mixes: place -1 lies outside and counts as zero.
constexpr int kTaps = 4;
template <class T>
struct Taps {
  int n = 0;
  int64_t place[kTaps];
  T weight[kTaps], slope[kTaps];
  void add(int64_t i, int64_t size, T w, T s) {
    place[n] = i >= 0 && i < size ? i : -1;
    weight[n] = w, slope[n] = s;
    ++n;
  }
};
// A float that is no place at all (NaN, far outside) becomes one that is just outside.
template <class T>
int64_t floor_of(T x) {
  return x > T(-1e9) && x < T(1e9) ? int64_t(std::floor(x)) : -100;
}

template <class T>
Taps<T> taps_of(T x, int64_t size, const Setting& s) {
  Taps<T> t;
  Coordinate<T> c = unnormalized(x, size, s.align_corners);
  if (s.mode != Mode::bicubic) c = padded(c, size, s);
  if (s.spreads_nan && s.mode != Mode::nearest && !std::isfinite(c.at)) {
    t.add(0, size, c.at - c.at, 0);
  } else if (s.mode == Mode::nearest) {
    const T r = std::nearbyint(c.at);
    t.add(floor_of(r), size, 1, 0);
  } else if (s.mode == Mode::bilinear) {
    const int64_t i = floor_of(c.at);
    const T f = i == -100 ? T(0) : c.at - T(i);
    t.add(i, size, 1 - f, -c.slope);
    t.add(i + 1, size, f, c.slope);
  } else {
    const int64_t i = floor_of(c.at);
    const T f = i == -100 ? T(0) : c.at - T(i), a = T(-0.75);
    const auto near = [&](T d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
    const auto far = [&](T d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
    const auto near_slope = [&](T d) { return (3 * (a + 2) * d - 2 * (a + 3)) * d; };
    const auto far_slope = [&](T d) { return (3 * a * d - 10 * a) * d + 8 * a; };
    const T w[4] = {far(f + 1), near(f), near(1 - f), far(2 - f)};
    const T g[4] = {far_slope(f + 1), near_slope(f), -near_slope(1 - f), -far_slope(2 - f)};
    for (int k = 0; k < 4; ++k) {
      const T p = i == -100 ? T(-100) : padded(Coordinate<T>{T(i - 1 + k), 1}, size, s).at;
      t.add(floor_of(p), size, w[k], g[k] * c.slope);
    }
  }
  return t;
}

// ---- shapes

void check_grid(const Fact& input, const Fact& grid, int64_t mode, int64_t padding) {
  TL_CHECK(input.dim() == 4 || input.dim() == 5,
           "grid_sampler(): expected 4D or 5D input, but got input with sizes ", input.sizes);
  TL_CHECK(
      input.dim() == grid.dim(),
      "grid_sampler(): expected grid and input to have same number of dimensions, but got input with sizes ",
      input.sizes, " and grid with sizes ", grid.sizes);
  TL_CHECK(input.dtype == grid.dtype,
           "grid_sampler(): expected input and grid to have same dtype, but input has ",
           input.dtype, " and grid has ", grid.dtype);
  TL_CHECK(
      input.sizes[0] == grid.sizes[0],
      "grid_sampler(): expected grid and input to have same batch size, but got input with sizes ",
      input.sizes, " and grid with sizes ", grid.sizes);
  TL_CHECK(grid.sizes.back() == input.dim() - 2, "grid_sampler(): expected grid to have size ",
           input.dim() - 2, " in last dimension, but got grid with sizes ", grid.sizes);
  for (int64_t d = 2; d < input.dim(); ++d)
    TL_CHECK(
        input.sizes[size_t(d)] > 0,
        "grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes ",
        input.sizes, " with dimension ", d, " being empty");
  TL_CHECK(mode >= 0 && mode <= 2 && padding >= 0 && padding <= 2, "grid_sampler(): unknown mode ",
           mode, " or padding ", padding);
  TL_CHECK(input.dim() == 4 || mode != 2,
           "grid_sampler(): bicubic interpolation only supports 4D input");
}
Fact infer_grid(const Fact& input, const Fact& grid, int64_t mode, int64_t padding, bool) {
  check_grid(input, grid, mode, padding);
  DimVector sizes{input.sizes[0], input.sizes[1]};
  for (int64_t d = 1; d + 1 < grid.dim(); ++d) sizes.push_back(grid.sizes[size_t(d)]);
  return Fact(input.dtype, sizes);
}

struct Shape {
  int64_t batch, channels, dims, depth, height, width, points;
  Shape(const Fact& input, const Fact& grid)
      : batch(input.sizes[0]),
        channels(input.sizes[1]),
        dims(input.dim() - 2),
        depth(dims == 3 ? input.sizes[2] : 1),
        height(input.sizes[size_t(dims)]),
        width(input.sizes[size_t(dims) + 1]),
        points(1) {
    for (int64_t d = 1; d <= dims; ++d) points *= grid.sizes[size_t(d)];
  }
  int64_t plane() const { return depth * height * width; }
};
template <class T>
Taps<T> one_tap() {
  Taps<T> t;
  t.add(0, 1, 1, 0);
  return t;
}
// body(offset in the plane, z, y, x taps' numbers) for every input of one grid point
template <class T>
struct Point {
  Taps<T> x, y, z;
  Point(const T* grid, const Shape& s, const Setting& set)
      : x(taps_of(grid[0], s.width, set)),
        y(taps_of(grid[1], s.height, set)),
        z(s.dims == 3 ? taps_of(grid[2], s.depth, set) : one_tap<T>()) {
    if (std::isnan(x.weight[0]) || std::isnan(y.weight[0]))  // wherever the other may be
      x = y = std::isnan(x.weight[0]) ? x : y;
  }
  template <class Body>
  void each(const Shape& s, Body body) const {
    for (int k = 0; k < z.n; ++k)
      for (int j = 0; j < y.n; ++j)
        for (int i = 0; i < x.n; ++i)
          if (z.place[k] >= 0 && y.place[j] >= 0 && x.place[i] >= 0)
            body((z.place[k] * s.height + y.place[j]) * s.width + x.place[i], k, j, i);
  }
};

// ---- forward

template <class T>
Kernel sampler(const Shape& s, const Setting& set) {
  return Kernel([=](const Pointers& p) {
    parallel_for(0, s.batch * s.points,
                 std::max<int64_t>(1, 2048 / std::max<int64_t>(1, s.channels)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t at = begin; at < end; ++at) {
                     const Point<T> point(p.in<T>(1) + at * s.dims, s, set);
                     const T* from = p.in<T>(0) + at / s.points * s.channels * s.plane();
                     T* to = p.out<T>() + at / s.points * s.channels * s.points + at % s.points;
                     int64_t offset[64];
                     T weight[64];
                     int n = 0;
                     point.each(s, [&](int64_t o, int k, int j, int i) {
                       offset[n] = o,
                       weight[n++] = point.z.weight[k] * point.y.weight[j] * point.x.weight[i];
                     });
                     for (int64_t c = 0; c < s.channels; ++c, from += s.plane(), to += s.points) {
                       T sum = 0;
                       for (int i = 0; i < n; ++i) sum += from[offset[i]] * weight[i];
                       *to = sum;
                     }
                   }
                 });
  });
}
Setting setting_of(const Call& c, size_t first) {
  return {Mode(c.arg<int64_t>(first)), Padding(c.arg<int64_t>(first + 1)), c.arg<bool>(first + 2),
          c.in(0).dim() == 4};
}
Offer prepare_grid(const Call& c) {
  const Shape s(c.in(0), c.in(1));
  if (c.out().dtype == kFloat) return sampler<float>(s, setting_of(c, 2));
  if (c.out().dtype == kDouble) return sampler<double>(s, setting_of(c, 2));
  return "neither float nor double";
}
constexpr Impl grid_kernels[] = {{"points", prepare_grid}};

// ---- backward: of the input and of the grid

std::vector<Fact> infer_gradient(Args a) {
  const Fact &input = unpack<Fact>(a[1]), &grid = unpack<Fact>(a[2]);
  const Fact out = infer_grid(input, grid, unpack<int64_t>(a[3]), unpack<int64_t>(a[4]), false);
  TL_CHECK(unpack<Fact>(a[0]).sizes == out.sizes && unpack<Fact>(a[0]).dtype == out.dtype,
           "grid_sampler_backward: a gradient of shape ", unpack<Fact>(a[0]).sizes, " where ",
           out.sizes, " was expected");
  return {Fact(input.dtype, input.sizes), Fact(grid.dtype, grid.sizes)};
}
template <class T>
Kernel sampler_gradient(const Shape& s, const Setting& set) {
  return Kernel([=](const Pointers& p) {
    std::fill_n(p.out<T>(0), s.batch * s.channels * s.plane(), T(0));
    for (int64_t at = 0; at < s.batch * s.points; ++at) {
      const Point<T> point(p.in<T>(2) + at * s.dims, s, set);
      const int64_t first = at / s.points * s.channels;
      const T* grad = p.in<T>(0) + first * s.points + at % s.points;
      const T* x = p.in<T>(1) + first * s.plane();
      T* gx = p.out<T>(0) + first * s.plane();
      T slopes[3] = {};
      point.each(s, [&](int64_t o, int k, int j, int i) {
        const T wx = point.x.weight[i], wy = point.y.weight[j], wz = point.z.weight[k];
        T product = 0;
        for (int64_t c = 0; c < s.channels; ++c) {
          gx[c * s.plane() + o] += grad[c * s.points] * (wx * wy * wz);
          product += grad[c * s.points] * x[c * s.plane() + o];
        }
        slopes[0] += product * point.x.slope[i] * wy * wz;
        slopes[1] += product * wx * point.y.slope[j] * wz;
        slopes[2] += product * wx * wy * point.z.slope[k];
      });
      for (int64_t d = 0; d < s.dims; ++d) p.out<T>(1)[at * s.dims + d] = slopes[d];
    }
  });
}
Offer prepare_gradient(const Call& c) {
  const Shape s(c.in(1), c.in(2));
  if (c.out().dtype == kFloat) return sampler_gradient<float>(s, setting_of(c, 3));
  if (c.out().dtype == kDouble) return sampler_gradient<double>(s, setting_of(c, 3));
  return "neither float nor double";
}
constexpr Impl gradient_kernels[] = {{"points", prepare_gradient}};
Grads grid_grads(const GradCall& c) {
  using Both = std::tuple<Tensor, Tensor>;
  const auto [gx, gg] =
      detail::call_as<Both>(find_overload("tealight::grid_sampler_gradient"), c.grad(), c.in(0),
                            c.in(1), c.arg<int64_t>(2), c.arg<int64_t>(3), c.arg<bool>(4));
  return {gx, gg};
}

// ---- affine_grid_generator: (N, n, n + 1) matrices times the places of a grid

Tensor base_line(int64_t n, bool align, const TensorOptions& options) {
  if (n <= 1) return tealight::zeros({n}, options);
  const Tensor line = tealight::linspace(-1, 1, n, options);
  return align ? line : tealight::div(tealight::mul(line, n - 1), n).to(line.scalar_type());
}
Tensor affine_grid_impl(const Tensor& theta, const DimVector& size, bool align) {
  TL_CHECK(size.size() == 4 || size.size() == 5,
           "AffineGridGenerator needs 4d (spatial) or 5d (volumetric) inputs.");
  const int64_t n = int64_t(size.size()) - 2;
  TL_CHECK(
      theta.dim() == 3 && theta.size(0) == size[0] && theta.size(1) == n && theta.size(2) == n + 1,
      "Expected a batch of ", n, "D affine matrices of shape Nx", n, "x", n + 1, " for size ", size,
      ". Got ", theta.sizes(), ".");
  DimVector spatial(IntArrayRef(size).slice(2, size_t(n)));
  std::vector<Tensor> columns;  // x, y, (z,) 1
  for (int64_t d = n - 1; d >= 0; --d) {
    DimVector shape(size_t(n), 1);
    shape[size_t(d)] = spatial[size_t(d)];
    columns.push_back(
        tealight::reshape(base_line(spatial[size_t(d)], align, theta.options()), shape)
            .expand(spatial));
  }
  columns.push_back(tealight::ones(spatial, theta.options()));
  const Tensor base = tealight::reshape(tealight::stack(columns, -1), {1, numel_of(spatial), n + 1})
                          .expand({size[0], numel_of(spatial), n + 1});
  DimVector result{size[0]};
  for (int64_t s : spatial) result.push_back(s);
  result.push_back(n);
  return tealight::reshape(tealight::bmm(base, tealight::transpose(theta, 1, 2)), result);
}

std::vector<Sample> samples_2d() {
  std::vector<Sample> v;
  for (int64_t mode = 0; mode < 3; ++mode)
    for (int64_t padding = 0; padding < 3; ++padding)
      v.push_back({{sample({2, 3, 4, 5}), sample({2, 3, 2, 2}, kFloat, -1.5, 1.5, 2), mode, padding,
                    (mode + padding) % 2 == 0}});
  return v;
}
std::vector<Sample> samples_3d() {
  return {{{sample({1, 2, 3, 4, 5}), sample({1, 2, 2, 3, 3}, kFloat, -1.5, 1.5, 2), 0, 0, false}},
          {{sample({1, 2, 3, 4, 5}), sample({1, 2, 2, 3, 3}, kFloat, -1.5, 1.5, 2), 1, 2, true}}};
}
std::vector<Sample> samples_any() { return {samples_2d()[0], samples_3d()[0]}; }
std::vector<Sample> affine_samples() {
  return {{{sample({2, 2, 3}), DimVector{2, 1, 3, 4}, false}},
          {{sample({1, 3, 4}), DimVector{1, 1, 2, 3, 4}, true}}};
}

}  // namespace

#define TL_GRID \
  .infer = infer<infer_grid>, .kernels = grid_kernels, .backward = TL_TRAIN(grid_grads)
TL_OP(grid_sampler){
    .schemas =
        {"aten::grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor"},
    TL_GRID,
    .reads = {args(0, 1), 0},
    .traits = Trait::half_via_float,
    .samples = TL_TEST(samples_any),
};
TL_OP(grid_sampler_2d){
    .schemas =
        {"aten::grid_sampler_2d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor"},
    TL_GRID,
    .reads = {args(0, 1), 0},
    .traits = Trait::half_via_float | Trait::copied_out,
    .samples = TL_TEST(samples_2d),
};
TL_OP(grid_sampler_3d){
    .schemas =
        {"aten::grid_sampler_3d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor"},
    TL_GRID,
    .reads = {args(0, 1), 0},
    .traits = Trait::half_via_float | Trait::copied_out,
    .samples = TL_TEST(samples_3d),
};
#undef TL_GRID
TL_OP(grid_sampler_gradient){
    .schemas =
        {"tealight::grid_sampler_gradient(Tensor grad, Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> (Tensor, Tensor)"},
    .infer = infer_gradient,
    .kernels = gradient_kernels,
    .backward = TL_TRAIN(not_twice_differentiable),
    .traits = Trait::half_via_float,
};
TL_OP(affine_grid_generator){
    .schemas =
        {"aten::affine_grid_generator(Tensor theta, int[] size, bool align_corners) -> Tensor"},
    .function = function<affine_grid_impl>,
    .traits = Trait::composite | Trait::copied_out,
    .samples = TL_TEST(affine_samples),
};
}  // namespace tealight::ops
