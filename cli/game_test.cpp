// The game controller of the custom-vision course: pictures of one's own, three classes, training,
// keys. The pictures are drawn here, with arrows for the hand that points up or down.
#include <cmath>

#include "tealight/data/encode.h"
#include "tealight/data/random.h"
#include "testing.h"

namespace tealight::cli {
namespace {
namespace fs = std::filesystem;

struct Point {
  double x, y;
};
using Strokes = std::vector<std::pair<Point, Point>>;

// In a square from -1 to 1, y down.
Strokes arrow(double up) {
  return {{{0, -0.8 * up}, {0, 0.8 * up}},
          {{0, -0.8 * up}, {-0.5, -0.2 * up}},
          {{0, -0.8 * up}, {0.5, -0.2 * up}}};
}
Strokes nothing(int kind) {
  switch (kind) {
    case 0:
      return {};  // nobody there
    case 1:
      return {{{-0.8, 0}, {0.8, 0}}};  // a bar
    case 2:
      return {{{-0.6, -0.6}, {0.6, 0.6}}, {{-0.6, 0.6}, {0.6, -0.6}}};  // a cross
    default:
      return {{{-0.6, -0.5}, {0.6, -0.5}},
              {{0.6, -0.5}, {0.6, 0.5}},  // a frame
              {{0.6, 0.5}, {-0.6, 0.5}},
              {{-0.6, 0.5}, {-0.6, -0.5}}};
  }
}

double distance(Point p, const std::pair<Point, Point>& s) {
  const double dx = s.second.x - s.first.x, dy = s.second.y - s.first.y;
  const double along = ((p.x - s.first.x) * dx + (p.y - s.first.y) * dy) / (dx * dx + dy * dy);
  const double t = std::clamp(along, 0.0, 1.0);
  return std::hypot(p.x - s.first.x - t * dx, p.y - s.first.y - t * dy);
}

// Strokes of a pen: turned, moved, larger or smaller, in ink of its own on paper that has grain.
Image drawing(const Strokes& strokes, Random& random) {
  constexpr int kSide = 128;
  const double angle = random.uniform(-0.25, 0.25), size = random.uniform(34, 52);
  const Point middle{64 + random.uniform(-12, 12), 64 + random.uniform(-8, 8)};
  const double pen = random.uniform(0.09, 0.16), grain = random.uniform(2, 14);
  double ink[3], paper[3];
  for (int c = 0; c < 3; ++c) {
    ink[c] = random.uniform(0, 110);
    paper[c] = random.uniform(160, 245);
  }
  Image image = make_image(kSide, kSide, 3);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      const double u = (x - middle.x) / size, v = (y - middle.y) / size;
      const Point p{u * std::cos(angle) + v * std::sin(angle),
                    v * std::cos(angle) - u * std::sin(angle)};
      bool inked = false;
      for (const auto& s : strokes) inked = inked || distance(p, s) < pen;
      const double noise = random.uniform(-grain, grain);
      for (int c = 0; c < 3; ++c)
        image.row(y)[x * 3 + c] =
            uint8_t(std::clamp((inked ? ink[c] : paper[c]) + noise, 0.0, 255.0));
    }
  return image;
}

const std::vector<std::string> kMoves{"down", "none", "up"};

void draw_moves(const std::string& folder, int of_each, uint64_t seed) {
  for (const std::string& move : kMoves) {
    fs::create_directories(folder + move);
    for (int i = 0; i < of_each; ++i) {
      Random random(mix_seed(seed, move[0], uint64_t(i)));
      const Strokes strokes = move == "up" ? arrow(1) : move == "down" ? arrow(-1) : nothing(i % 4);
      write_png(folder + move + "/" + std::to_string(100 + i) + ".png", drawing(strokes, random));
    }
  }
}

// How the course would train, given what there is: ImageNet's features of MobileNetV3 or V2.
struct Way {
  std::string features;
  std::vector<std::string> options;
};
Way best_way() {
  const fs::path shared = "../shared/models";
  std::string v3;
  if (fs::is_directory(shared))
    for (const auto& file : fs::recursive_directory_iterator(shared))
      if (file.path().filename().string().starts_with("mobilenet_v3_large") &&
          file.path().extension() == ".pth")
        v3 = file.path().string();
  if (!v3.empty())
    return {"MobileNetV3's of ImageNet, " + v3,
            {"--backbone", "mobilenet_v3_large", "--weights", v3, "--freeze", "--lr", "0.01",
             "--epochs", "100"}};
  const std::string v2 = (shared / "mobilenet_v2_imagenet_fp32/mobilenet_v2_fp16.pth").string();
  if (fs::exists(v2))
    return {"MobileNetV2's of ImageNet, " + v2,
            {"--backbone", "mobilenet_v2", "--weights", v2, "--freeze", "--lr", "0.01", "--epochs",
             "100"}};
  return {};
}

// The share of drawings that nobody trained on, and that are named rightly.
double held_out_accuracy(const std::string& model, const std::string& folder) {
  int right = 0, all = 0;
  for (const std::string& move : kMoves) {
    std::vector<std::string> args{"classify", model, "--json", "--top", "1"};
    for (const auto& file : fs::directory_iterator(folder + move))
      args.push_back(file.path().string());
    for (const auto& named : tealight(args).json()) {
      right += named["classes"][0]["label"] == move;
      ++all;
    }
  }
  return double(right) / all;
}

void trains_and_plays(const Way& way) {
  const std::string out = scratch_folder();
  draw_moves(out + "photos/", 30, 1);
  draw_moves(out + "held_out/", 14, 2);
  for (const std::string& move : kMoves)
    ASSERT_EQ(
        tealight({"collect", out + "moves", "--class", move, "--from", out + "photos/" + move})
            .status,
        0);
  std::vector<std::string> args{"train", "classify", out + "moves", "--out", out + "run", "--json"};
  args.insert(args.end(), way.options.begin(), way.options.end());
  const Printed trained = tealight(args);
  ASSERT_EQ(trained.status, 0) << trained.err;
  const double accuracy = held_out_accuracy(out + "run/model.ptl", out + "held_out/");
  std::cout << "features: " << way.features << "; held-out accuracy " << accuracy << " in "
            << trained.json()["seconds"] << " s\n";
  EXPECT_GE(accuracy, 0.95);

  fs::create_directories(out + "frames");  // up, up, up ... down
  for (const std::string move : {"up", "down"})
    for (int i = 0; i < 8; ++i)
      fs::copy_file(out + "held_out/" + move + "/" + std::to_string(100 + i) + ".png",
                    out + "frames/" + (move == "up" ? "1" : "2") + std::to_string(i) + ".png");
  ASSERT_EQ(tealight({"play", out + "run/model.ptl", "--key", "up=Up", "--key", "down=Down",
                      "--from", out + "frames", "--fps", "10", "--threshold", "0.5", "--hold", "2",
                      "--sink", "record:" + out + "keys.txt"})
                .status,
            0);
  EXPECT_HAS(text_of(out + "keys.txt"), " press Up\n");
  EXPECT_HAS(text_of(out + "keys.txt"), " release Up\n");
  EXPECT_HAS(text_of(out + "keys.txt"), " press Down\n");
}

TEST(GameController, LearnsUpDownAndNoneFromDrawings) {
  const Way way = best_way();
  if (way.features.empty()) GTEST_SKIP() << "no ImageNet weights in ../shared/models";
  trains_and_plays(way);
}

}  // namespace
}  // namespace tealight::cli
