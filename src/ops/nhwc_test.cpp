// The rows of kernels for channels-last tensors: they take what they are meant for, and give what
// the same call on contiguous tensors gives, on every instruction set and number of threads.
#include "ops/nhwc.h"

#include <gtest/gtest.h>

#include <cstring>

#include "core/cpu.h"
#include "ops/call.h"
#include "ops/copy.h"
#include "ops/samples.h"
#include "tealight/ops.h"
#include "tealight/threads.h"

namespace tealight::ops {
namespace {

using Values = std::vector<Value>;

Tensor channels_last(const Tensor& t) {
  return t.dim() == 4 ? contiguous(t, MemoryFormat::ChannelsLast) : t;
}
Value channels_last(const Value& v) {
  if (v.isTensor() && v.toTensor().defined()) return channels_last(v.toTensor());
  if (!v.isList()) return v;
  Values items;
  for (const Value& item : v.toListRef().items) items.push_back(channels_last(item));
  return make_list(v.toListRef().element, std::move(items));
}
Values channels_last(const Values& args) {
  Values r;
  for (const Value& v : args) r.push_back(channels_last(v));
  return r;
}

// Whether a row for channels-last tensors takes the call.
bool has_row_for(const Overload& o, const Values& args) {
  const std::vector<Fact> facts = o.op->infer(args);
  const std::vector<const Tensor*> inputs = tensors_of(o.schema, args);
  for (const Impl& impl : o.op->kernels)
    if (impl.layout == KernelLayout::channels_last &&
        !impl.prepare({*o.op, args, inputs, facts}).refused)
      return true;
  return false;
}

void expect_close(const Tensor& got, const Tensor& want, float tolerance = 2e-5f) {
  ASSERT_EQ(got.sizes(), want.sizes());
  ASSERT_EQ(got.scalar_type(), want.scalar_type());
  const Tensor a = contiguous(got), b = contiguous(want);
  if (a.itemsize() == 1) {
    ASSERT_EQ(std::memcmp(a.data_ptr(), b.data_ptr(), a.nbytes()), 0);
    return;
  }
  for (int64_t i = 0; i < a.numel(); ++i) {
    if (a.scalar_type() == kLong) {
      ASSERT_EQ(a.as<int64_t>()[i], b.as<int64_t>()[i]) << "at " << i;
    } else {
      const float x = a.as<float>()[i], y = b.as<float>()[i];
      ASSERT_EQ(std::isnan(x), std::isnan(y)) << "at " << i;
      if (std::isnan(y) || x == y) continue;  // infinities too
      ASSERT_NEAR(x, y, tolerance * std::max(1.f, std::abs(y))) << "at " << i;
    }
  }
}

// The call on channels-last tensors against the one on contiguous tensors.
void compare(const char* name, const Values& args, bool wants_row = true) {
  SCOPED_TRACE(name);
  const Overload& o = find_overload(name);
  Values want = args, got = channels_last(args);
  EXPECT_EQ(has_row_for(o, got), wants_row);
  call(o, want);
  for (unsigned isa = 0; isa <= best_isa(); ++isa) {
    const unsigned before = force_isa_for_testing(isa);
    for (int threads : {1, 3}) {
      set_num_threads(threads);
      Values results = got;
      call(o, results);
      ASSERT_EQ(results.size(), want.size());
      for (size_t i = 0; i < want.size(); ++i)
        expect_close(results[i].toTensor(), want[i].toTensor());
    }
    force_isa_for_testing(before);
  }
  set_num_threads(2);
}

// Channels around the vectors' sizes, odd pictures, two of them.
const std::vector<DimVector>& shapes() {
  static const std::vector<DimVector> all = {{1, 3, 7, 5},    {2, 5, 8, 9},   {1, 16, 12, 11},
                                             {2, 19, 5, 6},   {1, 64, 9, 8},  {1, 100, 6, 7},
                                             {2, 24, 33, 31}, {1, 130, 3, 4}, {1, 1, 9, 9}};
  return all;
}

TEST(Nhwc, MaxPool) {
  for (const DimVector& s : shapes())
    for (auto [k, stride, pad, dilation] :
         {std::array<int64_t, 4>{3, 2, 1, 1}, {2, 2, 0, 1}, {3, 1, 1, 1}, {2, 1, 0, 2}})
      for (bool ceil : {false, true}) {
        const Values args{sample(s),
                          DimVector{k, k},
                          DimVector{stride, stride},
                          DimVector{pad, pad},
                          DimVector{dilation, dilation},
                          ceil};
        compare("aten::max_pool2d", args);
        compare("aten::max_pool2d_with_indices", args);
      }
}

TEST(Nhwc, MaxPoolKeepsNanAndTheFirstOfEqualOnes) {
  Tensor x = sample({2, 19, 6, 6});
  for (int64_t i = 0; i < x.numel(); ++i) x.as<float>()[i] = float(i % 3);
  for (int64_t i = 0; i < x.numel(); i += 41) x.as<float>()[i] = NAN;
  compare("aten::max_pool2d_with_indices",
          {x, DimVector{3, 3}, DimVector{2, 2}, DimVector{1, 1}, DimVector{1, 1}, false});
}

Tensor of_bytes(const DimVector& sizes, ScalarType t, double scale = 0.02, int64_t zero_point = 3) {
  const Tensor x = sample(sizes);
  return is_quantized(t) ? quantize_per_tensor(x, scale, zero_point, t)
                         : converted(mul(x, Scalar(100)), t);
}

TEST(Nhwc, MaxPoolOfBytes) {
  for (const DimVector& s : shapes())
    for (const ScalarType t : {kQUInt8, kQInt8, kByte, kChar})
      for (auto [k, stride, pad, dilation] :
           {std::array<int64_t, 4>{3, 2, 1, 1}, {2, 2, 0, 1}, {2, 1, 0, 2}})
        compare("aten::max_pool2d", {of_bytes(s, t), DimVector{k, k}, DimVector{stride, stride},
                                     DimVector{pad, pad}, DimVector{dilation, dilation}, false});
}

TEST(Nhwc, CatOfBytes) {
  for (const ScalarType t : {kQUInt8, kQInt8, kByte})
    for (const double other : {0.02, 0.05}) {
      const std::vector<Tensor> parts{of_bytes({2, 5, 4, 3}, t), of_bytes({2, 19, 4, 3}, t, other),
                                      of_bytes({2, 1, 4, 3}, t)};
      compare("aten::cat", {parts, 1});
    }
}

TEST(Nhwc, AvgPool) {
  for (const DimVector& s : shapes())
    for (bool ceil : {false, true})
      for (bool include_pad : {false, true}) {
        compare("aten::avg_pool2d", {sample(s), DimVector{3, 2}, DimVector{2, 1}, DimVector{1, 1},
                                     ceil, include_pad, Value()});
        compare("aten::avg_pool2d", {sample(s), DimVector{2, 3}, DimVector{2, 2}, DimVector{0, 1},
                                     ceil, include_pad, 5});
      }
}

TEST(Nhwc, AdaptivePools) {
  for (const DimVector& s : shapes())
    for (int64_t out : {1, 2, 3, 7}) {
      compare("aten::adaptive_avg_pool2d", {sample(s), DimVector{out, out}});
      compare("aten::adaptive_max_pool2d", {sample(s), DimVector{out, 2}});
    }
}

TEST(Nhwc, Upsampling) {
  for (const DimVector& s : shapes()) {
    for (const char* name : {"aten::upsample_nearest2d", "aten::_upsample_nearest_exact2d"}) {
      compare(name, {sample(s), DimVector{2 * s[2], 2 * s[3]}, Value(), Value()});
      compare(name, {sample(s), DimVector{5, 13}, 0.9, Value()});
    }
    for (bool corners : {false, true}) {
      compare("aten::upsample_bilinear2d",
              {sample(s), DimVector{2 * s[2], 2 * s[3]}, corners, Value(), Value()});
      compare("aten::upsample_bilinear2d", {sample(s), DimVector{4, 17}, corners, Value(), 1.7});
    }
  }
}

TEST(Nhwc, BatchNorm) {
  for (const DimVector& s : shapes()) {
    const auto parameter = [&](float low, uint64_t seed) {
      return sample({s[1]}, kFloat, low, 2, seed);
    };
    compare("tealight::batch_norm_channels",
            {sample(s), parameter(0.5, 2), parameter(-1, 3), parameter(-1, 4), parameter(0.5, 5),
             false, 0.1, 1e-5});
    compare("tealight::batch_norm_channels",
            {sample(s), Value(), Value(), parameter(-1, 4), parameter(0.5, 5), false, 0.1, 1e-5});
  }
}

TEST(Nhwc, GroupNorm) {
  for (const DimVector& s : shapes())
    for (int64_t groups : {int64_t(1), s[1], s[1] % 4 ? int64_t(1) : int64_t(4)}) {
      const Tensor weight = sample({s[1]}, kFloat, 0.5, 2, 2),
                   bias = sample({s[1]}, kFloat, -1, 1, 3);
      compare("aten::native_group_norm",
              {sample(s), weight, bias, s[0], s[1], s[2] * s[3], groups, 1e-5});
      for (const char* activation : {"none", "leaky_relu", "silu"})
        compare("tealight::group_norm",
                {sample(s), groups, weight, bias, 1e-5, activation, 0.2, 0.0});
      compare("tealight::group_norm",
              {sample(s), groups, Value(), Value(), 1e-3, "clamp", 0.0, 6.0});
    }
}

// Means far from zero cost the deviation no digits: what is left is the rounding of x itself.
TEST(Nhwc, GroupNormOfLargeMeans) {
  const Tensor x = sample({1, 20, 40, 30});
  Values far{channels_last(add(x, 1000)), 20, Value(), Value(), 1e-5, "none", 0.0, 0.0}, near = far;
  near[0] = x;
  call(find_overload("tealight::group_norm"), far);
  call(find_overload("tealight::group_norm"), near);
  expect_close(far[0].toTensor(), near[0].toTensor(), 5e-4f);
}

TEST(Nhwc, FusedGroupNormIsGroupNormAndActivation) {
  const Tensor x = sample({2, 12, 9, 7}), weight = sample({12}, kFloat, 0.5, 2, 2),
               bias = sample({12}, kFloat, -1, 1, 3);
  Values fused{x, 3, weight, bias, 1e-5, "leaky_relu", 0.2, 0.0};
  call(find_overload("tealight::group_norm"), fused);
  expect_close(fused[0].toTensor(), leaky_relu(group_norm(x, 3, weight, bias, 1e-5), 0.2));
}

TEST(Nhwc, GlobalMeans) {
  for (const DimVector& s : shapes())
    for (bool keepdim : {false, true}) {
      compare("aten::mean.dim", {sample(s), DimVector{2, 3}, keepdim, Value()});
      compare("aten::sum.dim_IntList", {sample(s), DimVector{-1, -2}, keepdim, Value()});
      compare("aten::mean.dim", {sample(s), DimVector{1}, keepdim, Value()});
    }
  compare("aten::mean.dim", {sample({2, 5, 70, 80}), DimVector{2, 3}, true, Value()});
}

// What would not lie as the input does is left to the other rows.
TEST(Nhwc, SumsThatKeepChannelsBeforeWidth) {
  compare("aten::sum.dim_IntList", {sample({2, 5, 6, 7}), DimVector{2}, false, Value()}, false);
  compare("aten::sum.dim_IntList", {sample({2, 5, 6, 7}), DimVector{0, 2, 3}, false, Value()});
}

TEST(Nhwc, PlacesOfExtremes) {
  for (const DimVector& s : shapes())
    for (bool keepdim : {false, true}) {
      const Tensor x = distinct_sample(s);
      compare("aten::argmax", {x, 1, keepdim});
      compare("aten::argmin", {x, -3, keepdim});
      compare("aten::max.dim", {x, 1, keepdim});
      compare("aten::min.dim", {x, 1, keepdim});
    }
  Tensor x = sample({1, 9, 2, 2});
  for (int64_t i = 0; i < x.numel(); i += 5) x.as<float>()[i] = NAN;
  compare("aten::max.dim", {x, 1, true});
}

TEST(Nhwc, Cat) {
  for (const DimVector& s : shapes()) {
    DimVector more = s;
    more[1] += 7;
    const std::vector<Tensor> list{sample(s), sample(more, kFloat, -1, 1, 2),
                                   sample(s, kFloat, -1, 1, 3)};
    compare("aten::cat", {list, 1});
    compare("aten::cat", {list, -3});
  }
}

TEST(Nhwc, CatOfSlicesOfChannels) {
  const Tensor x = channels_last(sample({2, 20, 5, 6}));
  const std::vector<Tensor> parts = chunk(x, 2, 1);
  const Tensor y = cat({parts[1], channels_last(sample({2, 3, 5, 6})), parts[0]}, 1);
  EXPECT_TRUE(y.is_contiguous(MemoryFormat::ChannelsLast));
  expect_close(narrow(y, 1, 0, 10), parts[1]);
  expect_close(narrow(y, 1, 13, 10), parts[0]);
}

TEST(Nhwc, ChannelShuffle) {
  for (DimVector s : shapes())
    for (int64_t groups : {1, 2, 3, 4}) {
      s[1] = groups * (s[1] / groups + 1);
      compare("aten::channel_shuffle", {sample(s), groups});
    }
}

// Operators that take any strides.
TEST(Nhwc, PixelShuffles) {
  for (const DimVector& s : shapes())
    for (int64_t r : {1, 2, 3}) {
      compare("aten::pixel_shuffle", {sample({s[0], s[1] * r * r, s[2], s[3]}), r}, false);
      compare("aten::pixel_unshuffle", {sample({s[0], s[1], s[2] * r, s[3] * r}), r}, false);
    }
}
TEST(Nhwc, ConstantPad) {
  for (const DimVector& s : shapes()) {
    compare("aten::constant_pad_nd", {sample(s), DimVector{1, 2, 0, 3}, 0.5}, false);
    compare("aten::constant_pad_nd", {sample(s), DimVector{1, -1, -2, 0, 3, 1}, 0}, false);
  }
}

// Runs the channels-last row of an operator whose result PyTorch makes contiguous, as plans do.
void compare_kept_channels_last(const char* name, const Values& args) {
  SCOPED_TRACE(name);
  const Overload& o = find_overload(name);
  Values want = args;
  call(o, want);
  const Values given = channels_last(args);
  std::vector<Fact> facts = o.op->infer(given);
  facts[0].strides = contiguous_strides(facts[0].sizes, MemoryFormat::ChannelsLast);
  const std::vector<const Tensor*> inputs = tensors_of(o.schema, given);
  for (const Impl& impl : o.op->kernels) {
    if (impl.layout != KernelLayout::channels_last) continue;
    const Offer offer = impl.prepare({*o.op, given, inputs, facts});
    ASSERT_EQ(offer.refused, nullptr);
    ASSERT_EQ(offer.kernel.scratch_bytes(), 0u);
    const Tensor y(facts[0]);
    const void* const in[] = {inputs[0]->data_ptr()};
    void* const out[] = {y.data_ptr()};
    for (unsigned isa = 0; isa <= best_isa(); ++isa) {
      const unsigned before = force_isa_for_testing(isa);
      offer.kernel({out, in, nullptr});
      force_isa_for_testing(before);
      expect_close(y, want[0].toTensor());
    }
    return;
  }
  FAIL() << "no row for channels last";
}

TEST(Nhwc, PadsOfTheBorder) {
  for (const DimVector& s : shapes())
    for (int64_t mode : {0, 1, 2})  // reflect, replicate, circle
      compare_kept_channels_last("tealight::border_pad", {sample(s), DimVector{1, 2, 2, 0}, mode});
}
TEST(Nhwc, Bicubic) {
  for (const DimVector& s : shapes())
    for (bool corners : {false, true})
      compare_kept_channels_last("aten::upsample_bicubic2d",
                                 {sample(s), DimVector{2 * s[2], 7}, corners, Value(), Value()});
}
TEST(Nhwc, Softmax) {
  for (const DimVector& s : shapes()) {
    compare_kept_channels_last("aten::_softmax", {sample(s), 1, false});
    compare_kept_channels_last("aten::_log_softmax", {sample(s), -3, false});
  }
}

TEST(Nhwc, LayoutsAreCopied) {
  for (const DimVector& s : shapes()) {
    const Tensor x = sample(s), y = channels_last(x);
    for (int64_t n = 0; n < s[0]; ++n)
      for (int64_t c = 0; c < s[1]; ++c)
        for (int64_t i = 0; i < s[2] * s[3]; ++i)
          ASSERT_EQ(y.as<float>()[(n * s[2] * s[3] + i) * s[1] + c],
                    x.as<float>()[(n * s[1] + c) * s[2] * s[3] + i]);
    expect_close(contiguous(y), x);
    expect_close(contiguous(x.transpose(1, 3)), channels_last(x).transpose(1, 3));
  }
}

}  // namespace
}  // namespace tealight::ops
