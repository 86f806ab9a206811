// Modules, holders, AnyModule and containers as programs write them.
#include <gtest/gtest.h>

#include <sstream>

#include "tealight/nn.h"
#include "tealight/ops.h"
#include "tealight/trace.h"

using namespace torch;

namespace {
struct NetImpl : nn::Cloneable<NetImpl> {
  explicit NetImpl(int64_t width = 4) : width(width) { reset(); }
  void reset() override {
    in = register_module("in", nn::Linear(3, width));
    out = register_module("out", nn::Linear(nn::LinearOptions(width, 2).bias(false)));
    steps = register_buffer("steps", tealight::zeros({1}));
  }
  Tensor forward(Tensor x, int64_t times = 1) { return out(in(x).relu()) * times; }
  int64_t width;
  nn::Linear in{nullptr}, out{nullptr};
  Tensor steps;

 protected:
  FORWARD_HAS_DEFAULT_ARGS({1, nn::AnyValue(int64_t(1))})
};
TORCH_MODULE(Net);

template <class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing thrown";
}
std::vector<std::string> names(const OrderedDict<std::string, Tensor>& d) { return d.keys(); }
using Names = std::vector<std::string>;

TEST(Module, ListsItsTensorsByDottedNames) {
  Net net;
  EXPECT_EQ(names(net->named_parameters()), (Names{"in.weight", "in.bias", "out.weight"}));
  EXPECT_EQ(names(net->named_buffers()), (Names{"steps"}));
  EXPECT_EQ(net->named_modules().keys(), (Names{"", "in", "out"}));
  EXPECT_TRUE(net->in->weight.requires_grad());
  EXPECT_FALSE(net->steps.requires_grad());
}

TEST(Module, CloneSharesNothing) {
  Net net(5);
  net->eval();
  const auto copy = std::dynamic_pointer_cast<NetImpl>(net->clone());
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->width, 5);
  EXPECT_FALSE(copy->is_training());
  const Tensor x = tealight::randn({2, 3});
  EXPECT_TRUE(tealight::equal(copy->forward(x), net(x)));
  NoGradGuard off;
  copy->in->weight.zero_();
  EXPECT_NE(net->in->weight.abs().sum().item<float>(), 0);
}

TEST(Module, ConvertsTensorsInPlace) {
  Net net;
  const Tensor weight = net->in->weight;
  net->to(kDouble);
  EXPECT_EQ(weight.scalar_type(), kDouble);
  EXPECT_TRUE(weight.requires_grad() && weight.is_leaf());
}

TEST(Module, ZeroGradDropsGradients) {
  Net net;
  net(tealight::ones({1, 3})).sum().backward();
  ASSERT_TRUE(net->in->weight.grad().defined());
  net->zero_grad(false);
  EXPECT_EQ(net->in->weight.grad().abs().sum().item<float>(), 0);
  net->zero_grad();
  EXPECT_FALSE(net->in->weight.grad().defined());
}

TEST(Module, RefusesNamesThatClash) {
  nn::Module m("m");
  m.register_parameter("p", tealight::ones({1}));
  EXPECT_EQ(message_of([&] { m.register_parameter("p", tealight::ones({1})); }),
            "Parameter 'p' already defined");
  EXPECT_EQ(message_of([&] { m.register_buffer("a.b", tealight::ones({1})); }),
            "Buffer name must not contain a dot (got 'a.b')");
  EXPECT_EQ(message_of([&] { m.unregister_module("x"); }), "No Module with name `x` is registered");
}

TEST(Module, PrintsTheTree) {
  std::ostringstream out;
  out << nn::Sequential({{"a", nn::Linear(1, 2)}, {"b", nn::Linear(2, 3)}});
  EXPECT_EQ(out.str(),
            "torch::nn::Sequential(\n"
            "  (a): torch::nn::Linear(in_features=1, out_features=2, bias=true)\n"
            "  (b): torch::nn::Linear(in_features=2, out_features=3, bias=true)\n"
            ")");
}

TEST(Linear, DrawsAsPyTorchDoes) {  // torch.manual_seed(0); torch.nn.Linear(2, 1)
  tealight::manual_seed(0);
  nn::Linear l(2, 1);
  EXPECT_NEAR(l->weight[0][0].item<float>(), -0.005293981, 1e-8);
  EXPECT_NEAR(l->weight[0][1].item<float>(), 0.379322886, 1e-7);
  EXPECT_NEAR(l->bias[0].item<float>(), -0.581980765, 1e-7);
}

TEST(AnyModule, ChecksTypesAndFillsDefaults) {
  nn::AnyModule any((Net()));
  const Tensor x = tealight::ones({1, 3});
  EXPECT_TRUE(tealight::equal(any.forward(x) * 2, any.forward(x, int64_t(2))));
  EXPECT_EQ(message_of([&] { any.forward(2.5f); }),
            "Expected argument #0 to be of type at::Tensor, but received value of type float");
  EXPECT_EQ(message_of([&] { any.forward<int>(x); }),
            "Attempted to cast AnyValue to int, but its actual type is at::Tensor");
  EXPECT_EQ(message_of([&] { any.get<nn::LinearImpl>(); }),
            "Attempted to cast module of type (anonymous namespace)::NetImpl to type "
            "torch::nn::LinearImpl");
  EXPECT_EQ(any.get<Net>()->width, 4);
}

TEST(Sequential, RunsNamedModulesInOrder) {
  nn::Sequential s({{"double", nn::Functional([](Tensor x) { return x * 2; })},
                    {"inc", nn::Functional([](Tensor x) { return x + 1; })}});
  EXPECT_EQ(s->forward(tealight::ones({1})).item<float>(), 3);
  const auto copy = std::dynamic_pointer_cast<nn::SequentialImpl>(s->clone());
  EXPECT_EQ(copy->named_children().keys(), (Names{"double", "inc"}));
  EXPECT_EQ(message_of([] { nn::Sequential()->forward(1); }),
            "Cannot call forward() on an empty Sequential");
}

TEST(ModuleList, InsertShiftsNames) {
  nn::ModuleList list(nn::Linear(1, 1), nn::Linear(2, 2));
  list->insert(0, nn::Linear(3, 3));
  EXPECT_EQ(list->at<nn::LinearImpl>(0).options.in_features(), 3);
  const auto children = list->named_children();
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(children[std::to_string(i)], list->ptr(i));
}

TEST(ModuleDict, PopTakesTheChildOutToo) {
  nn::ModuleDict dict(OrderedDict<std::string, std::shared_ptr<nn::Module>>{
      {"a", nn::Linear(1, 1).ptr()}, {"b", nn::Linear(2, 2).ptr()}});
  dict->pop("a");
  EXPECT_EQ(dict->named_children().keys(), (Names{"b"}));
  dict->clear();
  EXPECT_TRUE(dict->children().empty());
}

TEST(ParameterList, PrintsItsTensors) {
  nn::ParameterList list(tealight::ones({2, 3}));
  list->append(tealight::ones({1}).requires_grad_());
  EXPECT_EQ(list->named_parameters().keys(), (Names{"0", "1"}));
  EXPECT_TRUE(list[1].requires_grad());
  std::ostringstream out;
  out << list;
  EXPECT_NE(out.str().find("(0): Parameter containing: [Float of size [2, 3]]"), std::string::npos);
}

TEST(Trace, SubmodulesKeepNamesAndMethods) {
  struct OuterImpl : nn::Module {
    nn::Sequential body = register_module(
        "body", nn::Sequential({{"fc", nn::Linear(3, 3)},
                                {"act", nn::Functional([](Tensor x) { return x.relu(); })}}));
    nn::Linear head = register_module("head", nn::Linear(3, 2));
    Tensor forward(Tensor x) { return head(body->forward(x)); }
  };
  const auto net = std::make_shared<OuterImpl>();
  const Tensor x = tealight::randn({2, 3});
  const ScriptModule traced = tealight::trace(*net, {x});
  EXPECT_TRUE(tealight::allclose(traced.forward({x}).toTensor(), net->forward(x)));
  Names names;
  for (const auto& p : traced.named_parameters()) names.push_back(p.name);
  EXPECT_EQ(names, (Names{"body.fc.weight", "body.fc.bias", "head.weight", "head.bias"}));
  EXPECT_TRUE(traced.attr("head").toModule().find_method("forward"));
  EXPECT_TRUE(traced.attr("body").toModule().attr("fc").toModule().find_method("forward"));
}

TEST(Enum, NamesAndReductions) {
  const std::variant<enumtype::kMean, enumtype::kBatchMean> mean = kMean, other = kBatchMean;
  EXPECT_EQ(enumtype::get_enum_name(other), "kBatchMean");
  EXPECT_EQ(enumtype::reduction_get_enum(mean), Reduction::Mean);
  EXPECT_EQ(message_of([&] { enumtype::reduction_get_enum(other); }),
            "kBatchMean is not a valid value for reduction");
}

TEST(ExpandingArray, OneNumberStandsForAll) {
  const ExpandingArray<3> a = 2, b = {1, 2, 3};
  EXPECT_EQ(str(a, b), "[2, 2, 2][1, 2, 3]");
  EXPECT_EQ(str(ExpandingArrayWithOptionalElem<2>({3, std::nullopt})), "[3, None]");
  EXPECT_EQ(message_of([] { ExpandingArray<2>({1, 2, 3}); }),
            "Expected 2 values, but instead got 3");
}
}  // namespace
