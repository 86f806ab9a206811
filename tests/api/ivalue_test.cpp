// c10::IValue, c10::List, c10::Dict and errors, used as libtorch's programs use them.
#include <ATen/core/Dict.h>
#include <ATen/core/List.h>
#include <ATen/core/ivalue.h>
#include <c10/util/irange.h>
#include <gtest/gtest.h>
#include <torch/all.h>

#include <sstream>

using c10::IValue;

template <class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const c10::Error& e) {
    return e.what_without_backtrace();
  }
  return "nothing was thrown";
}

TEST(ApiIValue, HoldsEveryKindOfValue) {
  EXPECT_TRUE(IValue().isNone());
  EXPECT_TRUE(IValue(c10::nullopt).isNone());
  EXPECT_EQ(IValue(3).toInt(), 3);
  EXPECT_EQ(IValue(int64_t(1) << 40).toInt(), int64_t(1) << 40);
  EXPECT_EQ(IValue(2.5).toDouble(), 2.5);
  EXPECT_TRUE(IValue(true).toBool());
  EXPECT_TRUE(IValue(true).isBool() && !IValue(true).isInt());
  EXPECT_EQ(IValue("text").toStringRef(), "text");
  EXPECT_EQ(IValue(std::string("text")).toString()->string(), "text");
  EXPECT_EQ(IValue("text").toStringView(), "text");
  EXPECT_EQ(IValue(at::ones({2})).toTensor().numel(), 2);
  EXPECT_EQ(IValue(at::Device(at::kCPU)).toDevice(), at::Device("cpu"));
  EXPECT_EQ(IValue(at::Scalar(4)).toInt(), 4);
  EXPECT_EQ(IValue(at::Scalar(4.5)).toScalar().toDouble(), 4.5);
  EXPECT_EQ(IValue(std::complex<double>(1, 2)).toComplexDouble(), std::complex<double>(1, 2));
  EXPECT_TRUE(IValue(3).isScalar());
}

TEST(ApiIValue, HoldsCppContainers) {
  const IValue ints(std::vector<int64_t>{1, 2, 3});
  EXPECT_TRUE(ints.isIntList());
  EXPECT_EQ(ints.toIntVector(), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(ints.toIntList().get(1), 2);
  EXPECT_TRUE(IValue(std::vector<double>{0.5}).isDoubleList());
  EXPECT_EQ(IValue(std::vector<double>{0.5}).toDoubleVector()[0], 0.5);
  EXPECT_TRUE(IValue(std::vector<bool>{true, false}).isBoolList());
  EXPECT_TRUE(IValue(std::vector<at::Tensor>{at::ones({1})}).isTensorList());
  EXPECT_EQ(IValue(std::vector<at::Tensor>{at::ones({1})}).toTensorVector().size(), 1u);
  const IValue nested(std::vector<std::vector<int64_t>>{{1}, {2, 3}});
  EXPECT_EQ(nested.toList().size(), 2u);
  EXPECT_EQ((nested.to<std::vector<std::vector<int64_t>>>()[1][1]), 3);
  const IValue tuple(std::make_tuple(int64_t(1), std::string("a"), at::ones({2})));
  EXPECT_TRUE(tuple.isTuple());
  EXPECT_EQ(tuple.toTuple()->elements()[1].toStringRef(), "a");
  EXPECT_EQ(tuple.toTupleRef().elements().at(0).toInt(), 1);
  EXPECT_EQ((std::get<1>(tuple.to<std::tuple<int64_t, std::string, at::Tensor>>())), "a");
  const IValue map(std::unordered_map<std::string, int64_t>{{"k", 7}});
  EXPECT_TRUE(map.isGenericDict());
  EXPECT_EQ(map.toGenericDict().at("k").toInt(), 7);
  EXPECT_EQ((map.to<std::unordered_map<std::string, int64_t>>().at("k")), 7);
}

TEST(ApiIValue, OptionalBecomesNoneOrTheValue) {
  EXPECT_TRUE(IValue(c10::optional<int64_t>()).isNone());
  EXPECT_EQ(IValue(c10::optional<int64_t>(2)).toInt(), 2);
  EXPECT_EQ(IValue().toOptional<int64_t>(), c10::nullopt);
  EXPECT_EQ(IValue(5).toOptional<int64_t>().value(), 5);
  EXPECT_EQ(IValue(5).to<c10::optional<int64_t>>().value(), 5);
}

TEST(ApiIValue, WrongKindThrowsWithBothNames) {
  EXPECT_EQ(message_of([] { IValue(1.0).toTensor(); }), "Expected Tensor but got Double");
  EXPECT_EQ(message_of([] { IValue(1).toDouble(); }), "Expected Double but got Int");
  EXPECT_EQ(message_of([] { IValue("x").toInt(); }), "Expected Int but got String");
  EXPECT_EQ(message_of([] { IValue().toTuple(); }), "Expected Tuple but got None");
  EXPECT_THROW(IValue(1).toStringRef(), std::exception);
  EXPECT_EQ(IValue(1.0).tagKind(), "Double");
  EXPECT_EQ(IValue(std::vector<int64_t>{}).tagKind(), "GenericList");
}

TEST(ApiIValue, TupleElementsOutliveTheTuple) {
  const auto elements =
      IValue(c10::ivalue::Tuple::create({at::ones({2}), 3})).toTuple()->elements();
  EXPECT_EQ(elements[0].toTensor().numel(), 2);
  EXPECT_EQ(elements.at(1).toInt(), 3);
  EXPECT_EQ(elements.vec().size(), 2u);
  EXPECT_EQ(c10::ivalue::Tuple::create(1, "b")->elements()[1].toStringRef(), "b");
}

TEST(ApiIValue, PrintsAsLibtorch) {
  std::ostringstream out;
  out << IValue(3) << ' ' << IValue(2.0) << ' ' << IValue(true) << ' ' << IValue("a") << ' '
      << IValue() << ' ' << IValue(std::vector<int64_t>{1, 2}) << ' '
      << IValue(std::make_tuple(int64_t(1), int64_t(2)));
  EXPECT_EQ(out.str(), "3 2. True a None [1, 2] (1, 2)");
}

TEST(ApiIValue, KnowsItsType) {
  EXPECT_EQ(*IValue(1).type(), *c10::IntType::get());
  EXPECT_EQ(IValue(std::vector<int64_t>{1}).type()->repr_str(), "List[int]");
  EXPECT_EQ(*c10::ListType::ofTensors(), *c10::ListType::create(c10::TensorType::get()));
  EXPECT_EQ(c10::getTypePtr<std::vector<std::string>>()->annotation_str(), "List[str]");
}

TEST(ApiList, SharesItsElements) {
  c10::List<int64_t> list({1, 2});
  list.push_back(3);
  list.emplace_back(4);
  c10::List<int64_t> same = list;
  same.set(0, 10);
  EXPECT_EQ(list.get(0), 10);
  list[1] = 20;
  const int64_t second = list[1];
  EXPECT_EQ(second, 20);
  EXPECT_EQ(list.vec(), (std::vector<int64_t>{10, 20, 3, 4}));
  int64_t sum = 0;
  for (int64_t v : list) sum += v;
  EXPECT_EQ(sum, 37);
  EXPECT_EQ(*list.elementType(), *c10::IntType::get());
  EXPECT_FALSE(list.copy().is(list));
  EXPECT_EQ(IValue(list).toIntList().size(), 4u);
  list.erase(list.begin());
  EXPECT_EQ(list.size(), 3u);
  EXPECT_THROW(list.get(3), std::exception);
}

TEST(ApiList, OfTensorsAndOfAnything) {
  c10::List<at::Tensor> tensors;
  tensors.push_back(at::ones({2, 2}));
  for (const at::Tensor& t : tensors) EXPECT_EQ(t.dim(), 2);
  c10::impl::GenericList any(c10::AnyType::get());
  any.push_back(1);
  any.push_back("two");
  EXPECT_EQ(any.get(1).toStringRef(), "two");
  for (const IValue& v : IValue(any).toListRef()) EXPECT_FALSE(v.isNone());
  EXPECT_EQ(IValue(any).toListRef().size(), 2u);
}

TEST(ApiDict, KeepsTheOrderOfInsertion) {
  c10::Dict<std::string, at::Tensor> dict;
  EXPECT_TRUE(dict.insert("b", at::ones({1})).second);
  EXPECT_TRUE(dict.insert("a", at::ones({2})).second);
  EXPECT_FALSE(dict.insert("a", at::ones({3})).second);
  EXPECT_EQ(dict.at("a").numel(), 2);
  dict.insert_or_assign("a", at::ones({3}));
  EXPECT_EQ(dict.at("a").numel(), 3);
  std::string keys;
  for (const auto& entry : dict) keys += entry.key();
  EXPECT_EQ(keys, "ba");
  EXPECT_TRUE(dict.contains("b"));
  EXPECT_TRUE(dict.find("c") == dict.end());
  EXPECT_EQ(dict.find("b")->value().numel(), 1);
  EXPECT_EQ(message_of([&] { dict.at("c"); }), "Argument passed to at() was not in the map.");
  EXPECT_EQ(*dict.keyType(), *c10::StringType::get());
  EXPECT_EQ(dict.erase("b"), 1u);
  EXPECT_EQ(dict.size(), 1u);
}

TEST(ApiDict, OfAnyValues) {
  c10::impl::GenericDict dict(c10::StringType::get(), c10::AnyType::get());
  dict.insert("x", IValue(1));
  const IValue v(dict);
  EXPECT_EQ(v.toGenericDict().at("x").toInt(), 1);
  for (const auto& item : v.toGenericDict()) EXPECT_EQ(item.key().toStringRef(), "x");
}

TEST(ApiError, KindsAreCaughtByName) {
  EXPECT_THROW(TORCH_CHECK_INDEX(false, "out"), c10::IndexError);
  EXPECT_THROW(TORCH_CHECK_VALUE(false, "bad"), c10::ValueError);
  EXPECT_THROW(TORCH_CHECK_TYPE(false, "type"), c10::TypeError);
  EXPECT_THROW(TORCH_CHECK_NOT_IMPLEMENTED(false, "no"), c10::NotImplementedError);
  EXPECT_EQ(message_of([] { TORCH_CHECK(1 == 2, "one is not ", 2); }), "one is not 2");
  EXPECT_EQ(message_of([] { TORCH_CHECK(1 == 2); }), "Expected 1 == 2 to be true, but got false.");
  EXPECT_EQ(message_of([] { AT_ERROR("went ", "wrong"); }), "went wrong");
  try {
    throw torch::jit::JITException("ValueError: no", "builtins.ValueError");
  } catch (const c10::Error& e) {
    EXPECT_NE(std::string(e.what()).find("no"), std::string::npos);
  }
}

TEST(ApiUtil, IrangeCounts) {
  int64_t sum = 0;
  for (auto i : c10::irange(4)) sum += i;
  for (auto i : c10::irange(size_t(2), size_t(4))) sum += int64_t(i);
  EXPECT_EQ(sum, 11);
  EXPECT_EQ(c10::str("a", 1, 2.5), "a12.5");
}
