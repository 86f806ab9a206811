// c10::IValue: made of every kind of value, asked what it is, taken apart.
#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>
#include <gtest/gtest.h>
#include <torch/custom_class.h>

#include <array>
#include <sstream>

#include "messages.h"

using c10::IValue;

namespace {

struct Holder : torch::CustomClassHolder {
  int64_t n = 0;
  explicit Holder(int64_t v) : n(v) {}
};
struct NotRegistered : torch::CustomClassHolder {};
const auto holder_class = torch::class_<Holder>("ivaluetest", "Holder").def(torch::init<int64_t>());

std::string printed(const IValue& v) {
  std::ostringstream out;
  out << v;
  return out.str();
}

}  // namespace

TEST(ApiIValue, IsMadeOfScalars) {
  EXPECT_TRUE(IValue().isNone());
  EXPECT_TRUE(IValue(c10::nullopt).isNone());
  EXPECT_EQ(IValue().toNone(), "None");
  EXPECT_EQ(IValue(3).toInt(), 3);
  EXPECT_EQ(IValue(int32_t(-3)).toInt(), -3);
  EXPECT_EQ(IValue(int64_t(1) << 40).toInt(), int64_t(1) << 40);
  EXPECT_EQ(IValue(2.5).toDouble(), 2.5);
  EXPECT_EQ(IValue(0.5f).toDouble(), 0.5);
  EXPECT_TRUE(IValue(true).toBool());
  EXPECT_TRUE(IValue(true).isBool());
  EXPECT_FALSE(IValue(true).isInt());
  EXPECT_EQ(IValue(c10::complex<double>(1, 2)).toComplexDouble(), c10::complex<double>(1, 2));
  EXPECT_TRUE(IValue(c10::complex<double>(1, 2)).isComplexDouble());
  EXPECT_EQ(IValue(at::Device(at::kCPU)).toDevice(), at::Device("cpu"));
  EXPECT_TRUE(IValue(at::Device(at::kCPU)).isDevice());
}

TEST(ApiIValue, IsMadeOfAtScalar) {
  EXPECT_EQ(IValue(at::Scalar(4)).toInt(), 4);
  EXPECT_EQ(IValue(at::Scalar(4.5)).toDouble(), 4.5);
  EXPECT_TRUE(IValue(at::Scalar(true)).toBool());
  EXPECT_TRUE(IValue(at::Scalar(c10::complex<double>(0, 1))).isComplexDouble());
  EXPECT_EQ(IValue(4.5).toScalar().toDouble(), 4.5);
  EXPECT_EQ(IValue(7).toScalar().toLong(), 7);
  EXPECT_TRUE(IValue(7).toScalar().isIntegral(false));
  EXPECT_TRUE(IValue(3).isScalar() && IValue(3.0).isScalar() && IValue(true).isScalar());
  EXPECT_FALSE(IValue("3").isScalar());
}

TEST(ApiIValue, IsMadeOfText) {
  EXPECT_EQ(IValue("text").toStringRef(), "text");
  EXPECT_EQ(IValue(std::string("text")).toString()->string(), "text");
  EXPECT_EQ(IValue(std::string("a\0b", 3)).toStringRef().size(), 3u);
  EXPECT_EQ(IValue(c10::string_view("text")).toStringView(), "text");
  EXPECT_EQ(IValue(c10::ivalue::ConstantString::create("made")).toStringRef(), "made");
  EXPECT_EQ(IValue("text").to<std::string>(), "text");
  EXPECT_TRUE(IValue("x").toOptionalStringRef().has_value());
  EXPECT_FALSE(IValue().toOptionalStringRef().has_value());
  EXPECT_TRUE(IValue("x").isString());
}

TEST(ApiIValue, HoldsTensors) {
  const at::Tensor t = at::ones({2});
  IValue v(t);
  EXPECT_TRUE(v.isTensor());
  EXPECT_TRUE(v.toTensor().is_same(t));
  v.toTensor().add_(1);  // a reference to the value's own handle
  EXPECT_EQ(t[0].item<float>(), 2);
  EXPECT_EQ(v.to<at::Tensor>().numel(), 2);
  EXPECT_TRUE(IValue(at::Tensor()).isTensor());
  EXPECT_FALSE(IValue(at::Tensor()).toTensor().defined());
  EXPECT_TRUE(std::move(v).toTensor().is_same(t));
}

TEST(ApiIValue, IsMadeOfLists) {
  const IValue ints(std::vector<int64_t>{1, 2, 3});
  EXPECT_TRUE(ints.isList() && ints.isIntList());
  EXPECT_FALSE(ints.isDoubleList() || ints.isBoolList() || ints.isTensorList());
  EXPECT_EQ(ints.toIntVector(), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(ints.toIntList().get(1), 2);
  EXPECT_EQ(ints.toDimVector().size(), 3u);
  EXPECT_EQ(IValue(at::IntArrayRef({4, 5})).toIntVector()[1], 5);
  const std::array<int64_t, 2> pair{6, 7};
  EXPECT_EQ(IValue(pair).toIntVector()[1], 7);
  EXPECT_EQ((ints.to<std::vector<int64_t>>().size()), 3u);
  const IValue doubles(std::vector<double>{0.5, 1.5});
  EXPECT_TRUE(doubles.isDoubleList());
  EXPECT_EQ(doubles.toDoubleVector()[1], 1.5);
  EXPECT_EQ(doubles.toDoubleList().get(0), 0.5);
  const IValue complexes(std::vector<c10::complex<double>>{{1, 2}});
  EXPECT_TRUE(complexes.isComplexDoubleList());
  EXPECT_EQ(complexes.toComplexDoubleVector()[0], c10::complex<double>(1, 2));
  EXPECT_EQ(complexes.toComplexDoubleList().get(0), c10::complex<double>(1, 2));
  const IValue bools(c10::List<bool>({true, false}));
  EXPECT_TRUE(bools.isBoolList());
  EXPECT_FALSE(bools.toBoolList().get(1));
}

TEST(ApiIValue, IsMadeOfListsOfTensors) {
  const IValue tensors(std::vector<at::Tensor>{at::ones({1}), at::ones({2})});
  EXPECT_TRUE(tensors.isTensorList());
  EXPECT_EQ(tensors.toTensorVector()[1].numel(), 2);
  EXPECT_EQ(tensors.toTensorList().size(), 2u);
  EXPECT_EQ(IValue(at::TensorList(tensors.toTensorVector())).toListRef().size(), 2u);
  c10::List<c10::optional<at::Tensor>> maybe;
  maybe.push_back(at::ones({3}));
  maybe.push_back(c10::nullopt);
  const IValue optionals(maybe);
  EXPECT_TRUE(optionals.isOptionalTensorList());
  EXPECT_FALSE(tensors.isOptionalTensorList());
  EXPECT_FALSE(optionals.toOptionalTensorVector()[1].has_value());
  const c10::optional<at::Tensor> first = optionals.toOptionalTensorList().get(0);
  EXPECT_EQ(first->numel(), 3);
}

TEST(ApiIValue, NestsContainers) {
  const IValue nested(std::vector<std::vector<int64_t>>{{1}, {2, 3}});
  EXPECT_EQ(nested.toList().size(), 2u);
  EXPECT_EQ((nested.to<std::vector<std::vector<int64_t>>>()[1][1]), 3);
  const IValue texts(std::vector<std::string>{"a", "b"});
  EXPECT_EQ((texts.to<std::vector<std::string>>()[1]), "b");
  EXPECT_EQ(texts.toListRef()[0].toStringRef(), "a");
  c10::Dict<std::string, c10::List<int64_t>> lists;
  lists.insert("k", c10::List<int64_t>({8}));
  EXPECT_EQ(IValue(lists).toGenericDict().at("k").toIntVector()[0], 8);
}

TEST(ApiIValue, IsMadeOfTuples) {
  const IValue tuple(std::make_tuple(int64_t(1), std::string("a"), at::ones({2})));
  EXPECT_TRUE(tuple.isTuple());
  EXPECT_EQ(tuple.toTuple()->elements()[1].toStringRef(), "a");
  EXPECT_EQ(tuple.toTupleRef().elements().at(0).toInt(), 1);
  EXPECT_EQ(tuple.toTuple()->size(), 3u);
  EXPECT_EQ((std::get<1>(tuple.to<std::tuple<int64_t, std::string, at::Tensor>>())), "a");
  const auto made = c10::ivalue::Tuple::create({at::ones({2}), 3, "x", 1.5});
  EXPECT_EQ(made->elements().size(), 4u);
  EXPECT_EQ(made->elements().vec()[3].toDouble(), 1.5);
  EXPECT_EQ(made->elements().back().toDouble(), 1.5);
  EXPECT_FALSE(made->elements().empty());
  EXPECT_EQ(c10::ivalue::Tuple::create(1, "b")->elements()[1].toStringRef(), "b");
  EXPECT_EQ(c10::ivalue::Tuple::create(std::vector<IValue>{1, 2, 3})->size(), 3u);
  int64_t sum = 0;
  const auto three = c10::ivalue::Tuple::create(1, 2, 3);
  for (const IValue& v : three->elements()) sum += v.toInt();
  EXPECT_EQ(sum, 6);
}

TEST(ApiIValue, TupleElementsOutliveTheTuple) {
  const auto elements =
      IValue(c10::ivalue::Tuple::create({at::ones({2}), 3})).toTuple()->elements();
  EXPECT_EQ(elements[0].toTensor().numel(), 2);
  EXPECT_EQ(elements.at(1).toInt(), 3);
}

TEST(ApiIValue, NamedTuplesKnowTheirFields) {
  const auto type =
      c10::TupleType::createNamed("__torch__.Point", std::vector<std::string>{"x", "y"},
                                  {c10::IntType::get(), c10::FloatType::get()});
  const IValue point(c10::ivalue::Tuple::createNamed({1, 2.5}, type));
  EXPECT_TRUE(point.isTuple());
  EXPECT_EQ(printed(point), "(1, 2.5)");
}

TEST(ApiIValue, IsMadeOfDicts) {
  c10::Dict<std::string, int64_t> dict;
  dict.insert("k", 7);
  const IValue v(dict);
  EXPECT_TRUE(v.isGenericDict());
  EXPECT_EQ(v.toGenericDict().at("k").toInt(), 7);
  EXPECT_EQ((v.to<c10::Dict<std::string, int64_t>>().at("k")), 7);
  const IValue map(std::unordered_map<std::string, int64_t>{{"k", 7}});
  EXPECT_EQ((map.to<std::unordered_map<std::string, int64_t>>().at("k")), 7);
}

TEST(ApiIValue, OptionalBecomesNoneOrTheValue) {
  EXPECT_TRUE(IValue(c10::optional<int64_t>()).isNone());
  EXPECT_EQ(IValue(c10::optional<int64_t>(2)).toInt(), 2);
  EXPECT_EQ(IValue().toOptional<int64_t>(), c10::nullopt);
  EXPECT_EQ(IValue(5).toOptional<int64_t>().value(), 5);
  EXPECT_EQ(IValue(5).to<c10::optional<int64_t>>().value(), 5);
  EXPECT_FALSE(IValue().to<c10::optional<at::Tensor>>().has_value());
}

TEST(ApiIValue, ConvertsToCppTypes) {
  EXPECT_EQ(IValue(5).to<int64_t>(), 5);
  EXPECT_EQ(IValue(2.5).to<double>(), 2.5);
  EXPECT_EQ(IValue(true).to<bool>(), true);
  EXPECT_EQ(IValue(1.5).to<at::Scalar>().toDouble(), 1.5);
  EXPECT_EQ(IValue(at::kDouble).to<at::ScalarType>(), at::kDouble);
  EXPECT_EQ(IValue(at::kLong).toScalarType(), at::kLong);
  EXPECT_EQ(IValue(at::MemoryFormat::ChannelsLast).toMemoryFormat(),
            at::MemoryFormat::ChannelsLast);
  EXPECT_EQ(IValue(at::kStrided).toLayout(), at::kStrided);
  EXPECT_EQ(IValue(at::kPerTensorAffine).toQScheme(), at::kPerTensorAffine);
  EXPECT_EQ((IValue(std::vector<double>{1}).to<c10::List<double>>().get(0)), 1);
  EXPECT_EQ(IValue(3).to<IValue>().toInt(), 3);
}

TEST(ApiIValue, HoldsGenerators) {
  const at::Generator g = at::detail::createCPUGenerator(7);
  const IValue v(g);
  EXPECT_TRUE(v.isGenerator());
  EXPECT_EQ(v.toGenerator().current_seed(), 7u);
  EXPECT_EQ(v.to<at::Generator>(), g);
}

TEST(ApiIValue, HoldsObjectsOfCppClasses) {
  const IValue v(c10::make_intrusive<Holder>(5));
  EXPECT_TRUE(v.isObject() && v.isCustomClass());
  EXPECT_FALSE(IValue(1).isCustomClass());
  EXPECT_EQ(v.toCustomClass<Holder>()->n, 5);
  EXPECT_EQ(v.to<c10::intrusive_ptr<Holder>>()->n, 5);
  EXPECT_EQ(torch::make_custom_class<Holder>(6).toCustomClass<Holder>()->n, 6);
  EXPECT_EQ(v.toObject()->slots().size(), 1u);
  EXPECT_EQ(v.toObjectRef().name(), "__torch__.torch.classes.ivaluetest.Holder");
  EXPECT_THROW(IValue(c10::make_intrusive<NotRegistered>()), std::exception);
  EXPECT_THROW(IValue(1).toCustomClass<Holder>(), c10::Error);
}

TEST(ApiIValue, HoldsCapsules) {
  const IValue v = IValue::make_capsule(c10::make_intrusive<Holder>(9));
  EXPECT_TRUE(v.isCapsule());
  EXPECT_FALSE(v.isObject());
  EXPECT_EQ(c10::static_intrusive_pointer_cast<Holder>(v.toCapsule())->n, 9);
}

TEST(ApiIValue, WrongKindThrowsWithBothNames) {
  EXPECT_TRUE(
      contains(message_of([] { IValue(1.0).toTensor(); }), "Expected Tensor but got Double"));
  EXPECT_TRUE(contains(message_of([] { IValue().toTuple(); }), "Expected Tuple but got None"));
  EXPECT_TRUE(contains(message_of([] { IValue(1).toStringRef(); }), "Expected String but got Int"));
  EXPECT_TRUE(contains(message_of([] { IValue(1).toListRef(); }), "GenericList but got Int"));
  EXPECT_TRUE(contains(message_of([] { IValue(1).toGenericDict(); }), "GenericDict but got Int"));
  EXPECT_THROW(IValue(1).toDouble(), c10::Error);
  EXPECT_THROW(IValue("x").toInt(), c10::Error);
  EXPECT_THROW(IValue(1).toBool(), c10::Error);
  EXPECT_THROW(IValue("x").toScalar(), std::exception);
}

TEST(ApiIValue, TellsItsKind) {
  EXPECT_EQ(IValue().tagKind(), "None");
  EXPECT_EQ(IValue(at::ones({1})).tagKind(), "Tensor");
  EXPECT_EQ(IValue(1.0).tagKind(), "Double");
  EXPECT_EQ(IValue(1).tagKind(), "Int");
  EXPECT_EQ(IValue(true).tagKind(), "Bool");
  EXPECT_EQ(IValue("s").tagKind(), "String");
  EXPECT_EQ(IValue(c10::complex<double>(1)).tagKind(), "ComplexDouble");
  EXPECT_EQ(IValue(std::vector<int64_t>{}).tagKind(), "GenericList");
  EXPECT_EQ(IValue(c10::Dict<std::string, int64_t>()).tagKind(), "GenericDict");
  EXPECT_EQ(IValue(c10::ivalue::Tuple::create(1)).tagKind(), "Tuple");
  EXPECT_EQ(IValue(at::Device("cpu")).tagKind(), "Device");
  EXPECT_EQ(IValue(c10::make_intrusive<Holder>(1)).tagKind(), "Object");
}

TEST(ApiIValue, TellsItsType) {
  EXPECT_EQ(*IValue(1).type(), *c10::IntType::get());
  EXPECT_EQ(IValue(std::vector<int64_t>{1}).type()->str(), "int[]");
  EXPECT_EQ(IValue(std::vector<int64_t>{1}).type()->annotation_str(), "List[int]");
  EXPECT_EQ(IValue(2.5).type()->str(), "float");
  EXPECT_EQ(IValue(c10::Dict<std::string, at::Tensor>()).type()->str(), "Dict(str, Tensor)");
  EXPECT_EQ(IValue(c10::ivalue::Tuple::create(1, "a")).type()->str(), "(int, str)");
  EXPECT_EQ(IValue().type()->str(), "NoneType");
}

TEST(ApiIValue, PrintsAsLibtorch) {
  EXPECT_EQ(printed(3), "3");
  EXPECT_EQ(printed(2.0), "2.");
  EXPECT_EQ(printed(0.1), "0.10000000000000001");
  EXPECT_EQ(printed(true), "True");
  EXPECT_EQ(printed("a"), "a");
  EXPECT_EQ(printed(IValue()), "None");
  EXPECT_EQ(printed(c10::complex<double>(1, -2)), "1.-2.j");
  EXPECT_EQ(printed(std::vector<int64_t>{1, 2}), "[1, 2]");
  EXPECT_EQ(printed(std::vector<double>{1, 2.5}), "[1., 2.5]");
  EXPECT_EQ(printed(std::vector<std::string>{"x", "y"}), "[x, y]");
  EXPECT_EQ(printed(std::make_tuple(int64_t(1), int64_t(2))), "(1, 2)");
  EXPECT_EQ(printed(c10::ivalue::Tuple::create(1)), "(1,)");
  c10::Dict<std::string, int64_t> dict;
  dict.insert("k", 1);
  dict.insert("l", 2);
  EXPECT_EQ(printed(dict), "{k: 1, l: 2}");
  EXPECT_EQ(printed(at::Device("cpu")), "cpu");
  EXPECT_EQ(printed(at::ones({2})), " 1\n 1\n[ CPUFloatType{2} ]");
}

TEST(ApiIValue, ComparesAsPython) {
  EXPECT_EQ(IValue(1), IValue(1));
  EXPECT_NE(IValue(1), IValue(2));
  EXPECT_EQ(IValue("a"), IValue(std::string("a")));
  EXPECT_EQ(IValue(std::vector<int64_t>{1}), IValue(std::vector<int64_t>{1}));
  EXPECT_NE(IValue(), IValue(1));
  const IValue list(std::vector<int64_t>{1}), same = list;
  EXPECT_TRUE(list.is(same));
  EXPECT_FALSE(list.is(IValue(std::vector<int64_t>{1})));
  EXPECT_TRUE(list.isSameIdentity(same));
  EXPECT_TRUE(list.isAliasOf(same));
  const at::Tensor t = at::ones({4});
  EXPECT_TRUE(IValue(t).isAliasOf(IValue(t.view({2, 2}))));
  EXPECT_FALSE(IValue(t).isAliasOf(IValue(t.clone())));
  EXPECT_TRUE(IValue(t).is(IValue(t)));
}

TEST(ApiIValue, CountsItsUses) {
  IValue a(std::vector<int64_t>{1});
  EXPECT_EQ(a.use_count(), 1u);
  const IValue b = a;
  EXPECT_EQ(a.use_count(), 2u);
  EXPECT_TRUE(a.isPtrType());
  EXPECT_FALSE(IValue(1).isPtrType());
  IValue c(5);
  c.swap(a);
  EXPECT_TRUE(a.isInt());
  EXPECT_TRUE(c.isIntList());
  const IValue moved = std::move(c);
  EXPECT_TRUE(c.isNone());
  EXPECT_TRUE(moved.isIntList());
}

TEST(ApiIValue, CopiesDeeply) {
  const IValue list(std::vector<at::Tensor>{at::ones({1})});
  const IValue copy = list.deepcopy();
  list.toTensorVector()[0].zero_();
  EXPECT_EQ(copy.toTensorVector()[0].item<float>(), 1);
  std::vector<IValue> inside;
  list.visit([&](const IValue& v) {
    inside.push_back(v);
    return false;
  });
  EXPECT_EQ(inside.size(), 2u);  // the list and its element
  c10::IValue::HashAliasedIValues found;
  list.getSubValues(found);
  EXPECT_EQ(found.size(), 2u);
}
