// linear: x (..., I) x W (O, I) transposed + bias (O).
#include "ops/linear/linear.h"

#include "kernels/gemm/gemm.h"
#include "kernels/linear/linear.h"
#include "kernels/pointwise/convert.h"
#include "ops/gradients.h"
#include "ops/packed.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {

void check_same_dtype(const char* op, const Fact& a, const Fact& b) {
  TL_CHECK(a.dtype == b.dtype, op,
           ": expected m1 and m2 to have the same dtype, but got: ", a.dtype, " != ", b.dtype);
}

Fact infer_linear(const Fact& input, const Fact& weight, OptionalFact bias) {
  TL_CHECK(weight.dim() == 2 || weight.dim() == 1,
           "linear: weight must be a matrix (out_features, in_features), but has shape ",
           weight.sizes);
  const int64_t inputs = weight.sizes.back();
  TL_CHECK(input.dim() >= 1 && input.sizes.back() == inputs,
           "mat1 and mat2 shapes cannot be multiplied (",
           input.dim() ? input.numel() / std::max<int64_t>(input.sizes.back(), 1) : 1, "x",
           input.dim() ? input.sizes.back() : 1, " and ", inputs, "x",
           weight.dim() == 2 ? weight.sizes[0] : 1, "): linear's input ", input.sizes,
           " must end with the weight's in_features");
  check_same_dtype("linear", input, weight);
  if (bias) check_same_dtype("linear", *bias, weight);
  DimVector sizes(input.sizes);
  sizes.pop_back();
  if (weight.dim() == 2) sizes.push_back(weight.sizes[0]);
  if (bias)
    TL_CHECK(bias->dim() == 0 ||
                 (bias->dim() == 1 &&
                  (bias->sizes[0] == 1 || bias->sizes[0] == (sizes.empty() ? 1 : sizes.back()))),
             "linear: bias of shape ", bias->sizes, " does not fit out_features ",
             sizes.empty() ? 1 : sizes.back());
  return input.with(sizes);
}

LinearSizes::LinearSizes(const Fact& x, const Fact& w, const Fact& out)
    : N(w.dim() == 2 ? w.sizes[0] : 1), K(w.sizes.back()) {
  M = K ? x.numel() / K : out.numel() / std::max<int64_t>(N, 1);
}

intrusive_ptr<Storage> packed_linear_weights(const Tensor& w) {
  const int64_t N = w.size(0), K = w.size(1);
  const ScalarType t = w.scalar_type();
  return packed_weights(w, "linear", kernels::linear_weights_bytes(N, K), [&](void* packed) {
    std::vector<float> wide;  // a 16-bit matrix is widened on the way
    if (t != kFloat) {
      wide.resize(size_t(N * K));
      load_block(Compute::f32, wide.data(), t, w.data_ptr(), int64_t(element_size(t)), N * K);
    }
    kernels::pack_linear_weights(N, K, t == kFloat ? w.as<float>() : wide.data(), K,
                                 static_cast<float*>(packed));
  });
}

namespace {

using namespace kernels;

const char* no_matrix(const Call& c) {
  const Fact& w = c.in(1);
  if (w.dim() != 2 || (c.has_in(2) && c.in(2).numel() != w.sizes[0]))
    return "no matrix, or a bias that is broadcast";
  return nullptr;
}

// Few rows do not pay for the packing of weights that may be used once.
constexpr int64_t kFewRows = 4;

Offer prepare_unpacked(const Call& c) {
  const auto [M, N, K] = LinearSizes(c.in(0), c.in(1), c.out());
  if (c.out().dtype != kFloat) return "not float32";
  if (const char* why = no_matrix(c)) return why;
  if (M > kFewRows && c.inputs[1]->has_elements()) return "many rows";
  return Kernel(
      [M = M, N = N, K = K](const Pointers& p) {
        GemmEpilogue e;
        e.bias_n = p.in<float>(2);
        matmul_f32(M, N, K, p.in<float>(0), K, false, p.in<float>(1), K, true, p.out<float>(), N, e,
                   p.scratch<void>());
      },
      matmul_f32_scratch_bytes(M, N, K, true));
}
Offer prepare_packed(const Call& c) {
  if (c.out().dtype != kFloat) return "not float32";
  if (const char* why = no_matrix(c)) return why;
  return Kernel([size = LinearSizes(c.in(0), c.in(1), c.out()),
                 packed = packed_linear_weights(*c.inputs[1])](const Pointers& p) {
    linear_f32(size.M, size.N, size.K, p.in<float>(0), size.K,
               static_cast<const float*>(packed->data()), p.out<float>(), size.N,
               {.bias = p.in<float>(2)});
  });
}
// 16-bit numbers: sums in float32, and weights that are widened once.
Offer prepare_half(const Call& c) {
  const ScalarType t = c.out().dtype;
  if (t != kHalf && t != kBFloat16) return "not 16 bits";
  if (const char* why = no_matrix(c)) return why;
  if (!c.inputs[1]->has_elements()) return "the weights are not known";
  const LinearSizes s(c.in(0), c.in(1), c.out());
  const size_t x_floats = size_t(round_up(s.M * s.K, 16)),
               y_floats = size_t(round_up(s.M * s.N, 16));
  return Kernel(
      [=, packed = packed_linear_weights(*c.inputs[1])](const Pointers& p) {
        float *x = p.scratch<float>(), *y = x + x_floats, *bias = y + y_floats;
        load_block(Compute::f32, x, t, p.in<void>(0), 2, s.M * s.K);
        if (p.ins[2]) load_block(Compute::f32, bias, t, p.in<void>(2), 2, s.N);
        linear_f32(s.M, s.N, s.K, x, s.K, static_cast<const float*>(packed->data()), y, s.N,
                   {.bias = p.ins[2] ? bias : nullptr});
        store_block(Compute::f32, y, t, p.out<void>(), 2, s.M * s.N);
      },
      (x_floats + y_floats + size_t(s.N)) * sizeof(float));
}
// y = bias; y += x W^T, for the other dtypes
Offer prepare_linear_plain(const Call& c) {
  const auto [M, N, K] = LinearSizes(c.in(0), c.in(1), c.out());
  const ScalarType t = c.out().dtype;
  const Compute compute = compute_of(t);
  const int64_t size = int64_t(element_size(t)),
                bias_step = !c.has_in(2) || c.in(2).numel() == 1 ? 0 : size;
  return Kernel([=, M = M, N = N, K = K](const Pointers& p) {
    const auto run = [&](auto type) {
      using T = decltype(type);
      for (int64_t m = 0; m < M; ++m)
        for (int64_t n = 0; n < N; ++n) {
          T sum = 0, a, b;
          if (p.ins[2]) load_block(compute, &sum, t, p.in<char>(2) + n * bias_step, 0, 1);
          for (int64_t k = 0; k < K; ++k) {
            load_block(compute, &a, t, p.in<char>(0) + (m * K + k) * size, 0, 1);
            load_block(compute, &b, t, p.in<char>(1) + (n * K + k) * size, 0, 1);
            sum += a * b;
          }
          store_block(compute, &sum, t, p.out<char>() + (m * N + n) * size, 0, 1);
        }
    };
    if (compute == Compute::f64)
      run(double{});
    else if (compute == Compute::i64)
      run(int64_t{});
    else if (compute == Compute::c128)
      run(std::complex<double>{});
    else
      run(float{});
  });
}
constexpr Impl linear_kernels[] = {{"unpacked_f32", prepare_unpacked},
                                   {"packed_f32", prepare_packed},
                                   {"packed_half", prepare_half},
                                   {"plain", prepare_linear_plain}};

Grads linear_backward(const GradCall& c) {
  const Tensor &x = c.in(0), &w = c.in(1);
  const int64_t K = w.size(-1), N = w.dim() == 2 ? w.size(0) : 1;
  const int64_t rows = c.grad().numel() / std::max<int64_t>(N, 1);
  const Tensor g = reshape(c.grad(), {rows, N}), w2 = w.dim() == 2 ? w : unsqueeze(w, 0);
  return {c.wants(0) ? reshape(mm(g, w2.conj()), x.sizes()) : Tensor(),
          c.wants(1) ? reshape(mm(t(g), reshape(x, {rows, K}).conj()), w.sizes()) : Tensor(),
          c.wants(2) ? sum(g, {0}) : Tensor()};
}

std::vector<Sample> linear_samples() {
  return {{{sample({2, 3, 4}), sample({5, 4}), sample({5})}},
          {{sample({4}), sample({5, 4}), Value()}},
          {{sample({9, 40}), sample({30, 40}), sample({30})}}};
}

}  // namespace

TL_OP(linear){
    .schemas =
        {"aten::linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor",
         "aten::linear.out(Tensor input, Tensor weight, Tensor? bias=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_linear>,
    .kernels = linear_kernels,
    .backward = TL_TRAIN(linear_backward),
    .reads = {args(0, 1), 0},
    .samples = TL_TEST(linear_samples),
};
}  // namespace tealight::ops
