// Windows of an image as columns and back, fractional pooling.
#include <algorithm>

#include "ops/copy.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

// ---- im2col and col2im

struct Windows {
  int64_t kernel[2], dilation[2], padding[2], stride[2], image[2], count[2];
  Windows(const char* op, IntArrayRef size, const DimVector& k, const DimVector& d,
          const DimVector& p, const DimVector& s) {
    const auto get = [&](const DimVector& v, size_t i) {
      TL_CHECK(v.size() == 1 || v.size() == 2, op, ": expected one or two numbers, got ", v);
      return v[v.size() == 1 ? 0 : i];
    };
    for (size_t i = 0; i < 2; ++i) {
      image[i] = size[i], kernel[i] = get(k, i), dilation[i] = get(d, i), padding[i] = get(p, i),
      stride[i] = get(s, i);
      TL_CHECK(kernel[i] > 0, op, ": kernel size should be greater than zero, but got ", k);
      TL_CHECK(dilation[i] > 0, op, ": dilation should be greater than zero, but got ", d);
      TL_CHECK(padding[i] >= 0, op, ": padding should be non-negative, but got ", p);
      TL_CHECK(stride[i] > 0, op, ": stride should be greater than zero, but got ", s);
      for (int64_t n : {image[i], kernel[i], dilation[i], padding[i], stride[i]})
        TL_CHECK(n < int64_t(1) << 30, op, ": ", n, " is too large");
      count[i] =
          image[i] + 2 * padding[i] < dilation[i] * (kernel[i] - 1) + 1
              ? 0
              : (image[i] + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1) / stride[i] + 1;
    }
    const auto pair = [](const int64_t* v) { return str('(', v[0], ", ", v[1], ')'); };
    TL_CHECK(count[0] > 0 && count[1] > 0, op, ": Given input with spatial size ", pair(&image[0]),
             ", kernel_size=", pair(&kernel[0]), ", dilation=", pair(&dilation[0]),
             ", padding=", pair(&padding[0]),
             ", calculated shape of the array of sliding blocks as ", pair(&count[0]),
             ", but its components must be at least one.");
  }
  // Where element (i, j) of every window lies in a padded (N, C, H, W) image.
  Tensor places(const Tensor& padded, int64_t i, int64_t j) const {
    const Tensor rows = tealight::slice(
        padded, 2, i * dilation[0], i * dilation[0] + stride[0] * (count[0] - 1) + 1, stride[0]);
    return tealight::slice(rows, 3, j * dilation[1],
                           j * dilation[1] + stride[1] * (count[1] - 1) + 1, stride[1]);
  }
};

Tensor im2col_impl(const Tensor& self, const DimVector& kernel, const DimVector& dilation,
                   const DimVector& padding, const DimVector& stride) {
  TL_CHECK(
      self.dim() == 3 || self.dim() == 4,
      "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and non-zero dimensions for input, but got: ",
      self.sizes());
  const Tensor x = self.dim() == 3 ? tealight::unsqueeze(self, 0) : self;
  const Windows w("im2col", x.sizes().slice(2, 2), kernel, dilation, padding, stride);
  const Tensor padded =
      tealight::constant_pad_nd(x, {w.padding[1], w.padding[1], w.padding[0], w.padding[0]}, 0);
  Tensor out(Fact(self.scalar_type(),
                  {x.size(0), x.size(1), w.kernel[0], w.kernel[1], w.count[0], w.count[1]}));
  for (int64_t i = 0; i < w.kernel[0]; ++i)
    for (int64_t j = 0; j < w.kernel[1]; ++j)
      copy_into(tealight::select(tealight::select(out, 3, j), 2, i), w.places(padded, i, j));
  out = out.view({x.size(0), x.size(1) * w.kernel[0] * w.kernel[1], w.count[0] * w.count[1]});
  return self.dim() == 3 ? tealight::squeeze(out, 0) : out;
}
Tensor col2im_impl(const Tensor& self, const DimVector& size, const DimVector& kernel,
                   const DimVector& dilation, const DimVector& padding, const DimVector& stride) {
  TL_CHECK(
      self.dim() == 2 || self.dim() == 3,
      "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ",
      self.sizes());
  TL_CHECK(size.size() == 2, "It is expected output_size equals to 2, but got size ", size.size());
  const Tensor x = self.dim() == 2 ? tealight::unsqueeze(self, 0) : self;
  const Windows w("col2im", size, kernel, dilation, padding, stride);
  const int64_t area = w.kernel[0] * w.kernel[1];
  TL_CHECK(
      x.size(1) % area == 0,
      "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=",
      x.size(1), " and kernel_size=", kernel);
  TL_CHECK(
      x.size(2) == w.count[0] * w.count[1], "Given output_size=", size, ", kernel_size=", kernel,
      ", dilation=", dilation, ", padding=", padding, ", stride=", stride,
      ", expected size of input's dimension 2 to match the calculated number of sliding blocks ",
      w.count[0], " * ", w.count[1], " = ", w.count[0] * w.count[1],
      ", but got input.size(2)=", x.size(2), ".");
  const int64_t channels = x.size(1) / area;
  const Tensor columns =
      tealight::reshape(x, {x.size(0), channels, w.kernel[0], w.kernel[1], w.count[0], w.count[1]});
  const Tensor padded = tealight::zeros(
      {x.size(0), channels, w.image[0] + 2 * w.padding[0], w.image[1] + 2 * w.padding[1]},
      self.options());
  for (int64_t i = 0; i < w.kernel[0]; ++i)
    for (int64_t j = 0; j < w.kernel[1]; ++j) {
      const Tensor to = w.places(padded, i, j);
      copy_into(to, tealight::add(to, tealight::select(tealight::select(columns, 3, j), 2, i)));
    }
  Tensor out =
      tealight::clone(tealight::narrow(tealight::narrow(padded, 2, w.padding[0], w.image[0]), 3,
                                       w.padding[1], w.image[1]),
                      MemoryFormat::Contiguous);
  return self.dim() == 2 ? tealight::squeeze(out, 0) : out;
}
Grads im2col_grads(const GradCall& c) {
  const Tensor& x = c.in(0);
  return {tealight::col2im(c.grad(), {x.size(-2), x.size(-1)}, c.arg<DimVector>(1),
                           c.arg<DimVector>(2), c.arg<DimVector>(3), c.arg<DimVector>(4))};
}
Grads col2im_grads(const GradCall& c) {
  return {tealight::im2col(c.grad(), c.arg<DimVector>(2), c.arg<DimVector>(3), c.arg<DimVector>(4),
                           c.arg<DimVector>(5))};
}

// ---- fractional_max_pool: windows at pseudo-random places

std::vector<int64_t> window_starts(double random, int64_t in, int64_t out, int64_t window) {
  std::vector<int64_t> starts(static_cast<size_t>(out), 0);
  if (out > 1) {
    const double alpha = double(in - window) / double(out - 1);
    for (int64_t i = 0; i + 1 < out; ++i)
      starts[size_t(i)] = std::clamp<int64_t>(
          int64_t((double(i) + random) * alpha) - int64_t(random * alpha), 0, in - window);
  }
  if (out > 0) starts.back() = in - window;
  return starts;
}
template <size_t N>
std::tuple<Tensor, Tensor> fractional(const Tensor& self, const DimVector& kernel,
                                      const DimVector& output, const Tensor& random) {
  constexpr int64_t n = int64_t(N);
  TL_CHECK(self.dim() == n + 1 || self.dim() == n + 2, "fractional_max_pool", N, "d(): Expected ",
           n + 1, "D or ", n + 2, "D tensor, but got: ", self.sizes());
  TL_CHECK(kernel.size() == N && output.size() == N, "fractional_max_pool", N,
           "d: kernel_size and output_size must have ", N, " elements");
  const Tensor x = self.dim() == n + 1 ? tealight::unsqueeze(self, 0) : self;
  const int64_t planes = x.size(0) * x.size(1);
  TL_CHECK(random.dim() == 3 && random.size(0) >= x.size(0) && random.size(1) >= x.size(1) &&
               random.size(2) == n,
           "Expect _random_samples of shape ", x.size(0), " x ", x.size(1), " x ", n, ", but got ",
           random.sizes());
  DimVector sizes(x.sizes().slice(0, 2));
  for (size_t d = 0; d < N; ++d) {
    TL_CHECK(kernel[d] > 0 && output[d] > 0 && output[d] + kernel[d] - 1 <= x.size(2 + int64_t(d)),
             "fractional_max_pool", N, "d(): pool size ", kernel[d], " and output size ", output[d],
             " too large relative to input size ", x.size(2 + int64_t(d)));
    sizes.push_back(output[d]);
  }
  // gathered with operators, so that gradients and every dtype come for free: first the place of
  // each maximum
  const Tensor values = tealight::contiguous(converted(x, kDouble)),
               draws = tealight::contiguous(converted(random, kDouble));
  Tensor places(Fact(kLong, sizes));
  const double* in = values.as<double>();
  int64_t* place = places.as<int64_t>();
  const int64_t D = N == 3 ? x.size(2) : 1, H = x.size(-2), W = x.size(-1),
                kd = N == 3 ? kernel[0] : 1, kh = kernel[N - 2], kw = kernel[N - 1];
  for (int64_t p = 0; p < planes; ++p, in += D * H * W) {
    const double* u = draws.as<double>() + (p / x.size(1) * draws.size(1) + p % x.size(1)) * n;
    const auto starts_d = N == 3 ? window_starts(u[0], D, output[0], kd) : std::vector<int64_t>{0};
    const auto starts_h = window_starts(u[1], H, output[N - 2], kh),
               starts_w = window_starts(N == 3 ? u[2] : u[0], W, output[N - 1], kw);
    for (int64_t d : starts_d)
      for (int64_t h : starts_h)
        for (int64_t w : starts_w) {
          int64_t best = (d * H + h) * W + w;
          for (int64_t z = d; z < d + kd; ++z)
            for (int64_t y = h; y < h + kh; ++y)
              for (int64_t k = w; k < w + kw; ++k) {
                const int64_t at = (z * H + y) * W + k;
                if (in[at] > in[best] || in[at] != in[at]) best = at;
              }
          *place++ = best;
        }
  }
  Tensor out = tealight::reshape(
      tealight::gather(tealight::flatten(x, 2), 2, tealight::flatten(places, 2)), sizes);
  if (self.dim() == n + 1) return {tealight::squeeze(out, 0), tealight::squeeze(places, 0)};
  return {out, places};
}

std::vector<Sample> im2col_samples() {
  return {
      {{sample({2, 3, 5, 6}), DimVector{2, 3}, DimVector{1, 2}, DimVector{1, 0}, DimVector{2, 1}}},
      {{sample({3, 5, 6}), DimVector{2, 2}, DimVector{1, 1}, DimVector{0, 0}, DimVector{1, 1}}}};
}
std::vector<Sample> col2im_samples() {
  return {{{sample({2, 12, 12}), DimVector{4, 5}, DimVector{2, 2}, DimVector{1, 1}, DimVector{0, 0},
            DimVector{1, 1}}},
          {{sample({4, 9}), DimVector{4, 4}, DimVector{2, 2}, DimVector{1, 1}, DimVector{1, 1},
            DimVector{2, 2}}}};
}
std::vector<Sample> fractional2_samples() {
  return {{{distinct_sample({2, 3, 7, 8}), DimVector{2, 3}, DimVector{4, 3},
            sample({2, 3, 2}, kFloat, 0, 1, 2)}}};
}
std::vector<Sample> fractional3_samples() {
  return {{{distinct_sample({1, 2, 5, 6, 7}), DimVector{2, 2, 3}, DimVector{3, 3, 4},
            sample({1, 2, 3}, kFloat, 0, 1, 2)}}};
}

}  // namespace

TL_OP(im2col){
    .schemas =
        {"aten::im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor",
         "aten::im2col.out(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<im2col_impl>,
    .backward = TL_TRAIN(im2col_grads),
    .reads = {0, 0},
    .samples = TL_TEST(im2col_samples),
};
TL_OP(col2im){
    .schemas =
        {"aten::col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor",
         "aten::col2im.out(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<col2im_impl>,
    .backward = TL_TRAIN(col2im_grads),
    .reads = {0, 0},
    .samples = TL_TEST(col2im_samples),
};
TL_OP(fractional_max_pool2d){
    .schemas =
        {"aten::fractional_max_pool2d(Tensor self, int[2] kernel_size, int[2] output_size, Tensor random_samples) -> (Tensor, Tensor)",
         "aten::fractional_max_pool2d.output(Tensor self, int[2] kernel_size, int[2] output_size, Tensor random_samples, *, Tensor(a!) output, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))"},
    .function = function<fractional<2>>,
    .traits = Trait::composite,
    .samples = TL_TEST(fractional2_samples),
};
TL_OP(fractional_max_pool3d){
    .schemas =
        {"aten::fractional_max_pool3d(Tensor self, int[3] kernel_size, int[3] output_size, Tensor random_samples) -> (Tensor, Tensor)",
         "aten::fractional_max_pool3d.output(Tensor self, int[3] kernel_size, int[3] output_size, Tensor random_samples, *, Tensor(a!) output, Tensor(b!) indices) -> (Tensor(a!), Tensor(b!))"},
    .function = function<fractional<3>>,
    .traits = Trait::composite,
    .samples = TL_TEST(fractional3_samples),
};
}  // namespace tealight::ops
