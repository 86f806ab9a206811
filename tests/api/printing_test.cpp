// operator<< of tensors and what belongs to them, as libtorch prints.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <iomanip>
#include <sstream>

namespace {

template <class T>
std::string printed(const T& v) {
  std::ostringstream out;
  out << v;
  return out.str();
}

}  // namespace

TEST(ApiPrint, Vectors) {
  EXPECT_EQ(printed(torch::tensor({1., 2.5})), " 1.0000\n 2.5000\n[ CPUFloatType{2} ]");
  EXPECT_EQ(printed(torch::tensor({1, -20})), " 1\n-20\n[ CPULongType{2} ]");
  EXPECT_EQ(printed(torch::tensor({true, false})), " 1\n 0\n[ CPUBoolType{2} ]");
  EXPECT_EQ(printed(torch::tensor({1e-5, 1e5})), " 1.0000e-05\n 1.0000e+05\n[ CPUFloatType{2} ]");
  EXPECT_EQ(printed(torch::zeros({0})), "[ CPUFloatType{0} ]");
}

TEST(ApiPrint, Scalars) {
  EXPECT_EQ(printed(torch::tensor(3.5)), "3.5\n[ CPUFloatType{} ]");
  EXPECT_EQ(printed(torch::tensor(7)), "7\n[ CPULongType{} ]");
}

TEST(ApiPrint, Matrices) {
  EXPECT_EQ(printed(torch::tensor({{1., 2.}, {3., 4.}})), " 1  2\n 3  4\n[ CPUFloatType{2,2} ]");
  EXPECT_EQ(printed(torch::tensor({{0.1, 200.}, {3., 4.}})),
            "   0.1000  200.0000\n   3.0000    4.0000\n[ CPUFloatType{2,2} ]");
}

TEST(ApiPrint, MoreDimensions) {
  EXPECT_EQ(printed(torch::arange(8).view({2, 2, 2})),
            "(1,.,.) = \n  0  1\n  2  3\n\n(2,.,.) = \n  4  5\n  6  7\n[ CPULongType{2,2,2} ]");
}

TEST(ApiPrint, OtherKinds) {
  EXPECT_EQ(printed(at::Tensor()), "[ Tensor (undefined) ]");
  EXPECT_EQ(printed(torch::ones({1}, at::kHalf)), " 1\n[ CPUHalfType{1} ]");
  EXPECT_EQ(printed(torch::ones({1}, torch::requires_grad())), " 1\n[ CPUFloatType{1} ]");
  EXPECT_EQ(
      printed(at::quantize_per_tensor(torch::ones({1}), 0.5, 1, at::kQInt8)),
      " 1\n[ QuantizedCPUQInt8Type{1}, qscheme: per_tensor_affine, scale: 0.5, zero_point: 1 ]");
}

TEST(ApiPrint, WhatBelongsToTensors) {
  EXPECT_EQ(printed(at::IntArrayRef({1, 2})), "[1, 2]");
  EXPECT_EQ(printed(at::kFloat), "Float");
  EXPECT_EQ(printed(torch::ones({1}).dtype()), "float");
  EXPECT_EQ(printed(at::kStrided), "Strided");
  EXPECT_EQ(printed(at::MemoryFormat::ChannelsLast), "ChannelsLast");
  EXPECT_EQ(printed(at::Half(1.5f)), "1.5");
  EXPECT_EQ(printed(at::TensorList({torch::ones({1})})), "[ 1\n[ CPUFloatType{1} ]]");
}

TEST(ApiPrint, LeavesTheStreamAsItWas) {
  std::ostringstream out;
  out << std::setprecision(3) << torch::tensor({1.23456}) << ' ' << 2.71828;
  EXPECT_EQ(out.str(), " 1.2346\n[ CPUFloatType{1} ] 2.72");
}
