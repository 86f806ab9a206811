// tealight classify: what a picture shows.
#include <algorithm>
#include <cmath>

#include "classifier.h"
#include "tealight/data/decode.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

std::string bar(float share) {
  constexpr int kLength = 24;
  const int n = std::clamp(int(std::lround(share * kLength)), 0, kLength);
  return std::string(size_t(n), '#') + std::string(size_t(kLength - n), '.');
}

struct ClassifyCommand : PictureCommand {
  int top = 5;
  bool plain = false;

  void add_to(CLI::App& app) {
    add_common(app, Pictures::many);
    add_labels(app);
    app.add_option("--top", top, "classes to list")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_flag("--plain", plain, "do not draw the picture");
  }

  int operator()() {
    const PictureClassifier classifier(*this);
    nlohmann::json all = nlohmann::json::array();
    for (const std::string& path : pictures) {
      const Image picture = read_image(path, {.color = classifier.color()});
      const auto start = std::chrono::steady_clock::now();
      const Tensor p = classifier.probabilities(picture);
      const double ms = seconds_since(start) * 1e3;
      const std::vector<int64_t> classes = ranked(p, size_t(top));
      all.push_back(
          {{"picture", path}, {"ms", ms}, {"classes", ranked_json(classifier, p, classes)}});
      if (!json_output) print(path, picture, ms, p, classes);
    }
    if (json_output) print_json(all);
    return 0;
  }

  void print(const std::string& path, const Image& picture, double ms, const Tensor& p,
             const std::vector<int64_t>& classes) const {
    print_heading(path, ms);
    if (!plain) std::cout << drawn(picture, 32, 14);
    Table table({">", "<", "<"});
    for (int64_t i : classes) {
      const float share = p.as<float>()[i];
      const std::string name = names.at(i);
      table.add(
          {"  " + fixed(share * 100, 1) + " %", bar(share), i == classes[0] ? bold(name) : name});
    }
    std::cout << table.text();
  }
};

}  // namespace

void add_classify(CLI::App& app) {
  add_command<ClassifyCommand>(
      app, "classify", "Say what pictures show",
      "  tealight classify mobilenet.ptl dog.jpg --preset imagenet --labels imagenet\n"
      "  tealight classify digits.ptl *.png --labels names.txt --top 3 --json\n");
}

}  // namespace tealight::cli
