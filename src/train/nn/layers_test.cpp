// Results and gradients of layers and losses equal PyTorch's: against tests/golden/layers.txt.
#include <functional>

#include "tealight/factories.h"
#include "tealight/nn.h"
#include "tealight/ops.h"
#include "tealight/tensor_methods.h"
#include "train/nn/golden_lines.h"

namespace torch::nn {
namespace {

/// Sines in a tensor, as tests/golden/layers.py makes them.
Tensor wave(IntArrayRef sizes, double shift = 0) {
  int64_t n = 1;
  for (const int64_t size : sizes) n *= size;
  return torch::sin(torch::arange(n, TensorOptions(kFloat)) * 0.7 + shift).reshape(sizes);
}
using Sizes = std::vector<int64_t>;
const Sizes kX{2, 4, 6}, kP{2, 4, 7, 6}, kV{1, 2, 5, 4, 6};

using Function = std::function<Tensor(const std::vector<Tensor>&)>;

/// The result for the inputs, and the inputs' gradients.
void check(const std::map<std::string, Case>& golden, const std::string& name, const Function& f,
           std::vector<Tensor> inputs) {
  ASSERT_TRUE(golden.count(name)) << name;
  const Case& wanted = golden.at(name);
  ASSERT_EQ(wanted.size(), inputs.size() + 1) << name;
  for (Tensor& input : inputs) input.requires_grad_();
  const Tensor output = f(inputs);
  expect_equal(output, wanted[0], name, 2e-5);
  (output * wave(output.sizes(), 2)).sum().backward();
  for (size_t i = 0; i < inputs.size(); ++i)
    expect_equal(inputs[i].grad(), wanted[i + 1], name, 1e-4);
}

template <class Layer>
std::pair<Function, Sizes> unary(Layer layer, const Sizes& sizes) {
  return {[layer](const std::vector<Tensor>& x) mutable { return Tensor(layer(x[0])); }, sizes};
}
/// Made after manual_seed(0), when it is called.
template <class Make>
std::pair<Function, Sizes> made(Make make, const Sizes& sizes) {
  return {[make](const std::vector<Tensor>& x) {
            manual_seed(0);
            return Tensor(make()(x[0]));
          },
          sizes};
}

TEST(Layers, EqualPyTorchs) {
  RReLU rrelu;
  rrelu->eval();
  const std::map<std::string, std::pair<Function, Sizes>> layers = {
      {"ELU", unary(ELU(ELUOptions().alpha(1.5)), kX)},
      {"SELU", unary(SELU(), kX)},
      {"Hardshrink", unary(Hardshrink(0.3), kX)},
      {"Hardtanh", unary(Hardtanh(HardtanhOptions().min_val(-0.5).max_val(0.7)), kX)},
      {"LeakyReLU", unary(LeakyReLU(LeakyReLUOptions().negative_slope(0.2)), kX)},
      {"LogSigmoid", unary(LogSigmoid(), kX)},
      {"Softmax", unary(Softmax(1), kX)},
      {"Softmin", unary(Softmin(1), kX)},
      {"LogSoftmax", unary(LogSoftmax(2), kX)},
      {"Softmax2d", unary(Softmax2d(), kP)},
      {"ReLU6", unary(ReLU6(), kX)},
      {"CELU", unary(CELU(CELUOptions().alpha(0.7)), kX)},
      {"GLU", unary(GLU(1), kX)},
      {"GELU", unary(GELU(), kX)},
      {"SiLU", unary(SiLU(), kX)},
      {"Mish", unary(Mish(), kX)},
      {"Softplus", unary(Softplus(SoftplusOptions().beta(2).threshold(1)), kX)},
      {"Softshrink", unary(Softshrink(0.2), kX)},
      {"Softsign", unary(Softsign(), kX)},
      {"Tanhshrink", unary(Tanhshrink(), kX)},
      {"Threshold", unary(Threshold(0.1, 20), kX)},
      {"PReLU", unary(PReLU(PReLUOptions().num_parameters(4)), kX)},
      {"RReLU", unary(rrelu, kX)},
      {"LocalResponseNorm", unary(LocalResponseNorm(LocalResponseNormOptions(3).alpha(0.1)), kP)},
      {"AvgPool1d", unary(AvgPool1d(2), kX)},
      {"AvgPool2d",
       unary(AvgPool2d(AvgPool2dOptions(3).stride(2).padding(1).count_include_pad(false)), kP)},
      {"AvgPool3d", unary(AvgPool3d(2), kV)},
      {"MaxPool1d", unary(MaxPool1d(MaxPool1dOptions(3).stride(1)), kX)},
      {"MaxPool2d", unary(MaxPool2d(MaxPool2dOptions(2).ceil_mode(true)), kP)},
      {"MaxPool3d", unary(MaxPool3d(MaxPool3dOptions(2).padding(1)), kV)},
      {"AdaptiveAvgPool2d",
       unary(AdaptiveAvgPool2d(AdaptiveAvgPool2dOptions({3, std::nullopt})), kP)},
      {"AdaptiveMaxPool2d",
       unary(AdaptiveMaxPool2d(AdaptiveMaxPool2dOptions({std::nullopt, 4})), kP)},
      {"LPPool1d", unary(LPPool1d(2, 3), kX)},
      {"LPPool2d", unary(LPPool2d(2, 2), kP)},
      {"ReflectionPad2d", unary(ReflectionPad2d(ReflectionPad2dOptions({1, 2, 0, 1})), kP)},
      {"ReplicationPad3d", unary(ReplicationPad3d(1), kV)},
      {"ZeroPad2d", unary(ZeroPad2d(2), kP)},
      {"ConstantPad1d", unary(ConstantPad1d(ConstantPad1dOptions({1, 2}, 3.5)), kX)},
      {"PixelShuffle", unary(PixelShuffle(2), kP)},
      {"PixelUnshuffle", unary(PixelUnshuffle(2), {1, 2, 4, 6})},
      {"Unfold", unary(Unfold(UnfoldOptions({2, 3}).padding(1)), kP)},
      {"Fold", unary(Fold(FoldOptions({4, 5}, {2, 2})), {2, 8, 12})},
      {"UpsampleNearest",
       unary(Upsample(UpsampleOptions().scale_factor(std::vector<double>{2, 2})), kP)},
      {"UpsampleBilinear", unary(Upsample(UpsampleOptions()
                                              .size(std::vector<int64_t>{9, 5})
                                              .mode(kBilinear)
                                              .align_corners(true)),
                                 kP)},
      {"UpsampleTrilinear", unary(Upsample(UpsampleOptions()
                                               .scale_factor(std::vector<double>{2, 2, 2})
                                               .mode(kTrilinear)
                                               .align_corners(false)),
                                  kV)},
      {"InstanceNorm2d", unary(InstanceNorm2d(InstanceNorm2dOptions(4).affine(true)), kP)},
      {"BatchNorm1d", unary(BatchNorm1d(4), kX)},
      {"Linear", made([] { return Linear(6, 3); }, kX)},
      {"Conv1d", made([] { return Conv1d(Conv1dOptions(4, 3, 3).padding(kSame)); }, kX)},
      {"Conv2d", made(
                     [] {
                       return Conv2d(
                           Conv2dOptions(4, 6, {3, 2}).stride({2, 1}).padding({1, 2}).groups(2));
                     },
                     kP)},
      {"Conv2dReflect",
       made([] { return Conv2d(Conv2dOptions(4, 2, 3).padding({1, 2}).padding_mode(kReflect)); },
            kP)},
      {"Conv3d", made([] { return Conv3d(Conv3dOptions(2, 3, 2).dilation(2)); }, kV)},
      {"ConvTranspose2d",
       made(
           [] {
             return ConvTranspose2d(
                 ConvTranspose2dOptions(4, 2, 3).stride(2).padding(1).output_padding(1));
           },
           kP)},
  };
  const auto golden = golden_lines("tests/golden/layers.txt");
  for (const auto& [name, layer] : layers) check(golden, name, layer.first, {wave(layer.second)});
}

TEST(Layers, LossesEqualPyTorchs) {
  const auto golden = golden_lines("tests/golden/layers.txt");
  const Tensor other = wave({3, 4}, 1), positive = other.abs(), weight = wave({4}).abs(),
               labels = torch::tensor({1, 0, 2}, TensorOptions(kLong)),
               signs = torch::tensor(
                   {{1.f, -1.f, 1.f, -1.f}, {-1.f, -1.f, 1.f, 1.f}, {1.f, 1.f, -1.f, -1.f}});
  const auto loss = [&](const char* name, auto layer, const Tensor& target) {
    check(golden, name, [&](const std::vector<Tensor>& x) { return Tensor(layer(x[0], target)); },
          {wave({3, 4})});
  };
  loss("L1Loss", L1Loss(), other);
  loss("MSELoss", MSELoss(kSum), other);
  loss("SmoothL1Loss", SmoothL1Loss(SmoothL1LossOptions().beta(0.5)), other);
  loss("HuberLoss", HuberLoss(HuberLossOptions().delta(0.5)), other);
  loss("KLDivLoss", KLDivLoss(kBatchMean), positive);
  loss("BCEWithLogitsLoss", BCEWithLogitsLoss(BCEWithLogitsLossOptions().pos_weight(weight)),
       positive);
  loss("HingeEmbeddingLoss", HingeEmbeddingLoss(HingeEmbeddingLossOptions().margin(0.5)), signs);
  loss("SoftMarginLoss", SoftMarginLoss(), signs);
  loss("PoissonNLLLoss", PoissonNLLLoss(PoissonNLLLossOptions().full(true)), positive * 3);
  loss("MultiMarginLoss", MultiMarginLoss(MultiMarginLossOptions().p(2)), labels);
  loss("NLLLoss", NLLLoss(NLLLossOptions().weight(weight)), labels);
  loss("CrossEntropyLoss", CrossEntropyLoss(CrossEntropyLossOptions().label_smoothing(0.1)),
       labels);
  loss("MultiLabelSoftMarginLoss", MultiLabelSoftMarginLoss(), positive.round());
  check(golden, "TripletMarginLoss",
        [](const std::vector<Tensor>& x) {
          return TripletMarginLoss(TripletMarginLossOptions().swap(true))(x[0], x[1], x[2]);
        },
        {wave({3, 4}), wave({3, 4}, 1), wave({3, 4}, 2)});
}

TEST(Layers, OfTwoInputsEqualPyTorchs) {
  const auto golden = golden_lines("tests/golden/layers.txt");
  const std::vector<Tensor> two{wave({3, 4}), wave({3, 4}, 1)};
  check(
      golden, "CosineSimilarity",
      [](const std::vector<Tensor>& x) { return CosineSimilarity()(x[0], x[1]); }, two);
  check(golden, "PairwiseDistance",
        [](const std::vector<Tensor>& x) {
          return PairwiseDistance(PairwiseDistanceOptions().p(3))(x[0], x[1]);
        },
        {wave({3, 4}), wave({3, 4}, 1)});
}

TEST(Layers, SequencesEqualPyTorchs) {
  const auto golden = golden_lines("tests/golden/layers.txt");
  const auto run = [&](const char* name, Function f, bool second = false) {
    std::vector<Tensor> inputs{wave(kX)};
    if (second) inputs.push_back(wave({3, 4, 6}));
    manual_seed(0);
    check(golden, name, f, inputs);
  };
  run("LSTM", [](const std::vector<Tensor>& x) {
    return std::get<0>(
        LSTM(LSTMOptions(6, 4).num_layers(2).bidirectional(true).proj_size(3))(x[0]));
  });
  run("GRU", [](const std::vector<Tensor>& x) {
    return std::get<0>(GRU(GRUOptions(6, 4).batch_first(true))(x[0]));
  });
  run("RNN", [](const std::vector<Tensor>& x) {
    return std::get<0>(RNN(RNNOptions(6, 4).nonlinearity(kReLU))(x[0]));
  });
  run(
      "MultiheadAttention",
      [](const std::vector<Tensor>& x) {
        return std::get<0>(MultiheadAttention(6, 2)(x[0], x[1], x[1]));
      },
      true);
  run(
      "Transformer",
      [](const std::vector<Tensor>& x) {
        Transformer net(TransformerOptions(6, 2, 1, 1).dim_feedforward(8));
        net->eval();
        return net(x[0], x[1]);
      },
      true);
}

TEST(Layers, SayWhatIsWrong) {
  EXPECT_THROW(Conv2d(3, 4, 0 + 1)(torch::rand({2, 5, 4, 4})), Error);
  EXPECT_THROW(Dropout(1.5), Error);
  EXPECT_THROW(BatchNorm2d(3)(torch::rand({2, 3})), Error);
  EXPECT_THROW(AdaptiveLogSoftmaxWithLoss(4, 5, std::vector<int64_t>{3, 3}), Error);
  EXPECT_THROW(LSTM(LSTMOptions(3, 4).proj_size(4)), Error);
}

}  // namespace
}  // namespace torch::nn
