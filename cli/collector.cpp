#include "collector.h"

namespace tealight::cli {
namespace {

class Collector {
 public:
  Collector(Camera& camera, Keyboard* keys, SampleFolder& folder, const CollectOptions& options,
            const ShowFrame& show)
      : camera_(camera),
        keys_(keys),
        folder_(folder),
        options_(options),
        show_(show),
        recording_(!keys) {}

  Collected run() {
    const auto counts = folder_.counts();
    if (const auto found = counts.find(options_.name); found != counts.end())
      there_ = found->second;
    while (!ended_ && !enough()) {
      const std::optional<Frame> frame = camera_.grab();
      if (!frame) break;
      show_(*frame, line());
      if (keys_) ask(*frame);
      if (recording_ && !ended_ && due(*frame)) take(*frame);
    }
    return std::move(result_);
  }

 private:
  bool enough() const { return options_.count > 0 && result_.taken >= options_.count; }

  // Stills wait for an answer; a camera goes on.
  void ask(const Frame& frame) {
    using namespace std::chrono_literals;
    const bool wait = !camera_.live() && !recording_;
    for (bool answered = false; !answered && !ended_;) {
      const std::optional<char> key = keys_->key(wait ? 1000ms : 0ms);
      answered = !wait || (key && answer(*key, frame));
      if (!wait && key) answer(*key, frame);
    }
  }

  // Whether the frame is done with.
  bool answer(char key, const Frame& frame) {
    switch (key) {
      case ' ':
        take(frame);
        return true;
      case 'n':
        return true;
      case 'r':
        recording_ = !recording_;
        return true;
      case 'u':
        take_back();
        show_(frame, line());
        return false;
      case 'q':
        ended_ = true;
        return true;
      default:
        return false;
    }
  }

  bool due(const Frame& frame) {
    if (last_ && frame.time - *last_ < options_.every) return false;
    last_ = frame.time;
    return true;
  }

  void take(const Frame& frame) {
    const std::filesystem::path file = folder_.add(options_.name, frame);
    if (file.empty()) {
      ++result_.already_there;
      return;
    }
    ++result_.taken;
    result_.files.push_back(file.string());
  }

  void take_back() {
    if (result_.files.empty()) return;
    folder_.remove_last(options_.name);
    result_.files.pop_back();
    --result_.taken;
  }

  std::string line() const {
    std::string text = options_.name + ": " + std::to_string(there_ + result_.taken);
    if (options_.count) text += " (" + std::to_string(options_.count - result_.taken) + " to go)";
    if (!keys_) return text;
    return text +
           (recording_       ? "  recording, r ends it"
            : camera_.live() ? "  space takes, r records"
                             : "  space takes, n passes, r takes all") +
           ", u takes back, q ends";
  }

  Camera& camera_;
  Keyboard* keys_;
  SampleFolder& folder_;
  const CollectOptions& options_;
  const ShowFrame& show_;
  bool recording_, ended_ = false;
  size_t there_ = 0;
  std::optional<std::chrono::duration<double>> last_;
  Collected result_;
};

}  // namespace

Collected collect_samples(Camera& camera, Keyboard* keys, SampleFolder& folder,
                          const CollectOptions& options, const ShowFrame& show) {
  check_class_name(options.name);
  return Collector(camera, keys, folder, options, show).run();
}

}  // namespace tealight::cli
