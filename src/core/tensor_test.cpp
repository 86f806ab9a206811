#include "tealight/tensor.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/context.h"
#include "tealight/half.h"

namespace tealight {
namespace {

Tensor arange(IntArrayRef sizes) {
  Tensor t(Fact(kFloat, sizes));
  for (int64_t i = 0; i < t.numel(); ++i) t.as<float>()[i] = float(i);
  return t;
}

TEST(Tensor, MemoryIsAlignedAndShared) {
  const Tensor a = arange({3, 5}), b = a;
  EXPECT_EQ(uintptr_t(a.data_ptr()) % 64, 0u);
  EXPECT_TRUE(a.is_same(b));
  EXPECT_EQ(a.use_count(), 2u);
  const Tensor c = a.alias_without_grad();
  EXPECT_FALSE(a.is_same(c));
  EXPECT_TRUE(a.is_alias_of(c));
}

TEST(Tensor, SelectIsAView) {
  const Tensor a = arange({3, 2});
  const Tensor row = a[-1];
  EXPECT_EQ(row.sizes(), IntArrayRef({2}));
  EXPECT_EQ(row[1].item<float>(), 5.0f);
  row.as<float>()[1] = 50;
  EXPECT_EQ((a.accessor<float, 2>()[2][1]), 50.0f);
  EXPECT_THROW(a[3], IndexError);
  EXPECT_THROW(a[-4], IndexError);
  EXPECT_THROW(row[0][0], IndexError);
}

TEST(Tensor, SelectKeepsTheQuantizerOfWhatIsLeft) {
  Fact f(kQInt8, {2, 3});
  f.quantizer = make_quantizer({0.5, 2.0}, {0, 1}, 0);
  Tensor t(f);
  std::fill_n(t.as<int8_t>(), 6, int8_t(3));
  EXPECT_EQ(t[1].q_scale(), 2.0);
  EXPECT_EQ(t[1][0].item<double>(), 4.0);
  f.quantizer = make_quantizer({1.0, 2.0, 3.0}, {0, 0, 0}, 1);
  const Tensor row = Tensor(t.storage(), f, 0)[1];
  EXPECT_EQ(row.q_per_channel_axis(), 0);
  EXPECT_EQ(row.q_per_channel_scales()[2].item<double>(), 3.0);
  EXPECT_THROW(row.q_scale(), Error);
  EXPECT_THROW(arange({1}).q_scale(), Error);
}

TEST(Tensor, ViewsCannotReachPastTheirStorage) {
  const auto storage = make_intrusive<Storage>(24);
  EXPECT_NO_THROW(Tensor(storage, Fact(kFloat, {2, 3}), 0));
  EXPECT_THROW(Tensor(storage, Fact(kFloat, {2, 3}), 1), Error);
  EXPECT_THROW(Tensor(storage, Fact(kFloat, {2, 3}), -1), Error);
  EXPECT_THROW(Tensor(storage, Fact(kFloat, {2, 3}, {4, 1}), 0), Error);
  EXPECT_THROW(Tensor(storage, Fact(kFloat, {2}), int64_t(1) << 62), Error);
  EXPECT_NO_THROW(Tensor(storage, Fact(kQUInt4x2, {48}), 0));
  EXPECT_THROW(Tensor(storage, Fact(kQUInt4x2, {49}), 0), Error);
}

TEST(Tensor, ItemNeedsOneElement) {
  EXPECT_EQ(scalar_tensor(7).item<int64_t>(), 7);
  EXPECT_THROW(arange({2}).item(), Error);
  EXPECT_THROW(Tensor::meta(Fact(kFloat, {1})).item(), Error);
  EXPECT_THROW(Tensor().item(), Error);
}

TEST(Tensor, ScalarsBecomeTensorsOfTheirDefaultType) {
  EXPECT_EQ(scalar_tensor(1.5).dtype(), kFloat);
  EXPECT_EQ(scalar_tensor(1).dtype(), kLong);
  EXPECT_EQ(scalar_tensor(true).dtype(), kBool);
  EXPECT_EQ(scalar_tensor(std::complex<double>(1, 2)).dtype(), kComplexFloat);
  EXPECT_EQ(scalar_tensor(1.5, kBFloat16).item<double>(), 1.5);
  EXPECT_EQ(scalar_tensor(1.5, kComplexHalf).item().toComplexDouble(), 1.5);
  EXPECT_THROW(scalar_tensor(1, kQInt8), Error);
  const Tensor wrapped = wrapped_scalar_tensor(0.1);
  EXPECT_TRUE(wrapped.fact().wrapped_number);
  EXPECT_EQ(wrapped.item<double>(), 0.1);  // not rounded to float
}

TEST(Tensor, NumbersThatDoNotFitAreRefused) {
  EXPECT_THROW(scalar_tensor(300, kByte), Error);
  EXPECT_THROW(scalar_tensor(1e40, kFloat), Error);
  EXPECT_THROW(scalar_tensor(1e40, kInt), Error);
  EXPECT_EQ(scalar_tensor(-1, kByte).item<int>(),
            255);  // as PyTorch: unsigned types wrap small negative numbers
  EXPECT_EQ(scalar_tensor(INFINITY, kFloat).item<float>(), INFINITY);
}

TEST(Tensor, DataPointerChecksTheType) {
  EXPECT_THROW(arange({2}).data_ptr<double>(), Error);
  Fact f(kQUInt8, {2});
  f.quantizer = make_quantizer(1, 0);
  EXPECT_NO_THROW(Tensor(f).data_ptr<uint8_t>());
  EXPECT_NO_THROW(Tensor(f).data_ptr<quint8>());
  EXPECT_THROW(Tensor(f).data_ptr<int8_t>(), Error);
}

TEST(Tensor, OnlyFloatsRequireGradients) {
  EXPECT_TRUE(arange({2}).requires_grad_().requires_grad());
  EXPECT_THROW(scalar_tensor(1).requires_grad_(), Error);
  EXPECT_NO_THROW(scalar_tensor(1).requires_grad_(false));
}

TEST(FromBlob, BorrowsMemoryAndEndsWithItsDeleter) {
  float values[] = {1, 2, 3, 4};
  int ended = 0;
  {
    const Tensor t = from_blob(values, {2, 2}, {1, 2}, [&](void* p) { ended += p == values; });
    EXPECT_EQ(t[0][1].item<float>(), 3.0f);
    EXPECT_EQ(t.data_ptr(), values);
    EXPECT_THROW(t.storage()->resize(64), Error);
    EXPECT_EQ(ended, 0);
  }
  EXPECT_EQ(ended, 1);
  EXPECT_THROW(from_blob(nullptr, {2}), Error);
  EXPECT_EQ(from_blob(nullptr, {0}).numel(), 0);
}

TEST(Storage, ResizeKeepsTheBytes) {
  Storage s(4);
  std::memcpy(s.data(), "abcd", 4);
  s.resize(100);
  EXPECT_EQ(std::memcmp(s.data(), "abcd", 4), 0);
  s.resize(2);
  EXPECT_EQ(s.nbytes(), 2u);
  EXPECT_EQ(std::memcmp(s.data(), "ab", 2), 0);
  s.resize(0);
  EXPECT_EQ(s.data(), nullptr);
}

TEST(MemoryBudget, StopsAllocationsAndGetsBytesBack) {
  auto budget = make_intrusive<MemoryBudget>(1000);
  Tensor survivor;
  {
    const MemoryBudgetScope scope(budget);
    survivor = Tensor(Fact(kByte, {600}));
    try {
      Tensor t(Fact(kByte, {500}));
      FAIL() << "allocated past the budget";
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::cancelled);
    }
    EXPECT_EQ(budget->used, 600u);
    survivor.storage()->resize(300);
    EXPECT_EQ(budget->used, 300u);
  }
  Tensor unlimited(Fact(kByte, {5000}));
  EXPECT_EQ(budget->used, 300u);
  std::thread([&] { survivor.reset(); }).join();
  EXPECT_EQ(budget->used, 0u);
}

}  // namespace
}  // namespace tealight
