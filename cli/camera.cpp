// The folder of stills. The webcam is in webcam.cpp.
#include "camera.h"

#include <algorithm>

#include "tealight/data/decode.h"
#include "tealight/data/file_io.h"

namespace tealight::cli {
namespace fs = std::filesystem;
namespace {

bool hidden(const fs::path& p) { return p.filename().string().starts_with('.'); }

std::vector<fs::path> files_in(const fs::path& folder) {
  TL_CHECK(fs::is_directory(folder), folder.string(), ": is no folder");
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && !hidden(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class FolderCamera : public Camera {
 public:
  FolderCamera(const fs::path& folder, double fps, std::vector<std::string>* skipped)
      : folder_(folder), files_(files_in(folder)), fps_(fps), skipped_(skipped) {}

  std::optional<Frame> grab() override {
    while (next_ < files_.size()) {
      const fs::path& file = files_[next_++];
      try {
        Frame frame;
        frame.encoded = read_file(file);
        frame.picture = decode_image(frame.encoded, file.string());
        frame.name = file.string();
        frame.time = std::chrono::duration<double>(double(given_++) / fps_);
        return frame;
      } catch (const Error& e) {
        const std::string text = e.what();
        if (skipped_) skipped_->push_back(text.substr(0, text.find('\n')));
      }
    }
    TL_CHECK(given_ > 0, folder_.string(), ": holds no picture",
             files_.empty() ? "" : " that can be read");
    return std::nullopt;
  }
  bool live() const override { return false; }

 private:
  fs::path folder_;
  std::vector<fs::path> files_;
  double fps_;
  std::vector<std::string>* skipped_;
  size_t next_ = 0, given_ = 0;
};

}  // namespace

std::unique_ptr<Camera> folder_camera(const fs::path& folder, double fps,
                                      std::vector<std::string>* skipped) {
  return std::make_unique<FolderCamera>(folder, fps, skipped);
}

}  // namespace tealight::cli
