// WAV files:
//
//   "RIFF" <size> "WAVE"   then chunks: <id 4> <size 4> <bytes, padded to an even number>
//   "fmt "  format 2 (1 PCM, 3 float, 0xFFFE: told by a GUID's first two bytes), channels 2,
//           sample rate 4, bytes a second 4, bytes of a frame 2, bits 2, ...
//   "data"  frames: a sample for each channel, little-endian; of 8 bits without a sign
#include <bit>
#include <cmath>
#include <cstring>

#include "tealight/data/audio.h"
#include "tealight/data/file_io.h"
#include "tealight/ops.h"

namespace tealight::audio {
namespace {

using Bytes = std::span<const std::byte>;

uint64_t little_endian(Bytes bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | std::to_integer<uint64_t>(bytes[i]);
  return value;
}

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Chunks {
  Bytes format, data;
};

// Streams are written with a size of 0 or ~0: what is there counts.
Chunks find_chunks(Bytes file, std::string_view name) {
  if (file.size() < 12 || text_of(file.first(4)) != "RIFF" || text_of(file.subspan(8, 4)) != "WAVE")
    corrupt(str(name, ": no WAV file: it does not begin with RIFF....WAVE"));
  Chunks found;
  for (size_t at = 12; at + 8 <= file.size();) {
    std::string_view id = text_of(file.subspan(at, 4));
    size_t size = little_endian(file.subspan(at + 4, 4)), rest = file.size() - at - 8;
    if (id == "data") {
      found.data = file.subspan(at + 8, std::min(size, rest));
      break;
    }
    if (size > rest) corrupt(str(name, ": WAV file of ", file.size(), " bytes is cut off"));
    if (id == "fmt ") found.format = file.subspan(at + 8, size);
    at += 8 + size + (size & 1);
  }
  if (found.format.size() < 16 || !found.data.data())
    corrupt(str(name, ": WAV file without a format or without data"));
  return found;
}

float sample_of(Bytes bytes, bool floating) {
  uint64_t bits = little_endian(bytes);
  if (floating) {
    return bytes.size() == 4 ? std::bit_cast<float>(static_cast<uint32_t>(bits))
                             : static_cast<float>(std::bit_cast<double>(bits));
  }
  if (bytes.size() == 1) return (static_cast<float>(bits) - 128) / 128;
  int unused = 32 - static_cast<int>(bytes.size()) * 8;
  auto value = static_cast<int32_t>(static_cast<uint32_t>(bits) << unused);
  return static_cast<float>(value) * 0x1p-31f;
}

struct Encoding {
  size_t bytes;
  bool floating;
};

Encoding encoding_of(WavFormat format) {
  switch (format) {
    case WavFormat::pcm_8:
      return {1, false};
    case WavFormat::pcm_16:
      return {2, false};
    case WavFormat::pcm_24:
      return {3, false};
    case WavFormat::pcm_32:
      return {4, false};
    case WavFormat::float_32:
      break;
  }
  return {4, true};
}

void append(std::vector<std::byte>& out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) out.push_back(static_cast<std::byte>(value >> 8 * i & 255));
}

void append(std::vector<std::byte>& out, std::string_view text) {
  for (char c : text) out.push_back(static_cast<std::byte>(c));
}

uint64_t bits_of(float sample, Encoding encoding) {
  if (encoding.floating) return std::bit_cast<uint32_t>(sample);
  double scale = std::ldexp(1.0, static_cast<int>(encoding.bytes) * 8 - 1);
  double value = std::clamp(std::nearbyint(sample * scale), -scale, scale - 1);
  if (!(value == value)) value = 0;
  auto whole = static_cast<int64_t>(value);
  return static_cast<uint64_t>(encoding.bytes == 1 ? whole + 128 : whole);
}

}  // namespace

Sound parse_wav(std::span<const std::byte> file, std::string_view name) {
  Chunks chunks = find_chunks(file, name);
  auto field = [&](size_t at, size_t size) {
    return little_endian(chunks.format.subspan(at, size));
  };
  uint64_t kind = field(0, 2), channels = field(2, 2), rate = field(4, 4), bits = field(14, 2);
  if (kind == 0xFFFE && chunks.format.size() >= 26) kind = field(24, 2);
  bool pcm = kind == 1 && (bits == 8 || bits == 16 || bits == 24 || bits == 32);
  bool floating = kind == 3 && (bits == 32 || bits == 64);
  if (!pcm && !floating) {
    throw Error(str(name, ": WAV of format ", kind, " with ", bits, " bits"),
                ErrorKind::unsupported)
        .fix("save it as PCM of 8 to 32 bits or as floats");
  }
  if (channels == 0 || rate == 0 || rate > INT32_MAX)
    corrupt(str(name, ": WAV with ", channels, " channels at ", rate, " Hz"));
  size_t width = bits / 8, frames = chunks.data.size() / (width * channels);
  Tensor wave = empty({static_cast<int64_t>(channels), static_cast<int64_t>(frames)}, kFloat);
  float* out = wave.mutable_data_ptr<float>();
  for (size_t frame = 0; frame < frames; ++frame)
    for (size_t channel = 0; channel < channels; ++channel)
      out[channel * frames + frame] =
          sample_of(chunks.data.subspan((frame * channels + channel) * width, width), floating);
  return {wave, static_cast<int>(rate)};
}

Sound load(const std::filesystem::path& path) { return parse_wav(read_file(path), path.string()); }

std::vector<std::byte> format_wav(const Tensor& given, int sample_rate, WavFormat format) {
  Tensor wave = (given.dim() == 1 ? given.unsqueeze(0) : given).to(kFloat).contiguous();
  TL_CHECK(wave.dim() == 2 && wave.size(0) > 0 && wave.size(0) < 1 << 16 && sample_rate > 0,
           "audio: a wave is (channels, samples), not ", given.sizes(), " at ", sample_rate, " Hz");
  Encoding encoding = encoding_of(format);
  auto channels = static_cast<size_t>(wave.size(0)), frames = static_cast<size_t>(wave.size(1));
  size_t frame_bytes = channels * encoding.bytes, size = frames * frame_bytes;
  TL_CHECK(size < UINT32_MAX - 64, "audio: ", size, " bytes do not fit a WAV file");
  std::vector<std::byte> out;
  out.reserve(size + 45);
  append(out, "RIFF"), append(out, 36 + size + (size & 1), 4), append(out, "WAVEfmt ");
  append(out, 16, 4), append(out, encoding.floating ? 3 : 1, 2), append(out, channels, 2);
  append(out, static_cast<uint64_t>(sample_rate), 4), append(out, sample_rate * frame_bytes, 4);
  append(out, frame_bytes, 2), append(out, encoding.bytes * 8, 2);
  append(out, "data"), append(out, size, 4);
  const float* samples = wave.const_data_ptr<float>();
  for (size_t frame = 0; frame < frames; ++frame)
    for (size_t channel = 0; channel < channels; ++channel)
      append(out, bits_of(samples[channel * frames + frame], encoding), encoding.bytes);
  if (size & 1) out.push_back({});
  return out;
}

void save(const std::filesystem::path& path, const Tensor& wave, int sample_rate,
          WavFormat format) {
  write_file(path, format_wav(wave, sample_rate, format));
}

}  // namespace tealight::audio
