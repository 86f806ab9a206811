// Matrix products: mm and bmm are kernels (linear has a file of its own); matmul, addmm and the
// others are made of them.
#include "kernels/gemm/gemm.h"
#include "kernels/pointwise/convert.h"
#include "ops/broadcast.h"
#include "ops/copy.h"
#include "ops/gradients.h"
#include "ops/linear/linear.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using namespace kernels;

// ---- batches of C (M, N) = A (M, K) x B (K, N)

struct Product {
  int64_t batch, M, N, K;
  DimVector a, b;  // strides: batch, row, column (elements)
};

// Rows that a blocked product can read: one of the two strides is 1.
bool readable(const DimVector& strides, int64_t rows, int64_t columns, bool& transposed,
              int64_t& ld) {
  if (strides[2] == 1 || columns == 1)
    return transposed = false, ld = rows == 1 ? columns : strides[1], ld >= columns || rows <= 1;
  if (strides[1] == 1 || rows == 1) return transposed = true, ld = strides[2], ld >= rows;
  return false;
}

Offer prepare_f32(const Product& p) {
  bool ta = false, tb = false;
  int64_t lda = 0, ldb = 0;
  if (!readable(p.a, p.M, p.K, ta, lda) || !readable(p.b, p.K, p.N, tb, ldb))
    return "neither rows nor columns are contiguous";
  return Kernel(
      [=](const Pointers& ptr) {
        for (int64_t i = 0; i < p.batch; ++i)
          matmul_f32(p.M, p.N, p.K, ptr.in<float>(0) + i * p.a[0], lda, ta,
                     ptr.in<float>(1) + i * p.b[0], ldb, tb, ptr.out<float>() + i * p.M * p.N, p.N,
                     {}, ptr.scratch<void>());
      },
      matmul_f32_scratch_bytes(p.M, p.N, p.K, tb));
}

Offer prepare_f64(const Product& p) {
  return Kernel([=](const Pointers& ptr) {
    for (int64_t i = 0; i < p.batch; ++i)
      gemm_f64(p.M, p.N, p.K, 1, ptr.in<double>(0) + i * p.a[0], p.a[1], p.a[2],
               ptr.in<double>(1) + i * p.b[0], p.b[1], p.b[2], 0, ptr.out<double>() + i * p.M * p.N,
               p.N);
  });
}

// Any dtype, element by element: integers wrap, complex numbers multiply without conjugation.
Offer prepare_any(const Product& p, ScalarType t) {
  const Compute c = compute_of(t);
  const int64_t size = int64_t(element_size(t));
  return Kernel([=](const Pointers& ptr) {
    const auto run = [&](auto type) {
      using T = decltype(type);
      for (int64_t i = 0; i < p.batch; ++i)
        for (int64_t m = 0; m < p.M; ++m)
          for (int64_t n = 0; n < p.N; ++n) {
            T sum = 0, x, y;
            for (int64_t k = 0; k < p.K; ++k) {
              load_block(c, &x, t, ptr.in<char>(0) + (i * p.a[0] + m * p.a[1] + k * p.a[2]) * size,
                         0, 1);
              load_block(c, &y, t, ptr.in<char>(1) + (i * p.b[0] + k * p.b[1] + n * p.b[2]) * size,
                         0, 1);
              sum += x * y;
            }
            store_block(c, &sum, t, ptr.out<char>() + ((i * p.M + m) * p.N + n) * size, 0, 1);
          }
    };
    if (c == Compute::f64)
      run(double{});
    else if (c == Compute::i64)
      run(int64_t{});
    else if (c == Compute::c128)
      run(std::complex<double>{});
    else
      run(float{});
  });
}

Product product_of(const Call& c) {
  const Fact &a = c.in(0), &b = c.in(1);
  const size_t skip = a.sizes.size() - 2;
  Product p{skip ? a.sizes[0] : 1, a.sizes[skip], b.sizes[skip + 1],
            a.sizes[skip + 1],     a.strides,     b.strides};
  if (!skip) p.a.insert(0, 0), p.b.insert(0, 0);
  return p;
}
Offer prepare_blocked(const Call& c) {
  if (c.out().dtype != kFloat) return "not float32";
  return prepare_f32(product_of(c));
}
Offer prepare_plain(const Call& c) {
  if (!c.out().is_contiguous()) return "the result is not contiguous";
  return c.out().dtype == kDouble ? prepare_f64(product_of(c))
                                  : prepare_any(product_of(c), c.out().dtype);
}
constexpr Impl product_kernels[] = {{"blocked_f32", prepare_blocked}, {"plain", prepare_plain}};

Fact infer_mm(const Fact& self, const Fact& mat2) {
  TL_CHECK(self.dim() == 2, "self must be a matrix");
  TL_CHECK(mat2.dim() == 2, "mat2 must be a matrix");
  if (self.numel() && mat2.numel()) check_same_dtype("mm", self, mat2);
  TL_CHECK(self.sizes[1] == mat2.sizes[0], "mat1 and mat2 shapes cannot be multiplied (",
           self.sizes[0], "x", self.sizes[1], " and ", mat2.sizes[0], "x", mat2.sizes[1], ")");
  return self.with({self.sizes[0], mat2.sizes[1]});
}
Grads mm_backward(const GradCall& c) {
  return {c.wants(0) ? mm(c.grad(), t(c.in(1)).conj()) : Tensor(),
          c.wants(1) ? mm(t(c.in(0)).conj(), c.grad()) : Tensor()};
}

Fact infer_bmm(const Fact& self, const Fact& mat2) {
  TL_CHECK(self.dim() == 3 && mat2.dim() == 3, "batch1 and batch2 must be 3D tensors, but got ",
           self.sizes, " and ", mat2.sizes);
  check_same_dtype("bmm", self, mat2);
  TL_CHECK(self.sizes[0] == mat2.sizes[0] && self.sizes[2] == mat2.sizes[1],
           "Expected size for first two dimensions of batch2 tensor to be: [", self.sizes[0], ", ",
           self.sizes[2], "] but got: [", mat2.sizes[0], ", ", mat2.sizes[1], "].");
  return self.with({self.sizes[0], self.sizes[1], mat2.sizes[2]});
}
Grads bmm_backward(const GradCall& c) {
  return {c.wants(0) ? bmm(c.grad(), transpose(c.in(1), 1, 2).conj()) : Tensor(),
          c.wants(1) ? bmm(transpose(c.in(0), 1, 2).conj(), c.grad()) : Tensor()};
}

// ---- made of these

Tensor dot_impl(const Tensor& self, const Tensor& other) {
  TL_CHECK(self.dim() == 1 && other.dim() == 1, "1D tensors expected, but got ", self.dim(),
           "D and ", other.dim(), "D tensors");
  TL_CHECK(self.scalar_type() == other.scalar_type(),
           "dot : expected both vectors to have same dtype, but found ", self.scalar_type(),
           " and ", other.scalar_type());
  TL_CHECK(self.numel() == other.numel(), "inconsistent tensor size, expected tensor [",
           self.numel(), "] and src [", other.numel(),
           "] to have the same number of elements, but got ", self.numel(), " and ", other.numel(),
           " elements respectively");
  return reshape(mm(unsqueeze(self, 0), unsqueeze(other, 1)), {});
}
Tensor vdot_impl(const Tensor& self, const Tensor& other) { return dot(self.conj(), other); }
Tensor mv_impl(const Tensor& self, const Tensor& vec) {
  TL_CHECK(self.dim() == 2 && vec.dim() == 1, "vector + matrix @ vector expected, got ", vec.dim(),
           ", ", self.dim(), ", ", vec.dim());
  TL_CHECK(self.size(1) == vec.size(0), "size mismatch, got ", self.size(0), ", ", self.size(0),
           "x", self.size(1), ",", vec.size(0));
  return squeeze(mm(self, unsqueeze(vec, 1)), 1);
}

Tensor matmul_impl(const Tensor& a, const Tensor& b) {
  TL_CHECK(a.dim() != 0 && b.dim() != 0,
           "both arguments to matmul need to be at least 1D, but they are ", a.dim(), "D and ",
           b.dim(), "D");
  if (a.dim() == 1 && b.dim() == 1) return dot(a, b);
  if (a.dim() == 2 && b.dim() == 1) return mv(a, b);
  if (a.dim() == 1 && b.dim() == 2) return squeeze(mm(unsqueeze(a, 0), b), 0);
  if (a.dim() == 2 && b.dim() == 2) return mm(a, b);
  if (a.dim() >= 3 && b.dim() <= 2) {  // one matrix for all rows
    DimVector sizes(a.sizes());
    sizes.pop_back();
    if (b.dim() == 2) sizes.push_back(b.size(1));
    TL_CHECK(a.size(-1) == b.size(0), "mat1 and mat2 shapes cannot be multiplied (",
             a.numel() / std::max<int64_t>(1, a.size(-1)), "x", a.size(-1), " and ", b.size(0), "x",
             b.dim() == 2 ? b.size(1) : 1, ")");
    const Tensor rows = reshape(a, {numel_of(a.sizes().slice(0, size_t(a.dim()) - 1)), a.size(-1)});
    return (b.dim() == 2 ? mm(rows, b) : mv(rows, b)).view(sizes);
  }
  const Tensor a2 = a.dim() == 1 ? unsqueeze(a, 0) : a, b2 = b.dim() == 1 ? unsqueeze(b, 1) : b;
  const DimVector batch = broadcast_sizes(a2.sizes().slice(0, size_t(a2.dim()) - 2),
                                          b2.sizes().slice(0, size_t(b2.dim()) - 2));
  const int64_t n = numel_of(batch), M = a2.size(-2), K = a2.size(-1), N = b2.size(-1);
  DimVector wide_a(batch), wide_b(batch), sizes(batch);
  wide_a.push_back(M), wide_a.push_back(K), wide_b.push_back(b2.size(-2)), wide_b.push_back(N);
  Tensor r =
      bmm(reshape(a2.expand(wide_a), {n, M, K}), reshape(b2.expand(wide_b), {n, b2.size(-2), N}));
  if (a.dim() > 1) sizes.push_back(M);
  if (b.dim() > 1) sizes.push_back(N);
  return r.view(sizes);
}

// beta * self + alpha * product, where beta 0 ignores self (its NaN too)
Tensor plus_scaled(const Tensor& self, const Tensor& product, const Scalar& beta,
                   const Scalar& alpha) {
  TL_CHECK(
      !is_integral(product.scalar_type()) || (alpha.isIntegral(true) && beta.isIntegral(true)),
      "For integral input tensors, argument alpha and beta must not be floating point numbers.");
  const Tensor scaled = alpha.equal(1) ? product : mul(product, alpha);
  if (beta.equal(0)) return scaled;
  const Tensor base = self.to(product.scalar_type()).expand(product.sizes());
  return beta.equal(1) ? add(scaled, base) : add(scaled, base, beta);
}
Tensor addmm_impl(const Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta,
                  const Scalar& alpha) {
  TL_CHECK(self.scalar_type() == a.scalar_type(),
           "addmm: expected self and mat1 to have the same dtype, but got: ", self.scalar_type(),
           " != ", a.scalar_type());
  // a bias and the transpose of a weight: nn.Linear as old tracers wrote it
  if (alpha.equal(1) && beta.equal(1) && self.dim() == 1 && a.dim() == 2 && b.dim() == 2 &&
      t(b).is_contiguous() && a.scalar_type() == kFloat && self.size(0) == b.size(1) &&
      a.size(1) == b.size(0))
    return linear(a, t(b), self);
  return plus_scaled(self, mm(a, b), beta, alpha);
}
Tensor addmv_impl(const Tensor& self, const Tensor& mat, const Tensor& vec, const Scalar& beta,
                  const Scalar& alpha) {
  return plus_scaled(self, mv(mat, vec), beta, alpha);
}
Tensor addr_impl(const Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta,
                 const Scalar& alpha) {
  const Fact* facts[] = {&self.fact(), &a.fact(), &b.fact()};
  const ScalarType t = result_type(facts);
  const Tensor base = self.to(t).expand({a.numel(), b.numel()}), column = unsqueeze(a, 1);
  if (t == kBool)
    return bitwise_or(bitwise_and(base, beta.toBool()),
                      bitwise_and(bitwise_and(column, b), alpha.toBool()));
  const Tensor scaled = beta.equal(1) ? base : beta.equal(0) ? zeros_like(base) : mul(base, beta);
  return addcmul(scaled, column, b, alpha);
}
Tensor baddbmm_impl(const Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta,
                    const Scalar& alpha) {
  return plus_scaled(self, bmm(a, b), beta, alpha);
}
Tensor addbmm_impl(const Tensor& self, const Tensor& a, const Tensor& b, const Scalar& beta,
                   const Scalar& alpha) {
  return plus_scaled(self, sum(bmm(a, b), {0}, false, a.scalar_type()), beta, alpha);
}
Tensor outer_impl(const Tensor& a, const Tensor& b) {
  TL_CHECK(a.dim() == 1 && b.dim() == 1, "outer: Expected 1-D arguments, but got ", a.dim(),
           "-D and ", b.dim(), "-D");
  return mul(unsqueeze(a, 1), b);
}

std::vector<Sample> mm_samples() {
  return {{{sample({3, 4}), sample({4, 5})}},
          {{sample({7, 33}), sample({33, 70})}},
          {{sample({3, 0}), sample({0, 2})}}};
}
std::vector<Sample> bmm_samples() { return {{{sample({2, 3, 4}), sample({2, 4, 5})}}}; }
std::vector<Sample> vector_samples() { return {{{sample({4}), sample({4}, kFloat, -1, 1, 2)}}}; }
std::vector<Sample> mv_samples() { return {{{sample({3, 4}), sample({4})}}}; }
std::vector<Sample> matmul_samples() {
  return {{{sample({4}), sample({4})}},
          {{sample({3, 4}), sample({4})}},
          {{sample({4}), sample({4, 2})}},
          {{sample({2, 3, 4}), sample({4, 5})}},
          {{sample({2, 1, 3, 4}), sample({5, 4, 2})}},
          {{sample({4}), sample({2, 4, 3})}},
          {{sample({2, 3, 4}), sample({4})}}};
}
std::vector<Sample> addmm_samples() {
  return {{{sample({5}), sample({3, 4}), sample({4, 5}), 1, 1}},
          {{sample({3, 5}), sample({3, 4}), sample({4, 5}), 2, 3}},
          {{sample({3, 5}), sample({3, 4}), sample({4, 5}), 0, 1}}};
}
std::vector<Sample> addmv_samples() { return {{{sample({3}), sample({3, 4}), sample({4}), 2, 3}}}; }
std::vector<Sample> addr_samples() { return {{{sample({3, 4}), sample({3}), sample({4}), 2, 3}}}; }
std::vector<Sample> baddbmm_samples() {
  return {{{sample({2, 3, 5}), sample({2, 3, 4}), sample({2, 4, 5}), 2, 3}}};
}
std::vector<Sample> addbmm_samples() {
  return {{{sample({3, 5}), sample({2, 3, 4}), sample({2, 4, 5}), 2, 3}}};
}

}  // namespace

TL_OP(mm){
    .schemas = {"aten::mm(Tensor self, Tensor mat2) -> Tensor",
                "aten::mm.out(Tensor self, Tensor mat2, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_mm>,
    .kernels = product_kernels,
    .backward = TL_TRAIN(mm_backward),
    .reads = {args(0, 1), 0},
    .traits = Trait::strided | Trait::half_via_float,
    .samples = TL_TEST(mm_samples),
};
TL_OP(bmm){
    .schemas = {"aten::bmm(Tensor self, Tensor mat2) -> Tensor",
                "aten::bmm.out(Tensor self, Tensor mat2, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_bmm>,
    .kernels = product_kernels,
    .backward = TL_TRAIN(bmm_backward),
    .reads = {args(0, 1), 0},
    .traits = Trait::strided | Trait::half_via_float,
    .samples = TL_TEST(bmm_samples),
};
TL_OP(dot){
    .schemas = {"aten::dot(Tensor self, Tensor tensor) -> Tensor",
                "aten::dot.out(Tensor self, Tensor tensor, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<dot_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(vector_samples),
};
TL_OP(vdot){
    .schemas = {"aten::vdot(Tensor self, Tensor other) -> Tensor",
                "aten::vdot.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<vdot_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(vector_samples),
};
TL_OP(mv){
    .schemas = {"aten::mv(Tensor self, Tensor vec) -> Tensor",
                "aten::mv.out(Tensor self, Tensor vec, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<mv_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(mv_samples),
};
TL_OP(matmul){
    .schemas = {"aten::matmul(Tensor self, Tensor other) -> Tensor",
                "aten::matmul.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<matmul_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(matmul_samples),
};
TL_OP(addmm){
    .schemas =
        {"aten::addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
         "aten::addmm_(Tensor(a!) self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)",
         "aten::addmm.out(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<addmm_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(addmm_samples),
};
TL_OP(addmv){
    .schemas =
        {"aten::addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
         "aten::addmv_(Tensor(a!) self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)",
         "aten::addmv.out(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<addmv_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(addmv_samples),
};
TL_OP(addr){
    .schemas =
        {"aten::addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
         "aten::addr_(Tensor(a!) self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)",
         "aten::addr.out(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<addr_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(addr_samples),
};
TL_OP(baddbmm){
    .schemas =
        {"aten::baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
         "aten::baddbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)",
         "aten::baddbmm.out(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<baddbmm_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(baddbmm_samples),
};
TL_OP(addbmm){
    .schemas =
        {"aten::addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
         "aten::addbmm_(Tensor(a!) self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor(a!)",
         "aten::addbmm.out(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<addbmm_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(addbmm_samples),
};
TL_OP(outer){
    .schemas = {"aten::outer(Tensor self, Tensor vec2) -> Tensor",
                "aten::outer.out(Tensor self, Tensor vec2, *, Tensor(a!) out) -> Tensor(a!)",
                "aten::ger(Tensor self, Tensor vec2) -> Tensor",
                "aten::ger.out(Tensor self, Tensor vec2, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<outer_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(vector_samples),
};
}  // namespace tealight::ops
