// at::Tensor's members: what a tensor is, its memory, views, conversions, arithmetic, quantization.
#include <ATen/ATen.h>
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
torch::Tensor counting(at::IntArrayRef sizes) {  // 0, 1, 2 ...
  torch::Tensor t = torch::empty(sizes);
  for (int64_t i = 0; i < t.numel(); ++i) t.data_ptr<float>()[i] = float(i);
  return t;
}

}  // namespace

TEST(ApiTensor, TellsItsShape) {
  const at::Tensor t = torch::zeros({2, 3, 4});
  EXPECT_EQ(t.dim(), 3);
  EXPECT_EQ(t.ndimension(), 3);
  EXPECT_EQ(t.size(-1), 4);
  EXPECT_EQ(t.size(0), 2);
  EXPECT_EQ(t.stride(0), 12);
  EXPECT_EQ(t.stride(-1), 1);
  EXPECT_EQ(t.sizes(), (std::vector<int64_t>{2, 3, 4}));
  EXPECT_EQ(t.sizes().vec(), (std::vector<int64_t>{2, 3, 4}));
  EXPECT_EQ(t.strides(), (std::vector<int64_t>{12, 4, 1}));
  EXPECT_EQ(t.numel(), 24);
  EXPECT_EQ(t.nbytes(), 96u);
  EXPECT_EQ(t.itemsize(), 4u);
  EXPECT_EQ(t.element_size(), 4);
  EXPECT_EQ(t.storage_offset(), 0);
  EXPECT_EQ(t[1].storage_offset(), 12);
  EXPECT_THROW(t.size(3), c10::IndexError);
  EXPECT_TRUE(t.is_contiguous());
  EXPECT_TRUE(t.is_non_overlapping_and_dense());
  EXPECT_EQ(t.suggest_memory_format(), at::MemoryFormat::Contiguous);
}

TEST(ApiTensor, TellsItsKind) {
  const at::Tensor t = torch::zeros({2});
  EXPECT_EQ(t.scalar_type(), at::kFloat);
  EXPECT_EQ(t.dtype(), at::kFloat);
  EXPECT_EQ(t.dtype().name(), "float");
  EXPECT_EQ(t.dtype().itemsize(), 4u);
  EXPECT_EQ(t.dtype(), caffe2::TypeMeta::Make<float>());
  EXPECT_EQ(t.device(), at::kCPU);
  EXPECT_EQ(t.device().type(), at::DeviceType::CPU);
  EXPECT_EQ(t.get_device(), -1);
  EXPECT_EQ(t.layout(), at::kStrided);
  EXPECT_EQ(t.options().dtype(), at::kFloat);
  EXPECT_EQ(t.toString(), "CPUFloatType");
  EXPECT_TRUE(t.is_floating_point());
  EXPECT_TRUE(t.is_signed());
  EXPECT_FALSE(t.is_complex());
  EXPECT_TRUE(t.is_cpu());
  EXPECT_FALSE(t.is_cuda() || t.is_vulkan() || t.is_metal() || t.is_mps() || t.is_xla() ||
               t.is_meta());
  EXPECT_FALSE(t.is_sparse() || t.is_sparse_csr() || t.is_mkldnn() || t.is_quantized() ||
               t.is_nested());
  EXPECT_FALSE(t.has_names());
  EXPECT_TRUE(t.has_storage());
  EXPECT_FALSE(t.is_conj() || t.is_neg());
  EXPECT_EQ(torch::zeros({1}, at::kLong).is_signed(), true);
  EXPECT_EQ(torch::zeros({1}, at::kByte).is_signed(), false);
  std::ostringstream out;
  out << t.dtype() << ' ' << t.scalar_type() << ' ' << t.sizes() << ' ' << t.device() << ' '
      << t.layout();
  EXPECT_EQ(out.str(), "float Float [2] cpu Strided");
}

TEST(ApiTensor, IsAHandle) {
  at::Tensor a = torch::ones({2});
  EXPECT_TRUE(a.defined());
  EXPECT_FALSE(at::Tensor().defined());
  at::Tensor b = a;
  EXPECT_TRUE(a.is_same(b));
  EXPECT_EQ(a.use_count(), 2u);
  b.add_(1);
  EXPECT_EQ(a[0].item<float>(), 2);
  EXPECT_EQ(a.unsafeGetTensorImpl(), b.unsafeGetTensorImpl());
  EXPECT_TRUE(a.is_alias_of(a.view({2, 1})));
  EXPECT_FALSE(a.is_alias_of(a.clone()));
  const at::Tensor moved = std::move(b);
  EXPECT_FALSE(b.defined());
  a.reset();
  EXPECT_FALSE(a.defined());
  EXPECT_EQ(moved.use_count(), 1u);
  EXPECT_GE(moved._version(), 1);
}

TEST(ApiTensor, GivesItsMemory) {
  torch::Tensor t = counting({2, 3});
  EXPECT_EQ(t.data_ptr(), t.data_ptr<float>());
  EXPECT_EQ(t[1].data_ptr<float>(), t.data_ptr<float>() + 3);
  t.data_ptr<float>()[5] = 50;
  EXPECT_EQ(t[1][2].item<float>(), 50);
  EXPECT_THROW(t.data_ptr<int>(), c10::Error);
  EXPECT_EQ(torch::ones({1}, at::kHalf).data_ptr<at::Half>()[0], at::Half(1));
  EXPECT_EQ(float(torch::ones({1}, at::kBFloat16).data_ptr<at::BFloat16>()[0]), 1.f);
  EXPECT_EQ(torch::ones({1}, at::kBool).data_ptr<bool>()[0], true);
  EXPECT_EQ(torch::ones({1}, at::kComplexFloat).data_ptr<c10::complex<float>>()[0],
            c10::complex<float>(1));
}

TEST(ApiTensor, GivesItsOneElement) {
  const torch::Tensor t = torch::tensor({7.5});
  EXPECT_EQ(t.item().toDouble(), 7.5);
  EXPECT_EQ(t.item<float>(), 7.5f);
  EXPECT_EQ(t.item<double>(), 7.5);
  EXPECT_EQ(t.item<int>(), 7);
  EXPECT_EQ(t.item<int64_t>(), 7);
  EXPECT_TRUE(torch::tensor({true}).item<bool>());
  EXPECT_TRUE(contains(message_of([] { torch::ones({2}).item(); }), "Scalar"));
}

TEST(ApiAccessor, GivesTheElements) {
  torch::Tensor t = counting({2, 3});
  auto a = t.accessor<float, 2>();
  EXPECT_EQ(a[1][2], 5);
  a[0][1] = 10;
  EXPECT_EQ(t.data_ptr<float>()[1], 10);
  EXPECT_EQ(a.size(0), 2);
  EXPECT_EQ(a.stride(0), 3);
  EXPECT_EQ(a.sizes(), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(a.data(), t.data_ptr<float>());
  auto row = a[1];
  EXPECT_EQ(row.size(0), 3);
  EXPECT_EQ(row[0], 3);
  const torch::Tensor columns = t.t();
  EXPECT_EQ((columns.accessor<float, 2>()[2][1]), 5);
  EXPECT_THROW((t.accessor<float, 3>()), c10::Error);
  EXPECT_THROW((t.accessor<int64_t, 2>()), c10::Error);
  auto packed = t.packed_accessor32<float, 2>();
  EXPECT_EQ(packed[1][1], 4);
  EXPECT_EQ((t.packed_accessor64<float, 2>()[0][2]), 2);
}

TEST(ApiTensor, ViewsShareMemory) {
  torch::Tensor t = counting({2, 3, 4});
  EXPECT_EQ(t.view({6, -1}).size(1), 4);
  EXPECT_EQ(t.view(-1).size(0), 24);
  EXPECT_EQ(t.view_as(torch::zeros({4, 6})).size(0), 4);
  EXPECT_EQ(t.reshape({24})[23].item<float>(), 23);
  EXPECT_EQ(t.permute({2, 0, 1}).sizes(), (std::vector<int64_t>{4, 2, 3}));
  EXPECT_EQ(t.transpose(0, 1).size(0), 3);
  EXPECT_EQ(t[0].t().size(0), 4);
  EXPECT_EQ(t.select(1, 2).sizes(), (std::vector<int64_t>{2, 4}));
  EXPECT_EQ(t.slice(2, 1, 3).size(2), 2);
  EXPECT_EQ(t.slice(/*dim=*/0, /*start=*/1)[0][0][0].item<float>(), 12);
  EXPECT_EQ(t.slice(2, c10::nullopt, c10::nullopt, 2).size(2), 2);
  EXPECT_EQ(t.narrow(1, 1, 2).size(1), 2);
  EXPECT_EQ(t.squeeze().dim(), 3);
  EXPECT_EQ(t.unsqueeze(0).squeeze(0).dim(), 3);
  EXPECT_EQ(t.flatten().size(0), 24);
  EXPECT_EQ(t.flatten(1).sizes(), (std::vector<int64_t>{2, 12}));
  EXPECT_EQ(t.expand({5, 2, 3, 4}).size(0), 5);
  EXPECT_EQ(t.movedim(0, 2).size(2), 2);
  EXPECT_EQ(t.unbind(0).size(), 2u);
  EXPECT_EQ(t.chunk(2, 2)[1].size(2), 2);
  EXPECT_EQ(t.split(2, 1)[1].size(1), 1);
  EXPECT_EQ(t.split_with_sizes({1, 2}, 1)[1].size(1), 2);
  EXPECT_EQ(t.diagonal(0, 1, 2).size(1), 3);
  EXPECT_EQ(t.as_strided({2}, {12})[1].item<float>(), 12);
  EXPECT_EQ(t.unfold(2, 2, 2).sizes(), (std::vector<int64_t>{2, 3, 2, 2}));
  t.select(0, 0).fill_(1);
  EXPECT_EQ(t[0][2][3].item<float>(), 1);
}

TEST(ApiTensor, CopiesItsElements) {
  torch::Tensor t = counting({2, 3});
  const torch::Tensor copy = t.clone();
  t.zero_();
  EXPECT_EQ(copy[1][2].item<float>(), 5);
  torch::Tensor other = torch::empty({2, 3});
  other.copy_(copy);
  EXPECT_EQ(values(other), values(copy));
  other.copy_(torch::ones({3}));  // broadcast
  EXPECT_EQ(other.sum().item<float>(), 6);
  EXPECT_EQ(copy.repeat({2, 1}).sizes(), (std::vector<int64_t>{4, 3}));
  EXPECT_TRUE(copy.detach().is_alias_of(copy));
  EXPECT_TRUE(copy.data().is_alias_of(copy));
  EXPECT_EQ(values(copy.cpu()), values(copy));
  EXPECT_TRUE(copy.cpu().is_same(copy));
}

TEST(ApiTensor, MakesMoreOfItsKind) {
  const torch::Tensor t = torch::ones({2}, at::kDouble);
  EXPECT_EQ(t.new_zeros({3}).dtype(), at::kDouble);
  EXPECT_EQ(t.new_ones({3}, at::kInt).dtype(), at::kInt);
  EXPECT_EQ(t.new_empty({3}).size(0), 3);
  EXPECT_EQ(t.new_full({2}, 4).sum().item<double>(), 8);
}

TEST(ApiTensor, KeepsMemoryFormats) {
  const torch::Tensor t = counting({1, 3, 2, 2});
  const torch::Tensor last = t.contiguous(at::MemoryFormat::ChannelsLast);
  EXPECT_TRUE(last.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_FALSE(last.is_contiguous());
  EXPECT_EQ(last.suggest_memory_format(), at::MemoryFormat::ChannelsLast);
  EXPECT_EQ(last.stride(1), 1);
  EXPECT_EQ(last.data_ptr<float>()[1], 4);
  EXPECT_EQ(values(last), values(t));
  EXPECT_FALSE(t.permute({0, 2, 3, 1}).is_contiguous());
  EXPECT_TRUE(t.permute({0, 3, 2, 1}).contiguous().is_contiguous());
  EXPECT_TRUE(t.to(at::MemoryFormat::ChannelsLast).is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_EQ(torch::clone(last).suggest_memory_format(), at::MemoryFormat::ChannelsLast);
  EXPECT_TRUE(t.expect_contiguous()->is_same(t));
  EXPECT_EQ(values(*last.expect_contiguous()), values(t));
  EXPECT_EQ(torch::zeros({1, 2, 2, 2, 2}).contiguous(at::MemoryFormat::ChannelsLast3d).stride(1),
            1);
}

TEST(ApiTensor, ConvertsItself) {
  const torch::Tensor t = torch::tensor({1.5, 2.5});
  EXPECT_EQ(t.to(torch::kLong).dtype(), torch::kLong);
  EXPECT_EQ(t.to(torch::kLong)[1].item<int64_t>(), 2);
  EXPECT_TRUE(t.to(torch::kFloat).is_same(t));
  EXPECT_FALSE(t.to(torch::kFloat, /*non_blocking=*/false, /*copy=*/true).is_same(t));
  EXPECT_EQ(t.to(torch::kCPU).dtype(), torch::kFloat);
  EXPECT_EQ(t.to(torch::Device("cpu"), torch::kDouble).dtype(), torch::kDouble);
  EXPECT_EQ(t.to(torch::dtype(torch::kHalf)).dtype(), torch::kHalf);
  EXPECT_EQ(t.to(at::TensorOptions(at::kInt)).dtype(), torch::kInt);
  EXPECT_EQ(t.to(torch::tensor({1})).dtype(), torch::kLong);
  EXPECT_EQ(t.to(torch::zeros({1}, at::kDouble).dtype()).dtype(), torch::kDouble);
  EXPECT_EQ(t.toType(at::kInt).dtype(), torch::kInt);
  EXPECT_EQ(t.type_as(torch::tensor({1})).dtype(), torch::kLong);
}

TEST(ApiTensor, AddsSubtractsAndSoOn) {
  torch::Tensor a = torch::tensor({1., 2.}), b = torch::tensor({10., 20.});
  EXPECT_EQ(values(a + b), (std::vector<float>{11, 22}));
  EXPECT_EQ(values(a + 1), (std::vector<float>{2, 3}));
  EXPECT_EQ(values(1 - a), (std::vector<float>{0, -1}));
  EXPECT_EQ(values(b / a), (std::vector<float>{10, 10}));
  EXPECT_EQ(values(2 / a), (std::vector<float>{2, 1}));
  EXPECT_EQ(values(a * 2.5), (std::vector<float>{2.5, 5}));
  EXPECT_EQ(values(b % 7), (std::vector<float>{3, 6}));
  EXPECT_EQ(values(-a), (std::vector<float>{-1, -2}));
  EXPECT_EQ(values(a.add(b, 2)), (std::vector<float>{21, 42}));
  EXPECT_EQ(values(a.sub(b).mul(2).div(b)), (std::vector<float>{-1.8f, -1.8f}));
  EXPECT_EQ(values(a.pow(2)), (std::vector<float>{1, 4}));
  a += b;
  a -= 1;
  a *= 2;
  a /= 4;
  EXPECT_EQ(values(a), (std::vector<float>{5, 10.5}));
  a.add_(1).mul_(2).sub_(b).div_(2).clamp_(1, 1.25);
  EXPECT_EQ(values(a), (std::vector<float>{1, 1.25}));
  torch::Tensor out = torch::empty({2});
  at::add_out(out, a, b);
  EXPECT_EQ(values(out), (std::vector<float>{11, 21.25}));
  at::mul_outf(a, b, out);
  EXPECT_EQ(values(out), (std::vector<float>{10, 25}));
}

TEST(ApiTensor, ComparesAndCombinesBits) {
  const torch::Tensor a = torch::tensor({1, 2, 3}), b = torch::tensor({3, 2, 1});
  EXPECT_EQ((a < b).sum().item<int64_t>(), 1);
  EXPECT_EQ((a <= b).sum().item<int64_t>(), 2);
  EXPECT_EQ((a > 1).sum().item<int64_t>(), 2);
  EXPECT_EQ((a >= 2).sum().item<int64_t>(), 2);
  EXPECT_EQ((a == b).sum().item<int64_t>(), 1);
  EXPECT_EQ((a != b).sum().item<int64_t>(), 2);
  EXPECT_EQ((1 < a).dtype(), at::kBool);
  EXPECT_EQ((a & b)[0].item<int64_t>(), 1);
  EXPECT_EQ((a | b)[0].item<int64_t>(), 3);
  EXPECT_EQ((a ^ b)[0].item<int64_t>(), 2);
  EXPECT_EQ((~a)[0].item<int64_t>(), -2);
  EXPECT_EQ(a.__lshift__(2)[1].item<int64_t>(), 8);
  EXPECT_EQ(a.bitwise_right_shift(1)[2].item<int64_t>(), 1);
  torch::Tensor c = a.clone();
  c &= b;
  c |= torch::full_like(a, 4);
  c ^= torch::ones_like(a);
  EXPECT_EQ(c[0].item<int64_t>(), 4);
  EXPECT_EQ(c.__ior__(8)[0].item<int64_t>(), 12);
  EXPECT_EQ(c.__iand__(8).__ilshift__(1)[0].item<int64_t>(), 16);
  EXPECT_EQ(c.__irshift__(2).__ixor__(a)[0].item<int64_t>(), 5);
  EXPECT_TRUE(a.equal(torch::tensor({1, 2, 3})));
  EXPECT_FALSE(torch::equal(a, b));
  EXPECT_TRUE(torch::ones({2}).allclose(torch::ones({2}) + 1e-9));
  EXPECT_TRUE(torch::allclose(torch::ones({2}), torch::full({2}, 1.1), 0.2));
}

TEST(ApiTensor, ReducesAndSorts) {
  const torch::Tensor t = torch::tensor({{3., 1., 2.}, {6., 5., 4.}});
  EXPECT_EQ(t.sum().item<float>(), 21);
  EXPECT_EQ(values(t.sum(1)), (std::vector<float>{6, 15}));
  EXPECT_EQ(t.sum(at::IntArrayRef({0, 1}), /*keepdim=*/true).sizes(), (std::vector<int64_t>{1, 1}));
  EXPECT_EQ(values(t.mean(0)), (std::vector<float>{4.5, 3, 3}));
  EXPECT_EQ(t.max().item<float>(), 6);
  EXPECT_EQ(t.argmax().item<int64_t>(), 3);
  EXPECT_EQ(t.argmax(1)[1].item<int64_t>(), 0);
  const auto best = t.max(1);
  EXPECT_EQ(std::get<0>(best)[0].item<float>(), 3);
  EXPECT_EQ(std::get<1>(best)[1].item<int64_t>(), 0);
  const auto sorted = t.sort(1, /*descending=*/true);
  EXPECT_EQ(values(std::get<0>(sorted)[0]), (std::vector<float>{3, 2, 1}));
  at::Tensor scores, classes;
  std::tie(scores, classes) = t.topk(2, 1);
  EXPECT_EQ(values(scores[1]), (std::vector<float>{6, 5}));
  EXPECT_EQ(classes[1][1].item<int64_t>(), 1);
  EXPECT_NEAR(t.std().item<float>(), 1.8708287f, 1e-6);
  EXPECT_NEAR(t.var(1)[0].item<float>(), 1, 1e-6);
  EXPECT_NEAR(t.norm().item<float>(), 9.539392f, 1e-5);
  EXPECT_NEAR(t.softmax(1)[0][0].item<float>(), 0.66524096f, 1e-6);
  EXPECT_TRUE(t.any().item<bool>());
  EXPECT_TRUE((t > 0).all().item<bool>());
  EXPECT_EQ(t.nonzero().size(0), 6);
  EXPECT_EQ(t.cumsum(1)[0][2].item<float>(), 6);
}

TEST(ApiTensor, CarriesTheGradientFlag) {
  torch::Tensor t = torch::ones({2});
  EXPECT_FALSE(t.requires_grad());
  EXPECT_TRUE(t.requires_grad_().requires_grad());
  EXPECT_TRUE(t.set_requires_grad(true).is_leaf());
  EXPECT_FALSE(t.detach().requires_grad());
  EXPECT_FALSE(t.grad().defined());
  EXPECT_FALSE(t.requires_grad_(false).requires_grad());
}

TEST(ApiTensor, Quantizes) {
  const torch::Tensor t = torch::tensor({-1., 0., 1., 2.});
  const torch::Tensor q = at::quantize_per_tensor(t, 0.5, 10, at::kQUInt8);
  EXPECT_TRUE(q.is_quantized());
  EXPECT_EQ(q.scalar_type(), at::kQUInt8);
  EXPECT_EQ(q.qscheme(), at::kPerTensorAffine);
  EXPECT_EQ(q.q_scale(), 0.5);
  EXPECT_EQ(q.q_zero_point(), 10);
  EXPECT_EQ(q.int_repr()[0].item<uint8_t>(), 8);
  EXPECT_EQ(values(q.dequantize()), values(t));
  EXPECT_EQ(q.data_ptr<at::quint8>()[3].val_, 14);
  const torch::Tensor c = at::quantize_per_channel(t.view({2, 2}), torch::tensor({0.5, 1.}),
                                                   torch::tensor({0, 1}), 0, at::kQInt8);
  EXPECT_EQ(c.qscheme(), at::kPerChannelAffine);
  EXPECT_EQ(c.q_per_channel_axis(), 0);
  EXPECT_EQ(c.q_per_channel_scales()[1].item<double>(), 1);
  EXPECT_EQ(c.q_per_channel_zero_points()[1].item<int64_t>(), 1);
  EXPECT_EQ(c.int_repr()[1][1].item<int>(), 3);
  EXPECT_THROW(t.q_scale(), std::exception);
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
  EXPECT_THROW(add_up(torch::tensor({true})), std::exception);
  int bytes = 0;
  AT_DISPATCH_FLOATING_TYPES(at::kDouble, "size", [&] { bytes = sizeof(scalar_t); });
  EXPECT_EQ(bytes, 8);
  AT_DISPATCH_FLOATING_TYPES_AND_HALF(at::kHalf, "size", [&] { bytes = sizeof(scalar_t); });
  EXPECT_EQ(bytes, 2);
  AT_DISPATCH_INTEGRAL_TYPES(at::kShort, "size", [&] { bytes = sizeof(scalar_t); });
  EXPECT_EQ(bytes, 2);
  AT_DISPATCH_ALL_TYPES_AND(at::kBool, at::kBool, "size", [&] { bytes = sizeof(scalar_t); });
  EXPECT_EQ(bytes, 1);
}
