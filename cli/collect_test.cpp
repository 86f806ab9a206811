// Collecting samples: from stills, by keys, by requests; nobody's camera is needed.
#include <deque>

#include "collector.h"
#include "tealight/data/draw.h"
#include "tealight/data/encode.h"
#include "testing.h"

namespace tealight::cli {
namespace {
namespace fs = std::filesystem;

Image square(int shade) {
  Image image = make_image(32, 24, 3, uint8_t(shade));
  fill_rectangle(image, 4, 4, 20, 16, {uint8_t(255 - shade), 40, 40});
  return image;
}

// 0.png, 1.png ... with `of_each` pictures, and a file that is none.
std::string stills(const std::string& folder, int n) {
  fs::create_directories(folder);
  for (int i = 0; i < n; ++i) write_png(folder + "/" + std::to_string(i) + ".png", square(i * 20));
  std::ofstream(folder + "/notes.txt") << "no picture";
  return folder;
}

TEST(Collect, TakesAFolderOfStills) {
  const std::string out = scratch_folder(), from = stills(out + "photos", 3);
  const auto collect = [&] {
    return tealight({"collect", out + "moves", "--class", "up", "--from", from, "--json"});
  };
  const Printed first = collect();
  ASSERT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(first.json()["taken"], 3);
  EXPECT_EQ(first.json()["counts"], (nlohmann::json{{"up", 3}}));
  EXPECT_EQ(first.json()["skipped"].size(), 1u);
  EXPECT_HAS(first.json()["skipped"][0].get<std::string>(), "notes.txt");
  EXPECT_EQ(text_of(out + "moves/up/up_0002.png"), text_of(from + "/1.png"));  // byte for byte

  EXPECT_EQ(collect().json()["already_there"], 3);  // again: nothing new
  write_jpeg(from + "/3.jpg", square(200));
  EXPECT_EQ(collect().json()["taken"], 1);
  EXPECT_TRUE(fs::exists(out + "moves/up/up_0004.jpg"));
  EXPECT_HAS(
      tealight({"collect", out + "moves", "--class", "down", "--from", from, "--count", "2"}).out,
      "2 pictures of 'down' taken");
}

TEST(Collect, PutsSamplesIntoTrainWhereThereIsOne) {
  const std::string out = scratch_folder(), from = stills(out + "photos", 1);
  fs::create_directories(out + "moves/train");
  EXPECT_EQ(tealight({"collect", out + "moves", "--class", "up", "--from", from}).status, 0);
  EXPECT_TRUE(fs::exists(out + "moves/train/up/up_0001.png"));
}

TEST(Collect, RefusesNamesThatLeaveTheFolder) {
  for (const std::string& name :
       {"..", "../up", "a/b", "", ".hidden", "train", "a\nb", "up.", "a\\b"}) {
    EXPECT_THROW(check_class_name(name), Error) << name;
    EXPECT_THROW(SampleFolder(scratch_folder()).add(name, {.picture = square(0)}), Error) << name;
  }
  EXPECT_THROW(check_class_name(std::string(65, 'a')), Error);
  for (const std::string& name : {"up", "thumbs up", "B-2_c", "größe"}) check_class_name(name);
}

TEST(Collect, SaysWhatIsMissing) {
  const std::string out = scratch_folder();
  EXPECT_HAS(tealight({"collect", out}).err, "name it: --class up");
  EXPECT_HAS(tealight({"collect", out, "--class", "up", "--from", out + "absent"}).err,
             "is no folder");
  fs::create_directories(out + "empty");
  EXPECT_HAS(tealight({"collect", out, "--class", "up", "--from", out + "empty"}).err,
             "holds no picture");
  const Printed camera = tealight({"collect", out, "--class", "up", "--device", out + "video9"});
  EXPECT_EQ(camera.status, 1);
  EXPECT_HAS(camera.err, "cannot open the camera");
  EXPECT_HAS(camera.err, "--from FOLDER");
  EXPECT_HAS(tealight({"collect", out, "--class", "up", "--every", "soon"}).err,
             "'soon' is no time");
}

// Keys in the order in which they are asked for; 0: none is pressed.
class Fingers : public Keyboard {
 public:
  explicit Fingers(const std::string& keys) : keys_(keys.begin(), keys.end()) {}
  std::optional<char> key(std::chrono::milliseconds) override {
    if (keys_.empty()) return 'q';
    const char c = keys_.front();
    keys_.pop_front();
    return c == '.' ? std::nullopt : std::optional(c);
  }

 private:
  std::deque<char> keys_;
};

// A camera that runs: ten frames a second, without end.
class MovingCamera : public Camera {
 public:
  std::optional<Frame> grab() override {
    Frame frame{.picture = square(n_ % 200)};
    frame.time = std::chrono::duration<double>(n_++ * 0.1);
    return frame;
  }
  bool live() const override { return true; }

 private:
  int n_ = 0;
};

Collected with_keys(Camera& camera, const std::string& keys, const std::string& to,
                    std::vector<std::string>* lines = nullptr) {
  SampleFolder folder(to);
  Fingers fingers(keys);
  return collect_samples(camera, &fingers, folder, {.name = "up"},
                         [&](const Frame&, const std::string& line) {
                           if (lines) lines->push_back(line);
                         });
}

TEST(Collect, KeysChooseAmongStills) {
  const std::string out = scratch_folder(), from = stills(out + "photos", 5);
  int n = 0;
  const auto taken = [&](const std::string& keys) {
    return with_keys(*folder_camera(from), keys, out + "moves" + std::to_string(n++)).taken;
  };
  EXPECT_EQ(taken(" n n "), 3u);   // yes, no, yes, no, yes
  EXPECT_EQ(taken("n r.."), 4u);   // from the third on all
  EXPECT_EQ(taken("  u n"), 2u);   // the second is taken back
  EXPECT_EQ(taken(" .x. q"), 2u);  // other keys do nothing
}

TEST(Collect, RecordsWhatGoesBy) {
  MovingCamera camera;
  const std::string out = scratch_folder();
  std::vector<std::string> lines;
  EXPECT_EQ(with_keys(camera, ". .r...r..q", out + "moves", &lines).taken,
            5u);  // one, and four while recording
  EXPECT_HAS(lines[0], "up: 0");
  EXPECT_HAS(lines.back(), "up: 5");

  SampleFolder folder(out + "timed");
  const Collected timed =
      collect_samples(camera, nullptr, folder,
                      {.name = "up", .count = 3, .every = std::chrono::duration<double>(0.25)},
                      [](const Frame&, const std::string&) {});
  EXPECT_EQ(timed.taken, 3u);
  EXPECT_EQ(folder.counts().at("up"), 3u);
}

TEST(Webcam, UnderstandsYuyv) {
  const auto rgb = [](int y, int u, int v) {
    const std::byte pair[] = {std::byte(y), std::byte(u), std::byte(y), std::byte(v)};
    return yuyv_to_rgb(pair, 2, 1, 4).pixels;
  };
  EXPECT_EQ(rgb(16, 128, 128), (std::vector<uint8_t>{0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(rgb(235, 128, 128), (std::vector<uint8_t>(6, 255)));
  EXPECT_EQ(rgb(82, 90, 240), (std::vector<uint8_t>{255, 1, 0, 255, 1, 0}));  // ITU-R 601's red
  std::vector<std::byte> padded(2 * 12, std::byte{128});  // rows of 8 bytes in 12
  EXPECT_EQ(yuyv_to_rgb(padded, 4, 2, 12).height, 2);
  EXPECT_THROW(yuyv_to_rgb(padded, 4, 3, 12), Error);
  EXPECT_THROW(yuyv_to_rgb(padded, 3, 1, 12), Error);
}

}  // namespace
}  // namespace tealight::cli
