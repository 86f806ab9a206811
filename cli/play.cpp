// tealight play: a classifier at the camera presses keys.
#include "camera_flags.h"
#include "classifier.h"
#include "key_player.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

struct PlayCommand : PictureCommand {
  std::vector<std::string> keys;
  std::string hold = "150ms", sink = "uinput";
  KeyPlayerOptions options;
  CameraFlags camera;

  void add_to(CLI::App& app) {
    add_common(app, Pictures::none);
    add_labels(app);
    app.add_option("--key", keys, "class and key: up=Up, jump=space, left=a")
        ->required()
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("CLASS=KEY");
    app.add_option("--threshold,--min-confidence", options.threshold,
                   "probability from which a class counts")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--hold", hold, "a class must last so long, 150ms or 3 (frames), to be pressed")
        ->capture_default_str()
        ->type_name("TIME|N");
    app.add_option("--sink", sink, "where keys go: a virtual keyboard, or a file that names them")
        ->capture_default_str()
        ->type_name("{uinput,record:FILE}");
    camera.add_to(app);
  }

  int operator()() {
    read_hold();
    const PictureClassifier classifier(*this);
    for (const std::string& pair : keys) add_key(pair, classifier.labels());
    const auto target = open_sink();
    std::vector<std::string> skipped;
    const auto source = camera.open(&skipped);
    KeyPlayer player(options, *target);
    const auto [frames, seconds] = play(classifier, *source, player);
    for (const std::string& s : skipped) note("left out: " + s);
    const double ms = frames ? seconds / double(frames) * 1e3 : 0;
    if (json_output)
      print_json({{"frames", frames}, {"presses", player.presses()}, {"ms", ms}});
    else
      std::cout << counted(frames, "frame") << ", " << player.presses()
                << " times a key was pressed, " << fixed(ms, 1) << " ms for each frame\n";
    return 0;
  }

  // How many frames there were, and how long the model took for them.
  std::pair<size_t, double> play(const PictureClassifier& classifier, Camera& source,
                                 KeyPlayer& player) const {
    Progress progress;
    size_t frames = 0;
    double seconds = 0;
    std::chrono::duration<double> last{};
    while (const std::optional<Frame> frame = source.grab()) {
      const auto start = std::chrono::steady_clock::now();
      const Tensor p = classifier.probabilities(frame->picture);
      seconds += seconds_since(start);
      ++frames;
      last = frame->time;
      const int64_t best = ranked(p, 1)[0];
      player.see(classifier.label(best), p.as<float>()[best], last);
      progress.show(str(classifier.label(best), "  ", fixed(p.as<float>()[best] * 100, 0), " %  ",
                        player.pressed() ? "[" + player.pressed()->name + "]" : ""));
    }
    player.release(last);
    return {frames, seconds};
  }

  void read_hold() {
    const bool count = !hold.empty() && hold.find_first_not_of("0123456789") == hold.npos;
    if (!count) {
      options.hold = std::chrono::duration<double>(seconds_of("--hold", hold));
      return;
    }
    if (hold.size() > 6)
      throw UsageError("--hold: '" + hold + "' frames are too many", "as --hold 3");
    options.hold = {};
    options.frames = std::max(1, std::stoi(hold));
  }

  void add_key(const std::string& pair, const std::vector<std::string>& labels) {
    const size_t equals = pair.rfind('=');
    if (equals == pair.npos || equals == 0)
      throw UsageError("--key: '" + pair + "' is no class and key", "as --key up=Up");
    const std::string label = pair.substr(0, equals);
    if (std::find(labels.begin(), labels.end(), label) == labels.end())
      throw UsageError(str("the model has no class '", label, "'"),
                       "its classes: " + joined(labels));
    options.keys[label] = key_of(pair.substr(equals + 1));
  }

  static std::string joined(const std::vector<std::string>& labels) {
    if (labels.empty()) return "none; name them: --labels FILE";
    std::string all;
    for (size_t i = 0; i < std::min<size_t>(labels.size(), 20); ++i)
      all += (i ? ", " : "") + labels[i];
    return all + (labels.size() > 20 ? ", ..." : "");
  }

  std::unique_ptr<KeySink> open_sink() const {
    const std::string record = "record:";
    if (sink.starts_with(record) && sink.size() > record.size())
      return recording_sink(sink.substr(record.size()));
    if (sink != "uinput")
      throw UsageError("--sink: '" + sink + "' is none", "--sink uinput or --sink record:FILE");
    std::vector<Key> all;
    for (const auto& [label, key] : options.keys) all.push_back(key);
    return uinput_sink(all);
  }
};

}  // namespace

void add_play(CLI::App& app) {
  add_command<PlayCommand>(
      app, "play", "Press keys by what a camera shows",
      "  tealight play run/model.ptl --key up=Up --key down=Down\n"
      "  tealight play run/model.ptl --key jump=space --threshold 0.9 --hold 100ms\n"
      "  tealight play run/model.ptl --key up=Up --from frames --sink record:keys.txt\n");
}

}  // namespace tealight::cli
