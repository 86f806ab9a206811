// Singular values, and the decomposition that their gradient needs.
#include "kernels/linalg/svd.h"

#include <cmath>

#include "kernels/pointwise/convert.h"
#include "ops/samples.h"
#include "tealight/operators.h"

namespace tealight::ops {
namespace {

std::vector<Fact> infer_svd(Args args) {
  const Fact& a = unpack<Fact>(args[0]);
  TL_CHECK(a.dim() >= 2, "linalg.svd: The input tensor A must have at least 2 dimensions.");
  TL_CHECK(is_floating(a.dtype) || is_complex(a.dtype),
           "linalg.svd: Expected a floating point or complex tensor as input. Got ", a.dtype);
  DimVector u(a.sizes), s(a.sizes), vh(a.sizes);
  const size_t rows = size_t(a.dim()) - 2, columns = rows + 1;
  const int64_t k = std::min(a.sizes[rows], a.sizes[columns]);
  u[columns] = vh[rows] = s[rows] = k;
  s.pop_back();
  return {Fact(a.dtype, u), Fact(to_real_dtype(a.dtype), s), Fact(a.dtype, vh)};
}

// Each matrix is widened to doubles and decomposed.
template <class T>
Kernel svd_kernel(const Call& c) {
  const ScalarType t = c.in(0).dtype, real = c.out(1).dtype;
  const Compute wide = is_complex(t) ? Compute::c128 : Compute::f64;
  const int64_t m = c.in(0).sizes.end()[-2], n = c.in(0).sizes.end()[-1], k = std::min(m, n),
                matrices = k ? c.in(0).numel() / (m * n) : 0;
  const int64_t elements = m * n + m * k + k * n + kernels::svd_scratch(m, n);
  return Kernel(
      [=](const Pointers& p) -> Status {
        const int64_t size = int64_t(element_size(t)), real_size = int64_t(element_size(real));
        T *a = p.scratch<T>(), *u = a + m * n, *vh = u + m * k, *rest = vh + k * n;
        double* s = p.scratch<double>(size_t(elements) * sizeof(T));
        for (int64_t i = 0; i < matrices; ++i) {
          load_block(wide, a, t, p.in<char>(0) + i * m * n * size, size, m * n);
          if (!kernels::svd(m, n, a, u, s, vh, rest))
            return {"the algorithm failed to converge: matrix %lld holds infinities or NaN", i};
          store_block(wide, u, t, p.out<char>(0) + i * m * k * size, size, m * k);
          store_block(Compute::f64, s, real, p.out<char>(1) + i * k * real_size, real_size, k);
          store_block(wide, vh, t, p.out<char>(2) + i * k * n * size, size, k * n);
        }
        return {};
      },
      size_t(elements) * sizeof(T) + size_t(k) * sizeof(double));
}
Offer prepare_svd(const Call& c) {
  return is_complex(c.in(0).dtype) ? svd_kernel<std::complex<double>>(c) : svd_kernel<double>(c);
}
constexpr Impl svd_kernels[] = {{"jacobi", prepare_svd}};

// With E[i][j] = s[j]^2 - s[i]^2 and skew(X) = X - X^H:
//   dA = U ((skew(U^H dU) S + S skew(V^H dV)) / E + diag(dS)) V^H
// and, of a matrix that is not square, what of dU / S (dV / S) lies outside of U (V).
Grads svd_gradient(const GradCall& c) {
  const Tensor &u = c.out(0), &s = c.out(1), &vh = c.out(2);
  const auto adjoint = [](const Tensor& x) { return transpose(x, -2, -1).conj(); };
  const auto skew = [&](const Tensor& x) { return x - adjoint(x); };
  const Tensor columns = s.unsqueeze(-2), rows = s.unsqueeze(-1);
  Tensor core = c.grad(1).defined() ? diag_embed(c.grad(1)).to(u.scalar_type())
                                    : zeros_like(matmul(vh, adjoint(vh)));
  Tensor outside;
  const Tensor squares = columns * columns - rows * rows,
               apart = squares.masked_fill(squares == 0, HUGE_VAL);
  if (c.grad(0).defined()) {
    const Tensor inner = matmul(adjoint(u), c.grad(0)), twist = skew(inner);
    core = core + twist * columns / apart;
    if (u.is_complex()) core = core + diag_embed(diagonal(twist, 0, -2, -1) / (2 * s));
    if (u.size(-2) > vh.size(-1)) outside = matmul((c.grad(0) - matmul(u, inner)) / columns, vh);
  }
  if (c.grad(2).defined()) {
    const Tensor inner = matmul(c.grad(2), adjoint(vh));
    core = core + rows * skew(adjoint(inner)) / apart;
    if (u.size(-2) < vh.size(-1)) outside = matmul(u, (c.grad(2) - matmul(inner, vh)) / rows);
  }
  const Tensor inside = matmul(matmul(u, core), vh);
  return {outside.defined() ? inside + outside : inside};
}

Tensor svdvals_impl(const Tensor& a, const std::optional<std::string>& driver) {
  TL_CHECK(!driver, "linalg.svd: keyword argument `driver=` is only supported on CUDA");
  return std::get<1>(
      detail::call_as<std::tuple<Tensor, Tensor, Tensor>>(find_overload("tealight::thin_svd"), a));
}

std::vector<Sample> samples() {
  return {{{sample({4, 3}), Value()}},
          {{sample({2, 3, 5}), Value()}},
          {{sample({3, 3}, kComplexDouble), Value()}}};
}

}  // namespace

TL_OP(thin_svd){
    .schemas = {"tealight::thin_svd(Tensor A) -> (Tensor U, Tensor S, Tensor Vh)"},
    .infer = infer_svd,
    .kernels = svd_kernels,
    .backward = TL_TRAIN(svd_gradient),
};
TL_OP(linalg_svdvals){
    .schemas =
        {"aten::linalg_svdvals(Tensor A, *, str? driver=None) -> Tensor",
         "aten::linalg_svdvals.out(Tensor A, *, str? driver=None, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<svdvals_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(samples),
};
}  // namespace tealight::ops
