// Tealight's part of bench/training, in a process of its own: lab/training_torch.py says what it is
// asked and answers, lab/training_models.py what the models are.
//
// usage: training_worker THREADS
#include <chrono>
#include <cmath>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tealight/autograd.h"
#include "tealight/factories.h"
#include "tealight/threads.h"

namespace {

using namespace tealight;
using Clock = std::chrono::steady_clock;
using Layer = std::function<Tensor(const Tensor&)>;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

long kilobytes(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind(key, 0) == 0) return std::stol(line.substr(key.size() + 1));
  return 0;
}

Tensor read(std::istream& file, IntArrayRef sizes, ScalarType dtype = kFloat) {
  Tensor t = empty(sizes, dtype);
  if (!file.read(static_cast<char*>(t.data_ptr()), std::streamsize(t.nbytes())))
    throw std::runtime_error("the file of weights is short");
  return t;
}

// Makes layers, each of which takes its weights from the file in PyTorch's order.
class Builder {
 public:
  Builder(const std::string& path, double dropout)
      : file_(path, std::ios::binary), dropout_rate_(dropout) {}

  Tensor parameter(IntArrayRef sizes) {
    parameters.push_back(read(file_, sizes).set_requires_grad(true));
    return parameters.back();
  }
  Layer conv(int64_t inputs, int64_t outputs, int64_t kernel, int64_t stride, int64_t padding,
             int64_t groups = 1, bool biased = false) {
    const Tensor w = parameter({outputs, inputs / groups, kernel, kernel});
    const auto bias = biased ? std::optional(parameter({outputs})) : std::nullopt;
    return [=](const Tensor& x) {
      return conv2d(x, w, bias, {stride, stride}, {padding, padding}, {1, 1}, groups);
    };
  }
  Layer batch_norm(int64_t channels) {
    const Tensor w = parameter({channels}), b = parameter({channels}),
                 mean = read(file_, {channels}), var = read(file_, {channels});
    return [=](const Tensor& x) {
      return tealight::batch_norm(x, w, b, mean, var, true, 0.1, 1e-5, true);
    };
  }
  Layer linear(int64_t inputs, int64_t outputs) {
    const Tensor w = parameter({outputs, inputs}), b = parameter({outputs});
    return [=](const Tensor& x) { return tealight::linear(x, w, b); };
  }
  Layer layer_norm(int64_t size) {
    const Tensor w = parameter({size}), b = parameter({size});
    return [=](const Tensor& x) { return tealight::layer_norm(x, {size}, w, b); };
  }
  Layer dropout() const {
    return [p = dropout_rate_](const Tensor& x) { return tealight::dropout(x, p, true); };
  }
  double dropout_rate() const { return dropout_rate_; }

  std::vector<Tensor> parameters;

 private:
  std::ifstream file_;
  double dropout_rate_;
};

Layer in_turn(std::vector<Layer> layers) {
  return [layers = std::move(layers)](Tensor x) {
    for (const Layer& layer : layers) x = layer(x);
    return x;
  };
}
void append(std::vector<Layer>& to, std::initializer_list<Layer> layers) {
  to.insert(to.end(), layers);
}
Tensor relu_in_place(Tensor x) { return relu_(x); }
Tensor relu6_in_place(Tensor x) { return hardtanh_(x, 0., 6.); }
Tensor halved(const Tensor& x) { return max_pool2d(x, {2, 2}); }
Tensor pooled(const Tensor& x) { return flatten(adaptive_avg_pool2d(x, {1, 1}), 1); }

Layer lenet5(Builder& b) {
  std::vector<Layer> l;
  append(l, {b.conv(1, 6, 5, 1, 0, 1, true), relu, halved});
  append(l, {b.conv(6, 16, 5, 1, 0, 1, true), relu, halved});
  append(l, {[](const Tensor& x) { return flatten(x, 1); }, b.linear(400, 120), relu});
  append(l, {b.linear(120, 84), relu});
  append(l, {b.linear(84, 10)});
  return in_turn(std::move(l));
}

Layer residual(Builder& b, int64_t inputs, int64_t channels, int64_t stride) {
  std::vector<Layer> main, beside;
  append(main, {b.conv(inputs, channels, 3, stride, 1)});
  append(main, {b.batch_norm(channels), relu_in_place});
  append(main, {b.conv(channels, channels, 3, 1, 1)});
  append(main, {b.batch_norm(channels)});
  if (stride != 1 || inputs != channels) {
    append(beside, {b.conv(inputs, channels, 1, stride, 0)});
    append(beside, {b.batch_norm(channels)});
  }
  return [main = in_turn(main), beside = in_turn(beside)](const Tensor& x) {
    return relu_in_place(main(x) + beside(x));
  };
}
Layer resnet18(Builder& b) {
  std::vector<Layer> l;
  append(l, {b.conv(3, 64, 7, 2, 3)});
  append(l, {b.batch_norm(64), relu_in_place,
             [](const Tensor& x) { return max_pool2d(x, {3, 3}, {2, 2}, {1, 1}); }});
  int64_t inputs = 64;
  for (int64_t channels : {64, 128, 256, 512}) {
    append(l, {residual(b, inputs, channels, channels == 64 ? 1 : 2)});
    append(l, {residual(b, channels, channels, 1)});
    inputs = channels;
  }
  append(l, {pooled, b.linear(512, 10)});
  return in_turn(std::move(l));
}

void conv_bn(Builder& b, std::vector<Layer>& to, int64_t inputs, int64_t outputs, int64_t kernel,
             int64_t stride = 1, int64_t groups = 1) {
  append(to, {b.conv(inputs, outputs, kernel, stride, kernel / 2, groups)});
  append(to, {b.batch_norm(outputs)});
}
Layer inverted_residual(Builder& b, int64_t inputs, int64_t outputs, int64_t stride,
                        int64_t expand) {
  const int64_t hidden = inputs * expand;
  std::vector<Layer> l;
  if (expand > 1) {
    conv_bn(b, l, inputs, hidden, 1);
    append(l, {relu6_in_place});
  }
  conv_bn(b, l, hidden, hidden, 3, stride, hidden);
  append(l, {relu6_in_place});
  conv_bn(b, l, hidden, outputs, 1);
  const bool same = stride == 1 && inputs == outputs;
  return [same, main = in_turn(l)](const Tensor& x) { return same ? x + main(x) : main(x); };
}
Layer mobilenet_v2(Builder& b) {
  std::vector<Layer> l;
  conv_bn(b, l, 3, 32, 3, 2);
  append(l, {relu6_in_place});
  struct Stage {
    int64_t expand, channels, blocks, stride;
  };
  int64_t inputs = 32;
  for (const Stage& s :
       {Stage{1, 16, 1, 1}, Stage{6, 24, 2, 2}, Stage{6, 32, 3, 2}, Stage{6, 64, 4, 2},
        Stage{6, 96, 3, 1}, Stage{6, 160, 3, 2}, Stage{6, 320, 1, 1}})
    for (int64_t i = 0; i < s.blocks; ++i, inputs = s.channels)
      append(l, {inverted_residual(b, inputs, s.channels, i ? 1 : s.stride, s.expand)});
  conv_bn(b, l, 320, 1280, 1);
  append(l, {relu6_in_place, pooled, b.dropout(), b.linear(1280, 2)});
  return in_turn(std::move(l));
}

Layer lstm_classifier(Builder& b) {
  std::vector<Tensor> weights;
  for (const DimVector& sizes :
       {DimVector{1024, 80}, DimVector{1024, 256}, DimVector{1024}, DimVector{1024}})
    weights.push_back(b.parameter(sizes));
  return [=, head = b.linear(256, 10)](const Tensor& x) {
    const std::vector<Tensor> state(2, zeros({1, x.size(0), 256}));
    const Tensor y = std::get<0>(lstm(x, state, weights, true, 1, 0., true, false, true));
    return head(select(y, 1, -1));
  };
}

// As nn.TransformerEncoderLayer has it, four heads.
Layer attention(Builder& b, int64_t d) {
  const Tensor w = b.parameter({3 * d, d}), bias = b.parameter({3 * d});
  return [=, out = b.linear(d, d), p = b.dropout_rate()](const Tensor& x) {
    const int64_t N = x.size(0), L = x.size(1);
    std::vector<Tensor> qkv = chunk(linear(x, w, bias), 3, -1);
    for (Tensor& t : qkv) t = transpose(t.view({N, L, 4, d / 4}), 1, 2);
    const Tensor y = scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], std::nullopt, p);
    return out(reshape(transpose(y, 1, 2), {N, L, d}));
  };
}
Layer encoder_layer(Builder& b, int64_t d, int64_t wide) {
  std::vector<Layer> main;
  const Layer look = attention(b, d);
  append(main, {b.linear(d, wide)});
  append(main, {[](const Tensor& x) { return gelu(x); }, b.dropout(), b.linear(wide, d)});
  const Layer norm1 = b.layer_norm(d), norm2 = b.layer_norm(d), dropout = b.dropout();
  return [=, main = in_turn(main)](const Tensor& x) {
    const Tensor y = norm1(x + dropout(look(x)));
    return norm2(y + dropout(main(y)));
  };
}
Layer transformer(Builder& b) {
  const Tensor places = b.parameter({128, 256}), tokens = b.parameter({1000, 256});
  std::vector<Layer> l;
  append(l, {encoder_layer(b, 256, 1024)});
  append(l, {encoder_layer(b, 256, 1024)});
  append(l, {b.linear(256, 1000)});
  return [=, layers = in_turn(l)](const Tensor& x) {
    return flatten(layers(embedding(tokens, x) + places), 0, 1);
  };
}

struct Model {
  Layer (*make)(Builder&);
  DimVector input;
  ScalarType dtype;
  int64_t targets;
};
const Model& model_named(const std::string& name) {
  static const std::vector<std::pair<std::string, Model>> models = {
      {"lenet5", {lenet5, {64, 1, 32, 32}, kFloat, 64}},
      {"resnet18", {resnet18, {16, 3, 64, 64}, kFloat, 16}},
      {"mobilenet_v2", {mobilenet_v2, {16, 3, 128, 128}, kFloat, 16}},
      {"lstm", {lstm_classifier, {32, 100, 80}, kFloat, 32}},
      {"transformer", {transformer, {16, 128}, kLong, 16 * 128}}};
  for (const auto& [known, model] : models)
    if (known == name) return model;
  throw std::runtime_error("no model is called " + name);
}

class Training {
 public:
  Training(const std::string& name, const std::string& folder, double dropout)
      : base_(kilobytes("VmRSS")), builder_(folder + "/weights.bin", dropout) {
    const Model& model = model_named(name);
    layers_ = model.make(builder_);
    std::ifstream x(folder + "/x.bin", std::ios::binary), y(folder + "/y.bin", std::ios::binary);
    x_ = read(x, model.input, model.dtype);
    y_ = read(y, {model.targets}, kLong);
    momentum_.resize(builder_.parameters.size());
  }

  std::string told() const { return "{\"base_kb\": " + std::to_string(base_) + "}"; }

  std::string losses(int count) {
    std::ostringstream out;
    out.precision(9);
    out << "{\"losses\": [";
    for (int i = 0; i < count; ++i) out << (i ? ", " : "") << step();
    out << "]}";
    return out.str();
  }
  std::string run(double seconds, size_t minimum) {
    const Clock::time_point start = Clock::now();
    std::ostringstream out;
    out << "{\"t\": [";
    for (size_t n = 0; n < minimum || seconds_since(start) < seconds; ++n) {
      const Clock::time_point begin = Clock::now();
      step();
      out << (n ? ", " : "") << seconds_since(begin);
    }
    out << "], \"peak_kb\": " << kilobytes("VmHWM") << "}";
    return out.str();
  }

 private:
  float step() {
    for (Tensor& p : builder_.parameters) p.mutable_grad() = Tensor();
    const Tensor loss = cross_entropy_loss(layers_(x_), y_);
    loss.backward();
    descend();
    return loss.item().to<float>();
  }
  // SGD with momentum.
  void descend() {
    NoGradGuard off;
    for (size_t i = 0; i < momentum_.size(); ++i) {
      Tensor &p = builder_.parameters[i], &v = momentum_[i];
      if (v.defined())
        v.mul_(0.9).add_(p.grad());
      else
        v = p.grad().clone();
      p.add_(v, -0.01);
    }
  }

  long base_;
  Builder builder_;
  Layer layers_;
  Tensor x_, y_;
  std::vector<Tensor> momentum_;
};

std::string quoted(std::string text) {
  for (char& c : text)
    if (c == '"' || c == '\\' || uint8_t(c) < 32) c = ' ';
  return "\"" + text + "\"";
}

std::string answer(std::unique_ptr<Training>& training, std::istream& words) {
  std::string command;
  words >> command;
  if (command == "load") {
    std::string model, folder;
    double dropout = 0;
    words >> model >> folder >> dropout;
    training = std::make_unique<Training>(model, folder, dropout);
    return training->told();
  }
  if (!training) throw std::runtime_error("no model is loaded");
  if (command == "losses") {
    int count = 1;
    words >> count;
    return training->losses(count);
  }
  double seconds = 0;
  size_t minimum = 1;
  words >> seconds >> minimum;
  return training->run(seconds, minimum);
}

}  // namespace

int main(int argc, char** argv) {
  set_num_threads(argc > 1 ? std::atoi(argv[1]) : 1);
  std::unique_ptr<Training> training;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    try {
      std::cout << answer(training, words) << std::endl;
    } catch (const std::exception& e) {
      std::cout << "{\"error\": " << quoted(e.what()) << "}" << std::endl;
    }
  }
}
