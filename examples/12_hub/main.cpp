// A detector by name: boxes on pictures, as text, as a table, and drawn.
#include <tealight/data.h>
#include <tealight/hub.h>
#include <tealight/nn/state_dict.h>
#include <torch/torch.h>

#include <map>

#include "common/shapes.h"

using lesson::check;
namespace fs = std::filesystem;
namespace hub = tealight::hub;

namespace {

const std::string kShared = "../shared/models/yolov5n_coco/";

size_t lines_of(const std::string& file) {
  std::ifstream in(file);
  return size_t(std::count(std::istreambuf_iterator<char>(in), {}, '\n'));
}

size_t count(const hub::Results& results) {
  size_t n = 0;
  for (const auto& picture : results.pictures) n += picture.found.size();
  return n;
}

// A score that n boxes pass.
float between_best(const hub::Results& results, size_t n) {
  std::vector<float> scores;
  for (const auto& picture : results.pictures)
    for (const auto& f : picture.found) scores.push_back(f.score);
  std::sort(scores.rbegin(), scores.rend());
  check(scores.size() > n, "boxes to choose from");
  return (scores[n - 1] + scores[n]) / 2;
}

// What the lesson shows, with the weights of any file.
hub::Results detect(const lesson::Run& run, const hub::Detector& yolo,
                    const std::vector<fs::path>& pictures, const hub::DetectOptions& options,
                    const std::string& name) {
  const auto results = yolo.detect(pictures, options);
  results.save(run.folder / name);
  results.to_csv(run.folder / (name + ".csv"));
  results.to_json(run.folder / (name + ".json"));
  check(results.pictures.size() == pictures.size() && count(results) > 0, "boxes on the pictures");
  check(lines_of(run.file(name + ".csv")) == 1 + count(results), "a row of the table for each");
  for (const auto& picture : results.pictures) {
    const auto drawn = tealight::read_image(run.folder / name / picture.path.filename()),
               plain = tealight::read_image(picture.path);
    check(drawn.width == plain.width && drawn.height == plain.height &&
              (picture.found.empty() || drawn.pixels != plain.pixels),
          picture.path.filename().string() + " with its boxes drawn");
    for (const auto& f : picture.found)
      if (f.score < options.confidence || f.x0 < 0 || f.x1 > float(plain.width) || f.x0 > f.x1)
        check(false, "a box lies on its picture and is sure enough");
  }
  return results;
}

// Weights as they come without training: boxes mean nothing, but their numbers can be compared.
void with_random_weights(const lesson::Run& run) {
  auto net = tealight::models::create_yolov5("yolov5s");
  {
    const torch::NoGradGuard off;
    for (auto& p : net->named_parameters())  // unlike those that expect few objects
      if (lesson::contains(p.key(), "24.m.") && p.key().ends_with("bias")) p.value().zero_();
    for (auto& m : net->modules())
      if (auto* norm = m->as<torch::nn::BatchNorm2d>()) norm->options.momentum(0.3);
    for (int i = 0; i < 10; ++i) net->maps(torch::rand({2, 3, 64, 64}));  // statistics
  }
  tealight::save_state_dict(*net, run.file("yolov5s.pth"));
  std::mt19937 random(0);
  tealight::write_png(
      run.file("street.png"),
      lesson::draw_shapes(
          320, 320, {{0, 90, 90, 50, {230, 60, 40}}, {1, 230, 140, 60, {50, 90, 220}}}, random));
  tealight::write_png(run.file("room.png"),
                      lesson::draw_shapes(320, 320, {{2, 160, 170, 80, {70, 190, 60}}}, random));

  auto yolo = hub::load("yolov5s", {.weights = run.file("yolov5s.pth")});
  const std::vector<fs::path> pictures = {run.file("street.png"), run.file("room.png")};
  hub::DetectOptions options{.confidence = 0.01f, .iou = 0.45, .size = 320};
  options.confidence = between_best(yolo.detect(pictures, options), 12);
  const auto results = detect(run, yolo, pictures, options, "random");
  check(lesson::contains(results.text(), "street.png: "), "the text names the pictures");
  const torch::Tensor x = torch::rand({1, 3, 320, 320});
  yolo.net()->eval();
  torch::jit::trace([&](torch::Tensor pictures) { return yolo.net()->forward(pictures); }, {x})
      .save(run.file("random.pt"));
  lesson::save_for_twin(run, {}, {{"confidence", torch::tensor(options.confidence)}});
}

// The weights that were trained on COCO.
void with_real_weights(const lesson::Run& run) {
  if (!fs::exists(kShared + "yolov5n_640.torchscript.pt")) {
    std::cout << "SKIP: photographs, for " << kShared << " is not there\n";
    return;
  }
  auto yolo = hub::load("yolov5n", {.weights = kShared + "yolov5n_640.torchscript.pt"});
  const auto results = detect(run, yolo, {kShared + "bus.jpg", kShared + "zidane.jpg"},
                              {.confidence = 0.25f, .iou = 0.45}, "coco");
  results.print();
  std::map<std::string, int> named;
  for (const auto& f : results.pictures[0].found) ++named[f.name];
  check(named["bus"] == 1 && named["person"] == 4, "a bus and four people");
}

}  // namespace

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  with_random_weights(run);
  with_real_weights(run);

  // A checkpoint is a pickle, which Python would obey: this one asks for os.system("touch obeyed").
  std::ofstream(run.file("hostile.pt")) << "\x80\x02"
                                           "cos\nsystem\n(S'touch "
                                        << run.file("obeyed") << "'\ntR.";
  const std::string error =
      lesson::error_of([&] { hub::load("yolov5s", {.weights = run.file("hostile.pt")}); });
  check(!error.empty() && !fs::exists(run.folder / "obeyed"), "no code of a checkpoint is run");
  std::cout << error << "\n";
  check(lesson::contains(lesson::error_of([] { hub::load("yolov5s", {}); }), ".weights"),
        "without weights the message says how to give them");
}
