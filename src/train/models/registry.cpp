// The names that create() takes.
#include <algorithm>

#include "train/models/families.h"
#include "train/models/weights.h"

namespace tealight::models {
namespace {

using Maker = std::shared_ptr<Classifier> (*)(int64_t classes);
struct Entry {
  const char* name;
  int64_t input_size;
  Maker make;
};

constexpr Entry kEntries[] = {
    {"mobilenet_v2", 224, mobilenet_v2},
    {"resnet18", 224, [](int64_t n) { return resnet({2, 2, 2, 2}, n, {.bottleneck = false}); }},
    {"resnet34", 224, [](int64_t n) { return resnet({3, 4, 6, 3}, n, {.bottleneck = false}); }},
    {"resnet50", 224, [](int64_t n) { return resnet({3, 4, 6, 3}, n, {}); }},
    {"resnet101", 224, [](int64_t n) { return resnet({3, 4, 23, 3}, n, {}); }},
    {"resnet152", 224, [](int64_t n) { return resnet({3, 8, 36, 3}, n, {}); }},
    {"resnext50_32x4d", 224,
     [](int64_t n) { return resnet({3, 4, 6, 3}, n, {.groups = 32, .width_per_group = 4}); }},
    {"resnext101_32x8d", 224,
     [](int64_t n) { return resnet({3, 4, 23, 3}, n, {.groups = 32, .width_per_group = 8}); }},
    {"resnext101_64x4d", 224,
     [](int64_t n) { return resnet({3, 4, 23, 3}, n, {.groups = 64, .width_per_group = 4}); }},
    {"wide_resnet50_2", 224,
     [](int64_t n) { return resnet({3, 4, 6, 3}, n, {.width_per_group = 128}); }},
    {"wide_resnet101_2", 224,
     [](int64_t n) { return resnet({3, 4, 23, 3}, n, {.width_per_group = 128}); }},
    {"squeezenet1_0", 224, [](int64_t n) { return squeezenet(false, n); }},
    {"squeezenet1_1", 224, [](int64_t n) { return squeezenet(true, n); }},
};

const Entry& find(const std::string& name) {
  for (const Entry& entry : kEntries) {
    if (name == entry.name) return entry;
  }
  std::string all;
  for (const auto& known : names()) all += " " + known;
  TL_CHECK(false, "models: no network is called \"", name, "\". There are:", all);
}

}  // namespace

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Entry& entry : kEntries) all.push_back(entry.name);
  return all;
}

std::shared_ptr<Classifier> create(const std::string& name, const Options& options) {
  const Entry& entry = find(name);
  auto net = entry.make(options.num_classes);
  net->architecture_ = name;
  net->input_size_ = entry.input_size;
  if (!options.weights.empty()) load_pretrained(*net, name, options.weights);
  return net;
}

}  // namespace tealight::models
