#include "tealight/value.h"

#include <gtest/gtest.h>

namespace tealight {
namespace {

static_assert(sizeof(Value) == 16);

Value list(std::vector<Value> items) {
  return make_list(Type::get(TypeKind::Any), std::move(items));
}

std::string message_of(const Value& v) {
  try {
    (void)v.toTensor();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

TEST(Value, HoldsEveryKind) {
  EXPECT_TRUE(Value().isNone());
  EXPECT_EQ(Value(7).toInt(), 7);
  EXPECT_EQ(Value(0.5f).toDouble(), 0.5);
  EXPECT_TRUE(Value(true).isBool());
  EXPECT_EQ(Value("abc").toStringView(), "abc");
  EXPECT_EQ(Value(std::complex<double>(1, 2)).toComplexDouble(), std::complex<double>(1, 2));
  EXPECT_EQ(Value(Device("cuda:1")).toDevice().index(), 1);
  EXPECT_EQ(Value("cuda:1").toDevice().index(), 1);
  EXPECT_EQ(Value(kHalf).toScalarType(), kHalf);
  EXPECT_TRUE(Value(Tensor()).isTensor());
  EXPECT_TRUE(Value(Scalar(1.5)).isDouble());
  EXPECT_TRUE(Value(Scalar(true)).isBool());
  EXPECT_TRUE(Value(std::optional<int64_t>()).isNone());
  EXPECT_EQ(Value(std::optional<int64_t>(3)).toInt(), 3);
  EXPECT_TRUE(Value::uninitialized().isUninitialized());
}

TEST(Value, ListsKnowTheirElements) {
  EXPECT_TRUE(Value(std::vector<int64_t>{1, 2}).isIntList());
  EXPECT_TRUE(Value(std::vector<double>{1, 2}).isDoubleList());
  EXPECT_TRUE(Value(std::vector<bool>{true}).isBoolList());
  EXPECT_TRUE(Value(std::vector<Tensor>{Tensor()}).isTensorList());
  EXPECT_EQ(Value(std::vector<int64_t>{1, 2}).toIntVector(), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(Value(std::vector<int64_t>{1, 2}).toDoubleVector(), (std::vector<double>{1, 2}));
  EXPECT_EQ(Value(std::vector<bool>{true, false}).toBoolVector(), (std::vector<bool>{true, false}));
  EXPECT_EQ(list({Tensor(), Value()}).toOptionalTensorVector().size(), 2u);
  EXPECT_THROW(list({"a"}).toIntVector(), Error);
  EXPECT_THROW(Value(1).toIntVector(), Error);
}

TEST(Value, WrongKindsAreRefused) {
  EXPECT_EQ(message_of(1.0), "Expected Tensor but got Double");
  EXPECT_EQ(message_of(list({})), "Expected Tensor but got GenericList");
  EXPECT_EQ(message_of(Value()), "Expected Tensor but got None");
  EXPECT_THROW(Value(99).toScalarType(), Error);
  EXPECT_THROW(Value(-1).toMemoryFormat(), Error);
  EXPECT_THROW(Value("x").toScalar(), Error);
}

TEST(Value, CopiesShareAndMovesEmpty) {
  Value a = list({1});
  const Value b = a;
  EXPECT_EQ(a.payload()->use_count(), 2u);
  const Value c = std::move(a);
  EXPECT_TRUE(a.isNone());  // NOLINT: what a move leaves is part of the contract
  EXPECT_TRUE(c.is(b));
  a = c;
  a = Value(a);
  EXPECT_EQ(b.payload()->use_count(), 3u);
  Value t = Tensor(Fact(kFloat, {2}));
  const Value u = t;
  EXPECT_EQ(t.toTensor().use_count(), 2u);
  t = 1;
  EXPECT_EQ(u.toTensor().use_count(), 1u);
}

TEST(Value, EqualityIsPythons) {
  const auto color = [](int64_t v) {
    return Value(make_intrusive<EnumImpl>("__torch__.Color", "", v));
  };
  EXPECT_TRUE(color(1) == color(1));
  EXPECT_FALSE(color(1) == color(2));
  EXPECT_EQ(Value(1), Value(1.0));
  EXPECT_EQ(Value(true), Value(1));
  EXPECT_EQ(Value(std::complex<double>(2, 0)), Value(2));
  EXPECT_NE(Value(int64_t(1) << 53 | 1), Value(double(int64_t(1) << 53)));
  EXPECT_NE(Value("1"), Value(1));
  EXPECT_NE(Value(), Value(0));
  EXPECT_EQ(list({1, list({"a"})}), list({1.0, list({"a"})}));
  EXPECT_NE(list({1}), make_tuple_value({1}));
  EXPECT_NE(list({1}), list({1, 2}));
  const Tensor t(Fact(kFloat, {}));
  EXPECT_EQ(Value(t), Value(t));
  EXPECT_NE(Value(t), Value(t.alias_without_grad()));
  EXPECT_NE(Value(NAN), Value(NAN));
  EXPECT_FALSE(list({1}).is(list({1})));
  EXPECT_FALSE(Value(1).is(Value(1.0)));
}

TEST(Value, EqualValuesHashAlike) {
  EXPECT_EQ(Value(1).hash(), Value(1.0).hash());
  EXPECT_EQ(Value(1).hash(), Value(true).hash());
  EXPECT_EQ(Value(0.0).hash(), Value(-0.0).hash());
  EXPECT_EQ(make_tuple_value({1, "a"}).hash(), make_tuple_value({1.0, "a"}).hash());
  EXPECT_THROW(list({}).hash(), TypeError);
  EXPECT_THROW(make_tuple_value({list({})}).hash(), TypeError);
}

TEST(Value, TypesFollowTheContents) {
  EXPECT_EQ(make_tuple_value({1, "a"}).type()->annotation(), "Tuple[int, str]");
  EXPECT_EQ(Value(std::vector<std::string>{"a"}).type()->annotation(), "List[str]");
  EXPECT_EQ(Value(Device()).type()->annotation(), "Device");
  EXPECT_EQ(list({}).tagKind(), "GenericList");
}

TEST(Value, CyclesEndInAnErrorNotInACrash) {
  const Value a = list({}), b = list({});
  a.toListRef().items.push_back(a);
  b.toListRef().items.push_back(b);
  EXPECT_THROW((void)(a == b), Error);
  EXPECT_THROW(str(a), Error);
  EXPECT_THROW(repr(a), Error);
  a.toListRef().items.clear();
  b.toListRef().items.clear();
}

TEST(Containers, MillionsDeepEndWithoutRecursion) {
  Value v = list({});
  for (int i = 0; i < 1000000; ++i) {
    switch (i % 3) {
      case 0:
        v = make_tuple_value({std::move(v), 1});
        break;
      case 1:
        v = list({std::move(v)});
        break;
      default: {
        auto dict = make_intrusive<DictImpl>();
        dict->insert_or_assign(1, std::move(v));
        v = dict;
      }
    }
  }
  v = Value();
  EXPECT_TRUE(v.isNone());
}

TEST(Dict, KeepsTheOrderOfInsertion) {
  DictImpl d;
  d.insert_or_assign("b", 1);
  d.insert_or_assign("a", 2);
  d.insert_or_assign("b", 3);
  ASSERT_EQ(d.size(), 2u);
  EXPECT_EQ(d.entries()[0].first, Value("b"));
  EXPECT_EQ(d.find("b")->toInt(), 3);
  EXPECT_EQ(d.find("c"), nullptr);
  EXPECT_TRUE(d.erase("b"));
  EXPECT_FALSE(d.erase("b"));
  EXPECT_EQ(d.find("a")->toInt(), 2);
  d.insert_or_assign(1, "one");
  EXPECT_EQ(d.find(1.0)->toStringRef(), "one");
  EXPECT_THROW(d.insert_or_assign(list({}), 1), TypeError);
  EXPECT_EQ(d.size(), 2u);
  d.clear();
  EXPECT_EQ(d.find("a"), nullptr);
}

TEST(Dict, EqualityIgnoresTheOrder) {
  auto a = make_intrusive<DictImpl>(), b = make_intrusive<DictImpl>();
  a->insert_or_assign(1, "x");
  a->insert_or_assign(2, "y");
  b->insert_or_assign(2, "y");
  EXPECT_NE(Value(a), Value(b));
  b->insert_or_assign(1, "x");
  EXPECT_EQ(Value(a), Value(b));
}

TEST(Object, AttributesAreFoundAndAdded) {
  auto cls = make_intrusive<ClassType>("__torch__.M");
  cls->add_attribute("weight");
  const auto object = make_intrusive<ObjectImpl>(cls);
  object->set_attr("weight", 1);
  object->set_attr("bias", 2);
  EXPECT_EQ(object->attr("bias").toInt(), 2);
  EXPECT_EQ(object->find_attr("nothing"), nullptr);
  EXPECT_THROW(object->attr("nothing"), Error);
  EXPECT_FALSE(Value(object).isModule());
  cls->is_module = true;
  EXPECT_TRUE(Value(object).isModule());
}

Value example_dict() {
  auto dict = make_intrusive<DictImpl>();
  dict->insert_or_assign("a", make_tuple_value({1, 2.5}));
  dict->insert_or_assign("b", 1e15);
  return dict;
}

TEST(PrintValue, AsLibtorchPrintsAnIValue) {
  EXPECT_EQ(str(example_dict()), "{a: (1, 2.5), b: 1000000000000000.}");
  EXPECT_EQ(str(list({1.0, 0.1, 1e-10, 1e300, INFINITY, -0.0})),
            "[1., 0.10000000000000001, 1e-10, 1.0000000000000001e+300, inf, 0.]");
  EXPECT_EQ(str(list({Value(), true, "it's", make_tuple_value({1}), Device("cuda:0")})),
            "[None, True, it's, (1,), cuda:0]");
  EXPECT_EQ(str(Value(std::complex<double>(1, -2.5))), "1.-2.5j");
  EXPECT_EQ(str(make_intrusive<EnumImpl>("__torch__.Color", "RED", 1)), "Enum<Color.RED>");
  EXPECT_EQ(str(Value(scalar_tensor(3))), "3\n[ CPULongType{} ]");
}

TEST(ReprValue, AsPythonPrints) {
  EXPECT_EQ(repr(example_dict()), "{'a': (1, 2.5), 'b': 1000000000000000.0}");
  EXPECT_EQ(repr(list({1.0, 0.1, 1e-5, 1e16, 123456789012345680.0, INFINITY, -0.0, 1e22, 0.0001})),
            "[1.0, 0.1, 1e-05, 1e+16, 1.2345678901234568e+17, inf, -0.0, 1e+22, 0.0001]");
  EXPECT_EQ(repr(list({Value(), true, "it's", "say \"it's\"\n\t\\\x01", make_tuple_value({1})})),
            "[None, True, \"it's\", 'say \"it\\'s\"\\n\\t\\\\\\x01', (1,)]");
  EXPECT_EQ(repr(list({Value(std::complex<double>(1, -2.5)), Value(std::complex<double>(0, 2))})),
            "[(1-2.5j), 2j]");
  EXPECT_EQ(repr(Value(Device("cuda:0"))), "device(type='cuda', index=0)");
  EXPECT_EQ(repr(make_intrusive<EnumImpl>("__torch__.Color", "RED", 1)), "<Color.RED: 1>");
  EXPECT_EQ(repr(list({scalar_tensor(7.0)})), "[tensor(7.)]");
  const TypePtr point = Type::named_tuple("__torch__.Point", {"x", "y"},
                                          {Type::get(TypeKind::Int), Type::get(TypeKind::Int)});
  EXPECT_EQ(repr(Value(make_intrusive<TupleImpl>(std::vector<Value>{1, 2}, point))),
            "Point(x=1, y=2)");
}

}  // namespace
}  // namespace tealight
