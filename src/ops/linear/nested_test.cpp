#include "ops/linear/nested.h"

#include <gtest/gtest.h>

#include "ops/samples.h"
#include "tealight/operators.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

constexpr int64_t kFeatures = 4, kHeads = 2;

Tensor small(IntArrayRef sizes, uint64_t seed) { return sample(sizes, kFloat, -1, 1, seed); }

Tensor layer(const Tensor& src, bool norm_first) {
  const std::optional<Tensor> no_mask;
  const std::optional<int64_t> no_kind;
  return detail::call_as<Tensor>(
      find_overload("aten::_transformer_encoder_layer_fwd"), src, kFeatures, kHeads,
      small({12, 4}, 2), small({12}, 3), small({4, 4}, 4), small({4}, 5), true, norm_first, 1e-5,
      small({4}, 6), small({4}, 7), small({4}, 8), small({4}, 9), small({6, 4}, 10), small({6}, 11),
      small({4, 6}, 12), small({4}, 13), no_mask, no_kind);
}
Tensor nested(const Tensor& t, const Tensor& mask) {
  return detail::call_as<Tensor>(find_overload("aten::_nested_tensor_from_mask"), t, mask, true);
}
Tensor padded(const Tensor& t, double padding, std::optional<DimVector> size = {}) {
  return detail::call_as<Tensor>(
      find_overload("aten::to_padded_tensor"), t, padding,
      size ? OptionalIntArrayRef(IntArrayRef(*size)) : OptionalIntArrayRef());
}
// The first lengths[i] of `length` places of each row.
Tensor first_places(std::initializer_list<int64_t> lengths, int64_t length) {
  std::vector<Tensor> rows;
  for (int64_t n : lengths) rows.push_back(arange(length) < n);
  return stack(rows);
}

TEST(NestedTensor, EncoderLayerTakesEachSequenceAsIfItWereAlone) {
  const Tensor x = small({2, 5, kFeatures}, 1);
  const int64_t lengths[] = {3, 5};
  for (bool norm_first : {false, true}) {
    Tensor y = nested(x, first_places({3, 5}, 5));
    for (int i = 0; i < 2; ++i) y = layer(y, norm_first);
    const Tensor got = padded(y, 7);
    for (int64_t i = 0; i < 2; ++i) {
      const int64_t n = lengths[i];
      Tensor alone = x.narrow(0, i, 1).narrow(1, 0, n);
      for (int k = 0; k < 2; ++k) alone = layer(alone, norm_first);
      EXPECT_TRUE(allclose(got.narrow(0, i, 1).narrow(1, 0, n), alone, 1e-5, 1e-5));
      EXPECT_TRUE((got.select(0, i).narrow(0, n, 5 - n) == 7).all().item().toBool());
    }
  }
}

TEST(NestedTensor, IsPaddedToTheLongestSequenceOrTheSizeAskedFor) {
  const Tensor x = small({2, 5, kFeatures}, 1), n = nested(x, first_places({3, 1}, 5));
  EXPECT_EQ(padded(n, 0).sizes(), IntArrayRef({2, 3, kFeatures}));
  EXPECT_TRUE(equal(padded(n, 0).select(0, 0), x.select(0, 0).narrow(0, 0, 3)));
  EXPECT_EQ(padded(n, 0, DimVector{2, 6, 5}).sizes(), IntArrayRef({2, 6, 5}));
  EXPECT_THROW(padded(n, 0, DimVector{2, 2, 4}), Error);
  EXPECT_THROW(padded(x, 0), Error);
}

TEST(NestedTensor, IsRefusedByOperatorsThatDoNotKnowIt) {
  const Tensor n = nested(small({2, 5, kFeatures}, 1), first_places({3, 1}, 5));
  EXPECT_EQ(n.dim(), 3);
  EXPECT_THROW(n + 1, Error);
  EXPECT_THROW(layer_norm(n, {kFeatures}), Error);
  EXPECT_THROW(linear(n, small({3, kFeatures}, 2)), Error);
  EXPECT_THROW(n.mean(), Error);
  EXPECT_THROW(n.item(), Error);
  EXPECT_THROW(padded(n.transpose(0, 1), 0), Error);
}

TEST(NestedTensor, RefusesMasksWithGapsAndOtherShapes) {
  const Tensor x = small({2, 3, kFeatures}, 1), mask = first_places({3, 1}, 3);
  EXPECT_THROW(nested(x, mask.flip({1})), Error);
  EXPECT_THROW(nested(x, mask.to(kInt)), Error);
  EXPECT_THROW(nested(x, mask.narrow(1, 0, 2)), Error);
  EXPECT_THROW(nested(x.select(0, 0), mask), Error);
}

}  // namespace
}  // namespace tealight
