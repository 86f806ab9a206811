// at::Tensor, factory functions, indexing and accessors, used as libtorch's programs use them.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/generated/variable_factories.h>
#include <torch/types.h>

#include <sstream>

using torch::indexing::Ellipsis;
using torch::indexing::None;
using torch::indexing::Slice;

namespace {

std::vector<float> values(const at::Tensor& t) {
  const at::Tensor c = t.contiguous();
  return {c.data_ptr<float>(), c.data_ptr<float>() + c.numel()};
}
torch::Tensor counting(at::IntArrayRef sizes) {  // 0, 1, 2 ...
  torch::Tensor t = torch::empty(sizes);
  for (int64_t i = 0; i < t.numel(); ++i) t.data_ptr<float>()[i] = float(i);
  return t;
}

}  // namespace

TEST(ApiFactories, LooksAtTheCallersMemory) {
  float data[] = {1, 2, 3, 4, 5, 6};
  torch::Tensor t = torch::from_blob(data, {2, 3});
  EXPECT_EQ(t.sizes(), (std::vector<int64_t>{2, 3}));
  data[4] = 50;
  EXPECT_EQ(t[1][1].item<float>(), 50);
  EXPECT_EQ(torch::from_blob(data, {3}, {2})[2].item<float>(), 50);
  int32_t numbers[] = {1, 2};
  EXPECT_EQ(torch::from_blob(numbers, {2}, at::kInt).scalar_type(), torch::kInt32);
  EXPECT_EQ(torch::from_blob(numbers, {2}, torch::TensorOptions().dtype(at::kInt)).dtype(),
            at::kInt);
  bool freed = false;
  {
    torch::from_blob(data, {6}, [&](void*) { freed = true; });
  }
  EXPECT_TRUE(freed);
}

TEST(ApiFactories, MakeTensorsOfOptions) {
  EXPECT_EQ(torch::zeros({2, 2}).dtype(), torch::kFloat);
  EXPECT_EQ(torch::ones({2}, torch::kLong).dtype(), torch::kLong);
  EXPECT_EQ(torch::ones({2}, at::device(at::kCPU).dtype(at::kDouble)).scalar_type(), at::kDouble);
  EXPECT_EQ(at::full({2, 2}, 7)[1][1].item<int64_t>(), 7);
  EXPECT_EQ(
      torch::empty({1, 2, 4, 4}, torch::dtype<float>(), at::MemoryFormat::ChannelsLast).stride(1),
      1);
  EXPECT_EQ(torch::zeros_like(torch::ones({3}, at::kInt)).scalar_type(), at::kInt);
  EXPECT_TRUE(torch::ones({2}, torch::requires_grad()).requires_grad());
  EXPECT_FALSE(torch::ones({2}).requires_grad());
}

TEST(ApiFactories, TensorsOfNumbersInBraces) {
  EXPECT_EQ(torch::tensor({1, 2, 3}).dtype(), torch::kLong);
  EXPECT_EQ(torch::tensor({1., 2.}).dtype(), torch::kFloat);
  EXPECT_EQ(torch::tensor({1.f}).dtype(), torch::kFloat);
  EXPECT_EQ(torch::tensor(3).dim(), 0);
  EXPECT_EQ(torch::tensor({true, false}).dtype(), torch::kBool);
  EXPECT_EQ(torch::tensor({{1, 2}, {3, 4}, {5, 6}}).sizes(), (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(torch::tensor({{1, 2}})[0][1].item<int>(), 2);
  EXPECT_EQ(torch::tensor({1, 2}, torch::kDouble).dtype(), torch::kDouble);
  EXPECT_EQ(torch::tensor(std::vector<float>{1, 2}).numel(), 2);
  EXPECT_EQ(torch::tensor(std::vector<int64_t>{}).numel(), 0);
  EXPECT_THROW(torch::tensor({{1, 2}, {3}}), c10::Error);
}

TEST(ApiTensor, TellsShapeAndKind) {
  const at::Tensor t = torch::zeros({2, 3, 4});
  EXPECT_EQ(t.dim(), 3);
  EXPECT_EQ(t.ndimension(), 3);
  EXPECT_EQ(t.size(-1), 4);
  EXPECT_EQ(t.stride(0), 12);
  EXPECT_EQ(t.numel(), 24);
  EXPECT_EQ(t.nbytes(), 96u);
  EXPECT_EQ(t.itemsize(), 4u);
  EXPECT_EQ(t.sizes().vec(), (std::vector<int64_t>{2, 3, 4}));
  EXPECT_EQ(t.device(), at::kCPU);
  EXPECT_EQ(t.layout(), at::kStrided);
  EXPECT_EQ(t.dtype().name(), "float");
  EXPECT_EQ(t.dtype().itemsize(), 4u);
  EXPECT_EQ(t.options().dtype(), at::kFloat);
  EXPECT_TRUE(t.defined());
  EXPECT_FALSE(at::Tensor().defined());
  EXPECT_TRUE(t.is_contiguous());
  EXPECT_EQ(t.suggest_memory_format(), at::MemoryFormat::Contiguous);
  EXPECT_THROW(t.size(3), c10::IndexError);
  std::ostringstream out;
  out << t.dtype() << ' ' << t.scalar_type() << ' ' << t.sizes() << ' ' << t.device();
  EXPECT_EQ(out.str(), "float Float [2, 3, 4] cpu");
}

TEST(ApiTensor, GivesItsElements) {
  torch::Tensor t = counting({2, 3});
  auto a = t.accessor<float, 2>();
  EXPECT_EQ(a[1][2], 5);
  a[0][1] = 10;
  EXPECT_EQ(a.size(0), 2);
  EXPECT_EQ(t.data_ptr<float>()[1], 10);
  EXPECT_EQ(t.const_data_ptr<float>()[1], 10);
  EXPECT_EQ(t[0][1].item().toDouble(), 10);
  EXPECT_EQ(t[0][1].item<int>(), 10);
  EXPECT_THROW(t.data_ptr<int>(), c10::Error);
  EXPECT_THROW(t.item(), c10::Error);
}

TEST(ApiTensor, ViewsShareMemory) {
  torch::Tensor t = counting({2, 3, 4});
  EXPECT_EQ(t.view({6, -1}).size(1), 4);
  EXPECT_EQ(t.reshape({24})[23].item<float>(), 23);
  EXPECT_EQ(t.permute({2, 0, 1}).sizes(), (std::vector<int64_t>{4, 2, 3}));
  EXPECT_EQ(t.transpose(0, 1).size(0), 3);
  EXPECT_EQ(t.select(1, 2).sizes(), (std::vector<int64_t>{2, 4}));
  EXPECT_EQ(t.slice(2, 1, 3).size(2), 2);
  EXPECT_EQ(t.slice(/*dim=*/0, /*start=*/1)[0][0][0].item<float>(), 12);
  t.select(0, 0).fill_(1);
  EXPECT_EQ(t[0][2][3].item<float>(), 1);
  const torch::Tensor copy = t.clone();
  t.zero_();
  EXPECT_EQ(copy[0][0][0].item<float>(), 1);
  torch::Tensor other = torch::empty({2, 3, 4});
  other.copy_(copy);
  EXPECT_EQ(values(other), values(copy));
  EXPECT_FALSE(copy.permute({2, 1, 0}).is_contiguous());
  EXPECT_TRUE(copy.permute({2, 1, 0}).contiguous().is_contiguous());
}

TEST(ApiTensor, IndexesAsPython) {
  const torch::Tensor t = counting({3, 4});
  EXPECT_EQ(t.index({1}).sizes(), (std::vector<int64_t>{4}));
  EXPECT_EQ(t.index({1, 2}).item<float>(), 6);
  EXPECT_EQ(values(t.index({Slice(), 0})), (std::vector<float>{0, 4, 8}));
  EXPECT_EQ(values(t.index({Slice(1, None), Slice(None, None, 3)})),
            (std::vector<float>{4, 7, 8, 11}));
  EXPECT_EQ(values(t.index({"...", -1})), (std::vector<float>{3, 7, 11}));
  EXPECT_EQ(t.index({Ellipsis, None}).sizes(), (std::vector<int64_t>{3, 4, 1}));
  EXPECT_EQ(t.index({None, 0}).sizes(), (std::vector<int64_t>{1, 4}));
  EXPECT_EQ(values(t.index({torch::tensor({2, 0}), 1})), (std::vector<float>{9, 1}));
  EXPECT_EQ(values(t.index({torch::tensor({true, false, true}), 0})), (std::vector<float>{0, 8}));
  EXPECT_EQ(t.index({true}).sizes(), (std::vector<int64_t>{1, 3, 4}));
  EXPECT_EQ(t.index({torch::tensor(1)}).sizes(), (std::vector<int64_t>{4}));
  EXPECT_THROW(t.index({3}), c10::IndexError);
  EXPECT_THROW(t.index({0, 0, 0}), c10::IndexError);
  EXPECT_THROW(t.index({"x"}), c10::Error);
}

TEST(ApiTensor, AssignsToIndexes) {
  torch::Tensor t = torch::zeros({2, 3});
  t.index_put_({0, 1}, 5);
  t.index_put_({Slice(), 2}, torch::ones({2}));
  EXPECT_EQ(values(t), (std::vector<float>{0, 5, 1, 0, 0, 1}));
  t.index_put_({torch::tensor({1})}, 7.0);
  EXPECT_EQ(values(t), (std::vector<float>{0, 5, 1, 7, 7, 7}));
  t.index_put_({"...", 0}, torch::zeros({1, 1, 2}));
  EXPECT_EQ(values(t), (std::vector<float>{0, 5, 1, 0, 7, 7}));
}

TEST(ApiTensor, ConvertsDtypes) {
  const torch::Tensor t = torch::tensor({1.5, 2.5});
  EXPECT_EQ(t.to(torch::kLong).dtype(), torch::kLong);
  EXPECT_EQ(t.to(torch::kLong)[1].item<int64_t>(), 2);
  EXPECT_EQ(t.to(torch::kCPU).dtype(), torch::kFloat);
  EXPECT_EQ(t.to(torch::Device("cpu"), torch::kDouble).dtype(), torch::kDouble);
  EXPECT_EQ(t.to(torch::dtype(torch::kHalf)).dtype(), torch::kHalf);
  EXPECT_EQ(t.toType(at::kInt).dtype(), torch::kInt);
  EXPECT_EQ(t.cpu().dtype(), torch::kFloat);
  EXPECT_EQ(t.to(torch::tensor({1})).dtype(), torch::kLong);
}

TEST(ApiTensor, AddsAndSubtracts) {
  torch::Tensor a = torch::tensor({1., 2.}), b = torch::tensor({10., 20.});
  EXPECT_EQ(values(a + b), (std::vector<float>{11, 22}));
  EXPECT_EQ(values(a + 1), (std::vector<float>{2, 3}));
  EXPECT_EQ(values(1 - a), (std::vector<float>{0, -1}));
  EXPECT_EQ(values(a.add(b, 2)), (std::vector<float>{21, 42}));
  EXPECT_EQ(values(at::sub(b, a)), (std::vector<float>{9, 18}));
  a += b;
  a -= 1;
  EXPECT_EQ(values(a), (std::vector<float>{10, 21}));
  torch::Tensor out = torch::empty({0});
  at::add_out(out, a, b);
  EXPECT_EQ(values(out), (std::vector<float>{20, 41}));
  EXPECT_EQ(values(torch::cat({a, b}, 0)), (std::vector<float>{10, 21, 10, 20}));
  EXPECT_EQ(torch::stack({a, b}).sizes(), (std::vector<int64_t>{2, 2}));
}

TEST(ApiTensor, GradientsNeedTheTrainingLibrary) {
  torch::Tensor t = torch::ones({2});
  t.requires_grad_();
  EXPECT_TRUE(t.requires_grad());
  EXPECT_FALSE(t.detach().requires_grad());
  EXPECT_TRUE(t.is_leaf());
}

TEST(ApiTensor, DispatchesOnItsType) {
  const auto add_up = [](const at::Tensor& t) {
    double sum = 0;
    AT_DISPATCH_ALL_TYPES(t.scalar_type(), "add_up", [&] {
      for (int64_t i = 0; i < t.numel(); ++i) sum += double(t.data_ptr<scalar_t>()[i]);
    });
    return sum;
  };
  EXPECT_EQ(add_up(torch::tensor({1, 2, 3})), 6);
  EXPECT_EQ(add_up(torch::tensor({1.5, 2.})), 3.5);
  EXPECT_THROW(add_up(torch::tensor({true})), c10::NotImplementedError);
}
