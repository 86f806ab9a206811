// See networks.h.
#include "networks.h"

#include <algorithm>

namespace tealight::models {
namespace {

template <class Module>
Network simple(std::shared_ptr<Module> net) {
  return {net, [net](auto& in) { return std::vector<Tensor>{net->forward(in[0])}; }};
}
template <class Holder>
Network with_classes(Holder net) {
  return {net.ptr(),
          [net](auto& in) mutable { return std::vector<Tensor>{net->forward(in[0], in[1])}; }};
}
}  // namespace

Network make_network(const std::string& name) {
  if (name.starts_with("yolov5")) return simple(create_yolov5(name));
  if (name == "number_generator") return simple(number_generator().ptr());
  const GanOptions gan{.classes = 10, .size = {1, 8, 8}};
  if (name == "generator") return with_classes(Generator(gan));
  if (name == "discriminator") return with_classes(Discriminator(gan));
  if (name == "animegan_v2") return simple(animegan_v2());
  if (name == "stylegan") {
    auto net = stylegan({.latent = 32, .size = 16, .max_channels = 16, .mapping_layers = 2});
    return {net, [net](auto& in) { return std::vector<Tensor>{net->forward(in[0], 0.7)}; }};
  }
  if (name == "speech_recognizer") {
    return simple(speech_recognizer(
        {.letters = 12, .features = 32, .heads = 4, .hidden = 48, .layers = 2, .channels = 16}));
  }
  if (name == "video_net") return simple(video_net(10, 8));
  if (name == "translator") {
    auto net = translator({.source_words = 40, .target_words = 30, .features = 24});
    return {net, [net](auto& in) { return std::vector<Tensor>{net->forward(in[0], in[1])}; }};
  }
  if (name == "distilbert_qa") {
    auto net = distilbert_qa(
        {.vocabulary = 60, .positions = 20, .features = 32, .heads = 4, .hidden = 64, .layers = 2});
    return {net, [net](auto& in) {
              auto [first, last] = net->forward(in[0], in[1]);
              return std::vector<Tensor>{first, last};
            }};
  }
  if (name == "lenet5") {
    LeNet5 net;
    return {net.ptr(), [net](auto& in) mutable {
              auto [logits, probabilities] = net->forward(in[0]);
              return std::vector<Tensor>{logits, probabilities};
            }};
  }
  auto all = segmenter_names();
  if (std::find(all.begin(), all.end(), name) != all.end()) {
    auto net = create_segmenter(name, {.auxiliary = true});
    return {net, [net](auto& in) { return net->outputs(in[0]); }};
  }
  auto net = create(name);
  return {net, [net](auto& in) { return net->outputs(in[0]); }};
}

}  // namespace tealight::models
