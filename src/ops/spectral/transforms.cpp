// _fft_c2c, _fft_r2c, _fft_c2r: Fourier transforms over a list of dimensions; the last one is the
// halved one.
#include <cmath>

#include "kernels/fft/fft.h"
#include "ops/op.h"
#include "ops/samples.h"
#include "ops/spectral/fft.h"
#include "tealight/ops.h"
#include "tealight/threads.h"

namespace tealight::ops {
namespace {

double scale_of(int64_t norm, const Fact& signal, const DimVector& dims) {
  double n = 1;
  for (int64_t d : dims) n *= double(signal.sizes[size_t(wrap_dim(d, signal.dim()))]);
  return norm == int64_t(FftNorm::none)   ? 1
         : norm == int64_t(FftNorm::by_n) ? 1 / n
                                          : 1 / std::sqrt(n);
}
void check(const char* name, const Fact& self, const DimVector& dims, int64_t norm) {
  TL_CHECK(norm >= 0 && norm <= 2, name, ": normalization must be 0, 1 or 2, but got ", norm);
  TL_CHECK(dims.empty() || self.dim() > 0, name, ": a 0-d tensor has no dimension to transform");
  for (int64_t d : dims) wrap_dim(d, self.dim());
}
bool single(ScalarType t) { return t == kFloat || t == kComplexFloat; }
void check_complex(const char* name, const Fact& self) {
  TL_CHECK(self.dtype == kComplexFloat || self.dtype == kComplexDouble, name,
           ": expected complex64 or complex128, but got ", self.dtype);
}

// One dimension's plan with the sizes around it.
template <class Plan>
struct Along {
  std::shared_ptr<const Plan> plan;
  int64_t outer = 1, inner = 1;
  Along() = default;
  Along(const Fact& f, int64_t dim, int64_t n)
      : plan(std::make_shared<const Plan>(std::max<int64_t>(1, n))) {
    const int64_t d = wrap_dim(dim, f.dim());
    for (int64_t i = 0; i < f.dim(); ++i)
      if (i != d) (i < d ? outer : inner) *= f.sizes[size_t(i)];
  }
};

constexpr int kThreads = 1;

// Complex transforms along `dims` of f; each pass reads `in` (the first) or `out`.
template <class T>
struct ComplexPasses {
  using Complex = std::complex<T>;
  std::vector<Along<kernels::Fft<T>>> passes;
  bool inverse;
  size_t scratch = 0;
  ComplexPasses(const Fact& f, const DimVector& dims, bool inv) : inverse(inv) {
    for (int64_t d : dims) {
      passes.emplace_back(f, d, f.sizes[size_t(wrap_dim(d, f.dim()))]);
      scratch = std::max(scratch, kernels::fft_middle_scratch_bytes(*passes.back().plan, kThreads));
    }
  }
  void run(const Complex* in, Complex* out, T scale, void* memory) const {
    for (const auto& p : passes) {
      kernels::fft_middle(*p.plan, inverse, scale, p.outer, p.inner, in, out, kThreads, memory);
      in = out;
      scale = 1;
    }
  }
};

// ---- complex to complex

Fact infer_c2c(const Fact& self, const DimVector& dims, int64_t norm, bool) {
  check_complex("_fft_c2c", self);
  check("_fft_c2c", self, dims, norm);
  return Fact(self.dtype, self.sizes);
}
template <class T>
Offer c2c(const Call& c) {
  const DimVector dims = c.arg<DimVector>(1);
  ComplexPasses<T> passes(c.in(0), dims, !c.arg<bool>(3));
  const size_t scratch = passes.scratch;
  return Kernel(
      [passes, n = c.in(0).numel(),
       scale = T(scale_of(c.arg<int64_t>(2), c.in(0), dims))](const Pointers& p) {
        using Complex = std::complex<T>;
        if (passes.passes.empty())
          std::copy_n(p.in<Complex>(0), n, p.out<Complex>());
        else if (n)
          passes.run(p.in<Complex>(0), p.out<Complex>(), scale, p.scratch<std::byte>());
      },
      scratch);
}
Offer prepare_c2c(const Call& c) { return single(c.in(0).dtype) ? c2c<float>(c) : c2c<double>(c); }
constexpr Impl c2c_kernels[] = {{"passes", prepare_c2c}};
Grads c2c_backward(const GradCall& c) {
  return {fft_c2c(c.grad(), c.arg<DimVector>(1), FftNorm(c.arg<int64_t>(2)), !c.arg<bool>(3))};
}

// ---- real to complex: half of the last dimension, or the conjugates of the other half, too

Fact infer_r2c(const Fact& self, const DimVector& dims, int64_t norm, bool onesided) {
  TL_CHECK(self.dtype == kFloat || self.dtype == kDouble,
           "_fft_r2c: expected float32 or float64, but got ", self.dtype);
  TL_CHECK(!dims.empty(), "_fft_r2c: must transform at least one axis");
  check("_fft_r2c", self, dims, norm);
  DimVector sizes = self.sizes;
  int64_t& last = sizes[size_t(wrap_dim(dims.back(), self.dim()))];
  if (onesided) last = last / 2 + 1;
  return Fact(to_complex_dtype(self.dtype), sizes);
}
DimVector but_last(const DimVector& dims) { return DimVector(dims.begin(), dims.end() - 1); }

template <class T>
Offer r2c(const Call& c) {
  using Complex = std::complex<T>;
  const DimVector dims = c.arg<DimVector>(1);
  const Fact& self = c.in(0);
  const T scale = T(scale_of(c.arg<int64_t>(2), self, dims));
  const int64_t n = self.numel();
  if (!c.arg<bool>(3)) {
    ComplexPasses<T> all(self, dims, false);
    const size_t scratch = all.scratch;
    return Kernel(
        [=](const Pointers& p) {
          std::copy_n(p.in<T>(0), n, p.out<Complex>());
          if (n) all.run(p.out<Complex>(), p.out<Complex>(), scale, p.scratch<std::byte>());
        },
        scratch);
  }
  const Along<kernels::RealFft<T>> real(self, dims.back(),
                                        self.sizes[size_t(wrap_dim(dims.back(), self.dim()))]);
  ComplexPasses<T> rest(c.out(), but_last(dims), false);
  const size_t scratch =
      std::max(rest.scratch, kernels::real_fft_middle_scratch_bytes(*real.plan, kThreads));
  return Kernel(
      [=](const Pointers& p) {
        if (n == 0) return;
        kernels::real_fft_middle(*real.plan, scale, real.outer, real.inner, p.in<T>(0),
                                 p.out<Complex>(), kThreads, p.scratch<std::byte>());
        rest.run(p.out<Complex>(), p.out<Complex>(), T(1), p.scratch<std::byte>());
      },
      scratch);
}
Offer prepare_r2c(const Call& c) { return single(c.in(0).dtype) ? r2c<float>(c) : r2c<double>(c); }
constexpr Impl r2c_kernels[] = {{"passes", prepare_r2c}};
// The adjoint: half a spectrum's gradient padded with zeros, transformed back, its real part.
Grads r2c_backward(const GradCall& c) {
  const DimVector dims = c.arg<DimVector>(1);
  Tensor g = c.grad();
  const int64_t last = wrap_dim(dims.back(), g.dim()), missing = c.in(0).size(last) - g.size(last);
  if (missing > 0) {
    DimVector sizes(g.sizes());
    sizes[size_t(last)] = missing;
    g = cat({g, zeros(IntArrayRef(sizes), g.options())}, last);
  }
  return {real(fft_c2c(g, dims, FftNorm(c.arg<int64_t>(2)), false))};
}

// ---- complex to real

Fact infer_c2r(const Fact& self, const DimVector& dims, int64_t norm, int64_t last_size) {
  check_complex("_fft_c2r", self);
  TL_CHECK(!dims.empty(), "_fft_c2r: must transform at least one axis");
  check("_fft_c2r", self, dims, norm);
  const size_t last = size_t(wrap_dim(dims.back(), self.dim()));
  TL_CHECK(last_size >= 1 && last_size / 2 + 1 <= self.sizes[last], "_fft_c2r: last dimension of ",
           last_size, " needs ", last_size / 2 + 1, " numbers, but the input ", self.sizes,
           " has fewer");
  DimVector sizes = self.sizes;
  sizes[last] = last_size;
  return Fact(to_real_dtype(self.dtype), sizes);
}
template <class T>
Offer c2r(const Call& c) {
  using Complex = std::complex<T>;
  const DimVector dims = c.arg<DimVector>(1);
  const Fact& self = c.in(0);
  const int64_t last = wrap_dim(dims.back(), self.dim());
  const int64_t given = self.sizes[size_t(last)], needed = c.arg<int64_t>(3) / 2 + 1;
  const T scale = T(scale_of(c.arg<int64_t>(2), c.out(), dims));
  const Along<kernels::RealFft<T>> real(c.out(), last, c.arg<int64_t>(3));
  ComplexPasses<T> rest(self, but_last(dims), true);
  const int64_t n = self.numel();
  const size_t copy = (size_t(n) * sizeof(Complex) + 63) / 64 * 64;
  const size_t scratch =
      copy + std::max(rest.scratch, kernels::real_fft_middle_scratch_bytes(*real.plan, kThreads));
  return Kernel(
      [=](const Pointers& p) {
        if (n == 0) return;
        const Complex* in = p.in<Complex>(0);
        std::byte* memory = p.scratch<std::byte>(copy);
        Complex* const own = p.scratch<Complex>();
        if (!rest.passes.empty()) {
          rest.run(in, own, T(1), memory);
          in = own;
        }
        if (given > needed) {  // the rest of the spectrum is left out
          const int64_t kept = needed * real.inner, all = given * real.inner;
          for (int64_t i = 0; i < real.outer; ++i) std::copy_n(in + i * all, kept, own + i * kept);
          in = own;
        }
        kernels::real_inverse_fft_middle(*real.plan, scale, real.outer, real.inner, in, p.out<T>(),
                                         kThreads, memory);
      },
      scratch);
}
Offer prepare_c2r(const Call& c) { return single(c.in(0).dtype) ? c2r<float>(c) : c2r<double>(c); }
constexpr Impl c2r_kernels[] = {{"passes", prepare_c2r}};
// Each number that stands for two (itself and its conjugate) counts twice.
Grads c2r_backward(const GradCall& c) {
  const DimVector dims = c.arg<DimVector>(1);
  const int64_t last = wrap_dim(dims.back(), c.grad().dim()), twice = (c.arg<int64_t>(3) - 1) / 2;
  Tensor g = fft_r2c(c.grad(), dims, FftNorm(c.arg<int64_t>(2)), true);
  const int64_t n = g.size(last);
  g = cat({g.narrow(last, 0, 1), mul(g.narrow(last, 1, twice), 2),
           g.narrow(last, 1 + twice, n - 1 - twice)},
          last);
  return {g};
}

std::vector<Sample> c2c_samples() {
  return {{{sample({3, 8}, kComplexFloat), DimVector{1}, 0, true}},
          {{sample({5, 6, 7}, kComplexDouble), DimVector{0, 2}, 2, false}},
          {{sample({4, 37}, kComplexFloat), DimVector{1}, 1, true}}};
}
std::vector<Sample> r2c_samples() {
  return {{{sample({3, 8}), DimVector{1}, 0, true}},
          {{sample({5, 6, 7}), DimVector{0, 2}, 1, true}},
          {{sample({4, 37}), DimVector{1}, 2, false}}};
}
std::vector<Sample> c2r_samples() {
  return {{{sample({3, 5}, kComplexFloat), DimVector{1}, 2, 8}},
          {{sample({5, 6, 4}, kComplexDouble), DimVector{0, 2}, 2, 7}}};
}

}  // namespace

TL_OP(fft_complex){
    .schemas =
        {"aten::_fft_c2c(Tensor self, SymInt[] dim, int normalization, bool forward) -> Tensor",
         "aten::_fft_c2c.out(Tensor self, SymInt[] dim, int normalization, bool forward, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_c2c>,
    .kernels = c2c_kernels,
    .backward = TL_TRAIN(c2c_backward),
    .reads = {0, 0},
    .samples = TL_TEST(c2c_samples),
};
TL_OP(fft_from_real){
    .schemas =
        {"aten::_fft_r2c(Tensor self, int[] dim, int normalization, bool onesided) -> Tensor",
         "aten::_fft_r2c.out(Tensor self, int[] dim, int normalization, bool onesided, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_r2c>,
    .kernels = r2c_kernels,
    .backward = TL_TRAIN(r2c_backward),
    .reads = {0, 0},
    .samples = TL_TEST(r2c_samples),
};
TL_OP(fft_to_real){
    .schemas =
        {"aten::_fft_c2r(Tensor self, int[] dim, int normalization, int last_dim_size) -> Tensor",
         "aten::_fft_c2r.out(Tensor self, int[] dim, int normalization, int last_dim_size, *, Tensor(a!) out) -> Tensor(a!)"},
    .infer = infer<infer_c2r>,
    .kernels = c2r_kernels,
    .backward = TL_TRAIN(c2r_backward),
    .reads = {0, 0},
    .samples = TL_TEST(c2r_samples),
};
}  // namespace tealight::ops
