// c10::Error, the macros that throw it, and small helpers of c10.
#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <c10/util/Optional.h>
#include <c10/util/StringUtil.h>
#include <c10/util/irange.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/runtime/jit_exception.h>

#include "messages.h"

TEST(ApiError, TellsItsMessage) {
  try {
    TORCH_CHECK(1 == 2, "one is not ", 2);
    FAIL();
  } catch (const c10::Error& e) {
    EXPECT_STREQ(e.what_without_backtrace(), "one is not 2");
    EXPECT_EQ(e.msg(), "one is not 2");
    EXPECT_TRUE(contains(e.what(), "one is not 2"));
  }
  EXPECT_THROW(TORCH_CHECK(false), std::exception);
  EXPECT_TRUE(contains(message_of([] { TORCH_CHECK(1 == 2); }), "1 == 2"));
}

TEST(ApiError, TakesContext) {
  try {
    try {
      TORCH_CHECK(false, "inside");
    } catch (c10::Error& e) {
      e.add_context("while testing");
      throw;
    }
  } catch (const c10::Error& e) {
    EXPECT_TRUE(contains(e.what_without_backtrace(), "inside"));
    EXPECT_TRUE(contains(e.what_without_backtrace(), "while testing"));
  }
}

TEST(ApiError, KindsAreCaughtByName) {
  EXPECT_THROW(TORCH_CHECK_INDEX(false, "out"), c10::IndexError);
  EXPECT_THROW(TORCH_CHECK_VALUE(false, "bad"), c10::ValueError);
  EXPECT_THROW(TORCH_CHECK_TYPE(false, "type"), c10::TypeError);
  EXPECT_THROW(TORCH_CHECK_NOT_IMPLEMENTED(false, "no"), c10::NotImplementedError);
  EXPECT_THROW(TORCH_CHECK_INDEX(false, "out"), c10::Error);
  EXPECT_EQ(message_of([] { AT_ERROR("went ", "wrong"); }), "went wrong");
  EXPECT_THROW(TORCH_INTERNAL_ASSERT(false, "ours"), c10::Error);
  EXPECT_THROW(AT_ASSERT(1 > 2), c10::Error);
  EXPECT_NO_THROW(TORCH_INTERNAL_ASSERT(true));
}

TEST(ApiError, OperatorsThrowTheirKinds) {
  const at::Tensor t = at::ones({2, 3});
  EXPECT_THROW(t.size(2), c10::IndexError);
  EXPECT_THROW(at::index_select(t, 5, at::zeros({1}, at::kLong)), c10::IndexError);
  EXPECT_THROW(t.view({7}), std::exception);
  EXPECT_THROW(at::cat({t, at::ones({2})}, 0), c10::Error);
  EXPECT_THROW(t.item(), std::exception);
  EXPECT_THROW(at::mm(t, t), c10::Error);
}

TEST(ApiError, RaisesOfModelsAreJitExceptions) {
  const torch::jit::JITException e("ValueError: no", std::string("builtins.ValueError"));
  EXPECT_TRUE(contains(e.what(), "ValueError: no"));
  EXPECT_EQ(e.getPythonClassName().value(), "builtins.ValueError");
  EXPECT_FALSE(torch::jit::JITException("x").getPythonClassName().has_value());
}

TEST(ApiUtil, WarnsOnce) {
  for (int i = 0; i < 2; ++i) TORCH_WARN_ONCE("only once, from a test");
  TORCH_WARN("a warning ", 1);
}

TEST(ApiUtil, IrangeCounts) {
  int64_t sum = 0;
  for (auto i : c10::irange(4)) sum += i;
  for (auto i : c10::irange(size_t(2), size_t(4))) sum += int64_t(i);
  for (const auto i : c10::irange(int64_t(3), int64_t(1))) sum += i;  // none
  EXPECT_EQ(sum, 11);
}

TEST(ApiUtil, StrJoinsItsArguments) {
  EXPECT_EQ(c10::str("a", 1, 2.5), "a12.5");
  EXPECT_EQ(c10::str(), "");
  EXPECT_EQ(c10::Join(", ", std::vector<int>{1, 2}), "1, 2");
  EXPECT_EQ(c10::str(at::ones({2}).sizes()), "[2]");
}

TEST(ApiUtil, ArrayRefLooksAtWhatIsThere) {
  const std::vector<int64_t> v{1, 2, 3};
  const at::IntArrayRef a(v);
  EXPECT_EQ(a.size(), 3u);
  EXPECT_EQ(a.front(), 1);
  EXPECT_EQ(a.back(), 3);
  EXPECT_EQ(a.at(1), 2);
  EXPECT_THROW(a.at(3), c10::Error);
  EXPECT_EQ(a.slice(1, 2).vec(), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(a.slice(1).size(), 2u);
  EXPECT_TRUE(a.equals({1, 2, 3}));
  EXPECT_EQ(a, v);
  EXPECT_NE(a, at::IntArrayRef({1}));
  EXPECT_EQ(std::vector<int64_t>(a.rbegin(), a.rend()), (std::vector<int64_t>{3, 2, 1}));
  EXPECT_TRUE(at::IntArrayRef().empty());
  int64_t array[] = {4, 5};
  EXPECT_EQ(at::IntArrayRef(array).back(), 5);
  EXPECT_EQ(c10::makeArrayRef(v).data(), v.data());
}
