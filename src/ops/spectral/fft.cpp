// torch.fft: lengths, dimensions, normalization and types sorted out around the three transforms of
// fft.h.
#include "ops/spectral/fft.h"

#include <algorithm>

#include "ops/op.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using MaybeInt = std::optional<int64_t>;
using MaybeDims = std::optional<DimVector>;
using MaybeNorm = std::optional<std::string>;

FftNorm norm_of(const MaybeNorm& norm, bool forward) {
  if (!norm || *norm == "backward") return forward ? FftNorm::none : FftNorm::by_n;
  if (*norm == "forward") return forward ? FftNorm::by_n : FftNorm::none;
  TL_CHECK(*norm == "ortho", "Invalid normalization mode: \"", *norm, "\"");
  return FftNorm::by_root_n;
}
Tensor promoted(const Tensor& t, bool complex) {
  const ScalarType from = t.scalar_type();
  ScalarType to = is_integral(from) ? kFloat : from;
  TL_CHECK(is_complex(to) || to == kFloat || to == kDouble, "Unsupported dtype ", to);
  if (complex) to = to_complex_dtype(to);
  return to == from ? t : t.to(to);
}
// Zeros behind, or the end cut off.
Tensor resized(Tensor t, int64_t dim, int64_t n) {
  const int64_t d = wrap_dim(dim, t.dim()), have = t.dim() ? t.size(d) : 1;
  TL_CHECK(n >= 1, "Invalid number of data points (", n, ") specified");
  if (have > n) return t.narrow(d, 0, n);
  if (have == n) return t;
  DimVector sizes(t.sizes());
  sizes[size_t(d)] = n - have;
  return cat({t, zeros(IntArrayRef(sizes), t.options())}, d);
}

// ---- one dimension

int64_t points(const Tensor& t, const MaybeInt& n, int64_t dim) {
  return n.value_or(t.dim() ? t.size(dim) : 1);
}

Tensor one_complex(const Tensor& self, const MaybeInt& n, int64_t dim, const MaybeNorm& norm,
                   bool forward) {
  const Tensor x = promoted(self, true);
  return fft_c2c(resized(x, dim, points(x, n, dim)), {dim}, norm_of(norm, forward), forward);
}
Tensor one_from_real(const char* name, const Tensor& self, const MaybeInt& n, int64_t dim,
                     const MaybeNorm& norm, bool forward, bool onesided) {
  TL_CHECK(!self.is_complex(), name, " expects a real input tensor, but got ", self.scalar_type());
  const Tensor x = promoted(self, false);
  const Tensor y =
      fft_r2c(resized(x, dim, points(x, n, dim)), {dim}, norm_of(norm, forward), onesided);
  return forward ? y : conj_physical(y);
}
Tensor one_to_real(const Tensor& self, const MaybeInt& n, int64_t dim, const MaybeNorm& norm,
                   bool forward) {
  Tensor x = promoted(self, true);
  const int64_t size = n.value_or(2 * (points(x, {}, dim) - 1));
  TL_CHECK(size >= 1, "Invalid number of data points (", size, ") specified");
  if (n) x = resized(x, dim, size / 2 + 1);
  return fft_c2r(forward ? conj_physical(x) : x, {dim}, norm_of(norm, forward), size);
}
Tensor fft_impl(const Tensor& x, MaybeInt n, int64_t dim, const MaybeNorm& norm) {
  return x.is_complex() ? one_complex(x, n, dim, norm, true)
                        : one_from_real("fft", x, n, dim, norm, true, false);
}
Tensor ifft_impl(const Tensor& x, MaybeInt n, int64_t dim, const MaybeNorm& norm) {
  return x.is_complex() ? one_complex(x, n, dim, norm, false)
                        : one_from_real("ifft", x, n, dim, norm, false, false);
}
Tensor rfft_impl(const Tensor& x, MaybeInt n, int64_t dim, const MaybeNorm& norm) {
  return one_from_real("rfft", x, n, dim, norm, true, true);
}
Tensor ihfft_impl(const Tensor& x, MaybeInt n, int64_t dim, const MaybeNorm& norm) {
  return one_from_real("ihfft", x, n, dim, norm, false, true);
}
Tensor irfft_impl(const Tensor& x, MaybeInt n, int64_t dim, const MaybeNorm& norm) {
  return one_to_real(x, n, dim, norm, false);
}
Tensor hfft_impl(const Tensor& x, MaybeInt n, int64_t dim, const MaybeNorm& norm) {
  return one_to_real(x, n, dim, norm, true);
}

// ---- several dimensions

struct Plan {
  DimVector shape, dims;
};
Plan plan_of(const Tensor& t, const MaybeDims& s, const MaybeDims& dims) {
  Plan p;
  if (dims) {
    uint64_t seen = 0;
    for (int64_t dim : *dims) {
      const int64_t d = wrap_dim(dim, t.dim(), false);
      TL_CHECK(!(seen >> d & 1), "FFT dims must be unique");
      seen |= uint64_t(1) << d;
      p.dims.push_back(d);
    }
  }
  if (s) {
    TL_CHECK(!dims || dims->size() == s->size(),
             "When given, dim and shape arguments must have the same length");
    TL_CHECK(int64_t(s->size()) <= t.dim(), "Got shape with ", s->size(),
             " values but input tensor only has ", t.dim(), " dimensions.");
    if (!dims)
      for (size_t i = 0; i < s->size(); ++i)
        p.dims.push_back(t.dim() - int64_t(s->size()) + int64_t(i));
  } else if (!dims) {
    for (int64_t d = 0; d < t.dim(); ++d) p.dims.push_back(d);
  }
  for (size_t i = 0; i < p.dims.size(); ++i)
    p.shape.push_back(s && (*s)[i] != -1 ? (*s)[i] : t.size(p.dims[i]));
  for (int64_t n : p.shape) TL_CHECK(n > 0, "Invalid number of data points (", n, ") specified");
  return p;
}
Tensor resized(Tensor t, const Plan& p) {
  for (size_t i = 0; i < p.dims.size(); ++i) t = resized(t, p.dims[i], p.shape[i]);
  return t;
}
// For transforms that end in a real signal: `last` is its size, and the plan's shape that of half
// its spectrum.
Plan real_plan_of(const char* name, const Tensor& t, const MaybeDims& s, const MaybeDims& dims,
                  int64_t& last) {
  Plan p = plan_of(t, s, dims);
  TL_CHECK(!p.dims.empty(), name, " must transform at least one axis");
  last = s && s->back() != -1 ? s->back() : 2 * (t.size(p.dims.back()) - 1);
  TL_CHECK(last >= 1, "Invalid number of data points (", last, ") specified");
  p.shape.back() = last / 2 + 1;
  return p;
}
DimVector but_last(const DimVector& dims) { return DimVector(dims.begin(), dims.end() - 1); }

Tensor many_complex(const Tensor& self, const MaybeDims& s, const MaybeDims& dims,
                    const MaybeNorm& norm, bool forward) {
  const Tensor x = promoted(self, true);
  const Plan p = plan_of(x, s, dims);
  return p.dims.empty() ? clone(x)
                        : fft_c2c(resized(x, p), p.dims, norm_of(norm, forward), forward);
}
Tensor fftn_impl(const Tensor& x, const MaybeDims& s, const MaybeDims& dims,
                 const MaybeNorm& norm) {
  return many_complex(x, s, dims, norm, true);
}
Tensor ifftn_impl(const Tensor& x, const MaybeDims& s, const MaybeDims& dims,
                  const MaybeNorm& norm) {
  return many_complex(x, s, dims, norm, false);
}
Tensor rfftn_impl(const Tensor& self, const MaybeDims& s, const MaybeDims& dims,
                  const MaybeNorm& norm) {
  TL_CHECK(!self.is_complex(), "rfftn expects a real-valued input tensor, but got ",
           self.scalar_type());
  const Tensor x = promoted(self, false);
  const Plan p = plan_of(x, s, dims);
  TL_CHECK(!p.dims.empty(), "rfftn must transform at least one axis");
  return fft_r2c(resized(x, p), p.dims, norm_of(norm, true), true);
}
Tensor irfftn_impl(const Tensor& self, const MaybeDims& s, const MaybeDims& dims,
                   const MaybeNorm& norm) {
  int64_t last;
  const Tensor x = promoted(self, true);
  const Plan p = real_plan_of("irfftn", x, s, dims, last);
  return fft_c2r(resized(x, p), p.dims, norm_of(norm, false), last);
}
Tensor hfftn_impl(const Tensor& self, const MaybeDims& s, const MaybeDims& dims,
                  const MaybeNorm& norm) {
  int64_t last;
  const Tensor x = promoted(self, true);
  const Plan p = real_plan_of("hfftn", x, s, dims, last);
  const FftNorm mode = norm_of(norm, true);
  Tensor y = resized(x, p);
  if (p.dims.size() > 1) y = fft_c2c(y, but_last(p.dims), mode, true);
  return fft_c2r(conj_physical(y), {p.dims.back()}, mode, last);
}
Tensor ihfftn_impl(const Tensor& self, const MaybeDims& s, const MaybeDims& dims,
                   const MaybeNorm& norm) {
  TL_CHECK(!self.is_complex(), "ihfftn expects a real-valued input tensor, but got ",
           self.scalar_type());
  const Tensor x = promoted(self, false);
  const Plan p = plan_of(x, s, dims);
  TL_CHECK(!p.dims.empty(), "ihfftn must transform at least one axis");
  const FftNorm mode = norm_of(norm, false);
  const Tensor y = conj_physical(fft_r2c(resized(x, p), {p.dims.back()}, mode, true));
  return p.dims.size() > 1 ? fft_c2c(y, but_last(p.dims), mode, false) : y;
}

// ---- frequencies, shifts

using DType_ = std::optional<ScalarType>;
Tensor fftfreq_impl(int64_t n, double d, DType_ t, std::optional<Layout> l,
                    std::optional<Device> device, std::optional<bool> p) {
  const Tensor f = empty(IntArrayRef({n}), t.value_or(kFloat), l, device, p, std::nullopt);
  const Tensor steps(Fact(kDouble, {n}));
  for (int64_t i = 0; i < n; ++i) steps.as<double>()[i] = double(i < (n + 1) / 2 ? i : i - n);
  return Tensor(f).copy_(steps).mul_(1.0 / (double(n) * d));
}
Tensor rfftfreq_impl(int64_t n, double d, DType_ t, std::optional<Layout> l,
                     std::optional<Device> device, std::optional<bool> p) {
  const Tensor f = empty(IntArrayRef({n / 2 + 1}), t.value_or(kFloat), l, device, p, std::nullopt);
  const Tensor steps(Fact(kDouble, {n / 2 + 1}));
  for (int64_t i = 0; i <= n / 2; ++i) steps.as<double>()[i] = double(i);
  return Tensor(f).copy_(steps).mul_(1.0 / (double(n) * d));
}
Tensor shifted(const Tensor& x, const MaybeDims& given, int64_t up) {
  DimVector dims, shifts;
  for (int64_t d = 0; d < int64_t(given ? given->size() : x.sizes().size()); ++d) {
    dims.push_back(given ? (*given)[size_t(d)] : d);
    shifts.push_back((x.size(dims.back()) + up) / 2);
  }
  return roll(x, IntArrayRef(shifts), IntArrayRef(dims));
}
Tensor fftshift_impl(const Tensor& x, const MaybeDims& dims) { return shifted(x, dims, 0); }
Tensor ifftshift_impl(const Tensor& x, const MaybeDims& dims) { return shifted(x, dims, 1); }

std::vector<Sample> one_samples() {
  return {{{sample({3, 8}), Value(), -1, Value()}},
          {{sample({3, 8}), 5, 1, "ortho"}},
          {{sample({3, 7}), 11, 0, "forward"}},
          {{sample({2, 53}), Value(), 1, "backward"}}};
}
std::vector<Sample> complex_samples() {
  std::vector<Sample> s = one_samples();
  s.push_back({{sample({3, 6}, kComplexFloat), Value(), -1, Value()}});
  return s;
}
std::vector<Sample> many_samples() {
  return {{{sample({3, 4, 6}), Value(), Value(), Value()}},
          {{sample({3, 4, 6}), DimVector{5, 3}, DimVector{0, 2}, "ortho"}},
          {{sample({3, 4, 5}), DimVector{6, -1}, Value(), "forward"}}};
}
std::vector<Sample> two_samples() {
  return {{{sample({3, 4, 6}), Value(), DimVector{-2, -1}, Value()}},
          {{sample({3, 4, 6}), DimVector{5, 3}, DimVector{0, 2}, "ortho"}}};
}
std::vector<Sample> freq_samples() {
  return {{{7, 0.5, Value(), Value(), Value(), Value()}},
          {{8, 1.0, kDouble, Value(), Value(), Value()}}};
}
std::vector<Sample> shift_samples() {
  return {{{sample({3, 4}), Value()}}, {{sample({3, 5}), DimVector{1}}}};
}

}  // namespace

TL_OP(fft_fft){
    .schemas =
        {"aten::fft_fft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor",
         "aten::fft_fft.out(Tensor self, int? n=None, int dim=-1, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<fft_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(complex_samples),
};
TL_OP(fft_ifft){
    .schemas =
        {"aten::fft_ifft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor",
         "aten::fft_ifft.out(Tensor self, int? n=None, int dim=-1, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<ifft_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(complex_samples),
};
TL_OP(fft_rfft){
    .schemas =
        {"aten::fft_rfft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor",
         "aten::fft_rfft.out(Tensor self, int? n=None, int dim=-1, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<rfft_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(one_samples),
};
TL_OP(fft_irfft){
    .schemas =
        {"aten::fft_irfft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor",
         "aten::fft_irfft.out(Tensor self, int? n=None, int dim=-1, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<irfft_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(complex_samples),
};
TL_OP(fft_hfft){
    .schemas =
        {"aten::fft_hfft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor",
         "aten::fft_hfft.out(Tensor self, int? n=None, int dim=-1, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<hfft_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(complex_samples),
};
TL_OP(fft_ihfft){
    .schemas =
        {"aten::fft_ihfft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor",
         "aten::fft_ihfft.out(Tensor self, int? n=None, int dim=-1, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<ihfft_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(one_samples),
};
TL_OP(fft_fftn){
    .schemas =
        {"aten::fft_fftn(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor",
         "aten::fft_fftn.out(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<fftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(many_samples),
};
TL_OP(fft_fft2){
    .schemas =
        {"aten::fft_fft2(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor",
         "aten::fft_fft2.out(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<fftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(two_samples),
};
TL_OP(fft_ifftn){
    .schemas =
        {"aten::fft_ifftn(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor",
         "aten::fft_ifftn.out(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<ifftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(many_samples),
};
TL_OP(fft_ifft2){
    .schemas =
        {"aten::fft_ifft2(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor",
         "aten::fft_ifft2.out(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<ifftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(two_samples),
};
TL_OP(fft_rfftn){
    .schemas =
        {"aten::fft_rfftn(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor",
         "aten::fft_rfftn.out(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<rfftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(many_samples),
};
TL_OP(fft_rfft2){
    .schemas =
        {"aten::fft_rfft2(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor",
         "aten::fft_rfft2.out(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<rfftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(two_samples),
};
TL_OP(fft_irfftn){
    .schemas =
        {"aten::fft_irfftn(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor",
         "aten::fft_irfftn.out(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<irfftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(many_samples),
};
TL_OP(fft_irfft2){
    .schemas =
        {"aten::fft_irfft2(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor",
         "aten::fft_irfft2.out(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<irfftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(two_samples),
};
TL_OP(fft_hfftn){
    .schemas =
        {"aten::fft_hfftn(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor",
         "aten::fft_hfftn.out(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<hfftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(many_samples),
};
TL_OP(fft_hfft2){
    .schemas =
        {"aten::fft_hfft2(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor",
         "aten::fft_hfft2.out(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<hfftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(two_samples),
};
TL_OP(fft_ihfftn){
    .schemas =
        {"aten::fft_ihfftn(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor",
         "aten::fft_ihfftn.out(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<ihfftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(many_samples),
};
TL_OP(fft_ihfft2){
    .schemas =
        {"aten::fft_ihfft2(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None) -> Tensor",
         "aten::fft_ihfft2.out(Tensor self, int[1]? s=None, int[1] dim=[-2, -1], str? norm=None, *, Tensor(a!) out) -> Tensor(a!)"},
    .function = function<ihfftn_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(two_samples),
};
TL_OP(fft_fftfreq){
    .schemas =
        {"aten::fft_fftfreq(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<fftfreq_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(freq_samples),
};
TL_OP(fft_rfftfreq){
    .schemas =
        {"aten::fft_rfftfreq(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    .function = function<rfftfreq_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(freq_samples),
};
TL_OP(fft_fftshift){
    .schemas = {"aten::fft_fftshift(Tensor self, int[1]? dim=None) -> Tensor"},
    .function = function<fftshift_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(shift_samples),
};
TL_OP(fft_ifftshift){
    .schemas = {"aten::fft_ifftshift(Tensor self, int[1]? dim=None) -> Tensor"},
    .function = function<ifftshift_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(shift_samples),
};
}  // namespace tealight::ops
