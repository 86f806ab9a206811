// A pipeline: paths are shuffled, loaded in parallel, kept, augmented anew in each epoch, batched
// and made ahead of the training.
#include <tealight/data.h>
#include <torch/torch.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "common/shapes.h"

using lesson::check;
using tealight::data::Example;
namespace fs = std::filesystem;
namespace F = tealight::transforms::functional;
namespace T = tealight::transforms;

namespace {

constexpr int kSide = 32;
std::atomic<int> loads = 0;

// The label is the name of the picture's folder.
Example load_image(const fs::path& path) {
  ++loads;
  const torch::Tensor bytes = tealight::io::decode_png(tealight::read_file(path), 3);
  const int64_t label = std::stoi(path.parent_path().filename().string());
  return {F::resize(F::convert_image_dtype(bytes, torch::kFloat), {kSide, kSide}), label};
}

Example augment(Example e, tealight::Random& random) {
  const T::Compose steps({T::RandomHorizontalFlip(), T::RandomCrop(kSide, 4)});
  return {steps(e.data, random), e.target};
}

// All batches of an epoch, one behind the other.
Example epoch_of(const tealight::data::Pipeline<Example>& batches) {
  std::vector<torch::Tensor> data, target;
  for (auto& batch : batches) {
    data.push_back(batch.data);
    target.push_back(batch.target);
  }
  return {torch::cat(data), torch::cat(target)};
}

// The pictures of an epoch, whatever their order.
std::vector<double> pictures_of(const Example& epoch) {
  const torch::Tensor sums = epoch.data.to(torch::kDouble).flatten(1).sum(1);
  std::vector<double> sorted;
  for (int64_t i = 0; i < sums.size(0); ++i) sorted.push_back(sums[i].item<double>());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

double seconds(const std::function<void()>& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void wait_ms(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

}  // namespace

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  std::mt19937 random(0);
  std::vector<fs::path> paths;
  for (int i = 0; i < 60; ++i) {
    const fs::path file = run.folder / std::to_string(i % 3) / (std::to_string(i) + ".png");
    fs::create_directories(file.parent_path());
    tealight::write_png(file, lesson::draw_shape(i % 3, 48, random));
    paths.push_back(file);
  }

  using tealight::AUTOTUNE;
  using tealight::data::from_list;
  const Example plain = epoch_of(from_list(paths).map(load_image, AUTOTUNE).batch(32).prefetch());
  for (size_t i = 0; i < paths.size(); ++i) {  // the plain loop
    const Example e = load_image(paths[i]);
    if (!torch::equal(plain.data[int64_t(i)], e.data) ||
        !torch::equal(plain.target[int64_t(i)], e.target))
      check(false, paths[i].string() + " differs from the plain loop's");
  }
  check(true, "the pipeline gives what a plain loop gives");
  const Example slices =
      epoch_of(tealight::data::from_tensor_slices(plain.data, plain.target).batch(7));
  check(torch::equal(slices.data, plain.data), "tensors in memory go through it as well");

  // The whole of it. Shuffled before the cache: every epoch has the pictures of the first in an
  // order of its own, as the seed wants it.
  const auto pipeline = [&](uint64_t seed) {
    return from_list(paths)
        .map(load_image, AUTOTUNE)
        .cache()  // what is the same every time, once
        .shuffle(paths.size(), seed)
        .map(augment, AUTOTUNE, "augment")  // what is random, anew in each epoch
        .batch(32)
        .prefetch(AUTOTUNE);
  };
  loads = 0;
  const auto train = pipeline(0);
  const Example first = epoch_of(train), second = epoch_of(train);
  check(loads == int(paths.size()), "two epochs, and every file was loaded once");
  check(!torch::equal(first.target, second.target), "another order in each epoch");
  check(pictures_of(first) != pictures_of(second), "augmentation differs between epochs");
  check(torch::equal(epoch_of(pipeline(0)).data, first.data), "the same seed, the same epochs");
  check(!torch::equal(epoch_of(pipeline(1)).data, first.data), "another seed, others");
  const auto unchanged = from_list(paths).shuffle(paths.size(), 3).map(load_image).batch(32);
  check(pictures_of(epoch_of(unchanged)) == pictures_of(plain), "shuffled, every picture is there");

  // cache() behind a random step keeps one epoch's augmentation for ever.
  lesson::Warnings warnings;
  const auto frozen = from_list(paths).map(load_image).map(augment, 1, "augment").cache().batch(32);
  check(torch::equal(epoch_of(frozen).data, epoch_of(frozen).data), "so nothing changes any more");
  check(lesson::contains(warnings.text, "cache") && lesson::contains(warnings.text, "augment"),
        "and a warning names the step");

  // Loading takes as long as training does: one behind the other, or at the same time.
  constexpr int kBatches = 20, kMs = 10;
  const auto slow = from_list(std::vector<int>(kBatches)).map([](int i) {
    wait_ms(kMs);
    return i;
  });
  const auto train_on = [](const auto& loader) {
    for (const int batch : loader) wait_ms(kMs + batch);
  };
  const double waiting = seconds([&] { train_on(slow); }),
               hidden = seconds([&] { train_on(slow.prefetch(4)); });
  std::cout << "without prefetch " << waiting << " s, with it " << hidden << " s\n";
  check(hidden < 0.8 * waiting, "prefetch hides slow loading");

  std::vector<torch::Tensor> views;
  auto one = from_list(std::vector<fs::path>{paths[2]}).map(load_image).cache();
  auto views_of_one = one.map(augment);
  for (int epoch = 0; epoch < 8; ++epoch)
    for (auto& e : views_of_one) views.push_back(e.data);
  tealight::save_image(torch::stack(views), run.file("epochs.png"));
  lesson::save_for_twin(run, {}, {{"data", plain.data}, {"target", plain.target}});
}
