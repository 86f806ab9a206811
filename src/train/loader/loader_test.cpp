// Loaders: what comes out does not depend on the workers, errors of workers arrive, chunks lose
// nothing. Written so that ThreadSanitizer sees all threads at work.
#include "tealight/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>

#include "core/test_errors.h"
#include "tealight/context.h"
#include "tealight/serialize.h"

namespace torch::data {
namespace {

using tealight::testing::error_of;

struct Squares : datasets::Dataset<Squares> {
  explicit Squares(size_t n) : n_(n) {}
  Example<> get(size_t i) override {
    return {scalar_tensor(double(i) * double(i)), scalar_tensor(int64_t(i), kLong)};
  }
  std::optional<size_t> size() const override { return n_; }
  size_t n_;
};

std::vector<int64_t> targets_of(DataLoaderOptions options, size_t epochs = 2) {
  manual_seed(3);
  auto loader = make_data_loader(Squares(53).map(transforms::Stack<>()), options);
  std::vector<int64_t> seen;
  for (size_t epoch = 0; epoch < epochs; ++epoch)
    for (auto& batch : *loader)
      for (int64_t i = 0; i < batch.target.size(0); ++i) {
        seen.push_back(batch.target[i].item<int64_t>());
        EXPECT_EQ(batch.data[i].template item<double>(), double(seen.back() * seen.back()));
      }
  return seen;
}

TEST(DataLoader, GivesTheSameForAnyNumberOfWorkers) {
  const auto expected = targets_of(DataLoaderOptions(8));
  EXPECT_EQ(expected.size(), 106u);
  EXPECT_NE(std::vector(expected.begin(), expected.begin() + 53),
            std::vector(expected.begin() + 53, expected.end()));  // another order each epoch
  for (size_t workers : {1, 2, 5})
    for (size_t jobs : {1, 3, 20})
      EXPECT_EQ(targets_of(DataLoaderOptions(8).workers(workers).max_jobs(jobs)), expected);
  auto unordered = targets_of(DataLoaderOptions(8).workers(3).enforce_ordering(false), 1);
  std::sort(unordered.begin(), unordered.end());
  for (size_t i = 0; i < 53; ++i) EXPECT_EQ(unordered[i], int64_t(i));
  EXPECT_EQ(targets_of(DataLoaderOptions(8).drop_last(true).workers(2), 1).size(), 48u);
}

TEST(DataLoader, PassesOnWhatAWorkerThrows) {
  struct Broken : datasets::Dataset<Broken> {
    Example<> get(size_t i) override {
      if (i == 5) throw std::runtime_error("picture 5 is torn");
      return {scalar_tensor(1.0), scalar_tensor(1.0)};
    }
    std::optional<size_t> size() const override { return 10; }
  };
  auto loader =
      make_data_loader<samplers::SequentialSampler>(Broken(), DataLoaderOptions(1).workers(2));
  size_t batches = 0;
  try {
    for (auto& batch : *loader) batches += batch.size();
    FAIL() << "no exception";
  } catch (const WorkerException& e) {
    EXPECT_EQ(std::string(e.what()),
              "Caught exception in DataLoader worker thread. Original message: picture 5 is torn");
    EXPECT_THROW(std::rethrow_exception(e.original_exception), std::runtime_error);
  }
  EXPECT_EQ(batches, 5u);
}

TEST(DataLoader, RefusesASecondPassAndNoJobs) {
  auto loader = make_data_loader(Squares(9), DataLoaderOptions(2).workers(1));
  auto pass = loader->begin();
  EXPECT_NE(error_of([&] { loader->begin(); }).find("not yet exhausted"), std::string::npos);
  EXPECT_NE(error_of([&] { *loader->end(); }).find("past-the-end"), std::string::npos);
  EXPECT_NE(error_of([&] {
              make_data_loader(Squares(9), DataLoaderOptions(2).workers(1).max_jobs(0));
            }).find("max_jobs is 0"),
            std::string::npos);
}

struct Chunks : datasets::ChunkDataReader<int> {
  using BatchType = std::vector<int>;
  BatchType read_chunk(size_t chunk) override {
    if (chunk == fail_at) throw std::runtime_error("chunk is torn");
    BatchType numbers(7 + chunk);
    std::iota(numbers.begin(), numbers.end(), int(chunk) * 100);
    return numbers;
  }
  size_t chunk_count() override { return 6; }
  void reset() override {}
  size_t fail_at = SIZE_MAX;
};
using ChunkSet =
    datasets::ChunkDataset<Chunks, samplers::SequentialSampler, samplers::SequentialSampler>;
auto chunk_loader(Chunks chunks, size_t preloaders, size_t workers) {
  return make_data_loader(
      datasets::make_shared_dataset<ChunkSet>(chunks, samplers::SequentialSampler(0),
                                              samplers::SequentialSampler(0),
                                              datasets::ChunkDatasetOptions(preloaders, 5, 10)),
      DataLoaderOptions(5).workers(workers).enforce_ordering(false));
}

TEST(ChunkDataset, LosesNothing) {
  for (size_t preloaders : {1, 3})
    for (size_t workers : {0, 2}) {
      auto loader = chunk_loader({}, preloaders, workers);
      for (int epoch = 0; epoch < 2; ++epoch) {
        std::multiset<int> seen;
        for (auto& batch : *loader) seen.insert(batch.begin(), batch.end());
        EXPECT_EQ(seen.size(), 57u);
        EXPECT_EQ(*seen.rbegin(), 511);
      }
      auto unfinished = loader->begin();  // left in the middle
      EXPECT_EQ(unfinished->size(), 5u);
    }
}

TEST(ChunkDataset, PassesOnWhatAReaderThrows) {
  Chunks chunks;
  chunks.fail_at = 2;
  auto loader = chunk_loader(chunks, 2, 0);
  try {
    for (auto& batch : *loader) EXPECT_FALSE(batch.empty());
    FAIL() << "no exception";
  } catch (const WorkerException& e) {
    EXPECT_NE(std::string(e.what()).find("chunk is torn"), std::string::npos);
  }
}

TEST(Samplers, GoOnFromAnArchive) {
  const auto rest_of = [](auto& sampler) {
    std::vector<size_t> rest;
    while (auto batch = sampler.next(3)) rest.insert(rest.end(), batch->begin(), batch->end());
    return rest;
  };
  const auto check = [&](auto sampler, auto other) {
    sampler.next(4);
    std::stringstream file;
    save(sampler, file);
    load(other, file);
    EXPECT_EQ(rest_of(sampler), rest_of(other));
  };
  check(samplers::SequentialSampler(10), samplers::SequentialSampler(10));
  check(samplers::RandomSampler(10), samplers::RandomSampler(10));
  samplers::DistributedRandomSampler random(10, 2, 1);
  random.set_epoch(5);
  random.reset();
  check(random, samplers::DistributedRandomSampler(10, 2, 1));
  check(samplers::DistributedSequentialSampler(11, 2, 1),
        samplers::DistributedSequentialSampler(11, 2, 1));
}

TEST(Mnist, ReadsIdxAndRefusesOtherFiles) {
  const auto dir = std::filesystem::path(::testing::TempDir()) / "mnist";
  std::filesystem::create_directories(dir);
  const auto write = [&](const char* name, std::string head, size_t bytes) {
    std::ofstream(dir / name, std::ios::binary) << head << std::string(bytes, '\x33');
  };
  using namespace std::string_literals;
  const std::string images = "\0\0\x8\x3\0\0\0\x2\0\0\0\x1c\0\0\0\x1c"s,
                    labels = "\0\0\x8\x1\0\0\0\x2"s;
  write("train-images-idx3-ubyte", images, 2 * 784);
  write("train-labels-idx1-ubyte", labels, 2);
  datasets::MNIST digits(dir.string());
  EXPECT_EQ(digits.size(), 2u);
  EXPECT_EQ(digits.get(1).data.sizes(), IntArrayRef({1, 28, 28}));
  EXPECT_FLOAT_EQ(digits.get(1).data[0][3][3].item<float>(), 0.2f);
  EXPECT_EQ(digits.get(0).target.item<int64_t>(), 0x33);

  const auto error = [&] { return error_of([&] { datasets::MNIST m(dir.string()); }); };
  write("train-labels-idx1-ubyte", "\0\0\x8\x1\0\0\0\x3"s, 3);
  EXPECT_NE(error().find("2 pictures but 3 labels"), std::string::npos);
  write("train-images-idx3-ubyte", "\0\0\x8\x3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s,
        9);
  EXPECT_NE(error().find("does not fit its length"), std::string::npos);
  write("train-images-idx3-ubyte", "PK"s, 30);
  EXPECT_NE(error().find("Expected to read number 2051"), std::string::npos);
  EXPECT_NE(error_of([&] { datasets::MNIST m("/nowhere"); }).find("Error opening images file at"),
            std::string::npos);
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace torch::data
