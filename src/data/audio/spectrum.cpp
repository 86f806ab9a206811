// Resampling and spectra, by torchaudio's formulas.
#include <cmath>
#include <numbers>
#include <numeric>

#include "tealight/data/audio.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::audio {
namespace {

constexpr double kPi = std::numbers::pi;

// For each of `to` phases a filter: a sinc cut off by a Hann window of `lowpass` zero crossings.
Tensor sinc_kernels(int64_t from, int64_t to, int lowpass, double rolloff, int64_t width) {
  double base = static_cast<double>(std::min(from, to)) * rolloff;
  int64_t taps = 2 * width + from;
  Tensor kernels = empty({to, 1, taps}, kFloat);
  float* out = kernels.mutable_data_ptr<float>();
  for (int64_t phase = 0; phase < to; ++phase) {
    float start = -static_cast<float>(phase) / static_cast<float>(to);  // as there
    for (int64_t tap = 0; tap < taps; ++tap) {
      double t = start + static_cast<double>(tap - width) / from;
      t = std::clamp(t * base, -static_cast<double>(lowpass), static_cast<double>(lowpass));
      double window = std::cos(t * kPi / lowpass / 2), x = t * kPi;
      double value = (x == 0 ? 1 : std::sin(x) / x) * window * window * base / from;
      *out++ = static_cast<float>(value);
    }
  }
  return kernels;
}

double to_mel(double hertz) { return 2595 * std::log10(1 + hertz / 700); }

// Rows of the orthonormal DCT-II: (n_mels, n_mfcc).
Tensor dct_matrix(int64_t n_mfcc, int64_t n_mels) {
  Tensor matrix = empty({n_mels, n_mfcc}, kFloat);
  float* out = matrix.mutable_data_ptr<float>();
  for (int64_t n = 0; n < n_mels; ++n) {
    for (int64_t k = 0; k < n_mfcc; ++k) {
      double norm = std::sqrt((k == 0 ? 1.0 : 2.0) / n_mels);
      *out++ = static_cast<float>(std::cos(kPi / n_mels * (n + 0.5) * k) * norm);
    }
  }
  return matrix;
}

}  // namespace

Tensor resample(const Tensor& wave, int from_rate, int to_rate, int lowpass, double rolloff) {
  TL_CHECK(from_rate > 0 && to_rate > 0,
           "Original frequency and desired frequecy should be positive");
  TL_CHECK(lowpass > 0, "Low pass filter width should be positive.");
  TL_CHECK(wave.is_floating_point() && wave.dim() > 0, "resample: a wave of floats is wanted");
  if (from_rate == to_rate) return wave;
  int64_t common = std::gcd(from_rate, to_rate), from = from_rate / common, to = to_rate / common;
  double base = static_cast<double>(std::min(from, to)) * rolloff;
  auto width = static_cast<int64_t>(std::ceil(lowpass * static_cast<double>(from) / base));
  Tensor kernels = sinc_kernels(from, to, lowpass, rolloff, width);
  int64_t samples = wave.size(-1);
  Tensor rows = constant_pad_nd(wave.reshape({-1, 1, samples}).to(kFloat), {width, width + from});
  Tensor out = conv1d(rows, kernels, {}, {from}).transpose(1, 2).reshape({rows.size(0), -1});
  int64_t length = (to * samples + from - 1) / from;
  DimVector shape = wave.sizes();
  shape.back() = length;
  return out.narrow(1, 0, length).reshape(shape);
}

Tensor spectrogram(const Tensor& wave, const SpectrogramOptions& options) {
  int64_t window = options.win_length ? options.win_length : options.n_fft;
  int64_t hop = options.hop_length ? options.hop_length : window / 2;
  TL_CHECK(wave.dim() > 0 && wave.size(-1) > options.n_fft / 2, "spectrogram: a wave of ",
           wave.dim() > 0 ? wave.size(-1) : 0, " samples is too short for n_fft = ", options.n_fft);
  int64_t samples = wave.size(-1), border = options.n_fft / 2;
  Tensor rows = reflection_pad1d(wave.reshape({-1, samples}).to(kFloat), {border, border});
  Tensor spectrum = stft(rows, options.n_fft, hop, window, hann_window(window), false, true, true);
  Tensor power = spectrum.abs().pow(options.power);
  DimVector shape = wave.sizes();
  shape.back() = power.size(1), shape.push_back(power.size(2));
  return power.reshape(shape);
}

Tensor melscale_fbanks(int n_freqs, double f_min, double f_max, int n_mels, int sample_rate) {
  TL_CHECK(n_freqs > 1 && n_mels > 0 && f_min >= 0 && f_min < f_max, "melscale_fbanks: ", n_mels,
           " bands from ", f_min, " to ", f_max, " Hz of ", n_freqs, " frequencies");
  Tensor freqs = linspace(0, sample_rate / 2, n_freqs);
  Tensor mels = linspace(to_mel(f_min), to_mel(f_max), n_mels + 2);
  Tensor edges = (pow(Scalar(10.0), mels / 2595.0) - 1.0) * 700.0;
  Tensor slopes = edges.unsqueeze(0) - freqs.unsqueeze(1);  // (n_freqs, n_mels + 2)
  Tensor widths = edges.narrow(0, 1, n_mels + 1) - edges.narrow(0, 0, n_mels + 1);
  Tensor rising = slopes.narrow(1, 0, n_mels).neg() / widths.narrow(0, 0, n_mels);
  Tensor falling = slopes.narrow(1, 2, n_mels) / widths.narrow(0, 1, n_mels);
  return minimum(rising, falling).clamp_min(0);
}

Tensor mel_spectrogram(const Tensor& wave, const MelOptions& options) {
  Tensor power = spectrogram(wave, options.spectrum);
  double f_max = options.f_max > 0 ? options.f_max : options.sample_rate / 2;
  Tensor banks = melscale_fbanks(options.spectrum.n_fft / 2 + 1, options.f_min, f_max,
                                 options.n_mels, options.sample_rate);
  return matmul(power.transpose(-1, -2), banks).transpose(-1, -2);
}

Tensor power_to_db(const Tensor& power, double top_db, double amin) {
  Tensor db = power.clamp_min(amin).log10() * 10.0;
  return maximum(db, db.max() - top_db);
}

Tensor mfcc(const Tensor& wave, int n_mfcc, const MelOptions& options) {
  TL_CHECK(n_mfcc > 0 && n_mfcc <= options.n_mels,
           "Cannot select more MFCC coefficients than # mel bins");
  Tensor db = power_to_db(mel_spectrogram(wave, options));
  return matmul(db.transpose(-1, -2), dct_matrix(n_mfcc, options.n_mels)).transpose(-1, -2);
}

}  // namespace tealight::audio
