// Operators and classes of the user's own, registered as libtorch's programs do it.
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/record_function.h>
#include <gtest/gtest.h>
#include <torch/custom_class.h>
#include <torch/library.h>

namespace {

torch::Tensor warp_perspective(torch::Tensor image, torch::Tensor warp) { return image + warp; }
static auto registry = torch::RegisterOperators("my_ops::warp_perspective", &warp_perspective)
                           .op("my_ops::twice(int x) -> int", [](int64_t x) { return 2 * x; })
                           .op(torch::RegisterOperators::options()
                                   .schema("my_ops::half(float x) -> float")
                                   .catchAllKernel([](double x) { return x / 2; }));

std::tuple<at::Tensor, int64_t> size_and_first(const at::Tensor& t, c10::optional<int64_t> dim,
                                               at::IntArrayRef more) {
  return {t[0], t.size(dim.value_or(0)) + int64_t(more.size())};
}

struct Counter : torch::CustomClassHolder {
  int64_t count;
  std::string label = "none";
  explicit Counter(int64_t start) : count(start) {}
  int64_t next(int64_t by) { return count += by; }
  int64_t get() const { return count; }
  c10::intrusive_ptr<Counter> twin() { return c10::make_intrusive<Counter>(count); }
};

int64_t peek(const c10::intrusive_ptr<Counter>& counter) { return counter->count; }

TORCH_LIBRARY(apitest, m) {
  m.class_<Counter>("Counter")
      .def(torch::init<int64_t>())
      .def("next", &Counter::next, "", {torch::arg("by") = 1})
      .def("get", &Counter::get)
      .def("twin", &Counter::twin)
      .def("add_to",
           [](const c10::intrusive_ptr<Counter>& self, at::Tensor t) { return t + self->count; })
      .def_readwrite("label", &Counter::label)
      .def_pickle(
          [](const c10::intrusive_ptr<Counter>& self) {
            return std::make_tuple(self->count, self->label);
          },
          [](std::tuple<int64_t, std::string> state) {
            auto c = c10::make_intrusive<Counter>(std::get<0>(state));
            c->label = std::get<1>(state);
            return c;
          });
  m.def("size_and_first", &size_and_first);
  m.def(TORCH_SELECTIVE_SCHEMA("apitest::later(Tensor x, *, Scalar by=2) -> Tensor"));
  m.def("never(Tensor x) -> Tensor");
  m.def("peek", &peek);
}
TORCH_LIBRARY_IMPL(apitest, CPU, m) {
  m.impl("later", [](const at::Tensor& x, const at::Scalar& by) { return x + by; });
}
TORCH_LIBRARY_IMPL(apitest, CUDA, m) {
  m.impl("later", TORCH_FN(+[](const at::Tensor& x, const at::Scalar&) { return x; }));
}
TORCH_LIBRARY_FRAGMENT(apitest, m) {
  m.def("strings(str[] s, Dict(str, int) d) -> str",
        [](std::vector<std::string> s, c10::Dict<std::string, int64_t> d) {
          return s.at(0) + std::to_string(d.at("k"));
        });
}
TORCH_LIBRARY_FRAGMENT(apitest, m) {
  m.def("count_up_", [](at::Tensor& t) -> at::Tensor& { return t += 1; });
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
  EXPECT_EQ(find("my_ops::warp_perspective").schema().str(),
            "my_ops::warp_perspective(Tensor _0, Tensor _1) -> Tensor");
  EXPECT_EQ(find("apitest::size_and_first").schema().str(),
            "apitest::size_and_first(Tensor _0, int? _1, int[] _2) -> (Tensor, int)");
}

TEST(ApiRegistration, CallsFunctionsOfManyTypes) {
  EXPECT_EQ(call("my_ops::warp_perspective", {at::ones({2}), at::ones({2})})[0]
                .toTensor()[0]
                .item<float>(),
            2);
  EXPECT_EQ(call("my_ops::twice", {21})[0].toInt(), 42);
  EXPECT_EQ(call("my_ops::half", {3.0})[0].toDouble(), 1.5);
  const auto two =
      call("apitest::size_and_first", {at::ones({4, 3}), 1, std::vector<int64_t>{5, 6}});
  EXPECT_EQ(two[0].toTensor().numel(), 3);
  EXPECT_EQ(two[1].toInt(), 5);
  EXPECT_EQ(call("apitest::strings", {std::vector<std::string>{"a"},
                                      std::unordered_map<std::string, int64_t>{{"k", 4}}})[0]
                .toStringRef(),
            "a4");
}

TEST(ApiRegistration, CodeMayComeApartFromTheSchema) {
  EXPECT_EQ(call("apitest::later", {at::ones({1})})[0].toTensor().item<float>(),
            3);  // the default is filled in
  EXPECT_EQ(call("apitest::later", {at::ones({1}), 4})[0].toTensor().item<float>(), 5);
  EXPECT_THROW(call("apitest::never", {at::ones({1})}), c10::NotImplementedError);
}

TEST(ApiRegistration, InPlaceFunctionsWriteTheirArgument) {
  at::Tensor t = at::zeros({2});
  call("apitest::count_up_", {t});
  EXPECT_EQ(t[1].item<float>(), 1);
}

TEST(ApiRegistration, RefusesNamesThatAreTaken) {
  EXPECT_THROW(torch::RegisterOperators("my_ops::twice(int x) -> int", [](int64_t x) { return x; }),
               c10::Error);
  EXPECT_THROW(torch::RegisterOperators("aten::add.Tensor(Tensor a) -> Tensor",
                                        [](at::Tensor x) { return x; }),
               c10::Error);
  EXPECT_THROW(
      torch::RegisterOperators("my_ops::wrong(int x) -> int", [](int64_t x, int64_t) { return x; }),
      c10::Error);
}

TEST(ApiRegistration, FindsOperatorsByName) {
  EXPECT_TRUE(c10::Dispatcher::singleton().findSchema({"aten::add", "Tensor"}).has_value());
  EXPECT_FALSE(c10::Dispatcher::singleton().findSchema({"aten::no_such", ""}).has_value());
  EXPECT_THROW(find("aten::no_such"), c10::Error);
  const auto add =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("aten::add", "Tensor")
          .typed<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Scalar&)>();
  EXPECT_EQ(add.call(at::ones({1}), at::ones({1}), 3).item<float>(), 4);
}

TEST(ApiCustomClass, ObjectsKeepTheirCppPart) {
  const c10::IValue object = torch::make_custom_class<Counter>(5);
  EXPECT_TRUE(object.isCustomClass());
  EXPECT_EQ(object.toCustomClass<Counter>()->next(2), 7);
  EXPECT_EQ(object.toCustomClass<Counter>()->count, 7);
  EXPECT_EQ(call("apitest::peek", {object})[0].toInt(), 7);
  EXPECT_THROW(call("apitest::peek", {1}), c10::Error);
}

TEST(ApiCustomClass, MethodsAreFoundByModels) {
  const auto* cls = tealight::find_custom_class("__torch__.torch.classes.apitest.Counter");
  ASSERT_NE(cls, nullptr);
  // As a model calls __init__: on an object without a C++ part.
  c10::IValue self(c10::make_intrusive<c10::ivalue::Object>(cls->type));
  torch::jit::Stack stack{self, 10};
  cls->find_method("__init__")->call(stack);
  stack = {self, 5};
  cls->find_method("next")->call(stack);
  EXPECT_EQ(stack.at(0).toInt(), 15);
  stack = {self, at::ones({1})};
  cls->find_method("add_to")->call(stack);
  EXPECT_EQ(stack.at(0).toTensor().item<float>(), 16);
  stack = {self};
  cls->find_method("twin")->call(stack);
  EXPECT_EQ(stack.at(0).toCustomClass<Counter>()->get(), 15);
  stack = {self, "named"};
  cls->find_method("label_setter")->call(stack);
  const c10::IValue state = cls->getstate(self);
  EXPECT_EQ(state.toTupleRef().elements()[1].toStringRef(), "named");
  const auto copy = tealight::make_custom_object(*cls, cls->setstate(state));
  EXPECT_EQ(copy.toCustomClass<Counter>()->label, "named");
  EXPECT_EQ(cls->find_method("next")->schema->arguments.at(1).default_value->toInt(), 1);
}

namespace {
int started = 0, ended = 0;
std::string names;
}  // namespace

TEST(ApiRecordFunction, CallbacksSeeOperatorsAndScopes) {
  const auto handle = at::addGlobalCallback(
      at::RecordFunctionCallback(
          [](const at::RecordFunction& fn) -> std::unique_ptr<at::ObserverContext> {
            ++started;
            names += std::string(fn.name()) + "/" + std::to_string(fn.num_inputs()) + " ";
            return std::make_unique<at::ObserverContext>();
          },
          [](const at::RecordFunction&, at::ObserverContext* context) {
            ended += context != nullptr;
          })
          .needsInputs(true)
          .scopes({at::RecordScope::FUNCTION, at::RecordScope::USER_SCOPE}));
  const at::Tensor a = at::ones({2});
  names.clear();
  started = ended = 0;
  {
    RECORD_USER_SCOPE("mine");
    at::add(a, a);
  }
  EXPECT_EQ(names, "mine/0 aten::add/3 ");
  EXPECT_EQ(started, 2);
  EXPECT_EQ(ended, 2);
  {
    at::DisableRecordFunctionGuard off;
    at::add(a, a);
  }
  at::disableCallback(handle);
  at::add(a, a);
  EXPECT_EQ(started, 2);
  at::reenableCallback(handle);
  at::add(a, a);
  EXPECT_EQ(started, 3);
  at::removeCallback(handle);
  at::add(a, a);
  EXPECT_EQ(started, 3);
  EXPECT_FALSE(at::hasCallbacks());
}
