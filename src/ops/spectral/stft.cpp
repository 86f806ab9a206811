// Short-time Fourier transform and back.
#include "ops/op.h"
#include "ops/samples.h"
#include "ops/spectral/fft.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

using MaybeInt = std::optional<int64_t>;
using MaybeBool = std::optional<bool>;
using Optional = std::optional<Tensor>;

// The window in the middle of n_fft places; ones when there is none.
Optional padded_window(const Optional& window, int64_t n_fft, int64_t size,
                       const TensorOptions& options) {
  if (size == n_fft) return window;
  const int64_t left = (n_fft - size) / 2;
  return constant_pad_nd(window ? *window : ones({size}, options), {left, n_fft - size - left});
}
void check_window(const char* name, const Optional& window, int64_t size) {
  TL_CHECK(!window || (window->dim() == 1 && window->size(0) == size), name,
           ": expected a 1D window tensor of size equal to win_length=", size,
           ", but got window with size ", window ? window->sizes() : IntArrayRef());
}

Tensor stft_impl(const Tensor& self, int64_t n_fft, MaybeInt hop_, MaybeInt size_,
                 const Optional& window, bool normalized, MaybeBool onesided_,
                 MaybeBool return_complex_) {
  const int64_t hop = hop_.value_or(n_fft >> 2), size = size_.value_or(n_fft);
  const bool complex = self.is_complex() || (window && window->is_complex());
  TL_CHECK(self.is_floating_point() || self.is_complex(),
           "stft: expected a tensor of floating point or complex values, but got ",
           self.scalar_type());
  TL_CHECK(self.dim() == 1 || self.dim() == 2, "stft: expected a 1D or 2D tensor, but got ",
           self.dim(), "D");
  Tensor x = self.dim() == 1 ? self.unsqueeze(0) : self;
  TL_CHECK(n_fft > 0 && n_fft <= x.size(1), "stft: expected 0 < n_fft < ", x.size(1),
           ", but got n_fft=", n_fft);
  TL_CHECK(hop > 0, "stft: expected hop_length > 0, but got hop_length=", hop);
  TL_CHECK(size > 0 && size <= n_fft,
           "stft: expected 0 < win_length <= n_fft, but got win_length=", size);
  check_window("stft", window, size);
  x = x.unfold(1, n_fft, hop);  // batch, frames, n_fft
  if (const Optional w = padded_window(window, n_fft, size, x.options())) x = mul(x, *w);
  const FftNorm norm = normalized ? FftNorm::by_root_n : FftNorm::none;
  const bool onesided = onesided_.value_or(!x.is_complex());
  TL_CHECK(!onesided || !x.is_complex(),
           "Cannot have onesided output if window or input is complex");
  Tensor y = x.is_complex() ? fft_c2c(x, {2}, norm, true) : fft_r2c(x, {2}, norm, onesided);
  y = y.transpose(1, 2);
  if (self.dim() == 1) y = y.squeeze(0);
  return return_complex_.value_or(complex) ? y : view_as_real(y);
}
Tensor stft_center_impl(const Tensor& self, int64_t n_fft, MaybeInt hop, MaybeInt size,
                        const Optional& window, bool center, const std::string& pad_mode,
                        bool normalized, MaybeBool onesided, MaybeBool return_complex) {
  if (!center)
    return stft_impl(self, n_fft, hop, size, window, normalized, onesided, return_complex);
  TL_CHECK(self.dim() == 1 || self.dim() == 2, "stft: expected a 1D or 2D tensor, but got ",
           self.dim(), "D");
  DimVector shape(size_t(3 - self.dim()), 1);
  for (int64_t n : self.sizes()) shape.push_back(n);
  const Tensor padded = pad(self.view(shape), {n_fft / 2, n_fft / 2}, pad_mode);
  const DimVector back(padded.sizes().begin() + (3 - self.dim()), padded.sizes().end());
  return stft_impl(padded.view(back), n_fft, hop, size, window, normalized, onesided,
                   return_complex);
}

// Frames (batch, frames, n) laid `hop` apart and added up.
Tensor overlap_add(const Tensor& frames, int64_t length, int64_t hop) {
  const int64_t batch = frames.size(0), count = frames.size(1), n = frames.size(2);
  const Tensor places(Fact(kLong, {count * n}));
  for (int64_t i = 0; i < count * n; ++i) places.as<int64_t>()[i] = i / n * hop + i % n;
  return index_add(zeros({batch, length}, frames.options()), 1, places,
                   reshape(frames, {batch, -1}));
}

Tensor istft_impl(const Tensor& self, int64_t n_fft, MaybeInt hop_, MaybeInt size_,
                  const Optional& window_, bool center, bool normalized, MaybeBool onesided_,
                  MaybeInt length, bool return_complex) {
  const int64_t hop = hop_.value_or(n_fft >> 2), size = size_.value_or(n_fft);
  Tensor x = self.is_complex() ? self : view_as_complex(self.contiguous());
  TL_CHECK(x.numel() != 0, "istft: input tensor cannot be empty.");
  TL_CHECK(x.dim() == 2 || x.dim() == 3,
           "istft: expected a tensor with 2 or 3 complex dimensions, but got ", self.sizes());
  const bool single = x.dim() == 2;
  if (single) x = x.unsqueeze(0);
  const int64_t frames = x.size(2), bins = x.size(1), expected = n_fft + hop * (frames - 1);
  const bool onesided = onesided_.value_or(bins != n_fft);
  TL_CHECK(
      bins == (onesided ? n_fft / 2 + 1 : n_fft),
      "istft: expected the frequency dimension (3rd to the last) of the input tensor to match n_fft",
      onesided ? " / 2 + 1 when onesided=True" : " when onesided=False", ", but got ", bins);
  TL_CHECK(hop > 0 && hop <= size, "istft: expected 0 < hop_length <= win_length, but got ", hop);
  TL_CHECK(size > 0 && size <= n_fft, "istft: expected 0 < win_length <= n_fft, but got ", size);
  check_window("istft", window_, size);
  TL_CHECK(!return_complex || !onesided,
           "cannot have onesided output if window or input is complex");
  const TensorOptions options = TensorOptions(to_real_dtype(x.scalar_type()));
  const Optional padded = padded_window(window_, n_fft, size, options);
  const Tensor window = padded ? *padded : ones({n_fft}, options);
  x = x.transpose(1, 2);
  const FftNorm norm = normalized ? FftNorm::by_root_n : FftNorm::by_n;
  if (return_complex)
    x = fft_c2c(x, {2}, norm, false);
  else
    x = fft_c2r(onesided ? x : x.narrow(2, 0, n_fft / 2 + 1), {2}, norm, n_fft);
  Tensor y = overlap_add(mul(x, window), expected, hop);
  Tensor envelope = overlap_add(mul(window, window).expand({1, frames, n_fft}), expected, hop);
  const int64_t start = center ? n_fft / 2 : 0, end = length   ? start + *length
                                                      : center ? expected - n_fft / 2
                                                               : expected;
  const int64_t stop = std::min(end, expected);
  TL_CHECK(stop > start, "istft: nothing is left of ", expected, " samples between ", start,
           " and ", end);
  y = y.narrow(1, start, stop - start);
  envelope = envelope.narrow(1, start, stop - start);
  const double lowest = min(abs(envelope)).item().to<double>();
  TL_CHECK(!(lowest <= 1e-11), "window overlap add min: ", lowest);
  y = div(y, envelope);
  if (end > expected) y = constant_pad_nd(y, {0, end - expected});
  return single ? y.squeeze(0) : y;
}

std::vector<Sample> stft_samples() {
  return {{{sample({2, 40}), 16, 5, Value(), sample({16}, kFloat, 0.1, 1), false, Value(), true}},
          {{sample({40}), 15, Value(), 10, sample({10}, kFloat, 0.1, 1), true, false, false}},
          {{sample({40}), 16, Value(), Value(), Value(), false, Value(), true}}};
}
std::vector<Sample> center_samples() {
  return {{{sample({2, 40}), 16, 5, Value(), sample({16}, kFloat, 0.1, 1), true, "reflect", false,
            Value(), true}},
          {{sample({40}), 15, Value(), 10, Value(), true, "constant", true, true, true}},
          {{sample({40}), 16, 4, Value(), Value(), false, "reflect", false, Value(), false}}};
}
std::vector<Sample> istft_samples() {
  return {{{sample({2, 9, 6}, kComplexFloat), 16, 4, Value(), sample({16}, kFloat, 0.5, 1), true,
            false, Value(), Value(), false}},
          {{sample({9, 6}, kComplexDouble), 16, 5, 12, Value(), true, true, true, 30, false}},
          {{sample({8, 6}, kComplexFloat), 8, 2, Value(), Value(), false, false, false, Value(),
            true}}};
}

}  // namespace

TL_OP(stft){
    .schemas =
        {"aten::stft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool normalized=False, bool? onesided=None, bool? return_complex=None) -> Tensor"},
    .function = function<stft_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(stft_samples),
};
TL_OP(stft_center){
    .schemas =
        {"aten::stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode=\"reflect\", bool normalized=False, bool? onesided=None, bool? return_complex=None) -> Tensor"},
    .function = function<stft_center_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(center_samples),
};
TL_OP(istft){
    .schemas =
        {"aten::istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False) -> Tensor"},
    .function = function<istft_impl>,
    .traits = Trait::composite,
    .samples = TL_TEST(istft_samples),
};
}  // namespace tealight::ops
