#include "tealight/data/audio.h"

#include <gtest/gtest.h>

#include "tealight/data/arrays.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight::audio {
namespace {

const NamedArrays& golden() {
  static const NamedArrays arrays = load_npz("tests/golden/audio.npz");
  return arrays;
}

// Relative to the largest value: sums are made in another order.
void expect_near(const Tensor& got, const std::string& name, double tolerance = 2e-6) {
  Tensor expected = array_of(golden(), name);
  ASSERT_EQ(got.sizes(), expected.sizes()) << name;
  double difference = (got - expected).abs().max().item<double>();
  EXPECT_LE(difference, tolerance * expected.abs().max().item<double>()) << name;
}

MelOptions mel_options() {
  MelOptions options;
  options.spectrum.hop_length = 160, options.n_mels = 40;
  return options;
}

TEST(Audio, ResamplesAsTorchaudio) {
  Tensor wave = array_of(golden(), "wave");
  expect_near(resample(wave, 16000, 11025), "resample_down");
  expect_near(resample(wave.select(0, 0), 16000, 44100, 16, 0.9), "resample_up");
  EXPECT_TRUE(resample(wave, 8000, 8000).equal(wave));
  EXPECT_THROW(resample(wave, 0, 8000), Error);
}

TEST(Audio, MakesTorchaudiosSpectra) {
  Tensor wave = array_of(golden(), "wave");
  expect_near(spectrogram(wave), "spectrogram");
  SpectrogramOptions magnitude;
  magnitude.n_fft = 256, magnitude.win_length = 200, magnitude.hop_length = 64;
  magnitude.power = 1;
  expect_near(spectrogram(wave, magnitude), "magnitude");
  expect_near(melscale_fbanks(201, 20, 7600, 64, 16000), "banks", 1e-5);
  expect_near(mel_spectrogram(wave, mel_options()), "mel", 1e-5);
  expect_near(power_to_db(mel_spectrogram(wave, mel_options())), "db", 1e-4);
  expect_near(mfcc(wave, 13, mel_options()), "mfcc", 1e-4);
  EXPECT_THROW(spectrogram(wave.narrow(1, 0, 100)), Error);
}

TEST(Wav, RoundTripsEveryFormat) {
  Tensor wave = array_of(golden(), "wave").clamp(-1, 1);
  const std::pair<WavFormat, double> formats[] = {{WavFormat::pcm_8, 1.0 / 128},
                                                  {WavFormat::pcm_16, 1.0 / 32768},
                                                  {WavFormat::pcm_24, 1.0 / (1 << 23)},
                                                  {WavFormat::pcm_32, 1e-7},
                                                  {WavFormat::float_32, 0}};
  for (auto [format, step] : formats) {
    Sound sound = parse_wav(format_wav(wave, 22050, format), "test");
    EXPECT_EQ(sound.sample_rate, 22050);
    ASSERT_EQ(sound.wave.sizes(), wave.sizes());
    EXPECT_LE((sound.wave - wave).abs().max().item<double>(), step) << step;
  }
}

TEST(Wav, RefusesDamagedFilesAtEveryLengthOfTheHeader) {
  std::vector<std::byte> file = format_wav(zeros({1, 10}), 8000);
  for (size_t size = 0; size < 44; ++size)
    EXPECT_THROW(parse_wav(std::span(file).first(size), "cut"), Error) << size;
  EXPECT_EQ(parse_wav(std::span(file).first(50), "cut").wave.size(1), 3);  // what is there
  file[20] = std::byte{7};
  try {
    parse_wav(file, "law.wav");
    FAIL() << "nothing was thrown";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("law.wav: WAV of format 7 with 16 bits"),
              std::string::npos);
  }
}

TEST(Wav, ReadsSharedRecordings) {
  if (!std::filesystem::exists("../shared/data/audio/speech_16k.wav"))
    GTEST_SKIP() << "../shared is absent";
  Sound speech = load("../shared/data/audio/speech_16k.wav");
  EXPECT_EQ(speech.sample_rate, 16000);
  EXPECT_GT(speech.wave.abs().max().item<float>(), 0.01f);
  EXPECT_LE(speech.wave.abs().max().item<float>(), 1.f);
}

}  // namespace
}  // namespace tealight::audio
