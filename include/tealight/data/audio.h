// Sound: WAV files, and torchaudio's resampling, mel spectrograms and MFCC.
//   auto [wave, rate] = tealight::audio::load("speech.wav");            // float32 [channels,
//   samples] Tensor mel = tealight::audio::mel_spectrogram(wave, {.sample_rate = rate, .n_mels =
//   64});
#pragma once
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "tealight/tensor.h"

namespace tealight::audio {

struct Sound {
  Tensor wave;  // float32 (channels, samples), -1 to 1
  int sample_rate = 0;
};

/// A WAV file of PCM with 8, 16, 24 or 32 bits, or of floats with 32 or 64. Throws Error:
/// CorruptFile or Unsupported.
TL_API Sound parse_wav(std::span<const std::byte> file, std::string_view name);
TL_API Sound load(const std::filesystem::path&);

enum class WavFormat : uint8_t { pcm_8, pcm_16, pcm_24, pcm_32, float_32 };
TL_API std::vector<std::byte> format_wav(const Tensor& wave, int sample_rate,
                                         WavFormat format = WavFormat::pcm_16);
TL_API void save(const std::filesystem::path&, const Tensor& wave, int sample_rate,
                 WavFormat format = WavFormat::pcm_16);

/// torchaudio.transforms.Resample: windowed sinc interpolation (..., samples); its
/// functional.resample rounds the filters to single precision earlier.
TL_API Tensor resample(const Tensor& wave, int from, int to, int lowpass_filter_width = 6,
                       double rolloff = 0.99);

struct SpectrogramOptions {
  int n_fft = 400;
  int win_length = 0;  // 0: n_fft
  int hop_length = 0;  // 0: win_length / 2
  double power = 2;
};
/// torchaudio.transforms.Spectrogram: Hann window, centred, reflected: (..., n_fft / 2 + 1,
/// frames).
TL_API Tensor spectrogram(const Tensor& wave, const SpectrogramOptions& = {});

/// torchaudio.functional.melscale_fbanks with the HTK scale and no norm: (n_freqs, n_mels).
TL_API Tensor melscale_fbanks(int n_freqs, double f_min, double f_max, int n_mels, int sample_rate);

struct MelOptions {
  int sample_rate = 16000;
  SpectrogramOptions spectrum{};
  double f_min = 0, f_max = 0;  // f_max 0: half the sample rate
  int n_mels = 128;
};
/// torchaudio.transforms.MelSpectrogram: (..., n_mels, frames).
TL_API Tensor mel_spectrogram(const Tensor& wave, const MelOptions& = {});

/// torchaudio.functional.amplitude_to_DB of powers (multiplier 10), at most `top_db` below the
/// maximum.
TL_API Tensor power_to_db(const Tensor& power, double top_db = 80, double amin = 1e-10);
/// torchaudio.transforms.MFCC: the orthonormal DCT of decibels: (..., n_mfcc, frames).
TL_API Tensor mfcc(const Tensor& wave, int n_mfcc = 40, const MelOptions& = {});

}  // namespace tealight::audio
