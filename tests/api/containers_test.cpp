// c10::List and c10::Dict: shared containers of typed values.
#include <ATen/ATen.h>
#include <ATen/core/Dict.h>
#include <ATen/core/List.h>
#include <ATen/core/ivalue.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "messages.h"

using c10::Dict;
using c10::IValue;
using c10::List;

TEST(ApiList, ReadsAndWritesItsElements) {
  List<int64_t> list({1, 2});
  list.push_back(3);
  list.emplace_back(4);
  EXPECT_EQ(list.size(), 4u);
  EXPECT_FALSE(list.empty());
  EXPECT_EQ(list.get(0), 1);
  list.set(0, 10);
  list[1] = 20;
  EXPECT_EQ(list.get(1), 20);
  const int64_t second = list[1];
  EXPECT_EQ(second, 20);
  EXPECT_EQ(list.vec(), (std::vector<int64_t>{10, 20, 3, 4}));
  EXPECT_EQ(list.extract(3), 4);
  list.pop_back();
  list.resize(5, 7);
  EXPECT_EQ(list.vec(), (std::vector<int64_t>{10, 20, 3, 7, 7}));
  list.append(List<int64_t>({1}));
  list.reserve(100);
  EXPECT_EQ(list.size(), 6u);
  list.clear();
  EXPECT_TRUE(list.empty());
  EXPECT_THROW(list.get(0), std::exception);
}

TEST(ApiList, InsertsAndErases) {
  List<std::string> list({"a", "d"});
  list.insert(list.begin() + 1, "c");
  list.emplace(list.begin() + 1, "b");
  EXPECT_EQ(list.vec(), (std::vector<std::string>{"a", "b", "c", "d"}));
  auto next = list.erase(list.begin());
  EXPECT_EQ(std::string(*next), "b");
  list.erase(list.begin(), list.begin() + 2);
  EXPECT_EQ(list.vec(), (std::vector<std::string>{"d"}));
}

TEST(ApiList, IteratesAsAVector) {
  List<int64_t> list({3, 1, 2});
  int64_t sum = 0;
  for (int64_t v : list) sum += v;
  EXPECT_EQ(sum, 6);
  EXPECT_EQ(list.end() - list.begin(), 3);
  auto it = list.begin();
  ++it;
  EXPECT_EQ(int64_t(*it), 1);
  *it = 9;
  EXPECT_EQ(list.get(1), 9);
  it += 1;
  EXPECT_EQ(int64_t(*it), 2);
  EXPECT_TRUE(it < list.end());
  EXPECT_EQ(int64_t(list.begin()[2]), 2);
  EXPECT_TRUE(std::find(list.begin(), list.end(), 9) != list.end());
  swap(*list.begin(), *(list.begin() + 1));
  EXPECT_EQ(list.vec(), (std::vector<int64_t>{9, 3, 2}));
}

TEST(ApiList, CopiesOfAHandleShareTheElements) {
  List<int64_t> list({1});
  List<int64_t> same = list;
  same.set(0, 5);
  EXPECT_EQ(list.get(0), 5);
  EXPECT_TRUE(list.is(same));
  EXPECT_EQ(list.use_count(), 2u);
  List<int64_t> copy = list.copy();
  copy.set(0, 6);
  EXPECT_EQ(list.get(0), 5);
  EXPECT_FALSE(list.is(copy));
  EXPECT_TRUE(list != copy);
  EXPECT_TRUE(List<int64_t>({1, 2}) == List<int64_t>({1, 2}));
  IValue(list).toIntList().push_back(8);  // the value shares them as well
  EXPECT_EQ(list.size(), 2u);
}

TEST(ApiList, KnowsItsElementType) {
  EXPECT_EQ(*List<int64_t>().elementType(), *c10::IntType::get());
  EXPECT_EQ(*List<at::Tensor>().elementType(), *c10::TensorType::get());
  EXPECT_EQ(List<c10::optional<std::string>>().elementType()->str(), "str?");
  EXPECT_EQ(*c10::impl::GenericList(c10::AnyType::get()).elementType(), *c10::AnyType::get());
}

TEST(ApiList, OfTensors) {
  List<at::Tensor> tensors;
  tensors.push_back(at::ones({2, 2}));
  tensors.push_back(at::ones({2, 3}));
  int64_t elements = 0;
  for (const at::Tensor& t : tensors) elements += t.numel();
  EXPECT_EQ(elements, 10);
  EXPECT_EQ(at::cat(tensors.vec(), 1).size(1), 5);
  const List<at::Tensor> same = IValue(tensors).toTensorList();
  EXPECT_TRUE(same.is(tensors));
  EXPECT_EQ(same[1].numel(), 6);
}

TEST(ApiList, OfOptionals) {
  List<c10::optional<int64_t>> list;
  list.push_back(c10::nullopt);
  list.push_back(4);
  EXPECT_FALSE(list.get(0).has_value());
  EXPECT_EQ(list.get(1).value(), 4);
}

TEST(ApiList, OfAnything) {
  c10::impl::GenericList any(c10::AnyType::get());
  any.push_back(1);
  any.push_back("two");
  any.emplace_back(3.0);
  EXPECT_EQ(any.get(1).toStringRef(), "two");
  const IValue v(any);
  EXPECT_EQ(v.toListRef().size(), 3u);
  std::string kinds;
  for (const IValue& item : v.toListRef()) kinds += item.tagKind() + " ";
  EXPECT_EQ(kinds, "Int String Double ");
  const IValue first = any[0];
  EXPECT_EQ(first.toInt(), 1);
}

TEST(ApiList, ConvertsBetweenTypedAndGeneric) {
  const List<int64_t> ints({1, 2});
  const c10::impl::GenericList generic = c10::impl::toList(ints);
  EXPECT_EQ(generic.get(1).toInt(), 2);
  EXPECT_EQ(c10::impl::toTypedList<int64_t>(generic).get(1), 2);
  EXPECT_THROW(c10::impl::toTypedList<std::string>(generic), c10::Error);
}

TEST(ApiDict, KeepsTheOrderOfInsertion) {
  Dict<std::string, at::Tensor> dict;
  EXPECT_TRUE(dict.insert("b", at::ones({1})).second);
  EXPECT_TRUE(dict.insert("a", at::ones({2})).second);
  EXPECT_FALSE(dict.insert("a", at::ones({3})).second);
  EXPECT_EQ(dict.at("a").numel(), 2);
  EXPECT_FALSE(dict.insert_or_assign("a", at::ones({3})).second);
  EXPECT_EQ(dict.at("a").numel(), 3);
  std::string keys;
  for (const auto& entry : dict) keys += entry.key();
  EXPECT_EQ(keys, "ba");
}

TEST(ApiDict, FindsAndErases) {
  Dict<std::string, int64_t> dict;
  dict.reserve(3);
  dict.insert("x", 1);
  dict.insert("y", 2);
  EXPECT_TRUE(dict.contains("x"));
  EXPECT_FALSE(dict.contains("z"));
  EXPECT_TRUE(dict.find("z") == dict.end());
  EXPECT_EQ(dict.find("y")->value(), 2);
  EXPECT_EQ(dict.find("y")->key(), "y");
  dict.find("y")->setValue(20);
  EXPECT_EQ(dict.at("y"), 20);
  EXPECT_EQ(dict.size(), 2u);
  EXPECT_EQ(dict.erase("x"), 1u);
  EXPECT_EQ(dict.erase("x"), 0u);
  dict.erase(dict.begin());
  EXPECT_TRUE(dict.empty());
  EXPECT_TRUE(
      contains(message_of([&] { dict.at("c"); }), "Argument passed to at() was not in the map"));
}

TEST(ApiDict, CopiesOfAHandleShareTheEntries) {
  Dict<int64_t, std::string> dict;
  Dict<int64_t, std::string> same = dict;
  same.insert(1, "one");
  EXPECT_EQ(dict.at(1), "one");
  EXPECT_TRUE(dict.is(same));
  const Dict<int64_t, std::string> copy = dict.copy();
  dict.insert_or_assign(1, "uno");
  EXPECT_EQ(copy.at(1), "one");
  EXPECT_FALSE(dict == copy);
  dict.clear();
  EXPECT_EQ(same.size(), 0u);
}

TEST(ApiDict, KnowsItsTypes) {
  const Dict<std::string, at::Tensor> dict;
  EXPECT_EQ(*dict.keyType(), *c10::StringType::get());
  EXPECT_EQ(*dict.valueType(), *c10::TensorType::get());
}

TEST(ApiDict, OfAnyValues) {
  c10::impl::GenericDict dict(c10::StringType::get(), c10::AnyType::get());
  dict.insert("x", IValue(1));
  dict.insert("y", "text");
  const IValue v(dict);
  EXPECT_EQ(v.toGenericDict().at("x").toInt(), 1);
  std::string seen;
  for (const auto& item : v.toGenericDict())
    seen += item.key().toStringRef() + item.value().tagKind();
  EXPECT_EQ(seen, "xIntyString");
  const Dict<std::string, IValue> typed = c10::impl::toTypedDict<std::string, IValue>(dict);
  EXPECT_EQ(typed.at("y").toStringRef(), "text");
}
