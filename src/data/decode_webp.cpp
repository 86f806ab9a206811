// WebP by libwebp: lossy, lossless, with alpha; of an animation the first frame.
#if TL_WITH_WEBP
#include <webp/decode.h>
#include <webp/demux.h>

#include <cstring>
#include <memory>

#include "data/decode_formats.h"
#include "data/exif.h"

namespace tealight {
namespace {

using Demuxer = std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)>;

const char* reason_for(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return "the file ends too early";
    case VP8_STATUS_BITSTREAM_ERROR:
      return "the bit stream is damaged";
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return "an unknown feature is used";
    case VP8_STATUS_OUT_OF_MEMORY:
      return "there is not enough memory";
    default:
      return "the picture cannot be decoded";
  }
}

int find_orientation(const WebPDemuxer* demuxer) {
  WebPChunkIterator chunk;
  int orientation = 1;
  if (WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk)) {
    orientation = exif_orientation(std::as_bytes(std::span(chunk.chunk.bytes, chunk.chunk.size)));
  }
  WebPDemuxReleaseChunkIterator(&chunk);
  return orientation;
}

// Decodes the frame into its place on the picture.
void decode_frame(const DecodeJob& job, const WebPIterator& frame, Image& image) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) job.fail("libwebp cannot start");
  VP8StatusCode status = WebPGetFeatures(frame.fragment.bytes, frame.fragment.size, &config.input);
  if (status != VP8_STATUS_OK) job.fail(reason_for(status));
  int64_t right = int64_t{frame.x_offset} + config.input.width,
          bottom = int64_t{frame.y_offset} + config.input.height;
  if (frame.x_offset < 0 || frame.y_offset < 0 || right > image.width || bottom > image.height) {
    job.fail("a frame lies outside of the picture");
  }
  config.output.colorspace = image.channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  uint8_t* start = image.row(frame.y_offset) + static_cast<size_t>(frame.x_offset) * image.channels;
  config.output.u.RGBA.rgba = start;
  config.output.u.RGBA.stride = static_cast<int>(image.row_bytes());
  config.output.u.RGBA.size =
      static_cast<size_t>(image.pixels.data() + image.pixels.size() - start);
  status = WebPDecode(frame.fragment.bytes, frame.fragment.size, &config);
  WebPFreeDecBuffer(&config.output);
  if (status != VP8_STATUS_OK) job.fail(reason_for(status));
}

}  // namespace

Decoded decode_webp(const DecodeJob& job) {
  WebPData data{job.data(), job.file.size()};
  Demuxer demuxer(WebPDemux(&data), &WebPDemuxDelete);
  if (!demuxer) job.fail("the file is damaged or cut off");
  bool alpha = WebPDemuxGetI(demuxer.get(), WEBP_FF_FORMAT_FLAGS) & ALPHA_FLAG;
  WebPIterator frame;
  if (!WebPDemuxGetFrame(demuxer.get(), 1, &frame)) job.fail("there is no frame");
  std::unique_ptr<WebPIterator, decltype(&WebPDemuxReleaseIterator)> release(
      &frame, &WebPDemuxReleaseIterator);
  alpha = alpha || frame.has_alpha;
  Decoded decoded{job.start(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH),
                            WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT), alpha ? 4 : 3,
                            kMaxPixelsPerByte),
                  find_orientation(demuxer.get())};
  decode_frame(job, frame, decoded.image);
  return decoded;
}

}  // namespace tealight
#endif
