// conv1d ... conv_transpose3d complete the arguments of aten::convolution.
#include "ops/conv/conv.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

// Adds and removes the batch dimension of an unbatched input.
template <class F>
Tensor batched(int64_t n, const Tensor& x, F f) {
  TL_CHECK(x.dim() == n + 1 || x.dim() == n + 2, "Expected ", n + 1, "D (unbatched) or ", n + 2,
           "D (batched) input to conv", n, "d, but got input of size: ", x.sizes());
  return x.dim() == n + 1 ? squeeze(f(unsqueeze(x, 0)), 0) : f(x);
}
template <int64_t N>
Tensor conv_impl(const Tensor& x, const Tensor& w, const std::optional<Tensor>& b,
                 const DimVector& stride, const DimVector& padding, const DimVector& dilation,
                 int64_t groups) {
  return batched(N, x, [&](const Tensor& in) {
    return convolution(in, w, b, per_dimension("stride", stride, N),
                       per_dimension("padding", padding, N), per_dimension("dilation", dilation, N),
                       false, DimVector(N, 0), groups);
  });
}
template <int64_t N>
Tensor conv_transpose_impl(const Tensor& x, const Tensor& w, const std::optional<Tensor>& b,
                           const DimVector& stride, const DimVector& padding,
                           const DimVector& output_padding, int64_t groups,
                           const DimVector& dilation) {
  return batched(N, x, [&](const Tensor& in) {
    return convolution(in, w, b, per_dimension("stride", stride, N),
                       per_dimension("padding", padding, N), per_dimension("dilation", dilation, N),
                       true, per_dimension("output_padding", output_padding, N), groups);
  });
}
// "same" pads by dilation * (kernel - 1) in all, the odd one behind.
template <int64_t N>
Tensor conv_padded(const Tensor& x, const Tensor& w, const std::optional<Tensor>& b,
                   const DimVector& stride, const std::string& padding, const DimVector& dilation,
                   int64_t groups) {
  if (padding == "valid") return conv_impl<N>(x, w, b, stride, DimVector(N, 0), dilation, groups);
  TL_CHECK(padding == "same", "Invalid padding string: '", padding, "'");
  const DimVector steps = per_dimension("stride", stride, N),
                  spread = per_dimension("dilation", dilation, N);
  for (int64_t s : steps)
    TL_CHECK(s == 1, "padding='same' is not supported for strided convolutions");
  DimVector low;
  std::vector<int64_t> extra(2 * N, 0);
  bool uneven = false;
  for (int64_t i = 0; i < N; ++i) {
    const int64_t total = spread[size_t(i)] * (w.size(i + 2) - 1);
    low.push_back(total / 2);
    if (total % 2) extra[size_t(2 * (N - 1 - i) + 1)] = 1, uneven = true;
  }
  return conv_impl<N>(uneven ? constant_pad_nd(x, extra, 0) : x, w, b, steps, low, spread, groups);
}
Tensor convolution_mode(const Tensor& x, const Tensor& w, const std::optional<Tensor>& b,
                        const DimVector& stride, const std::string& padding,
                        const DimVector& dilation, int64_t groups) {
  const auto f = w.dim() == 3 ? conv_padded<1> : w.dim() == 5 ? conv_padded<3> : conv_padded<2>;
  return f(x, w, b, stride, padding, dilation, groups);
}
Tensor underscore_impl(const Tensor& x, const Tensor& w, const std::optional<Tensor>& b,
                       const DimVector& stride, const DimVector& padding, const DimVector& dilation,
                       bool transposed, const DimVector& output_padding, int64_t groups, bool, bool,
                       bool, std::optional<bool>) {  // cuDNN's switches mean nothing here
  return batched(w.dim() - 2, x, [&](const Tensor& in) {
    return convolution(in, w, b, stride, padding, dilation, transposed, output_padding, groups);
  });
}
std::vector<Sample> conv1d_samples() {
  return {
      {{sample({2, 3, 10}), sample({4, 3, 3}), sample({4}), DimVector{2}, DimVector{1},
        DimVector{1}, 1}},
      {{sample({3, 10}), sample({3, 1, 4}), Value(), DimVector{1}, DimVector{0}, DimVector{2}, 3}}};
}
std::vector<Sample> conv2d_samples() {
  return {{{sample({2, 3, 8, 9}), sample({5, 3, 3, 3}), sample({5}), DimVector{1, 1},
            DimVector{1, 1}, DimVector{1, 1}, 1}},
          {{sample({1, 4, 8, 9}), sample({4, 1, 3, 3}), sample({4}), DimVector{2, 2},
            DimVector{1, 1}, DimVector{1, 1}, 4}},
          {{sample({1, 8, 5, 7}), sample({20, 8, 1, 1}), Value(), DimVector{1, 1}, DimVector{0, 0},
            DimVector{1, 1}, 1}},
          {{sample({4, 9, 9}), sample({6, 2, 3, 2}), sample({6}), DimVector{1, 2}, DimVector{2, 0},
            DimVector{2, 3}, 2}}};
}
std::vector<Sample> conv3d_samples() {
  return {{{sample({1, 2, 4, 5, 6}), sample({3, 2, 2, 3, 3}), sample({3}), DimVector{1, 2, 1},
            DimVector{0, 1, 1}, DimVector{1, 1, 1}, 1}}};
}
std::vector<Sample> same1d_samples() {
  return {{{sample({2, 3, 10}), sample({4, 3, 4}), sample({4}), DimVector{1}, "same", DimVector{1},
            1}}};
}
std::vector<Sample> same2d_samples() {
  return {{{sample({2, 3, 8, 9}), sample({5, 3, 3, 4}), sample({5}), DimVector{1, 1}, "same",
            DimVector{1, 1}, 1}},
          {{sample({2, 3, 8, 9}), sample({5, 3, 3, 4}), sample({5}), DimVector{2, 1}, "valid",
            DimVector{1, 1}, 1}}};
}
std::vector<Sample> transpose1d_samples() {
  return {{{sample({2, 3, 6}), sample({3, 4, 3}), sample({4}), DimVector{2}, DimVector{1},
            DimVector{1}, 1, DimVector{1}}}};
}
std::vector<Sample> transpose2d_samples() {
  return {{{sample({2, 4, 5, 6}), sample({4, 3, 3, 3}), sample({6}), DimVector{2, 2},
            DimVector{1, 1}, DimVector{1, 0}, 2, DimVector{1, 2}}},
          {{sample({1, 4, 5, 6}), sample({4, 3, 2, 2}), Value(), DimVector{2, 2}, DimVector{0, 0},
            DimVector{0, 0}, 1, DimVector{1, 1}}}};
}
std::vector<Sample> transpose3d_samples() {
  return {{{sample({1, 2, 3, 3, 3}), sample({2, 3, 2, 2, 2}), sample({3}), DimVector{2, 1, 2},
            DimVector{0, 0, 1}, DimVector{1, 0, 0}, 1, DimVector{1, 1, 1}}}};
}

}  // namespace

TL_OP(underscore_convolution){
    .schemas =
        {"aten::_convolution(Tensor input, Tensor weight, Tensor? bias, int[] stride, SymInt[] padding, int[] dilation, bool transposed, SymInt[] output_padding, int groups, bool benchmark, bool deterministic, bool cudnn_enabled, bool allow_tf32) -> Tensor",
         "aten::_convolution.deprecated(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, bool transposed, int[] output_padding, int groups, bool benchmark, bool deterministic, bool cudnn_enabled) -> Tensor"},
    .function = function<underscore_impl>,
    .traits = Trait::composite | Trait::copied_out,
};
TL_OP(convolution_mode_op){
    .schemas =
        {"aten::_convolution_mode(Tensor input, Tensor weight, Tensor? bias, int[] stride, str padding, int[] dilation, int groups) -> Tensor"},
    .function = function<convolution_mode>,
    .traits = Trait::composite,
    .samples = TL_TEST(same2d_samples),
};
TL_OP(conv1d){
    .schemas =
        {"aten::conv1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=1, int[1] padding=0, int[1] dilation=1, int groups=1) -> Tensor"},
    .function = function<conv_impl<1>>,
    .traits = Trait::composite,
    .samples = TL_TEST(conv1d_samples),
};
TL_OP(conv2d){
    .schemas =
        {"aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] dilation=1, int groups=1) -> Tensor"},
    .function = function<conv_impl<2>>,
    .traits = Trait::composite,
    .samples = TL_TEST(conv2d_samples),
};
TL_OP(conv3d){
    .schemas =
        {"aten::conv3d(Tensor input, Tensor weight, Tensor? bias=None, int[3] stride=1, int[3] padding=0, int[3] dilation=1, int groups=1) -> Tensor"},
    .function = function<conv_impl<3>>,
    .traits = Trait::composite,
    .samples = TL_TEST(conv3d_samples),
};
TL_OP(conv1d_padding){
    .schemas =
        {"aten::conv1d.padding(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=1, str padding=\"valid\", int[1] dilation=1, int groups=1) -> Tensor"},
    .function = function<conv_padded<1>>,
    .traits = Trait::composite,
    .samples = TL_TEST(same1d_samples),
};
TL_OP(conv2d_padding){
    .schemas =
        {"aten::conv2d.padding(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, str padding=\"valid\", int[2] dilation=1, int groups=1) -> Tensor"},
    .function = function<conv_padded<2>>,
    .traits = Trait::composite,
    .samples = TL_TEST(same2d_samples),
};
TL_OP(conv3d_padding){
    .schemas =
        {"aten::conv3d.padding(Tensor input, Tensor weight, Tensor? bias=None, int[3] stride=1, str padding=\"valid\", int[3] dilation=1, int groups=1) -> Tensor"},
    .function = function<conv_padded<3>>,
    .traits = Trait::composite,
};
TL_OP(conv_transpose1d){
    .schemas =
        {"aten::conv_transpose1d(Tensor input, Tensor weight, Tensor? bias=None, int[1] stride=1, int[1] padding=0, int[1] output_padding=0, int groups=1, int[1] dilation=1) -> Tensor"},
    .function = function<conv_transpose_impl<1>>,
    .traits = Trait::composite,
    .samples = TL_TEST(transpose1d_samples),
};
TL_OP(conv_transpose2d){
    .schemas =
        {"aten::conv_transpose2d.input(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] output_padding=0, int groups=1, int[2] dilation=1) -> Tensor"},
    .function = function<conv_transpose_impl<2>>,
    .traits = Trait::composite,
    .samples = TL_TEST(transpose2d_samples),
};
TL_OP(conv_transpose3d){
    .schemas =
        {"aten::conv_transpose3d.input(Tensor input, Tensor weight, Tensor? bias=None, int[3] stride=1, int[3] padding=0, int[3] output_padding=0, int groups=1, int[3] dilation=1) -> Tensor"},
    .function = function<conv_transpose_impl<3>>,
    .traits = Trait::composite,
    .samples = TL_TEST(transpose3d_samples),
};
}  // namespace tealight::ops
