#include "runtime/plan/pattern.h"

#include "runtime/plan/testing.h"

namespace tealight::planning {
namespace {

Value list_of(std::vector<Value> items) {
  return make_list(Type::get(TypeKind::Tensor), std::move(items));
}

struct Made {
  Pattern pattern;
  std::vector<Tensor> tensors;
};
Made pattern_of(const Value& v) {
  const auto is_hole = [](const Tensor&) { return true; };
  const auto is_made = [](const ObjectImpl&) { return false; };
  PatternMaker maker(is_hole, is_made);
  Pattern p = maker.make(v);
  return {std::move(p), maker.tensors};
}
bool fits(const Pattern& p, const Value& v) {
  std::vector<Tensor> tensors;
  std::vector<Value> containers;
  return matches(p, v, tensors, containers);
}

TEST(PlanPattern, FitsValuesOfTheSameForm) {
  const Tensor x = ones({2}), y = zeros({3});
  const Pattern p = pattern_of(make_tuple_value({list_of({x, y}), Value(int64_t(3)), x})).pattern;
  EXPECT_TRUE(fits(p, make_tuple_value({list_of({y, x}), Value(int64_t(3)), y})));
  EXPECT_FALSE(
      fits(p, make_tuple_value({list_of({y, x}), Value(int64_t(3)), x})));  // not the first
  EXPECT_FALSE(fits(p, make_tuple_value({list_of({y, x}), Value(int64_t(4)), y})));
  EXPECT_FALSE(fits(p, make_tuple_value({list_of({y}), Value(int64_t(3)), y})));
  EXPECT_FALSE(fits(p, make_tuple_value({list_of({y, x}), Value(3.), y})));
  EXPECT_FALSE(fits(p, list_of({x, y})));
  EXPECT_FALSE(fits(p, Value()));
}

TEST(PlanPattern, ContainersThatAreOneStayOne) {
  const Tensor x = ones({2});
  const Value list = list_of({x});
  const Made made = pattern_of(make_tuple_value({list, list}));
  EXPECT_TRUE(fits(made.pattern, make_tuple_value({list, list})));
  EXPECT_FALSE(fits(made.pattern, make_tuple_value({list, list_of({x})})));
  std::vector<Value> containers;
  const Value again = fill(made.pattern, made.tensors, containers);
  EXPECT_EQ(again.toTupleRef().items[0].payload(), again.toTupleRef().items[1].payload());
  EXPECT_NE(again.toTupleRef().items[0].payload(), list.payload());
  expect_same(again, make_tuple_value({list, list}));
}

TEST(PlanPattern, DictsKeepTheirOrderAndTypes) {
  auto dict = make_intrusive<DictImpl>(Type::get(TypeKind::String), Type::get(TypeKind::Tensor));
  dict->insert_or_assign(Value("b"), Value(ones({2})));
  dict->insert_or_assign(Value("a"), Value(zeros({2})));
  const Made made = pattern_of(Value(dict));
  std::vector<Value> containers;
  const Value again = fill(made.pattern, made.tensors, containers);
  expect_same(again, Value(dict));
  EXPECT_TRUE(fits(made.pattern, again));
  again.toDictRef().insert_or_assign(Value("c"), Value(ones({1})));
  EXPECT_FALSE(fits(made.pattern, again));
}

TEST(PlanPattern, NumbersThatAreNoneFit) {
  EXPECT_TRUE(fits(pattern_of(Value(std::nan(""))).pattern, Value(std::nan(""))));
  EXPECT_FALSE(fits(pattern_of(Value(1.)).pattern, Value(int64_t(1))));
  EXPECT_FALSE(fits(pattern_of(Value(true)).pattern, Value(int64_t(1))));
}

}  // namespace
}  // namespace tealight::planning
