#include "tealight/schema.h"

#include <gtest/gtest.h>

namespace tealight {
namespace {

// These print as they are written, as PyTorch prints them.
TEST(Schema, ReadsAndPrintsEveryForm) {
  for (const char* text : {
           "aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor",
           "aten::conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] "
           "padding=0, "
           "int[2] dilation=1, int groups=1) -> Tensor",
           "aten::batch_norm(Tensor input, Tensor? weight, float eps=1.0000000000000001e-05, bool "
           "c=True) -> Tensor",
           "aten::add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)",
           "aten::unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]",
           "aten::__getitem__.t(t[](a) list, int idx) -> t(*)",
           "aten::max.dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor "
           "indices)",
           "aten::items.str(Dict(str, t) self) -> ((str, t)[])",
           "aten::clear.str(Dict(str, t)(a!) self) -> ()",
           "aten::format(str self, ...) -> str",
           "prim::TupleUnpack(Any tup) -> ...",
           "aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor",
           "aten::strip(str self, str chars=\" \\n\\t\\f\\v\") -> str",
           "aten::sum.dim(Tensor self, int[1]? dim, int[] k=[], int[2] z=[0, 1], float s=2.) -> "
           "Tensor",
           "quantized::add(Tensor qa, Tensor qb, float scale, int zero_point) -> Tensor qc",
           "quantized::linear(Tensor X, __torch__.torch.classes.quantized.LinearPackedParamsBase "
           "W_prepack) -> Tensor Y",
           "_quantized::x() -> ()",
           "forward(__torch__.M self, Dict(str, Tensor)? x=None) -> (Tensor, int)",
       }) {
    EXPECT_EQ(parse_schema(text).str(), text);
  }
}

TEST(Schema, ArgumentsSayWhatTheyAre) {
  const FunctionSchema s = parse_schema(
      "aten::f.x(Tensor(a!) self, int[2] k=3, *, float p=1, int reduction=Mean, MemoryFormat? "
      "m=contiguous_format, "
      "Tensor(b)[] l, str how='mean') -> Tensor(a!)");
  EXPECT_EQ(s.name, "aten::f");
  EXPECT_EQ(s.overload, "x");
  EXPECT_EQ(s.find_argument("p"), 2);
  EXPECT_EQ(s.find_argument("q"), -1);
  EXPECT_TRUE(s.arguments[0].written);
  EXPECT_TRUE(s.arguments[5].aliased);
  EXPECT_FALSE(s.arguments[5].written);
  EXPECT_FALSE(s.arguments[1].kwarg_only);
  EXPECT_TRUE(s.arguments[2].kwarg_only);
  EXPECT_EQ(s.arguments[1].default_value->toIntVector(), (std::vector<int64_t>{3, 3}));
  EXPECT_TRUE(s.arguments[2].default_value->isDouble());
  EXPECT_EQ(s.arguments[3].default_value->toInt(), 1);
  EXPECT_EQ(s.arguments[4].default_value->toInt(), 0);
  EXPECT_EQ(s.arguments[6].default_value->toStringRef(), "mean");
}

TEST(Schema, RejectsWhatIsNotASchema) {
  for (const char* text :
       {"", "aten::", "aten::f", "aten::f(", "aten::f(int", "aten::f(int x", "aten::f(int x)",
        "aten::f(int x) ->", "aten::f(int x) -> int int int", "aten::f(int x=) -> int",
        "aten::f(int x=foo) -> int", "aten::f(int[] x=1) -> int", "aten::f(str s='a) -> int",
        "aten::f(int x=1-2) -> int", "aten::f(int[9000000000] x=1) -> int",
        "aten::f(int x,) -> int"}) {
    EXPECT_THROW(parse_schema(text), Error) << text;
  }
  EXPECT_THROW(parse_schema("f(int x=" + std::string(100000, '[') + ") -> int"), Error);
}

std::string message_of(const FunctionSchema& s, std::vector<Value> values) {
  try {
    check_and_complete(s, values);
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

TEST(SchemaCheck, FillsDefaults) {
  const FunctionSchema s = parse_schema("f(int x, int[2] k=1, str? how=None) -> int");
  std::vector<Value> values = {1};
  check_and_complete(s, values);
  ASSERT_EQ(values.size(), 3u);
  EXPECT_EQ(values[1].toIntVector(), (std::vector<int64_t>{1, 1}));
  EXPECT_TRUE(values[2].isNone());
}

TEST(SchemaCheck, ConvertsWhatTorchScriptConverts) {
  const FunctionSchema s =
      parse_schema("f(float x, int[3] k, float[] r, Device? d, float? y) -> int");
  std::vector<Value> values = {1, 2, std::vector<int64_t>{1, 2}, "cpu", 3};
  check_and_complete(s, values);
  EXPECT_EQ(values[0].toDouble(), 1.0);
  EXPECT_EQ(values[1].toIntVector(), (std::vector<int64_t>{2, 2, 2}));
  EXPECT_TRUE(values[2].isDoubleList());
  EXPECT_TRUE(values[3].isDevice());
  EXPECT_EQ(values[4].toDouble(), 3.0);
}

TEST(SchemaCheck, MessagesAreThoseOfPyTorch) {
  const FunctionSchema s = parse_schema("forward(Tensor x, int k=3) -> Tensor");
  const std::string declaration = "Declaration: forward(Tensor x, int k=3) -> Tensor";
  EXPECT_EQ(message_of(s, {Tensor(), 1, 2}),
            "forward() expected at most 2 argument(s) but received 3 argument(s). " + declaration);
  EXPECT_EQ(message_of(s, {}), "forward() is missing value for argument 'x'. " + declaration);
  EXPECT_EQ(
      message_of(s, {1}),
      "forward() Expected a value of type 'Tensor' for argument 'x' but instead found type 'int'.\n"
      "Position: 0\n" +
          declaration);
  EXPECT_EQ(message_of(s, {Tensor(), std::vector<int64_t>{1}}),
            "forward() Expected a value of type 'int' for argument 'k' but instead found type "
            "'List[int]'.\n"
            "Position: 1\n" +
                declaration);
  EXPECT_EQ(message_of(s, {Tensor(), Value()}),
            "forward() Expected a value of type 'int' for argument 'k' but instead found type "
            "'NoneType'.\n"
            "Position: 1\n" +
                declaration);
}

bool is(const Value& v, const char* type) { return value_is(v, *parse_type(type)); }

TEST(ValueIs, LooksIntoContainers) {
  const Value mixed = make_list(Type::get(TypeKind::Any), {1, "a"});
  EXPECT_TRUE(is(mixed, "List[Any]"));
  EXPECT_FALSE(is(mixed, "List[int]"));
  EXPECT_TRUE(is(make_list(Type::get(TypeKind::Any), {1, 2}), "List[int]"));
  EXPECT_TRUE(is(make_list(Type::get(TypeKind::Tensor)), "List[int]"));  // empty
  EXPECT_TRUE(is(make_tuple_value({1, 2.5}), "Tuple[int, float]"));
  EXPECT_FALSE(is(make_tuple_value({1}), "Tuple[int, float]"));
  EXPECT_TRUE(is(Value(), "int?"));
  EXPECT_TRUE(is("x", "Union[int, str]"));
  EXPECT_FALSE(is(true, "int"));
  EXPECT_TRUE(is(true, "number"));
  auto dict = make_intrusive<DictImpl>();
  dict->insert_or_assign("a", 1);
  EXPECT_TRUE(is(dict, "Dict[str, int]"));
  EXPECT_FALSE(is(dict, "Dict[str, str]"));
  const Value object = make_intrusive<ObjectImpl>(make_intrusive<ClassType>("__torch__.M"));
  EXPECT_TRUE(is(object, "__torch__.M"));
  EXPECT_FALSE(is(object, "__torch__.N"));
}

}  // namespace
}  // namespace tealight
