// Tracing C++ functions: the graphs' text, and numbers for the example's sizes and for others.
#include "tealight/trace.h"

#include <gtest/gtest.h>

#include "runtime/module_samples.h"
#include "script/unit.h"
#include "tealight/code.h"
#include "tealight/context.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

std::string graph_of(const Module& m) {
  const script::ScriptFunction* f =
      m.file().program->find_method(*Type::named(TypeKind::Class, m.name()), "forward");
  return f->graph->str(false);
}

// Warnings while it lives.
class Warnings {
 public:
  Warnings() {
    before_ = set_warning_handler([this](const std::string& w) { texts.push_back(w); });
  }
  ~Warnings() { set_warning_handler(before_); }
  std::vector<std::string> texts;
  bool contain(const std::string& part) const {
    for (const std::string& t : texts)
      if (t.find(part) != std::string::npos) return true;
    return false;
  }

 private:
  TextHandler before_;
};

Tensor numbers(IntArrayRef sizes) {
  return arange(numel_of(sizes), kFloat).reshape(sizes).div(7).sin();
}

// The module gives what the function gives, on inputs of these sizes.
template <class F>
void expect_same(const Module& m, const F& f, IntArrayRef sizes) {
  const Tensor x = numbers(sizes);
  const Tensor got = m.forward({x.clone()}).toTensor(), wanted = f(x.clone());
  ASSERT_EQ(got.sizes(), wanted.sizes());
  EXPECT_TRUE(allclose(got, wanted, 1e-5, 1e-5)) << graph_of(m);
}
template <class F>
Module traced(const F& f, IntArrayRef sizes) {
  return trace(f, {numbers(sizes)}, {.names = {"x"}});
}

TEST(Trace, RecordsOperatorsAndConstants) {
  const auto f = [](const Tensor& x, const Tensor& y) { return (x + y).relu().mul(2); };
  Warnings none;
  const Module m = trace(f, {numbers({2, 3}), numbers({2, 3})}, {.names = {"x", "y"}});
  EXPECT_EQ(graph_of(m), R"(graph(%self : __torch__.Traced,
      %x : Float(*, *),
      %y : Float(*, *)):
  %0 : int = prim::Constant[value=1]()
  %1 : Float(*, *) = aten::add(%x, %y, %0)
  %2 : Float(*, *) = aten::relu(%1)
  %3 : int = prim::Constant[value=2]()
  %4 : Float(*, *) = aten::mul(%2, %3)
  return (%4)
)");
  EXPECT_TRUE(none.texts.empty());
}

// f traced for one size gives f's values for others.
template <class F>
Module expect_follows(const F& f, IntArrayRef example, std::vector<std::vector<int64_t>> others) {
  Warnings none;
  const Module m = traced(f, example);
  for (const std::string& w : none.texts) ADD_FAILURE() << w;
  expect_same(m, f, example);
  for (const auto& sizes : others) expect_same(m, f, sizes);
  return m;
}

TEST(Trace, SizesAreFollowed) {
  const auto f = [](const Tensor& x) { return x.reshape({x.size(0), -1}); };
  const Module m = expect_follows(f, {2, 3, 4}, {{5, 3, 4}, {1, 2, 2}, {7, 1, 9}});
  EXPECT_EQ(graph_of(m), R"(graph(%self : __torch__.Traced,
      %x : Float(*, *, *)):
  %0 : int = prim::Constant[value=0]()
  %1 : int = aten::size(%x, %0)
  %2 : int = prim::Constant[value=-1]()
  %3 : int[] = prim::ListConstruct(%1, %2)
  %4 : Float(*, *) = aten::reshape(%x, %3)
  return (%4)
)");
}

TEST(Trace, ArithmeticOfSizesIsFollowed) {
  const std::vector<std::vector<int64_t>> others{{3, 6, 8}, {1, 8, 2}, {5, 2, 12}};
  expect_follows([](const Tensor& x) { return x.view({x.size(0) * x.size(1), x.size(2)}); },
                 {2, 4, 6}, others);
  expect_follows([](const Tensor& x) { return x.view({x.numel()}); }, {2, 4, 6}, others);
  expect_follows([](const Tensor& x) { return x.unsqueeze(0).expand({3, -1, x.size(1), -1}); },
                 {2, 4, 6}, others);
  expect_follows([](const Tensor& x) { return x + arange(x.size(2), kFloat); }, {2, 4, 6}, others);
  expect_follows([](const Tensor& x) { return x.slice(1, 0, x.size(1) / 2); }, {2, 4, 6}, others);
  expect_follows([](const Tensor& x) { return x.narrow(2, 1, x.size(2) - 1); }, {2, 4, 6}, others);
  expect_follows([](const Tensor& x) { return x.slice(1, (x.size(1) + 1) / 2 - 1); }, {2, 4, 6},
                 others);
  expect_follows([](const Tensor& x) { return x.view({x.size(0), x.size(1) * 2, x.size(2) / 2}); },
                 {2, 4, 6}, others);
  expect_follows([](const Tensor& x) { return x / double(x.size(1)); }, {2, 4, 6}, others);
  expect_follows([](const Tensor& x) { return x.mul(1 / std::sqrt(double(x.size(2)))); }, {2, 4, 6},
                 others);
  expect_follows([](const Tensor& x) { return zeros({x.size(0) + x.size(1), x.size(2)}); },
                 {2, 4, 6}, others);
}

TEST(Trace, SizesOfPicturesAreFollowed) {
  const Tensor w = numbers({5, 3, 3, 3});
  const std::vector<std::vector<int64_t>> others{{2, 3, 24, 17}, {1, 3, 31, 40}};
  const auto up = [&](const Tensor& x) {
    const Tensor y = conv2d(x, w, {}, {2, 2}, {1, 1}).relu();
    return upsample_bilinear2d(y, {x.size(2), x.size(3)}, false, {}, {});
  };
  expect_follows(up, {1, 3, 16, 20}, others);
  const auto scaled = [&](const Tensor& x) {
    return upsample_nearest2d(x, {x.size(2) * 2, x.size(3) * 3 / 2}, {}, {});
  };
  expect_follows(scaled, {1, 3, 16, 20}, others);
  const auto flat = [&](const Tensor& x) {
    const Tensor y = conv2d(x, w, {}, {2, 2}, {1, 1});
    return y.flatten(2).transpose(1, 2).reshape({y.size(0), y.size(2) * y.size(3), 5, 1});
  };
  expect_follows(flat, {1, 3, 16, 20}, others);
}

TEST(Trace, TensorsMadeOfSizesAreFollowed) {
  const auto f = [](const Tensor& x) {
    return x * scalar_tensor(Scalar(double(x.size(0)))) + scalar_tensor(Scalar(x.size(1)));
  };
  expect_follows(f, {2, 5}, {{3, 3}, {7, 1}});
}

TEST(Trace, SizesThatAgreeChangeTogether) {
  const auto f = [](const Tensor& x, const Tensor& y) {
    return cat({x, y}, 1).view({x.size(0), -1, 2});
  };
  const Module m = trace(f, {numbers({3, 4}), numbers({3, 2})});
  const Tensor x = numbers({5, 2}), y = numbers({5, 4});
  EXPECT_TRUE(equal(m.forward({x, y}).toTensor(), f(x, y)));
}

TEST(Trace, WhatASizeCannotExplainStaysAsItWas) {
  Warnings w;
  const auto f = [](const Tensor& x) { return x.add(double(x.size(0) * 37 % 11)); };
  const Module m = traced(f, {3, 2});
  EXPECT_TRUE(w.contain("dimension 0 of input 0 stays 3")) << graph_of(m);
  EXPECT_TRUE(w.contain("argument 'other' of aten::add"));
  expect_same(m, f, {3, 5});
}

TEST(Trace, WritesInPlaceAndViews) {
  const auto f = [](const Tensor& x) {
    Tensor y = x.clone();
    y[0].mul_(3);
    y.select(1, 0).add_(1);
    y.relu_();
    const Tensor z = y.t();
    y.neg_();
    return z.contiguous();
  };
  const Module m = expect_follows(f, {2, 3}, {{4, 3}, {2, 6}});
  EXPECT_EQ(graph_of(m), R"(graph(%self : __torch__.Traced,
      %x : Float(*, *)):
  %0 : NoneType = prim::Constant()
  %1 : Float(*, *) = aten::clone(%x, %0)
  %2 : int = prim::Constant[value=0]()
  %3 : int = prim::Constant[value=0]()
  %4 : Float(*) = aten::select(%1, %2, %3)
  %5 : int = prim::Constant[value=3]()
  %6 : Float(*) = aten::mul_(%4, %5)
  %7 : int = prim::Constant[value=1]()
  %8 : int = prim::Constant[value=0]()
  %9 : Float(*) = aten::select(%1, %7, %8)
  %10 : int = prim::Constant[value=1]()
  %11 : int = prim::Constant[value=1]()
  %12 : Float(*) = aten::add_(%9, %10, %11)
  %13 : Float(*, *) = aten::relu_(%1)
  %14 : Float(*, *) = aten::t(%13)
  %15 : Float(*, *) = aten::neg_(%13)
  %16 : int = prim::Constant[value=0]()
  %17 : Float(*, *) = aten::contiguous(%14, %16)
  return (%17)
)");
}

TEST(Trace, ListsOfTensors) {
  const auto f = [](const Tensor& x) {
    std::vector<Tensor> parts = x.split(2, 1);
    parts.push_back(parts[0] * 2);
    const Tensor sum = stack(x.unbind(1), 0).sum();
    return cat({parts[1], parts[2]}, 0) + sum;
  };
  const Module m = expect_follows(f, {3, 4}, {{5, 4}});
  EXPECT_EQ(graph_of(m), R"(graph(%self : __torch__.Traced,
      %x : Float(*, 4)):
  %0 : int = prim::Constant[value=2]()
  %1 : int = prim::Constant[value=1]()
  %2 : Tensor[] = aten::split(%x, %0, %1)
  %3 : Float(*, 2), %4 : Float(*, 2) = prim::ListUnpack(%2)
  %5 : int = prim::Constant[value=2]()
  %6 : Float(*, 2) = aten::mul(%3, %5)
  %7 : int = prim::Constant[value=1]()
  %8 : Tensor[] = aten::unbind(%x, %7)
  %9 : Float(*), %10 : Float(*), %11 : Float(*), %12 : Float(*) = prim::ListUnpack(%8)
  %13 : Tensor[] = prim::ListConstruct(%9, %10, %11, %12)
  %14 : int = prim::Constant[value=0]()
  %15 : Float(4, *) = aten::stack(%13, %14)
  %16 : NoneType = prim::Constant()
  %17 : Float() = aten::sum(%15, %16)
  %18 : Tensor[] = prim::ListConstruct(%4, %6)
  %19 : int = prim::Constant[value=0]()
  %20 : Float(*, 2) = aten::cat(%18, %19)
  %21 : int = prim::Constant[value=1]()
  %22 : Float(*, 2) = aten::add(%20, %17, %21)
  return (%22)
)");
}

TEST(Trace, ContainersGoInAndComeOut) {
  const TracedFunction f = [](std::vector<Value> v) {
    const auto& pair = v[0].toTupleRef().items;
    Value* mask = v[1].toDictRef().find(Value("mask"));
    const Tensor a = pair[0].toTensor(), b = pair[1].toListRef().items[0].toTensor();
    auto out = make_intrusive<DictImpl>(Type::get(TypeKind::String), Type::get(TypeKind::Tensor));
    out->insert_or_assign("sum", Value(a + b));
    out->insert_or_assign("masked", Value(a * mask->toTensor()));
    return Value(make_tuple_value({Value(out), make_list(Type::get(TypeKind::Tensor), {a, b})}));
  };
  auto dict = make_intrusive<DictImpl>(Type::get(TypeKind::String), Type::get(TypeKind::Tensor));
  dict->insert_or_assign("mask", Value(ones({2})));
  const std::vector<Value> inputs{
      make_tuple_value({Value(numbers({2})), Value(std::vector<Tensor>{numbers({2})})}),
      Value(dict)};
  const Module m = trace(f, inputs, {.names = {"pair", "options"}});
  EXPECT_EQ(graph_of(m), R"(graph(%self : __torch__.Traced,
      %pair : (Tensor, Tensor[]),
      %options : Dict(str, Tensor)):
  %0 : Float(*), %1 : Tensor[] = prim::TupleUnpack(%pair)
  %2 : Float(*) = prim::ListUnpack(%1)
  %3 : str = prim::Constant[value="mask"]()
  %4 : Float(*) = aten::__getitem__(%options, %3)
  %5 : int = prim::Constant[value=1]()
  %6 : Float(*) = aten::add(%0, %2, %5)
  %7 : Float(*) = aten::mul(%0, %4)
  %8 : str = prim::Constant[value="sum"]()
  %9 : str = prim::Constant[value="masked"]()
  %10 : Dict(str, Tensor) = prim::DictConstruct(%8, %6, %9, %7)
  %11 : Tensor[] = prim::ListConstruct(%0, %2)
  %12 : (Dict(str, Tensor), Tensor[]) = prim::TupleConstruct(%10, %11)
  return (%12)
)");
  EXPECT_EQ(repr(m.forward(inputs)), repr(f(inputs)));
}

TEST(Trace, RefusesInputsThatCannotVary) {
  const TracedFunction f = [](std::vector<Value> v) { return v[0]; };
  EXPECT_THROW(trace(f, {Value(3)}), TypeError);
}

TEST(Trace, TensorsFromOutsideAreConstantsOrParameters) {
  const Tensor fixed = numbers({3}), learned = numbers({3}).requires_grad_();
  const auto f = [&](const Tensor& x) { return x * learned + fixed; };
  Module m = traced(f, {2, 3});
  EXPECT_EQ(graph_of(m), R"(graph(%self : __torch__.Traced,
      %x : Float(*, 3)):
  %param_0 : Tensor = prim::GetAttr[name="param_0"](%self)
  %0 : Float(*, 3) = aten::mul(%x, %param_0)
  %1 : Tensor = prim::Constant[value= 0.0000  0.1424  0.2818 [ CPUFloatType{3} ]]()
  %2 : int = prim::Constant[value=1]()
  %3 : Float(*, 3) = aten::add(%0, %1, %2)
  return (%3)
)");
  EXPECT_TRUE(m.attr("param_0").toTensor().is_same(learned));
  m.attr("param_0").toTensor().detach().zero_();
  EXPECT_TRUE(equal(m.forward({numbers({2, 3})}).toTensor(), fixed.expand({2, 3})));
}

TEST(Trace, TakesBackWhatTheFunctionWrites) {
  const Tensor state = zeros({1});
  const auto f = [&](const Tensor& x) { return x + state.add_(1); };
  const Module m = traced(f, {2});
  EXPECT_EQ(state.item().toInt(), 0);
  EXPECT_EQ(m.forward({zeros({2})}).toTensor()[0].item().toInt(), 1);
  EXPECT_EQ(m.forward({zeros({2})}).toTensor()[0].item().toInt(), 2);
}

TEST(Trace, WarnsOfDecisionsByValues) {
  Warnings w;
  const Module m =
      traced([](const Tensor& x) { return x.sum().item().toDouble() > 0 ? x * 2 : x * 3; }, {2, 3});
  EXPECT_TRUE(w.contain("takes a number out of a tensor"));
  EXPECT_TRUE(equal(m.forward({-ones({2, 3})}).toTensor(), -2 * ones({2, 3})));
}

TEST(Trace, WarnsOfComparisonsOfValues) {
  Warnings w;
  traced([](const Tensor& x) { return equal(x, x.neg()) ? x : x + 1; }, {2, 3});
  EXPECT_TRUE(w.contain("takes a number out of a tensor"));
}

TEST(Trace, CountsThatBecameTensorsAreNoValues) {
  const auto f = [](const Tensor& x) {  // as programs traced by Python have it
    const Tensor n = scalar_tensor(Scalar(x.size(1))).mul(2);
    return x.repeat({1, 2}).view({x.size(0), n.item().toLong()});
  };
  expect_follows(f, {2, 5}, {{3, 3}, {7, 1}});
}

TEST(Trace, WarnsOfTrainingMode) {
  Warnings w;
  traced([](const Tensor& x) { return dropout(x, 0.5, true); }, {2, 3});
  EXPECT_TRUE(w.contain("aten::dropout runs in training mode"));
  EXPECT_EQ(w.texts.size(), 1u);  // the same random numbers give the same result
}

TEST(Trace, RandomNumbersAreDrawnAnew) {
  manual_seed(3);
  const auto f = [](const Tensor& x) { return x + rand({x.size(0)}); };
  const Module m = traced(f, {4});
  const Tensor next = rand({4});
  manual_seed(3);
  rand({4});
  EXPECT_TRUE(equal(rand({4}), next));  // as if the function had run once
  manual_seed(5);
  const Tensor a = m.forward({zeros({6})}).toTensor();
  manual_seed(5);
  EXPECT_TRUE(equal(a, rand({6})));
}

TEST(Trace, WarnsOfFunctionsThatChange) {
  Warnings w;
  int calls = 0;
  traced([&](const Tensor& x) { return x + ++calls; }, {2});
  EXPECT_TRUE(w.contain("does not do the same when it is called again"));
}

TEST(Trace, ScopesAreKept) {
  const auto f = [](const Tensor& x) {
    const TraceScope outer("features");
    const TraceScope inner("0");
    return x.relu();
  };
  const Module m = traced(f, {2});
  EXPECT_NE(m.file()
                .program->find_method(*Type::named(TypeKind::Class, m.name()), "forward")
                ->graph->str(true)
                .find("features.0"),
            std::string::npos);
}

TEST(Trace, ObjectsKeepTheirNames) {
  auto inner = std::make_shared<TracedModule>();
  inner->class_name = "Linear";
  inner->parameters = {{"weight", numbers({4, 3})}, {"bias", numbers({4})}};
  TracedModule net;
  net.children = {{"a", inner}, {"b", inner}};
  net.buffers = {{"scale", numbers({1})}};
  const TracedFunction f = [&](std::vector<Value> v) {
    return Value(linear(v[0].toTensor(), inner->parameters[0].second, inner->parameters[1].second) *
                 net.buffers[0].second);
  };
  const Module m = trace_values(net, f, {numbers({2, 3})}, {.names = {"x"}});
  EXPECT_EQ(graph_of(m), R"(graph(%self : __torch__.Traced,
      %x : Float(*, 3)):
  %a : __torch__.Linear = prim::GetAttr[name="a"](%self)
  %weight : Tensor = prim::GetAttr[name="weight"](%a)
  %bias : Tensor = prim::GetAttr[name="bias"](%a)
  %0 : Float(*, 4) = aten::linear(%x, %weight, %bias)
  %scale : Tensor = prim::GetAttr[name="scale"](%self)
  %1 : Float(*, 4) = aten::mul(%0, %scale)
  return (%1)
)");
  EXPECT_TRUE(m.attr("a").is(m.attr("b")));
  EXPECT_TRUE(equal(m.forward({numbers({5, 3})}).toTensor(), f({numbers({5, 3})}).toTensor()));
}

TEST(Trace, ModulesInsideAreCalled) {
  const Module net = testing::golden("net_debug.ptl");
  const Module m = trace(net, {numbers({2, 3})});
  EXPECT_EQ(m.name(), net.name());
  EXPECT_EQ(graph_of(m), R"(graph(%self : __torch__.Net,
      %x : Float(*, 3)):
  %inner : __torch__.Inner = prim::GetAttr[name="inner"](%self)
  %0 : Float(*, 2) = prim::CallMethod[name="forward"](%inner, %x)
  %2 : float = prim::Constant[value=2.]()
  %3 : Float(*, 2) = aten::mul(%0, %2)
  %columns : Tensor = prim::GetAttr[name="columns"](%self)
  %4 : int = prim::Constant[value=0]()
  %5 : NoneType = prim::Constant()
  %6 : int = prim::Constant[value=2]()
  %7 : int = prim::Constant[value=1]()
  %8 : Float(2, 2) = aten::slice(%columns, %4, %5, %6, %7)
  %9 : int = prim::Constant[value=1]()
  %10 : int = prim::Constant[value=0]()
  %11 : Float(2) = aten::select(%8, %9, %10)
  %12 : int = prim::Constant[value=1]()
  %13 : Float(*, 2) = aten::add(%3, %11, %12)
  return (%13)
)");
  const Tensor x = numbers({5, 3});
  EXPECT_TRUE(allclose(m.forward({x}).toTensor(), net.forward({x}).toTensor()));
}

// Two calls of a layer; one of a module that gives two tensors and takes a weight from outside of
// itself, for the layer in it is the one beside it.
TEST(Trace, EachCallOfAModuleIsAMethod) {
  ScriptModule layer("Layer"), pair("Pair"), net("Net");
  layer.register_parameter("w", numbers({3}), false);
  layer.define("def forward(self, x):\n  return x * self.w\n");
  pair.register_module("deep", layer);
  pair.define(R"(
def both(self, x, n: int):
  y = self.deep.forward(x)
  return x.view(n, -1), y + self.deep.w
)");
  net.register_module("layer", layer);
  net.register_module("pair", pair);
  net.define(R"(
def forward(self, x):
  x = self.layer.forward(self.layer.forward(x))
  a, b = self.pair.both(x, x.size(0))
  return a * b * self.layer.w
)");
  Warnings none;
  const ScriptModule m = trace(net, {numbers({2, 3})});
  EXPECT_TRUE(none.texts.empty()) << none.texts[0];
  EXPECT_EQ(graph_of(m), R"(graph(%self : __torch__.Net,
      %x : Float(*, 3)):
  %layer : __torch__.Layer = prim::GetAttr[name="layer"](%self)
  %0 : Float(*, 3) = prim::CallMethod[name="forward"](%layer, %x)
  %1 : Float(*, 3) = prim::CallMethod[name="forward1"](%layer, %0)
  %pair : __torch__.Pair = prim::GetAttr[name="pair"](%self)
  %w : Tensor = prim::GetAttr[name="w"](%layer)
  %2 : (Tensor, Tensor) = prim::CallMethod[name="both"](%pair, %1, %w)
  %3 : Float(*, 3), %4 : Float(*, 3) = prim::TupleUnpack(%2)
  %10 : Float(*, 3) = aten::mul(%3, %4)
  %11 : Float(*, 3) = aten::mul(%10, %w)
  return (%11)
)");
  const Tensor x = numbers({5, 3});
  EXPECT_TRUE(allclose(m.forward({x}).toTensor(), net.forward({x}).toTensor()));
  EXPECT_TRUE(allclose(m.attr("layer").toModule().forward({x}).toTensor(), x * numbers({3})));
}

TEST(Trace, RecurrentLayersMakeTheirStates) {
  ScriptModule net("Recurrent");
  net.register_parameter("w", numbers({8, 3}), false);
  net.register_parameter("u", numbers({8, 2}), false);
  net.define(R"(
def forward(self, x):
  h = torch.zeros([x.size(1), 2])
  state = (h, h)
  for step in torch.unbind(x, 0):
    h, c = state
    state = torch.lstm_cell(step, [h, c], self.w, self.u)
  return state
)");
  Warnings none;
  const Module m = trace(net, {numbers({4, 2, 3})});
  EXPECT_TRUE(none.texts.empty()) << none.texts[0];
  const Tensor x = numbers({4, 5, 3});
  EXPECT_EQ(repr(m.forward({x})), repr(net.forward({x})));
}

}  // namespace
}  // namespace tealight
