// C++ classes that models hold (torchbind), as libtorch's programs write them.
#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <gtest/gtest.h>
#include <torch/custom_class.h>
#include <torch/library.h>
#include <torch/script.h>

#include "messages.h"

namespace {

template <class T>
struct Stack : torch::CustomClassHolder {
  std::vector<T> items;
  explicit Stack(std::vector<T> init) : items(std::move(init)) {}
  void push(T v) { items.push_back(std::move(v)); }
  T pop() {
    T v = items.back();
    items.pop_back();
    return v;
  }
  c10::intrusive_ptr<Stack> clone() const { return c10::make_intrusive<Stack>(items); }
  void merge(const c10::intrusive_ptr<Stack>& other) {
    for (const T& v : other->items) push(v);
  }
  std::tuple<double, int64_t> return_a_tuple() const { return std::make_tuple(1337.0, 123); }
};

struct Counter : torch::CustomClassHolder {
  int64_t count;
  std::string label = "none";
  const double step = 0.5;
  explicit Counter(int64_t start) : count(start) {}
  int64_t next(int64_t by) { return count += by; }
  int64_t get() const { return count; }
  void set(int64_t v) { count = v; }
};
struct Made : torch::CustomClassHolder {
  int64_t n;
  explicit Made(int64_t v) : n(v) {}
};

int64_t peek(const c10::intrusive_ptr<Counter>& counter) { return counter->count; }

TORCH_LIBRARY(classtest, m) {
  m.class_<Stack<std::string>>("StringStack")
      .def(torch::init<std::vector<std::string>>())
      .def("push", &Stack<std::string>::push)
      .def("pop", &Stack<std::string>::pop)
      .def("clone", &Stack<std::string>::clone)
      .def("merge", &Stack<std::string>::merge)
      .def("return_a_tuple", &Stack<std::string>::return_a_tuple)
      .def_pickle(
          [](const c10::intrusive_ptr<Stack<std::string>>& self) -> std::vector<std::string> {
            return self->items;
          },
          [](std::vector<std::string> state) -> c10::intrusive_ptr<Stack<std::string>> {
            return c10::make_intrusive<Stack<std::string>>(std::move(state));
          });
  m.class_<Counter>(TORCH_SELECTIVE_CLASS("Counter"))
      .def(torch::init<int64_t>(), "a counter", {torch::arg("start") = 7})
      .def("next", &Counter::next, "", {torch::arg("by") = 1})
      .def("add_to",
           [](const c10::intrusive_ptr<Counter>& self, at::Tensor t) { return t + self->count; })
      .def("sum",
           [](const c10::intrusive_ptr<Counter>& self, int64_t a, int64_t b) {
             return self->count + a + b;
           },
           "", {torch::arg("a"), torch::arg("b") = 3})
      .def_static("zero", []() { return c10::make_intrusive<Counter>(0); })
      .def_readwrite("label", &Counter::label)
      .def_readonly("step", &Counter::step)
      .def_property("value", &Counter::get, &Counter::set)
      .def_property("twice",
                    [](const c10::intrusive_ptr<Counter>& self) { return 2 * self->count; });
  m.class_<Made>("Made").def(
      torch::init([](int64_t a, int64_t b) { return c10::make_intrusive<Made>(a * b); }));
  m.def("peek(__torch__.torch.classes.classtest.Counter c) -> int", &peek);
  m.def("make_counter", [](int64_t n) { return c10::make_intrusive<Counter>(n); });
}
const auto outside = torch::class_<Stack<int64_t>>("classtest", "IntStack")
                         .def(torch::init<std::vector<int64_t>>())
                         .def("push", &Stack<int64_t>::push);

torch::jit::Stack call(const char* name, torch::jit::Stack stack) {
  c10::Dispatcher::singleton().findSchemaOrThrow(name, "").callBoxed(&stack);
  return stack;
}
const c10::ClassType& class_of(const c10::IValue& v) { return *v.type()->expect<c10::ClassType>(); }
c10::IValue method(const c10::IValue& self, const std::string& name, torch::jit::Stack rest = {}) {
  rest.insert(rest.begin(), self);
  return class_of(self).getMethod(name)(std::move(rest));
}

}  // namespace

TEST(ApiCustomClass, ObjectsKeepTheirCppPart) {
  const c10::IValue object = torch::make_custom_class<Counter>(5);
  EXPECT_TRUE(object.isCustomClass() && object.isObject());
  EXPECT_EQ(object.toCustomClass<Counter>()->next(2), 7);
  EXPECT_EQ(object.toCustomClass<Counter>()->count, 7);
  EXPECT_EQ(c10::IValue(c10::make_intrusive<Counter>(3)).toCustomClass<Counter>()->count, 3);
  EXPECT_TRUE(contains(message_of([] { c10::IValue(1).toCustomClass<Counter>(); }), "Int"));
  EXPECT_THROW(torch::make_custom_class<Counter>(5).toCustomClass<Made>(), c10::Error);
}

TEST(ApiCustomClass, OperatorsTakeAndGiveThem) {
  const c10::IValue object = torch::make_custom_class<Counter>(5);
  EXPECT_EQ(call("classtest::peek", {object})[0].toInt(), 5);
  EXPECT_EQ(call("classtest::make_counter", {9})[0].toCustomClass<Counter>()->count, 9);
  EXPECT_THROW(call("classtest::peek", {1}), c10::Error);
}

TEST(ApiCustomClass, TellsItsName) {
  const c10::IValue object = torch::make_custom_class<Counter>(5);
  EXPECT_EQ(object.type()->str(), "__torch__.torch.classes.classtest.Counter");
  EXPECT_EQ(c10::getTypePtr<c10::intrusive_ptr<Counter>>()->str(),
            "__torch__.torch.classes.classtest.Counter");
}

TEST(ApiCustomClass, MethodsAreCalledByName) {
  const c10::IValue stack =
      torch::make_custom_class<Stack<std::string>>(std::vector<std::string>{"a", "b"});
  method(stack, "push", {"c"});
  EXPECT_EQ(method(stack, "pop").toStringRef(), "c");
  const c10::IValue twin = method(stack, "clone");
  method(stack, "merge", {twin});
  EXPECT_EQ(stack.toCustomClass<Stack<std::string>>()->items.size(), 4u);
  EXPECT_EQ(method(stack, "return_a_tuple").toTupleRef().elements()[1].toInt(), 123);
  const c10::IValue ints = torch::make_custom_class<Stack<int64_t>>(std::vector<int64_t>{});
  method(ints, "push", {4});
  EXPECT_EQ(ints.toCustomClass<Stack<int64_t>>()->items.at(0), 4);
}

TEST(ApiCustomClass, MethodsHaveDefaults) {
  const c10::IValue counter = torch::make_custom_class<Counter>(5);
  EXPECT_EQ(method(counter, "next").toInt(), 6);
  EXPECT_EQ(method(counter, "next", {4}).toInt(), 10);
  EXPECT_EQ(method(counter, "sum", {1}).toInt(), 14);
  EXPECT_EQ(method(counter, "add_to", {at::ones({1})}).toTensor().item<float>(), 11);
  const auto& schema = class_of(counter).getMethod("next").getSchema();
  EXPECT_EQ(schema.arguments().at(1).name(), "by");
  EXPECT_EQ(schema.arguments().at(1).default_value()->toInt(), 1);
  EXPECT_EQ(class_of(counter)
                .getMethod("__init__")
                .getSchema()
                .arguments()
                .at(1)
                .default_value()
                ->toInt(),
            7);
}

TEST(ApiCustomClass, PicklesItself) {
  const c10::IValue stack =
      torch::make_custom_class<Stack<std::string>>(std::vector<std::string>{"x"});
  const c10::IValue state = method(stack, "__getstate__");
  EXPECT_EQ(state.toListRef()[0].toStringRef(), "x");
  const c10::IValue empty(c10::ivalue::Object::create(
      c10::StrongTypePtr(nullptr, stack.type()->expect<c10::ClassType>()), 1));
  method(empty, "__setstate__", {state});
  EXPECT_EQ(empty.toCustomClass<Stack<std::string>>()->items.at(0), "x");
}

TEST(ApiCustomClass, AreMadeByModels) {
  const c10::IValue made(c10::ivalue::Object::create(
      c10::StrongTypePtr(nullptr, torch::getCustomClass("__torch__.torch.classes.classtest.Made")),
      1));
  method(made, "__init__", {6, 7});
  EXPECT_EQ(made.toCustomClass<Made>()->n, 42);
  EXPECT_EQ(torch::getCustomClass("__torch__.torch.classes.classtest.Nobody"), nullptr);
}
