// Operators of the user's own, registered in every way that libtorch's programs use.
#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <gtest/gtest.h>
#include <torch/library.h>
#include <torch/script.h>

#include "messages.h"

namespace {

// ---- as apps of the age of torch 1.3 do it
torch::Tensor warp_perspective(torch::Tensor image, torch::Tensor warp) { return image + warp; }
static auto registry = torch::RegisterOperators("my_ops::warp_perspective", &warp_perspective)
                           .op("my_ops::twice(int x) -> int", [](int64_t x) { return 2 * x; })
                           .op(torch::RegisterOperators::options()
                                   .schema("my_ops::half(float x) -> float")
                                   .catchAllKernel([](double x) { return x / 2; }))
                           .op("my_ops::by_kernel(Tensor x) -> Tensor",
                               torch::RegisterOperators::options().kernel(
                                   c10::DispatchKey::CPU, [](at::Tensor x) { return x * 3; }));
static torch::RegisterOperators also("my_ops::joined(str[] s, str by) -> str",
                                     [](std::vector<std::string> s, std::string by) {
                                       return c10::Join(by, s);
                                     });

// ---- as later ones do
std::tuple<at::Tensor, int64_t> size_and_first(const at::Tensor& t, c10::optional<int64_t> dim,
                                               at::IntArrayRef more) {
  return std::make_tuple(t[0], t.size(dim.value_or(0)) + int64_t(more.size()));
}
at::Tensor scaled(const at::Tensor& x, const at::Scalar& by) { return x * by; }
at::Tensor boxes(const at::Tensor& dets, double threshold, bool flag, c10::string_view mode) {
  return flag && mode == "keep" ? dets : dets * threshold;
}
std::vector<at::Tensor> halves(at::TensorList tensors, const c10::optional<at::Tensor>& weight) {
  std::vector<at::Tensor> out;
  for (const at::Tensor& t : tensors) out.push_back(weight ? t * *weight : t / 2);
  return out;
}
void nothing(const at::Tensor&) {}
at::Tensor& count_up_(at::Tensor& t) { return t.add_(1); }
void sum_boxed(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  int64_t sum = 0;
  for (const c10::IValue& v : torch::jit::last(*stack, op.schema().arguments().size()))
    sum += v.toInt();
  torch::jit::drop(*stack, op.schema().arguments().size());
  torch::jit::push(*stack, sum);
}

TORCH_LIBRARY(apitest, m) {
  m.def("size_and_first", &size_and_first);
  m.def(TORCH_SELECTIVE_SCHEMA("apitest::later(Tensor x, *, Scalar by=2) -> Tensor"));
  m.def("apitest::never(Tensor x) -> Tensor");
  m.def("boxes(Tensor dets, float threshold=0.5, bool flag=False, str mode='keep') -> Tensor",
        &boxes);
  m.def("halves(Tensor[] tensors, Tensor? weight=None) -> Tensor[]", TORCH_FN(halves));
  m.def("nothing", &nothing);
  m.def("sum(int a, int b=10) -> int", torch::CppFunction::makeFromBoxedFunction<&sum_boxed>());
  m.def("strings(str[] s, Dict(str, int) d) -> str",
        [](std::vector<std::string> s, c10::Dict<std::string, int64_t> d) {
          return s.at(0) + std::to_string(d.at("k"));
        });
}
TORCH_LIBRARY_IMPL(apitest, CPU, m) {
  m.impl(TORCH_SELECTIVE_NAME("apitest::later"), TORCH_FN(scaled));
}
TORCH_LIBRARY_IMPL(apitest, CUDA, m) {
  m.impl("later", [](const at::Tensor& x, const at::Scalar&) { return x; });
}
TORCH_LIBRARY_FRAGMENT(apitest, m) {
  m.def("count_up_(Tensor(a!) self) -> Tensor(a!)", &count_up_);
}
TORCH_LIBRARY_FRAGMENT(apitest, m) {
  m.def("apart(Tensor x) -> Tensor");
  m.impl("apart", c10::kCPU, [](const at::Tensor& x) { return x - 1; });
  m.def("dispatched(Tensor x) -> Tensor",
        torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd,
                        [](const at::Tensor& x) { return x + 7; }));
}

c10::OperatorHandle find(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "");
}
torch::jit::Stack call(const char* name, torch::jit::Stack stack) {
  find(name).callBoxed(&stack);
  return stack;
}

}  // namespace

TEST(ApiRegistration, InfersSchemasFromTypes) {
  EXPECT_EQ(c10::str(find("my_ops::warp_perspective").schema()),
            "my_ops::warp_perspective(Tensor _0, Tensor _1) -> Tensor _0");
  EXPECT_EQ(c10::str(find("apitest::size_and_first").schema()),
            "apitest::size_and_first(Tensor _0, int? _1, int[] _2) -> (Tensor _0, int _1)");
  EXPECT_EQ(c10::str(find("apitest::nothing").schema()), "apitest::nothing(Tensor _0) -> ()");
}

TEST(ApiRegistration, KeepsSchemas) {
  EXPECT_EQ(c10::str(find("apitest::later").schema()),
            "apitest::later(Tensor x, *, Scalar by=2) -> Tensor");
  const c10::FunctionSchema& schema = find("apitest::boxes").schema();
  EXPECT_EQ(schema.name(), "apitest::boxes");
  EXPECT_EQ(schema.overload_name(), "");
  EXPECT_EQ(schema.arguments().at(1).name(), "threshold");
  EXPECT_EQ(schema.arguments().at(1).default_value()->toDouble(), 0.5);
  EXPECT_EQ(*schema.arguments().at(2).type(), *c10::BoolType::get());
  EXPECT_FALSE(schema.arguments()[0].default_value().has_value());
  EXPECT_TRUE(find("apitest::later").schema().arguments()[1].kwarg_only());
  EXPECT_FALSE(schema.is_vararg() || schema.is_varret());
}

TEST(ApiRegistration, CallsOldRegistrations) {
  EXPECT_EQ(call("my_ops::warp_perspective", {at::ones({2}), at::ones({2})})[0]
                .toTensor()[0]
                .item<float>(),
            2);
  EXPECT_EQ(call("my_ops::twice", {21})[0].toInt(), 42);
  EXPECT_EQ(call("my_ops::half", {3.0})[0].toDouble(), 1.5);
  EXPECT_EQ(call("my_ops::by_kernel", {at::ones({1})})[0].toTensor().item<float>(), 3);
  EXPECT_EQ(call("my_ops::joined", {std::vector<std::string>{"a", "b"}, "-"})[0].toStringRef(),
            "a-b");
}

TEST(ApiRegistration, CallsFunctionsOfManyTypes) {
  const auto two =
      call("apitest::size_and_first", {at::ones({4, 3}), 1, std::vector<int64_t>{5, 6}});
  EXPECT_EQ(two[0].toTensor().numel(), 3);
  EXPECT_EQ(two[1].toInt(), 5);
  EXPECT_EQ(
      call("apitest::size_and_first", {at::ones({4, 3}), c10::IValue(), std::vector<int64_t>{}})[1]
          .toInt(),
      4);
  EXPECT_EQ(call("apitest::strings", {std::vector<std::string>{"a"},
                                      std::unordered_map<std::string, int64_t>{{"k", 4}}})[0]
                .toStringRef(),
            "a4");
  EXPECT_EQ(
      call("apitest::boxes", {at::ones({1}), 0.25, false, "keep"})[0].toTensor().item<float>(),
      0.25);
  const auto lists = call("apitest::halves",
                          {std::vector<at::Tensor>{at::ones({1}), at::ones({2})}, c10::IValue()});
  EXPECT_EQ(lists[0].toTensorVector()[1][0].item<float>(), 0.5);
  EXPECT_EQ(call("apitest::halves", {std::vector<at::Tensor>{at::ones({1})}, at::full({1}, 4.f)})[0]
                .toTensorList()
                .get(0)
                .item<float>(),
            4);
  EXPECT_TRUE(call("apitest::nothing", {at::ones({1})}).empty());
  EXPECT_EQ(call("apitest::sum", {1, 2})[0].toInt(), 3);
}

TEST(ApiRegistration, CodeMayComeApartFromTheSchema) {
  EXPECT_EQ(call("apitest::later", {at::ones({1}), 4})[0].toTensor().item<float>(), 4);
  EXPECT_EQ(call("apitest::apart", {at::ones({1})})[0].toTensor().item<float>(), 0);
  EXPECT_EQ(call("apitest::dispatched", {at::ones({1})})[0].toTensor().item<float>(), 8);
  EXPECT_THROW(call("apitest::never", {at::ones({1})}), c10::NotImplementedError);
}

TEST(ApiRegistration, InPlaceFunctionsWriteTheirArgument) {
  at::Tensor t = at::zeros({2});
  EXPECT_TRUE(call("apitest::count_up_", {t})[0].toTensor().is_same(t));
  EXPECT_EQ(t[1].item<float>(), 1);
}

TEST(ApiRegistration, RefusesWhatCannotBe) {
  EXPECT_THROW(torch::RegisterOperators("my_ops::twice(int x) -> float",
                                        [](int64_t x) { return double(x); }),
               c10::Error);
  EXPECT_THROW(
      torch::RegisterOperators("my_ops::wrong(int x) -> int", [](int64_t x, int64_t) { return x; }),
      c10::Error);
  EXPECT_THROW(torch::RegisterOperators("no schema at all (", [](int64_t x) { return x; }),
               std::exception);
}

TEST(ApiDispatcher, FindsOperatorsByName) {
  auto& dispatcher = c10::Dispatcher::singleton();
  EXPECT_TRUE(dispatcher.findSchema({"aten::add", "Tensor"}).has_value());
  EXPECT_FALSE(dispatcher.findSchema({"aten::no_such", ""}).has_value());
  EXPECT_TRUE(dispatcher.findOp({"aten::relu", ""}).has_value());
  EXPECT_TRUE(contains(message_of([] { find("aten::no_such"); }), "aten::no_such"));
  const c10::OperatorHandle relu = find("aten::relu");
  EXPECT_EQ(relu.operator_name().name, "aten::relu");
  EXPECT_EQ(c10::str(relu.operator_name()), "aten::relu");
  EXPECT_EQ(c10::str(c10::OperatorName("aten::add", "Tensor")), "aten::add.Tensor");
  EXPECT_EQ(c10::OperatorName("a::b", "c").getNamespace().value(), "a");
  EXPECT_TRUE(relu.hasSchema());
}

TEST(ApiDispatcher, CallsTypedAndBoxed) {
  const auto add =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("aten::add", "Tensor")
          .typed<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Scalar&)>();
  EXPECT_EQ(add.call(at::ones({1}), at::ones({1}), 3).item<float>(), 4);
  const auto mine =
      find("apitest::later").typed<at::Tensor(const at::Tensor&, const at::Scalar&)>();
  EXPECT_EQ(mine.call(at::ones({1}), 5).item<float>(), 5);
  torch::jit::Stack stack;
  torch::jit::push(stack, at::ones({2}), at::ones({2}), 1);
  c10::Dispatcher::singleton().callBoxed(add, &stack);
  EXPECT_EQ(torch::jit::pop(stack).toTensor().sum().item<float>(), 4);
}

TEST(ApiDispatcher, StacksAreVectorsOfValues) {
  torch::jit::Stack stack{1, 2.5, "text", at::ones({1})};
  EXPECT_EQ(torch::jit::peek(stack, 0, 2).toStringRef(), "text");
  EXPECT_EQ(torch::jit::last(stack, 3)[0].toDouble(), 2.5);
  torch::jit::drop(stack, 1);
  double d = 0;
  std::string s;
  torch::jit::pop(stack, d, s);
  EXPECT_EQ(d, 2.5);
  EXPECT_EQ(s, "text");
  torch::jit::pack(stack, int64_t(7));
  EXPECT_EQ(torch::jit::pop(stack).toInt(), 7);
  EXPECT_EQ(torch::jit::pop(stack).toInt(), 1);
  EXPECT_TRUE(stack.empty());
}
