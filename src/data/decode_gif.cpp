// GIF by giflib: the first frame, on a transparent or black ground.
#if TL_WITH_GIF
#include <gif_lib.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "data/decode_formats.h"

namespace tealight {
namespace {

struct Input {
  std::span<const std::byte> left;
};

int on_read(GifFileType* gif, GifByteType* to, int size) {
  auto& input = *static_cast<Input*>(gif->UserData);
  size_t taken = std::min(static_cast<size_t>(size), input.left.size());
  std::memcpy(to, input.left.data(), taken);
  input.left = input.left.subspan(taken);
  return static_cast<int>(taken);
}

void close_gif(GifFileType* gif) { DGifCloseFile(gif, nullptr); }

class GifReader {
 public:
  GifReader(const DecodeJob& job, GifFileType& gif) : job_(job), gif_(gif) {}

  Image read_first_frame() {
    while (next_record() != IMAGE_DESC_RECORD_TYPE) {
    }
    check(DGifGetImageDesc(&gif_));
    const GifImageDesc& frame = gif_.Image;
    const ColorMapObject* colors = frame.ColorMap ? frame.ColorMap : gif_.SColorMap;
    if (colors == nullptr) job_.fail("there is no colour table");
    // A frame may be larger than the screen it says it is for.
    int width = std::max(gif_.SWidth, frame.Left + frame.Width);
    int height = std::max(gif_.SHeight, frame.Top + frame.Height);
    bool whole = frame.Width == width && frame.Height == height;
    Image image = job_.start(std::max(width, 0), std::max(height, 0),
                             transparent_ >= 0 || !whole ? 4 : 3, kMaxPixelsPerByte);
    line_.resize(static_cast<size_t>(frame.Width));
    if (frame.Interlace) {
      for (auto [first, step] : {std::pair{0, 8}, {4, 8}, {2, 4}, {1, 2}})
        read_lines(image, *colors, first, step);
    } else {
      read_lines(image, *colors, 0, 1);
    }
    return image;
  }

 private:
  GifRecordType next_record() {
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    check(DGifGetRecordType(&gif_, &type));
    if (type == EXTENSION_RECORD_TYPE)
      read_extension();
    else if (type == TERMINATE_RECORD_TYPE)
      job_.fail("there is no frame");
    return type;
  }

  void read_extension() {
    int code = 0;
    GifByteType* block = nullptr;
    check(DGifGetExtension(&gif_, &code, &block));
    GraphicsControlBlock control;
    if (code == GRAPHICS_EXT_FUNC_CODE && block != nullptr &&
        DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
      transparent_ = control.TransparentColor;
    }
    while (block != nullptr) check(DGifGetExtensionNext(&gif_, &block));
  }

  void read_lines(Image& image, const ColorMapObject& colors, int first, int step) {
    const GifImageDesc& frame = gif_.Image;
    for (int y = first; y < frame.Height; y += step) {
      check(DGifGetLine(&gif_, line_.data(), frame.Width));
      uint8_t* pixel = image.row(frame.Top + y) + static_cast<size_t>(frame.Left) * image.channels;
      for (int x = 0; x < frame.Width; ++x, pixel += image.channels) {
        put(pixel, image.channels, colors, line_[x]);
      }
    }
  }

  void put(uint8_t* pixel, int channels, const ColorMapObject& colors, int index) const {
    if (index < colors.ColorCount) {
      const GifColorType& color = colors.Colors[index];
      pixel[0] = color.Red, pixel[1] = color.Green, pixel[2] = color.Blue;
    }
    if (channels == 4) pixel[3] = index == transparent_ ? 0 : 255;
  }

  void check(int status) const {
    if (status == GIF_OK) return;
    const char* reason = GifErrorString(gif_.Error);
    job_.fail(reason != nullptr ? reason : "the file is damaged");
  }

  const DecodeJob& job_;
  GifFileType& gif_;
  int transparent_ = -1;  // NO_TRANSPARENT_COLOR
  std::vector<GifPixelType> line_;
};

}  // namespace

Decoded decode_gif(const DecodeJob& job) {
  Input input{job.file};
  int error = 0;
  std::unique_ptr<GifFileType, decltype(&close_gif)> gif(DGifOpen(&input, on_read, &error),
                                                         &close_gif);
  if (!gif) {
    const char* reason = GifErrorString(error);
    job.fail(reason != nullptr ? reason : "the file is damaged");
  }
  return {GifReader(job, *gif).read_first_frame()};
}

}  // namespace tealight
#endif
