// MobileNetV3 large and small (Howard et al. 2019).
#include "train/models/mobilenet_v3.h"

namespace tealight::models {
namespace {

struct Row {
  int64_t kernel, expanded, out;
  bool squeeze, hardswish;
  int64_t stride;
};
constexpr Row kLarge[] = {
    {3, 16, 16, false, false, 1}, {3, 64, 24, false, false, 2}, {3, 72, 24, false, false, 1},
    {5, 72, 40, true, false, 2},  {5, 120, 40, true, false, 1}, {5, 120, 40, true, false, 1},
    {3, 240, 80, false, true, 2}, {3, 200, 80, false, true, 1}, {3, 184, 80, false, true, 1},
    {3, 184, 80, false, true, 1}, {3, 480, 112, true, true, 1}, {3, 672, 112, true, true, 1},
    {5, 672, 160, true, true, 2}, {5, 960, 160, true, true, 1}, {5, 960, 160, true, true, 1}};
constexpr Row kSmall[] = {
    {3, 16, 16, true, false, 2}, {3, 72, 24, false, false, 2}, {3, 88, 24, false, false, 1},
    {5, 96, 40, true, true, 2},  {5, 240, 40, true, true, 1},  {5, 240, 40, true, true, 1},
    {5, 120, 48, true, true, 1}, {5, 144, 48, true, true, 1},  {5, 288, 96, true, true, 2},
    {5, 576, 96, true, true, 1}, {5, 576, 96, true, true, 1}};

AnyModule make_block(int64_t in, const Row& row, int64_t dilation, Norm norm) {
  Act act = row.hardswish ? Act::hardswish : Act::relu;
  Layers layers;
  if (row.expanded != in) {
    layers.push_back(any(conv_norm(in, row.expanded, {.kernel = 1, .act = act, .norm = norm})));
  }
  layers.push_back(any(conv_norm(row.expanded, row.expanded,
                                 {.kernel = row.kernel,
                                  .stride = dilation > 1 ? 1 : row.stride,
                                  .groups = row.expanded,
                                  .dilation = dilation,
                                  .act = act,
                                  .norm = norm})));
  if (row.squeeze) {
    layers.push_back(layer<SqueezeExcitation>(row.expanded,
                                              make_divisible(static_cast<double>(row.expanded / 4)),
                                              Act::relu, Act::hardsigmoid));
  }
  layers.push_back(
      any(conv_norm(row.expanded, row.out, {.kernel = 1, .act = Act::none, .norm = norm})));
  return layer<Residual>("block", layers, row.stride == 1 && in == row.out);
}

}  // namespace

MobileNetV3Body mobilenet_v3_body(const MobileNetV3Options& o) {
  std::span<const Row> rows = o.large ? std::span<const Row>(kLarge) : kSmall;
  size_t tail = rows.size() - 3;  // the last three blocks are narrower or dilated where asked
  int64_t in = 16;
  MobileNetV3Body body;
  body.layers.push_back(
      any(conv_norm(3, in, {.stride = 2, .act = Act::hardswish, .norm = o.norm})));
  body.out_channels.push_back(in);
  body.strided.push_back(true);
  for (size_t i = 0; i < rows.size(); ++i) {
    Row row = rows[i];
    if (o.reduced_tail && i >= tail) {
      row.out /= 2;
      if (i > tail) row.expanded /= 2;
    }
    body.layers.push_back(make_block(in, row, o.dilated && i >= tail ? 2 : 1, o.norm));
    in = row.out;
    body.out_channels.push_back(in);
    body.strided.push_back(row.stride > 1);
  }
  body.layers.push_back(
      any(conv_norm(in, 6 * in, {.kernel = 1, .act = Act::hardswish, .norm = o.norm})));
  body.out_channels.push_back(6 * in);
  body.strided.push_back(true);
  return body;
}

Net mobilenet_v3(bool large, int64_t classes) {
  auto body = mobilenet_v3_body({.large = large});
  int64_t hidden = large ? 1280 : 1024;
  auto net = std::make_shared<PooledClassifier>(
      body.layers,
      Layers{linear(body.out_channels.back(), hidden), activation(Act::hardswish), dropout(0.2),
             linear(hidden, classes)},
      "classifier.3");
  init_he(*net, 0.01);
  return net;
}

}  // namespace tealight::models
