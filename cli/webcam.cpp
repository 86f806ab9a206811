// Webcams of Linux by V4L2: streaming into buffers that the driver maps, MJPEG or YUYV.
#include "camera.h"
#include "tealight/data/decode.h"
#include "tealight/error.h"

#if defined(__linux__) && __has_include(<linux/videodev2.h>)
#define TL_V4L2 1
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#endif

namespace tealight::cli {

Image yuyv_to_rgb(std::span<const std::byte> bytes, int width, int height, size_t stride) {
  TL_CHECK(width > 0 && width % 2 == 0 && height > 0 && stride >= size_t(width) * 2 &&
               bytes.size() >= stride * size_t(height - 1) + size_t(width) * 2,
           "the camera's frame of ", width, " x ", height, " has only ", bytes.size(), " bytes");
  Image image = make_image(width, height, 3);
  const auto clamped = [](int v) { return uint8_t(v < 0 ? 0 : v > 255 ? 255 : v); };
  for (int y = 0; y < height; ++y) {
    const auto* from = reinterpret_cast<const uint8_t*>(bytes.data()) + size_t(y) * stride;
    uint8_t* to = image.row(y);
    for (int x = 0; x < width; ++x, to += 3) {
      const uint8_t* pair = from + (x / 2) * 4;  // Y0 U Y1 V
      const int luma = 298 * (pair[(x % 2) * 2] - 16), u = pair[1] - 128, v = pair[3] - 128;
      to[0] = clamped((luma + 409 * v + 128) >> 8);
      to[1] = clamped((luma - 100 * u - 208 * v + 128) >> 8);
      to[2] = clamped((luma + 516 * u + 128) >> 8);
    }
  }
  return image;
}

#if TL_V4L2
namespace {

constexpr int kBuffers = 4, kPatienceMs = 5000, kDamagedFrames = 10;

std::string four_letters(uint32_t code) {
  std::string text;
  for (int i = 0; i < 4; ++i) text += char(code >> (8 * i) & 0x7F);
  return text;
}

class Webcam : public Camera {
 public:
  explicit Webcam(const WebcamOptions& options) : device_(options.device) {
    descriptor_ = open(device_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (descriptor_ < 0)
      throw Error(str("cannot open the camera ", device_, ": ", std::strerror(errno)))
          .fix(
              "--device names another (ls /dev/video*), which may need the group 'video';"
              " or take pictures from a folder: --from FOLDER");
    try {
      check_capabilities();
      choose_format(options);
      map_buffers();
      int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
      control(VIDIOC_STREAMON, &type, "start");
    } catch (...) {
      close_all();
      throw;
    }
  }
  ~Webcam() override { close_all(); }
  Webcam(const Webcam&) = delete;
  Webcam& operator=(const Webcam&) = delete;

  bool live() const override { return true; }

  // A frame that was damaged on its way is passed over; after many the camera is at fault.
  std::optional<Frame> grab() override {
    for (int damaged = 0;; ++damaged) {
      const v4l2_buffer buffer = newest();
      try {
        Frame frame = decoded(buffer);
        enqueue(buffer);
        return frame;
      } catch (const Error&) {
        enqueue(buffer);
        if (damaged == kDamagedFrames) throw;
      }
    }
  }

 private:
  struct Mapping {
    void* data = MAP_FAILED;
    size_t size = 0;
  };

  void control(unsigned long request, void* argument, const char* what) {
    int result;
    do result = ioctl(descriptor_, request, argument);
    while (result < 0 && errno == EINTR);
    TL_CHECK(result == 0, device_, ": cannot ", what, ": ", std::strerror(errno));
  }

  void check_capabilities() {
    v4l2_capability can{};
    control(VIDIOC_QUERYCAP, &can, "be asked what it can do; is it a camera?");
    const uint32_t flags =
        can.capabilities & V4L2_CAP_DEVICE_CAPS ? can.device_caps : can.capabilities;
    TL_CHECK((flags & V4L2_CAP_VIDEO_CAPTURE) && (flags & V4L2_CAP_STREAMING), device_,
             ": is no camera that streams; a webcam may have several devices, try the next one");
  }

  void choose_format(const WebcamOptions& options) {
    for (const uint32_t wanted : {V4L2_PIX_FMT_MJPEG, V4L2_PIX_FMT_YUYV}) {
      format_ = {};
      format_.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
      format_.fmt.pix.width = uint32_t(options.width);
      format_.fmt.pix.height = uint32_t(options.height);
      format_.fmt.pix.pixelformat = wanted;
      format_.fmt.pix.field = V4L2_FIELD_ANY;
      control(VIDIOC_S_FMT, &format_, "choose a size");
      if (format_.fmt.pix.pixelformat == wanted) return;
    }
    TL_CHECK(false, device_, ": gives ", four_letters(format_.fmt.pix.pixelformat),
             ", but MJPEG or YUYV is needed");
  }

  void map_buffers() {
    v4l2_requestbuffers request{};
    request.count = kBuffers;
    request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    request.memory = V4L2_MEMORY_MMAP;
    control(VIDIOC_REQBUFS, &request, "give buffers");
    for (uint32_t i = 0; i < request.count; ++i) {
      v4l2_buffer buffer = empty_buffer();
      buffer.index = i;
      control(VIDIOC_QUERYBUF, &buffer, "describe a buffer");
      void* data = mmap(nullptr, buffer.length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_,
                        off_t(buffer.m.offset));
      TL_CHECK(data != MAP_FAILED, device_, ": cannot map a buffer: ", std::strerror(errno));
      mappings_.push_back({data, buffer.length});
      enqueue(buffer);
    }
  }

  // Those that waited longer are given back, so that nobody looks at the past.
  v4l2_buffer newest() {
    pollfd ready{descriptor_, POLLIN, 0};
    TL_CHECK(poll(&ready, 1, kPatienceMs) > 0, device_, ": gave no frame for ", kPatienceMs / 1000,
             " s");
    v4l2_buffer newest = dequeue();
    while (poll(&ready, 1, 0) > 0 && (ready.revents & POLLIN)) {
      enqueue(newest);
      newest = dequeue();
    }
    return newest;
  }
  static v4l2_buffer empty_buffer() {
    v4l2_buffer buffer{};
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    return buffer;
  }
  v4l2_buffer dequeue() {
    v4l2_buffer buffer = empty_buffer();
    control(VIDIOC_DQBUF, &buffer, "give a frame; was it unplugged?");
    return buffer;
  }
  void enqueue(v4l2_buffer buffer) { control(VIDIOC_QBUF, &buffer, "take a buffer back"); }

  Frame decoded(const v4l2_buffer& buffer) {
    TL_CHECK(buffer.index < mappings_.size(), device_, ": gave a buffer that it does not have");
    const Mapping& m = mappings_[buffer.index];
    const std::span<const std::byte> bytes(static_cast<const std::byte*>(m.data),
                                           std::min<size_t>(buffer.bytesused, m.size));
    Frame frame;
    if (format_.fmt.pix.pixelformat == V4L2_PIX_FMT_MJPEG) {
      frame.encoded.assign(bytes.begin(), bytes.end());
      frame.picture = decode_image(frame.encoded, device_);
    } else {
      frame.picture = yuyv_to_rgb(bytes, int(format_.fmt.pix.width), int(format_.fmt.pix.height),
                                  format_.fmt.pix.bytesperline);
    }
    const auto now = std::chrono::steady_clock::now();
    if (!began_) began_ = now;
    frame.time = now - *began_;
    return frame;
  }

  void close_all() {
    for (const Mapping& m : mappings_) munmap(m.data, m.size);
    close(descriptor_);  // ends the stream, too
  }

  std::string device_;
  int descriptor_ = -1;
  v4l2_format format_{};
  std::vector<Mapping> mappings_;
  std::optional<std::chrono::steady_clock::time_point> began_;
};

}  // namespace

std::unique_ptr<Camera> open_webcam(const WebcamOptions& options) {
  return std::make_unique<Webcam>(options);
}
#else
std::unique_ptr<Camera> open_webcam(const WebcamOptions&) {
  throw Error("webcams are read by Linux's V4L2, which this system has not")
      .fix("take pictures from a folder: --from FOLDER");
}
#endif

}  // namespace tealight::cli
