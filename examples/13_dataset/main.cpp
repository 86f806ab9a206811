// A data set of one's own: pictures named in a CSV file, and a loader that shuffles and batches.
#include <tealight/data.h>
#include <torch/torch.h>

#include <map>

#include "common/shapes.h"

using lesson::check;
namespace fs = std::filesystem;
namespace T = tealight::transforms;

namespace {

struct CsvImages : torch::data::datasets::Dataset<CsvImages> {
  explicit CsvImages(const fs::path& csv) : dir(csv.parent_path()) {
    const auto bytes = tealight::read_file(csv);
    auto table = tealight::data::parse_csv(
        {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, csv.string());
    for (size_t i = 1; i < table.size(); ++i) rows.emplace_back(table[i][0], table[i][1]);
  }
  torch::data::Example<> get(size_t i) override {
    const auto& [file, label] = rows[i];
    return {transform(tealight::read_image(dir / file)), torch::tensor(target_transform(label))};
  }
  torch::optional<size_t> size() const override { return rows.size(); }

  fs::path dir;
  std::vector<std::pair<std::string, std::string>> rows;
  T::Compose transform{{T::Resize({32, 32}), T::ToTensor()}};
  std::function<int64_t(const std::string&)> target_transform = [](const std::string& name) {
    const auto found = std::find(lesson::kShapes.begin(), lesson::kShapes.end(), name);
    return int64_t(found - lesson::kShapes.begin());
  };
};

// What a loader gives in an epoch: the labels in its order, and how often each picture came.
struct Epoch {
  std::vector<int64_t> labels, sizes;
  std::map<double, int> seen;  // by the sum of the pixels
  torch::Tensor first;
};

Epoch epoch_of(const CsvImages& set, uint64_t seed, size_t workers) {
  torch::manual_seed(seed);
  auto loader = torch::data::make_data_loader<torch::data::samplers::RandomSampler>(
      CsvImages(set).map(torch::data::transforms::Stack<>()),
      torch::data::DataLoaderOptions(64).workers(workers));
  Epoch epoch;
  for (auto& batch : *loader) {
    if (!epoch.first.defined()) epoch.first = batch.data;
    epoch.sizes.push_back(batch.data.size(0));
    for (int64_t i = 0; i < batch.data.size(0); ++i) {
      epoch.labels.push_back(batch.target[i].item<int64_t>());
      ++epoch.seen[batch.data[i].to(torch::kDouble).sum().item<double>()];
    }
  }
  return epoch;
}

}  // namespace

int main(int argc, char** argv) {
  const lesson::Run run(argc, argv);
  std::mt19937 random(0);
  fs::create_directories(run.folder / "pictures");
  std::ofstream csv(run.file("labels.csv"));
  csv << "file,label\n";
  constexpr size_t kPictures = 150;
  for (size_t i = 0; i < kPictures; ++i) {
    const std::string file = "pictures/" + std::to_string(i) + ".png";
    tealight::write_png(run.folder / file, lesson::draw_shape(int(i % 3), 40, random));
    csv << file << ',' << lesson::kShapes[i % 3] << '\n';
  }
  csv.close();

  CsvImages set(run.file("labels.csv"));
  check(set.size() == kPictures, "a row of the file is an item");
  const auto item = set.get(4);
  check(item.data.sizes() == torch::IntArrayRef({3, 32, 32}) && item.target.item<int64_t>() == 1,
        "a picture of 32 by 32, and the number of its label");

  const Epoch epoch = epoch_of(set, 0, 2);
  check(epoch.sizes == std::vector<int64_t>({64, 64, 22}),
        "batches of 64, a smaller one at the end");
  std::map<double, int> all;
  for (size_t i = 0; i < kPictures; ++i)
    ++all[set.get(i).data.to(torch::kDouble).sum().item<double>()];
  check(epoch.seen == all, "every item comes once per epoch");
  check(epoch.labels == epoch_of(set, 0, 2).labels, "the order follows from the seed");
  check(epoch.labels != epoch_of(set, 1, 2).labels, "another seed, another order");
  for (const size_t workers : {0, 1, 4}) {
    const Epoch other = epoch_of(set, 0, workers);
    check(other.labels == epoch.labels && torch::equal(other.first, epoch.first),
          std::to_string(workers) + " workers change nothing");
  }
  // The library has this data set too, with its transforms and target transform.
  const tealight::data::CsvImages ours(run.file("labels.csv"), run.folder, set.transform);
  check(torch::equal(ours.get(4).data, item.data) && ours.classes.size() == 3,
        "tealight::data::CsvImages gives the same");

  tealight::save_image(epoch.first.slice(0, 0, 24), run.file("batch.png"), {.nrow = 8});
  lesson::save_for_twin(run, {}, {{"item", item.data}, {"batch", epoch.first}});
}
