#include "tealight/data/decode.h"

#include "data/decode_formats.h"
#include "tealight/data/file_io.h"
#include "tealight/data/geometry.h"

namespace tealight {
namespace {

constexpr uint64_t kMaxFileBytes = uint64_t{1} << 30;
constexpr uint64_t kAlwaysPlausible = 1 << 16;  // pixels

struct Format {
  PictureFormat format;
  const char* name;
  Decoded (*decode)(const DecodeJob&);  // null: not built in
  const char* package;
};

constexpr Format kFormats[] = {
#if TL_WITH_JPEG
    {PictureFormat::jpeg, "JPEG", decode_jpeg, nullptr},
#else
    {PictureFormat::jpeg, "JPEG", nullptr, "libjpeg62-turbo-dev"},
#endif
#if TL_WITH_PNG
    {PictureFormat::png, "PNG", decode_png, nullptr},
#else
    {PictureFormat::png, "PNG", nullptr, "libpng-dev"},
#endif
#if TL_WITH_WEBP
    {PictureFormat::webp, "WebP", decode_webp, nullptr},
#else
    {PictureFormat::webp, "WebP", nullptr, "libwebp-dev"},
#endif
#if TL_WITH_GIF
    {PictureFormat::gif, "GIF", decode_gif, nullptr},
#else
    {PictureFormat::gif, "GIF", nullptr, "libgif-dev"},
#endif
    {PictureFormat::bmp, "BMP", decode_bmp, nullptr},
    {PictureFormat::pnm, "PNM", decode_pnm, nullptr},
};

const Format& find_format(std::span<const std::byte> file, std::string_view name) {
  PictureFormat found = picture_format(file);
  for (const Format& format : kFormats) {
    if (format.format == found) return format;
  }
  throw Error(
      str(name, file.empty() ? ": is empty, no picture" : ": is no picture in a known format"),
      ErrorKind::corrupt_file)
      .fix("give a JPEG, PNG, WebP, GIF, BMP, PPM or PGM file");
}

Image upright(Decoded decoded, bool wanted) {
  if (!wanted || decoded.orientation == 1) return std::move(decoded.image);
  return orient(decoded.image, decoded.orientation);
}

}  // namespace

void DecodeJob::fail(const std::string& reason) const {
  corrupt(str(name, ": ", format, ": ", reason));
}

Image DecodeJob::start(uint64_t width, uint64_t height, int channels,
                       uint64_t max_pixels_per_byte) const {
  if (width == 0 || height == 0) fail("the picture has no pixels");
  uint64_t pixels = width * height;
  if (width > INT32_MAX || height > INT32_MAX || pixels > options.max_pixels) {
    throw Error(str(name, ": ", format, ": ", width, "x", height, " pixels, the limit is ",
                    options.max_pixels),
                ErrorKind::corrupt_file)
        .fix("raise max_pixels, or scale the picture down");
  }
  if (pixels > kAlwaysPlausible && pixels / max_pixels_per_byte > file.size()) {
    fail(str(width, "x", height, " pixels cannot come from ", file.size(),
             " bytes: cut off, or forged"));
  }
  return make_image(static_cast<int>(width), static_cast<int>(height), channels);
}

PictureFormat picture_format(std::span<const std::byte> file) {
  std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.starts_with("\xff\xd8\xff")) return PictureFormat::jpeg;
  if (text.starts_with("\x89PNG\r\n\x1a\n")) return PictureFormat::png;
  if (text.starts_with("RIFF") && text.substr(0, 12).ends_with("WEBP")) return PictureFormat::webp;
  if (text.starts_with("GIF87a") || text.starts_with("GIF89a")) return PictureFormat::gif;
  if (text.starts_with("BM") && file.size() >= 26) return PictureFormat::bmp;
  if (text.starts_with("P5") || text.starts_with("P6")) return PictureFormat::pnm;
  return PictureFormat::unknown;
}

Image decode_image(std::span<const std::byte> file, std::string_view name,
                   const DecodeOptions& options) {
  const Format& format = find_format(file, name);
  if (format.decode == nullptr) {
    throw Error(str(name, ": this build reads no ", format.name, " pictures"),
                ErrorKind::unsupported)
        .fix(str("install ", format.package, " and build again"));
  }
  DecodeJob job{file, name, format.name, options};
  return convert(upright(format.decode(job), options.orient), options.color);
}

Image read_image(const std::filesystem::path& path, const DecodeOptions& options) {
  return decode_image(read_file(path, kMaxFileBytes), path.string(), options);
}

}  // namespace tealight
