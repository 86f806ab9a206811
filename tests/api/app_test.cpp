// Whole programs in the shapes of apps' native code: a camera classifier, a detector, a speech
// model, a JNI layer, a benchmark tool. What each does differently is what they are here for.
#include <torch/csrc/jit/mobile/import.h>
#include <torch/csrc/jit/runtime/print_handler.h>
#include <torch/script.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <mutex>
#include <numeric>
#include <sstream>

#include "models.h"

namespace {

// ---- iOS: a class around a model, a picture's bytes in, scores out
class TorchModule {
 public:
  bool open(const char* path) {
    try {
      model_ = torch::jit::_load_for_mobile(path);
      return true;
    } catch (const std::exception& e) {
      std::cerr << e.what() << "\n";
      return false;
    }
  }
  std::vector<float> predict(void* buffer) {
    try {
      at::Tensor tensor = torch::from_blob(buffer, {2, 3}, at::kFloat);
      c10::InferenceMode guard;
      auto output = model_.forward({tensor}).toTensor();
      const float* scores = output.data_ptr<float>();
      if (!scores) return {};
      return std::vector<float>(scores, scores + output.numel());
    } catch (const std::exception& e) {
      std::cerr << e.what() << "\n";
      return {};
    }
  }

 protected:
  torch::jit::mobile::Module model_;
};

}  // namespace

TEST(ApiApps, CameraClassifier) {
  TorchModule module;
  EXPECT_FALSE(module.open("no such model"));
  ASSERT_TRUE(module.open(model_path("net.ptl").c_str()));
  float pixels[] = {1, 2, 3, -1, 0.5f, 2};
  const std::vector<float> scores = module.predict(pixels);
  ASSERT_EQ(scores.size(), 4u);
  EXPECT_NEAR(scores[3], 3.16225290f, 1e-6);
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::partial_sort(order.begin(), order.begin() + 2, order.end(),
                    [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  EXPECT_EQ(order[0], 3u);
}

TEST(ApiApps, PicturesBytesBecomeATensor) {
  uint8_t pixels[2 * 2 * 4];  // RGBA
  for (int i = 0; i < 16; ++i) pixels[i] = uint8_t(i * 16);
  at::Tensor picture = torch::from_blob(pixels, {2, 2, 4}, torch::kUInt8);
  picture = picture.slice(2, 0, 3).permute({2, 0, 1}).to(torch::kFloat32).div_(255).unsqueeze(0);
  const at::Tensor mean = torch::tensor({0.485, 0.456, 0.406}).view({1, 3, 1, 1});
  const at::Tensor deviation = torch::tensor({0.229, 0.224, 0.225}).view({1, 3, 1, 1});
  const at::Tensor input = (picture - mean) / deviation;
  EXPECT_EQ(input.sizes(), (std::vector<int64_t>{1, 3, 2, 2}));
  EXPECT_NEAR(input[0][1][0][1].item<float>(), (80 / 255. - 0.456) / 0.224, 1e-5);
  const at::Tensor scores = torch::tensor({{0.1, 2.0, 0.5}});
  const auto best = torch::softmax(scores, 1).topk(2, 1);
  EXPECT_EQ(std::get<1>(best)[0][0].item<int>(), 1);
  auto probabilities = std::get<0>(best).accessor<float, 2>();
  EXPECT_NEAR(probabilities[0][0], 0.7285, 1e-3);
}

TEST(ApiApps, DetectorsGiveTuplesAndDicts) {
  // What a detection model returns: (losses, [{"boxes", "labels", "scores"}])
  c10::Dict<std::string, at::Tensor> found;
  found.insert("boxes", torch::tensor({{0., 0., 10., 10.}, {5., 5., 20., 20.}}));
  found.insert("labels", torch::tensor({1, 18}));
  found.insert("scores", torch::tensor({0.9, 0.3}));
  c10::List<c10::Dict<std::string, at::Tensor>> pictures;
  pictures.push_back(found);
  const c10::IValue output =
      c10::ivalue::Tuple::create(c10::Dict<std::string, at::Tensor>(), pictures);
  auto detections = output.toTuple()->elements()[1].toList().get(0).toGenericDict();
  const at::Tensor boxes = detections.at("boxes").toTensor();
  const at::Tensor scores = detections.at("scores").toTensor();
  std::vector<std::pair<float, float>> kept;
  for (int64_t i = 0; i < scores.numel(); ++i) {
    if (scores[i].item<float>() < 0.5) continue;
    kept.emplace_back(boxes[i][2].item<float>(), scores.data_ptr<float>()[i]);
  }
  ASSERT_EQ(kept.size(), 1u);
  EXPECT_EQ(kept[0].first, 10);
  EXPECT_TRUE(detections.contains("labels"));
  EXPECT_EQ(detections.find("labels")->value().toTensor()[1].item<int64_t>(), 18);
}

TEST(ApiApps, SpeechModelsTakeStateAndGiveText) {
  auto module = std::make_unique<torch::jit::mobile::Module>(
      torch::jit::_load_for_mobile(model_path("net.ptl")));
  std::vector<c10::IValue> inputs;
  inputs.push_back("two");
  const auto result = module->get_method("describe")(inputs).toTuple();
  const int64_t number = result->elements()[0].toInt();
  std::string text;
  for (const c10::IValue& word : result->elements()[1].toListRef()) text += word.toStringRef();
  EXPECT_EQ(number, 5);
  EXPECT_EQ(text, "aü");
}

namespace {

// ---- Android: a global of the process, guards around every call
struct JITCallGuard {
  c10::InferenceMode guard;
  torch::jit::GraphOptimizerEnabledGuard no_optimizer_guard{false};
};
class Peer {
 public:
  Peer(const std::string& path, const std::unordered_map<std::string, std::string>& extra,
       int device) {
    (void)extra;
    static std::once_flag once;
    std::call_once(once, [] {
      const auto& engines = at::globalContext().supportedQEngines();
      if (std::find(engines.begin(), engines.end(), at::QEngine::QNNPACK) != engines.end())
        at::globalContext().setQEngine(at::QEngine::QNNPACK);
      torch::jit::setPrintHandler([](const std::string& text) { printed += text; });
    });
    device_ = device == 1 ? c10::DeviceType::CPU : c10::kVulkan;
    std::unordered_map<std::string, std::string> wanted{{"labels.txt", ""}};
    module_ = torch::jit::_load_for_mobile(path, c10::nullopt, wanted);
    labels = wanted.at("labels.txt");
  }
  at::IValue forward(std::vector<at::IValue> inputs) {
    JITCallGuard guard;
    return module_.forward(std::move(inputs));
  }
  at::IValue run(const std::string& name, std::vector<at::IValue> inputs) {
    if (const auto method = module_.find_method(name)) {
      JITCallGuard guard;
      return (*method)(std::move(inputs));
    }
    throw std::invalid_argument("no method " + name);
  }
  static std::string printed;
  std::string labels;

 private:
  torch::jit::mobile::Module module_;
  c10::DeviceType device_;
};
std::string Peer::printed;

std::string describe(const at::IValue& v) {
  if (v.isNone()) return "null";
  if (v.isTensor()) {
    auto t = v.toTensor();
    if (t.scalar_type() == at::kFloat) return "float" + std::to_string(t.nbytes());
    return "tensor";
  }
  if (v.isBool()) return v.toBool() ? "true" : "false";
  if (v.isInt()) return std::to_string(v.toInt());
  if (v.isDouble()) return "double";
  if (v.isString()) return v.toStringRef();
  if (v.isTuple()) {
    std::string out;
    for (const auto& e : v.toTupleRef().elements()) out += describe(e) + ",";
    return "(" + out + ")";
  }
  if (v.isBoolList()) return "booleans";
  if (v.isIntList()) return "longs";
  if (v.isDoubleList()) return "doubles";
  if (v.isTensorList()) return "tensors";
  if (v.isList()) {
    std::string out;
    for (const at::IValue& e : v.toList()) out += describe(e) + ",";
    return "[" + out + "]";
  }
  if (v.isGenericDict()) {
    auto dict = v.toGenericDict();
    if (*dict.keyType() == *c10::StringType::get()) return "strings" + std::to_string(dict.size());
    return "dict";
  }
  return "unknown " + v.tagKind();
}

}  // namespace

TEST(ApiApps, JniLayer) {
  Peer peer(model_path("net_extra.ptl"), {}, 1);
  EXPECT_EQ(peer.labels, "cat\ndog\n");
  EXPECT_EQ(describe(peer.forward({net_input()})), "float16");
  EXPECT_EQ(describe(peer.run("describe", {"one"})), "(4,[a,ü,],)");
  EXPECT_THROW(peer.run("nothing", {}), std::invalid_argument);
  EXPECT_EQ(describe(c10::IValue(std::vector<double>{1})), "doubles");
  c10::Dict<std::string, at::Tensor> dict;
  dict.insert("k", at::ones({1}));
  EXPECT_EQ(describe(dict), "strings1");
}

namespace {

// ---- the native demo: everything on one screen, printed
template <class T>
std::string log(const char* what, T value) {
  std::ostringstream os;
  os << what << value << std::endl;
  return os.str();
}
struct NativeGuard {
  torch::autograd::AutoGradMode no_autograd_guard{false};
  torch::AutoNonVariableTypeMode non_var_guard{true};
  torch::jit::GraphOptimizerEnabledGuard no_optimizer_guard{false};
};

}  // namespace

TEST(ApiApps, NativeDemo) {
  NativeGuard guard;
  torch::jit::mobile::Module module = torch::jit::_load_for_mobile(model_path("net.ptl"));
  module.eval();
  const torch::Tensor x = torch::randn({4, 3});
  EXPECT_EQ(log("sizes: ", x.sizes()), "sizes: [4, 3]\n");
  const c10::IValue y = module.forward({torch::zeros({2, 3})});
  EXPECT_EQ(log("y: ", y).substr(0, 5), "y:  0");
  EXPECT_NE(log("", y).find("[ CPUFloatType{2,2} ]"), std::string::npos);
}

TEST(ApiApps, BenchmarkTool) {
  c10::InferenceMode mode;
  torch::jit::GraphOptimizerEnabledGuard no_optimizer_guard(false);
  torch::jit::mobile::Module module =
      torch::jit::_load_for_mobile(model_path("net_bundled.ptl"), at::kCPU);
  std::vector<std::vector<c10::IValue>> inputs;
  const auto bundled = module.run_method("get_all_bundled_inputs").toList();
  for (const auto i : c10::irange(bundled.size()))
    inputs.push_back(bundled.get(i).toTupleRef().elements());
  ASSERT_EQ(inputs.size(), 2u);
  at::globalContext().setReleaseWeightsWhenPrepacking(false);
  int runs = 0;
  for (int i = 0; i < 4; ++i, ++runs) module.forward(inputs[i % inputs.size()]);
  EXPECT_EQ(runs, 4);
  at::globalContext().setReleaseWeightsWhenPrepacking(true);
}
