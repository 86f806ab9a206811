// Factory functions of at:: and torch::, TensorOptions, dtypes.
#include <ATen/ATen.h>
#include <ATen/MetaFunctions.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/generated/variable_factories.h>
#include <torch/types.h>

#include <sstream>

#include "messages.h"

namespace {

std::vector<float> values(const at::Tensor& t) {
  const at::Tensor c = t.contiguous();
  return {c.data_ptr<float>(), c.data_ptr<float>() + c.numel()};
}
template <class T>
std::string printed(const T& v) {
  std::ostringstream out;
  out << v;
  return out.str();
}

}  // namespace

TEST(ApiFromBlob, LooksAtTheCallersMemory) {
  float data[] = {1, 2, 3, 4, 5, 6};
  torch::Tensor t = torch::from_blob(data, {2, 3});
  EXPECT_EQ(t.data_ptr<float>(), data);
  EXPECT_EQ(t.sizes(), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(t.strides(), (std::vector<int64_t>{3, 1}));
  data[4] = 50;
  EXPECT_EQ(t[1][1].item<float>(), 50);
  t.add_(1);
  EXPECT_EQ(data[0], 2);
  EXPECT_EQ(at::from_blob(data, at::IntArrayRef({6}))[5].item<float>(), 7);
  const std::vector<int64_t> shape{3, 2};
  EXPECT_EQ(torch::from_blob(data, shape).size(0), 3);
}

TEST(ApiFromBlob, TakesStrides) {
  float data[] = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(values(torch::from_blob(data, {3}, {2})), (std::vector<float>{1, 3, 5}));
  EXPECT_EQ(values(torch::from_blob(data, {2, 3}, {1, 2})), (std::vector<float>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(torch::from_blob(data, {2, 3}, {1, 2}, at::kFloat).stride(1), 2);
}

TEST(ApiFromBlob, TakesOptions) {
  int32_t numbers[] = {1, 2};
  EXPECT_EQ(torch::from_blob(numbers, {2}, at::kInt).scalar_type(), torch::kInt32);
  EXPECT_EQ(torch::from_blob(numbers, {2}, torch::TensorOptions().dtype(at::kInt)).dtype(),
            at::kInt);
  EXPECT_EQ(torch::from_blob(numbers, {2}, torch::dtype(torch::kInt))[1].item<int>(), 2);
  uint8_t pixels[4 * 3] = {255};
  EXPECT_EQ(torch::from_blob(pixels, {2, 2, 3}, torch::kByte).permute({2, 0, 1}).size(0), 3);
  double d = 2.5;
  EXPECT_EQ(torch::from_blob(&d, {}, at::kDouble).item<double>(), 2.5);
}

TEST(ApiFromBlob, CallsTheDeleterOnce) {
  float data[] = {1, 2, 3, 4};
  int freed = 0;
  {
    torch::Tensor t = torch::from_blob(data, {4}, [&](void* p) {
      EXPECT_EQ(p, data);
      ++freed;
    });
    const torch::Tensor view = t.slice(0, 2);
    t.reset();
    EXPECT_EQ(freed, 0);
    EXPECT_EQ(view[0].item<float>(), 3);
  }
  EXPECT_EQ(freed, 1);
  {
    torch::from_blob(data, {2}, {2}, [&](void*) { ++freed; });
  }
  EXPECT_EQ(freed, 2);
  {
    at::from_blob(data, {2}, {2}, [&](void*) { ++freed; }, at::kFloat);
  }
  EXPECT_EQ(freed, 3);
  {
    torch::from_blob(data, {2}, [&](void*) { ++freed; }, torch::kFloat32);
  }
  EXPECT_EQ(freed, 4);
}

TEST(ApiFactories, FillWithANumber) {
  EXPECT_EQ(values(torch::zeros({2})), (std::vector<float>{0, 0}));
  EXPECT_EQ(values(torch::ones({2})), (std::vector<float>{1, 1}));
  EXPECT_EQ(values(torch::full({2}, 2.5)), (std::vector<float>{2.5, 2.5}));
  EXPECT_EQ(at::full({2, 2}, 7, at::kLong)[1][1].item<int64_t>(), 7);
  EXPECT_EQ(torch::full({1}, 7).dtype(), torch::kLong);
  EXPECT_EQ(torch::full({1}, true).dtype(), torch::kBool);
  EXPECT_EQ(torch::empty({3, 0}).numel(), 0);
  EXPECT_EQ(torch::zeros({}).dim(), 0);
  EXPECT_EQ(torch::zeros(3).size(0), 3);
  EXPECT_EQ(torch::zeros_like(torch::ones({3}, at::kInt)).scalar_type(), at::kInt);
  EXPECT_EQ(torch::ones_like(torch::zeros({2})).sum().item<float>(), 2);
  EXPECT_EQ(torch::full_like(torch::zeros({2}), 3).sum().item<float>(), 6);
  EXPECT_EQ(torch::empty_like(torch::zeros({2, 3})).sizes(), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(at::scalar_tensor(4, at::kInt).item<int>(), 4);
}

TEST(ApiFactories, CountAndDivide) {
  EXPECT_EQ(torch::arange(3).dtype(), torch::kLong);
  EXPECT_EQ(torch::arange(3.).dtype(), torch::kFloat);
  EXPECT_EQ(torch::arange(2, 8, 3)[1].item<int64_t>(), 5);
  EXPECT_EQ(values(torch::arange(0, 1, 0.25)), (std::vector<float>{0, .25, .5, .75}));
  EXPECT_EQ(torch::arange(0, 4, torch::kFloat32).dtype(), torch::kFloat);
  EXPECT_EQ(values(torch::linspace(0, 1, 5)), (std::vector<float>{0, .25, .5, .75, 1}));
  EXPECT_EQ(values(torch::logspace(0, 2, 3)), (std::vector<float>{1, 10, 100}));
  EXPECT_EQ(values(torch::eye(2)), (std::vector<float>{1, 0, 0, 1}));
  EXPECT_EQ(torch::eye(2, 3).size(1), 3);
  EXPECT_EQ(torch::hann_window(4).size(0), 4);
}

TEST(ApiFactories, JoinTensors) {
  const torch::Tensor a = torch::ones({1, 2}), b = torch::zeros({1, 2});
  EXPECT_EQ(values(torch::cat({a, b}, 1)), (std::vector<float>{1, 1, 0, 0}));
  EXPECT_EQ(torch::cat({a, b}).size(0), 2);
  EXPECT_EQ(torch::stack({a, b}).sizes(), (std::vector<int64_t>{2, 1, 2}));
  EXPECT_EQ(torch::stack({a, b}, -1).sizes(), (std::vector<int64_t>{1, 2, 2}));
  const std::vector<torch::Tensor> many(3, a);
  EXPECT_EQ(at::cat(many, 0).size(0), 3);
  EXPECT_EQ(torch::concat({a, b}).size(0), 2);
}

TEST(ApiFactories, RandomNumbersFollowTheSeed) {
  torch::manual_seed(1);
  const torch::Tensor first = torch::rand({2});
  torch::manual_seed(1);
  EXPECT_TRUE(torch::equal(torch::rand({2}), first));
  EXPECT_FLOAT_EQ(first[0].item<float>(), 0.7576316f);
  EXPECT_FALSE(torch::equal(torch::rand({2}), first));
  at::manual_seed(0);
  EXPECT_EQ(torch::randint(10, {3})[0].item<int64_t>(), 4);
  EXPECT_EQ(torch::randint(5, 6, {2}, torch::kInt)[1].item<int>(), 5);
  EXPECT_EQ(torch::randperm(6).sum().item<int64_t>(), 15);
  EXPECT_EQ(torch::randn({3, 2}).sizes(), (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(torch::rand_like(torch::zeros({2, 2})).numel(), 4);
  EXPECT_EQ(torch::randn_like(torch::zeros({2, 2})).numel(), 4);
  at::Generator g = at::detail::createCPUGenerator(1);
  EXPECT_TRUE(torch::equal(torch::rand({2}, g), first));
  EXPECT_TRUE(at::globalContext().defaultGenerator(at::kCPU).defined());
  EXPECT_EQ(at::normal(0., 0., {2}).sum().item<float>(), 0);
}

TEST(ApiFactories, TensorsOfNumbersInBraces) {
  EXPECT_EQ(torch::tensor({1, 2, 3}).dtype(), torch::kLong);
  EXPECT_EQ(torch::tensor({1., 2.}).dtype(), torch::kFloat);
  EXPECT_EQ(torch::tensor({1.f}).dtype(), torch::kFloat);
  EXPECT_EQ(torch::tensor(3).dim(), 0);
  EXPECT_EQ(torch::tensor(3.5).dtype(), torch::kFloat);
  EXPECT_EQ(torch::tensor({true, false}).dtype(), torch::kBool);
  EXPECT_EQ(torch::tensor({{1, 2}, {3, 4}, {5, 6}}).sizes(), (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(torch::tensor({{1, 2}})[0][1].item<int>(), 2);
  EXPECT_EQ(torch::tensor({1, 2}, torch::kDouble).dtype(), torch::kDouble);
  EXPECT_EQ(torch::tensor({1, 2}, torch::dtype(torch::kInt))[1].item<int>(), 2);
  EXPECT_EQ(torch::tensor(std::vector<float>{1, 2}).numel(), 2);
  EXPECT_EQ(torch::tensor(std::vector<int64_t>{}).numel(), 0);
  EXPECT_EQ(torch::tensor(at::ArrayRef<int>({1, 2})).numel(), 2);
  EXPECT_EQ(torch::tensor({c10::complex<double>(1, 2)}).dtype(), torch::kComplexDouble);
  EXPECT_THROW(torch::tensor({{1, 2}, {3}}), c10::Error);
}

TEST(ApiFactories, TensorsOfAtKeepTheTypeOfCxx) {
  EXPECT_EQ(at::tensor(3).dtype(), at::kInt);
  EXPECT_EQ(at::tensor(3).sizes(), (std::vector<int64_t>{1}));
  EXPECT_EQ(at::tensor({1.5, 2.5}).dtype(), at::kDouble);
  EXPECT_EQ(at::tensor({1.5, 2.5}).sizes(), (std::vector<int64_t>{2}));
  EXPECT_EQ(at::tensor(std::vector<int16_t>{1, 2, 3}).dtype(), at::kShort);
  EXPECT_EQ(at::tensor({1.5}, at::kComplexFloat).dtype(), at::kComplexFloat);
  EXPECT_TRUE(at::tensor({2.f}, at::requires_grad()).requires_grad());
}

TEST(ApiFactories, NewTensorsAreOfVersionZero) {
  for (const at::Tensor& t :
       {at::ones(3), at::zeros({2}), at::full({2}, 5), at::ones_like(at::ones(2)),
        at::ones(2).new_zeros({4}), torch::tensor({1, 2})})
    EXPECT_EQ(t._version(), 0);
  at::Tensor t = at::ones(3);
  t.mul_(2);
  EXPECT_EQ(t._version(), 1);
}

TEST(ApiMeta, CallsGiveFactsAlone) {
  const at::Tensor a = at::ones({4}), b = at::ones({3, 4}, at::kDouble);
  const at::Tensor sum = at::add(a.to(at::kMeta), b.to(at::kMeta));
  EXPECT_EQ(sum.device(), at::kMeta);
  EXPECT_EQ(sum.sizes(), (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(sum.dtype(), at::kDouble);
  const at::Tensor product = at::meta::mul(a, b);
  EXPECT_EQ(product.device(), at::kMeta);
  EXPECT_EQ(product.sizes(), (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(a.device(), at::kCPU);
  EXPECT_TRUE(contains(message_of([&] { at::ones({}).to(at::kMeta).item(); }), "meta tensors"));
  EXPECT_TRUE(contains(message_of([&] { product.to(at::kCPU); }),
                       "Cannot copy out of meta tensor; no data!"));
}

TEST(ApiFunctions, TakeOneDimensionAsAnInteger) {
  const at::Tensor t = at::arange(12, at::kFloat).view({4, 3});
  EXPECT_EQ(at::var(t, 0).sizes(), (std::vector<int64_t>{3}));
  EXPECT_EQ(at::std(t, 1).sizes(), (std::vector<int64_t>{4}));
  EXPECT_EQ(std::get<0>(at::var_mean(t, 0)).numel(), 3);
  EXPECT_EQ(std::get<1>(at::std_mean(t, 0)).numel(), 3);
  EXPECT_EQ(at::var(t, false).numel(), 1);
}

TEST(ApiOptions, SayWhatATensorShallBe) {
  EXPECT_EQ(torch::ones({2}, torch::kLong).dtype(), torch::kLong);
  EXPECT_EQ(torch::ones({2}, at::device(at::kCPU).dtype(at::kDouble)).scalar_type(), at::kDouble);
  EXPECT_EQ(
      torch::empty({1, 2, 4, 4}, torch::dtype<float>(), at::MemoryFormat::ChannelsLast).stride(1),
      1);
  EXPECT_EQ(
      torch::empty({1, 2, 4, 4}, at::TensorOptions().memory_format(at::MemoryFormat::ChannelsLast))
          .stride(1),
      1);
  EXPECT_TRUE(torch::ones({2}, torch::requires_grad()).requires_grad());
  EXPECT_FALSE(torch::ones({2}).requires_grad());
  EXPECT_EQ(torch::zeros({1}, torch::kCPU).device(), torch::Device(torch::kCPU));
  EXPECT_EQ(torch::zeros({1}, torch::layout(torch::kStrided)).layout(), at::kStrided);
  const torch::Tensor like = torch::ones({2}, at::kDouble);
  EXPECT_EQ(torch::zeros({1}, like.options()).dtype(), at::kDouble);
  EXPECT_EQ(torch::zeros({1}, like.options().dtype(at::kInt)).dtype(), at::kInt);
}

TEST(ApiOptions, CanBeAsked) {
  const auto o = at::TensorOptions()
                     .dtype(at::kHalf)
                     .device(at::kCPU, 0)
                     .layout(at::kStrided)
                     .requires_grad(true)
                     .pinned_memory(false);
  EXPECT_EQ(o.dtype(), at::kHalf);
  EXPECT_TRUE(o.has_dtype() && o.has_device() && o.has_layout() && o.has_requires_grad());
  EXPECT_EQ(o.device().index(), 0);
  EXPECT_EQ(o.layout(), at::kStrided);
  EXPECT_TRUE(o.requires_grad());
  EXPECT_FALSE(o.pinned_memory());
  EXPECT_FALSE(at::TensorOptions().has_dtype());
  EXPECT_EQ(at::TensorOptions().dtype_opt(), c10::nullopt);
  EXPECT_EQ(at::TensorOptions(at::kInt).dtype(), at::kInt);
  EXPECT_EQ(at::TensorOptions("cpu").device().type(), at::kCPU);
  EXPECT_EQ(at::TensorOptions().dtype<int64_t>().dtype(), at::kLong);
  EXPECT_EQ(at::TensorOptions().dtype(at::kByte).merge_in(at::kInt).dtype(), at::kInt);
  EXPECT_EQ(at::TensorOptions().memory_format_opt(), c10::nullopt);
  EXPECT_TRUE(
      contains(printed(o), "dtype=c10::Half, device=cpu:0, layout=Strided, requires_grad=true"));
  EXPECT_EQ(at::get_default_dtype(), at::kFloat);
  EXPECT_EQ(at::get_default_dtype_as_scalartype(), at::kFloat);
}

TEST(ApiDtypes, HaveTheirNamesAndSizes) {
  const std::vector<std::pair<at::ScalarType, std::string>> all{
      {at::kByte, "Byte"},
      {at::kChar, "Char"},
      {at::kShort, "Short"},
      {at::kInt, "Int"},
      {at::kLong, "Long"},
      {at::kHalf, "Half"},
      {at::kFloat, "Float"},
      {at::kDouble, "Double"},
      {at::kBool, "Bool"},
      {at::kQInt8, "QInt8"},
      {at::kQUInt8, "QUInt8"},
      {at::kQInt32, "QInt32"},
      {at::kBFloat16, "BFloat16"},
      {at::kComplexFloat, "ComplexFloat"},
      {at::kComplexDouble, "ComplexDouble"}};
  for (const auto& entry : all) {
    EXPECT_EQ(toString(entry.first), entry.second);
    EXPECT_EQ(printed(entry.first), entry.second);
    EXPECT_EQ(at::empty({2}, at::isQIntType(entry.first) ? at::kFloat : entry.first).numel(), 2);
  }
  EXPECT_EQ(torch::kInt8, at::kChar);
  EXPECT_EQ(torch::kInt16, at::kShort);
  EXPECT_EQ(torch::kUInt8, torch::kU8);
  EXPECT_EQ(torch::kFloat16, torch::kF16);
  EXPECT_EQ(torch::kFloat64, torch::kF64);
  EXPECT_EQ(torch::kInt64, torch::kI64);
  EXPECT_EQ(c10::elementSize(at::kDouble), 8u);
  EXPECT_TRUE(c10::isIntegralType(at::kBool, true));
  EXPECT_FALSE(c10::isIntegralType(at::kBool, false));
  EXPECT_TRUE(c10::isFloatingType(at::kHalf));
  EXPECT_EQ(c10::promoteTypes(at::kInt, at::kHalf), at::kHalf);
  EXPECT_FALSE(at::canCast(at::kFloat, at::kInt));
  EXPECT_EQ(at::result_type(at::ones({1}, at::kInt), at::Scalar(1.5)), at::kFloat);
  EXPECT_EQ(c10::CppTypeToScalarType<int16_t>::value, at::kShort);
  EXPECT_EQ(at::typeMetaToScalarType(caffe2::TypeMeta::Make<double>()), at::kDouble);
}

TEST(ApiDevices, AreParsedAndPrinted) {
  EXPECT_EQ(at::Device("cpu").type(), at::kCPU);
  EXPECT_EQ(torch::Device("cuda:1").index(), 1);
  EXPECT_TRUE(torch::Device("cuda:1").is_cuda() && torch::Device("cuda:1").has_index());
  EXPECT_EQ(torch::Device(torch::kCUDA, 1).str(), "cuda:1");
  EXPECT_TRUE(at::Device(at::kCPU).is_cpu());
  EXPECT_EQ(printed(at::Device(at::DeviceType::Vulkan)), "vulkan");
  EXPECT_NE(at::Device("cpu"), at::Device("cuda"));
  EXPECT_THROW(at::Device("toaster"), c10::Error);
  EXPECT_EQ(printed(at::kCPU), "cpu");
  EXPECT_EQ(c10::DeviceTypeName(at::kCPU), "CPU");
}

TEST(ApiScalar, HoldsAnyNumber) {
  EXPECT_EQ(at::Scalar(3).toInt(), 3);
  EXPECT_EQ(at::Scalar(3).toLong(), 3);
  EXPECT_EQ(at::Scalar(3).to<float>(), 3);
  EXPECT_EQ(at::Scalar(2.5).toFloat(), 2.5f);
  EXPECT_EQ(at::Scalar(2.5).toDouble(), 2.5);
  EXPECT_TRUE(at::Scalar(true).toBool());
  EXPECT_TRUE(at::Scalar(true).isBoolean());
  EXPECT_TRUE(at::Scalar(1).isIntegral(false));
  EXPECT_TRUE(at::Scalar(1.0).isFloatingPoint());
  EXPECT_TRUE(at::Scalar(c10::complex<double>(1, 1)).isComplex());
  EXPECT_EQ(at::Scalar(1).type(), at::kLong);
  EXPECT_EQ(at::Scalar(1.f).type(), at::kDouble);
  EXPECT_EQ((-at::Scalar(2)).toInt(), -2);
  EXPECT_TRUE(at::Scalar(2).equal(2));
  EXPECT_EQ(printed(at::Scalar(2)), "2");
  EXPECT_EQ(printed(at::Scalar(2.5)), "2.5");
  EXPECT_THROW(at::Scalar(300).to<int8_t>(), std::exception);
}
