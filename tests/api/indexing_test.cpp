// Python's indexing in C++: t.index({...}), t.index_put_({...}, value).
#include <ATen/ATen.h>
#include <ATen/TensorIndexing.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <sstream>

#include "messages.h"

using torch::indexing::Ellipsis;
using torch::indexing::None;
using torch::indexing::Slice;
using torch::indexing::TensorIndex;

namespace {

std::vector<float> values(const at::Tensor& t) {
  const at::Tensor c = t.contiguous();
  return {c.data_ptr<float>(), c.data_ptr<float>() + c.numel()};
}
torch::Tensor counting() { return torch::arange(12, torch::kFloat).view({3, 4}); }
template <class T>
std::string printed(const T& v) {
  std::ostringstream out;
  out << v;
  return out.str();
}

}  // namespace

TEST(ApiIndex, TakesIntegersAndSlices) {
  const torch::Tensor t = counting();
  EXPECT_EQ(t.index({1}).sizes(), (std::vector<int64_t>{4}));
  EXPECT_EQ(t.index({1, 2}).item<float>(), 6);
  EXPECT_EQ(t.index({-1, -1}).item<float>(), 11);
  EXPECT_EQ(values(t.index({Slice(), 0})), (std::vector<float>{0, 4, 8}));
  EXPECT_EQ(values(t.index({Slice(1, None), Slice(None, None, 3)})),
            (std::vector<float>{4, 7, 8, 11}));
  EXPECT_EQ(values(t.index({Slice(None, 1)})), (std::vector<float>{0, 1, 2, 3}));
  EXPECT_EQ(t.index({Slice(-2, None)}).size(0), 2);
  EXPECT_TRUE(t.index({Slice(0, 2)}).is_alias_of(t));
  EXPECT_EQ(t[1][2].item<float>(), 6);
  EXPECT_EQ(t[torch::tensor(1)][0].item<float>(), 4);
}

TEST(ApiIndex, TakesEllipsisAndNone) {
  const torch::Tensor t = counting();
  EXPECT_EQ(values(t.index({"...", -1})), (std::vector<float>{3, 7, 11}));
  EXPECT_EQ(values(t.index({Ellipsis, 0})), (std::vector<float>{0, 4, 8}));
  EXPECT_EQ(t.index({Ellipsis, None}).sizes(), (std::vector<int64_t>{3, 4, 1}));
  EXPECT_EQ(t.index({None, 0}).sizes(), (std::vector<int64_t>{1, 4}));
  EXPECT_EQ(t.index({Slice(), None, Slice(1, 3)}).sizes(), (std::vector<int64_t>{3, 1, 2}));
}

TEST(ApiIndex, TakesTensorsAndBooleans) {
  const torch::Tensor t = counting();
  EXPECT_EQ(values(t.index({torch::tensor({2, 0}), 1})), (std::vector<float>{9, 1}));
  EXPECT_EQ(values(t.index({torch::tensor({true, false, true}), 0})), (std::vector<float>{0, 8}));
  EXPECT_EQ(values(t.index({t > 9})), (std::vector<float>{10, 11}));
  EXPECT_EQ(values(t.index({torch::tensor({0, 1}), torch::tensor({1, 2})})),
            (std::vector<float>{1, 6}));
  EXPECT_EQ(t.index({true}).sizes(), (std::vector<int64_t>{1, 3, 4}));
  EXPECT_EQ(t.index({false}).sizes(), (std::vector<int64_t>{0, 3, 4}));
  EXPECT_EQ(t.index({torch::tensor(1)}).sizes(), (std::vector<int64_t>{4}));
  EXPECT_EQ(t.index({Slice(), torch::tensor({0, 3})}).sizes(), (std::vector<int64_t>{3, 2}));
}

TEST(ApiIndex, TakesListsOfIndices) {
  const torch::Tensor t = counting();
  const std::vector<TensorIndex> where{Slice(1, 3), 0};
  EXPECT_EQ(values(t.index(where)), (std::vector<float>{4, 8}));
  c10::List<c10::optional<at::Tensor>> tensors;
  tensors.push_back(c10::nullopt);
  tensors.push_back(torch::tensor({1, 2}));
  EXPECT_EQ(t.index(tensors).sizes(), (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(at::index(t, tensors)[2][1].item<float>(), 10);
  torch::Tensor u = t.clone();
  u.index_put_(tensors, torch::zeros({3, 2}));
  EXPECT_EQ(values(u[0]), (std::vector<float>{0, 0, 0, 3}));
  EXPECT_EQ(t.index_put(tensors, torch::ones({1}), /*accumulate=*/true)[0][1].item<float>(), 2);
}

TEST(ApiIndex, RefusesWhatIsOutside) {
  const torch::Tensor t = counting();
  EXPECT_THROW(t.index({3}), c10::IndexError);
  EXPECT_THROW(t.index({0, 0, 0}), c10::IndexError);
  EXPECT_THROW(t.index({torch::tensor({5})}), c10::Error);
  EXPECT_THROW(t.index({"x"}), c10::Error);
  EXPECT_THROW(t[3], c10::IndexError);
  EXPECT_THROW(torch::tensor(1.)[0], c10::IndexError);
  const torch::Tensor empty = torch::empty({10, 0});
  EXPECT_EQ(empty.index({torch::tensor({1, 2})}).sizes(), (std::vector<int64_t>{2, 0}));
  EXPECT_TRUE(contains(message_of([&] { empty.index({Slice(), torch::tensor({0, 1})}); }),
                       "index is out of bounds for dimension with size 0"));
}

TEST(ApiIndex, WarnsOfMasksOfBytes) {
  struct Counter : c10::WarningHandler {
    int n = 0;
    void process(const c10::Warning& w) override {
      n += contains(w.msg(), "torch.uint8 is now deprecated");
    }
  } counter;
  c10::WarningHandler* const before = c10::WarningUtils::get_warning_handler();
  c10::WarningUtils::set_warning_handler(&counter);
  torch::Tensor t = counting();
  const torch::Tensor mask = torch::tensor({1, 0, 1}, torch::kByte);
  const torch::Tensor chosen = t.index({mask});
  EXPECT_EQ(chosen.sizes(), (std::vector<int64_t>{2, 4}));
  t.index_put_({mask}, chosen, /*accumulate=*/true);
  c10::WarningUtils::set_warning_handler(before);
  EXPECT_EQ(counter.n, 2);
}

TEST(ApiIndexPut, Assigns) {
  torch::Tensor t = torch::zeros({2, 3});
  t.index_put_({0, 1}, 5);
  t.index_put_({Slice(), 2}, torch::ones({2}));
  EXPECT_EQ(values(t), (std::vector<float>{0, 5, 1, 0, 0, 1}));
  t.index_put_({torch::tensor({1})}, 7.0);
  EXPECT_EQ(values(t), (std::vector<float>{0, 5, 1, 7, 7, 7}));
  t.index_put_({"...", 0}, torch::zeros({1, 2}));
  EXPECT_EQ(values(t), (std::vector<float>{0, 5, 1, 0, 7, 7}));
  t.index_put_({t > 6}, -1);
  EXPECT_EQ(values(t), (std::vector<float>{0, 5, 1, 0, -1, -1}));
  t[0][0] = 9;
  t[1] = torch::full({3}, 2.f);
  EXPECT_EQ(values(t), (std::vector<float>{9, 5, 1, 2, 2, 2}));
}

TEST(ApiIndex, PrintsItself) {
  EXPECT_EQ(printed(Slice(1, 5, 2)), "1:5:2");
  EXPECT_EQ(printed(TensorIndex(3)), "3");
  EXPECT_EQ(printed(TensorIndex("...")), "...");
  EXPECT_EQ(printed(TensorIndex(None)), "None");
  EXPECT_EQ(printed(std::vector<TensorIndex>{Slice(1, 2, 1), 0}), "(1:2:1, 0)");
  EXPECT_TRUE(TensorIndex(3).is_integer());
  EXPECT_EQ(TensorIndex(3).integer(), 3);
  EXPECT_TRUE(TensorIndex(Slice()).is_slice());
  EXPECT_TRUE(TensorIndex(true).is_boolean());
}
