#include "tealight/dtype.h"

#include <gtest/gtest.h>

namespace tealight {
namespace {

constexpr ScalarType kU1 = kByte, kI1 = kChar, kI2 = kShort, kI4 = kInt, kI8 = kLong, kF2 = kHalf,
                     kF4 = kFloat, kF8 = kDouble, kC2 = kComplexHalf, kC4 = kComplexFloat,
                     kC8 = kComplexDouble, kB1 = kBool, kBf = kBFloat16;
constexpr ScalarType kOrder[] = {kU1, kI1, kI2, kI4, kI8, kF2, kF4, kF8, kC2, kC4, kC8, kB1, kBf};
// torch.promote_types of PyTorch 1.13
constexpr ScalarType kPromoted[13][13] = {
    {kU1, kI2, kI2, kI4, kI8, kF2, kF4, kF8, kC2, kC4, kC8, kU1, kBf},
    {kI2, kI1, kI2, kI4, kI8, kF2, kF4, kF8, kC2, kC4, kC8, kI1, kBf},
    {kI2, kI2, kI2, kI4, kI8, kF2, kF4, kF8, kC2, kC4, kC8, kI2, kBf},
    {kI4, kI4, kI4, kI4, kI8, kF2, kF4, kF8, kC2, kC4, kC8, kI4, kBf},
    {kI8, kI8, kI8, kI8, kI8, kF2, kF4, kF8, kC2, kC4, kC8, kI8, kBf},
    {kF2, kF2, kF2, kF2, kF2, kF2, kF4, kF8, kC2, kC4, kC8, kF2, kF4},
    {kF4, kF4, kF4, kF4, kF4, kF4, kF4, kF8, kC4, kC4, kC8, kF4, kF4},
    {kF8, kF8, kF8, kF8, kF8, kF8, kF8, kF8, kC8, kC8, kC8, kF8, kF8},
    {kC2, kC2, kC2, kC2, kC2, kC2, kC4, kC8, kC2, kC4, kC8, kC2, kC4},
    {kC4, kC4, kC4, kC4, kC4, kC4, kC4, kC8, kC4, kC4, kC8, kC4, kC4},
    {kC8, kC8, kC8, kC8, kC8, kC8, kC8, kC8, kC8, kC8, kC8, kC8, kC8},
    {kU1, kI1, kI2, kI4, kI8, kF2, kF4, kF8, kC2, kC4, kC8, kB1, kBf},
    {kBf, kBf, kBf, kBf, kBf, kF4, kF4, kF8, kC4, kC4, kC8, kBf, kBf}};

TEST(DType, PromotesAsPyTorch) {
  for (size_t a = 0; a < 13; ++a) {
    for (size_t b = 0; b < 13; ++b) {
      EXPECT_EQ(promote_types(kOrder[a], kOrder[b]), kPromoted[a][b])
          << kOrder[a] << " with " << kOrder[b];
    }
  }
}

TEST(DType, QuantizedTypesPromoteOnlyWithThemselves) {
  EXPECT_EQ(promote_types(kQInt8, kQInt8), kQInt8);
  EXPECT_THROW(promote_types(kQInt8, kFloat), Error);
  EXPECT_THROW(promote_types(kInt, kQUInt8), Error);
}

TEST(DType, CastsOnlyUpwardsInKind) {
  EXPECT_TRUE(can_cast(kLong, kByte));
  EXPECT_TRUE(can_cast(kInt, kHalf));
  EXPECT_TRUE(can_cast(kBool, kInt));
  EXPECT_FALSE(can_cast(kFloat, kLong));
  EXPECT_FALSE(can_cast(kInt, kBool));
  EXPECT_FALSE(can_cast(kComplexFloat, kFloat));
  EXPECT_TRUE(can_cast(kDouble, kFloat));
}

TEST(DType, NamesOfBothLanguages) {
  EXPECT_EQ(dtype_name(kQUInt4x2), "QUInt4x2");
  EXPECT_EQ(python_name(kComplexFloat), "complex64");
  EXPECT_EQ(dtype_from_python("bfloat16"), kBFloat16);
  EXPECT_EQ(dtype_from_python("float"), kFloat);
  EXPECT_EQ(dtype_from_python("float128"), ScalarType::Undefined);
  EXPECT_EQ(dtype_name(ScalarType(99)), "Undefined");
}

TEST(Device, ReadsAndWritesItsName) {
  EXPECT_EQ(Device("cpu"), Device(kCPU));
  EXPECT_EQ(Device("cuda:3"), Device(kCUDA, 3));
  EXPECT_EQ(Device("cuda:3").str(), "cuda:3");
  EXPECT_EQ(Device("vulkan").str(), "vulkan");
}

TEST(Device, RejectsOtherNames) {
  for (const char* name :
       {"", "gpu", "cpu:", "cuda:x", "cuda:-1", "cuda:1000", "cuda:1:2", "CPU"}) {
    EXPECT_THROW(Device d(name), Error) << name;
  }
}

}  // namespace
}  // namespace tealight
