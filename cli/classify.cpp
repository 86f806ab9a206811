// tealight classify: what a picture shows.
#include <algorithm>
#include <cmath>

#include "data/terminal.h"
#include "picture_command.h"
#include "tealight/data/decode.h"
#include "tealight/ops.h"
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
    const Module m = load_model();
    nlohmann::json all = nlohmann::json::array();
    for (const std::string& path : pictures) {
      const Image picture = read_image(path, {.color = flags.options.color});
      const Tensor x = tensor_of(picture);
      const auto start = std::chrono::steady_clock::now();
      const Value result = m.get_method(method)({x});
      const double ms = seconds_since(start) * 1e3;
      const Tensor p = probabilities(first_floats(result));
      TL_CHECK(p.numel() > 0, "the model's result is empty");
      const std::vector<int64_t> classes = ranked(p, size_t(top));
      all.push_back({{"picture", path}, {"ms", ms}, {"classes", as_json(p, classes)}});
      if (!json_output) print(path, picture, ms, p, classes);
    }
    if (json_output) print_json(all);
    return 0;
  }

  nlohmann::json as_json(const Tensor& p, const std::vector<int64_t>& classes) const {
    nlohmann::json list = nlohmann::json::array();
    for (int64_t i : classes)
      list.push_back({{"class", i}, {"label", names.at(i)}, {"probability", p.as<float>()[i]}});
    return list;
  }

  void print(const std::string& path, const Image& picture, double ms, const Tensor& p,
             const std::vector<int64_t>& classes) const {
    print_heading(path, ms);
    if (!plain) draw(picture);
    Table table({">", "<", "<"});
    for (int64_t i : classes) {
      const float share = p.as<float>()[i];
      const std::string name = names.at(i);
      table.add(
          {"  " + fixed(share * 100, 1) + " %", bar(share), i == classes[0] ? bold(name) : name});
    }
    std::cout << table.text();
  }

  static void draw(const Image& picture) {
    TerminalOptions options;
    options.columns = 32;
    options.rows = 14;
    options.colors = colours() ? terminal_colors_of_environment() : TerminalColors::none;
    std::cout << render_for_terminal(picture, options);
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
