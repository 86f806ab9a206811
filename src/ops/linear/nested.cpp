#include "ops/linear/nested.h"

#include <algorithm>

#include "ops/op.h"
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

class NestedStorage final : public Storage {
 public:
  explicit NestedStorage(Nested n) : Storage(0), nested(std::move(n)) {}
  const Nested nested;
};

Fact outer_fact(const Nested& n) {
  return Fact(ScalarType::Undefined, {n.padded.size(0), 0, n.padded.size(2)});
}

}  // namespace

Tensor make_nested(Nested n) {
  const Fact fact = outer_fact(n);
  return Tensor(make_intrusive<NestedStorage>(std::move(n)), fact, 0);
}
const Nested* nested_of(const Tensor& t) {
  const auto* storage = dynamic_cast<const NestedStorage*>(t.storage().get());
  const bool whole = storage && t.sizes() == IntArrayRef(outer_fact(storage->nested).sizes);
  return whole ? &storage->nested : nullptr;  // a view of it is not nested
}

namespace ops {
namespace {

void check_mask(const Tensor& t, const Tensor& mask) {
  TL_CHECK(mask.scalar_type() == kBool, "Expected mask to be of ScalarType Bool, but got ",
           mask.scalar_type(), " instead.");
  TL_CHECK(mask.dim() == 2, "Padding mask should be 2D");
  TL_CHECK(t.dim() == 3, "Input should be a 3D tensor, N * L * D");
  TL_CHECK(t.size(0) == mask.size(0) && t.size(1) == mask.size(1),
           "Mask size should match input size, but they are ", mask.sizes(), " and ", t.sizes());
}
// As many true places as the mask has, moved to the front of each row.
Tensor left_aligned(const Tensor& mask) {
  return tealight::lt(tealight::arange(mask.size(1)),
                      tealight::unsqueeze(tealight::sum(mask, DimVector{1}), 1));
}

bool is_left_aligned(const Tensor& t, const Tensor& mask) {
  check_mask(t, mask);
  return tealight::equal(mask, left_aligned(mask));
}
Tensor from_mask(const Tensor& t, const Tensor& mask, bool check) {
  check_mask(t, mask);
  const Tensor valid = left_aligned(mask);
  TL_CHECK(!check || tealight::equal(mask, valid), "Mask must be left-aligned without gaps");
  return make_nested({t, valid});
}

Tensor to_padded(const Tensor& self, double padding, const std::optional<DimVector>& size) {
  const Nested* n = nested_of(self);
  TL_CHECK(n, "to_padded_tensor: expected a nested tensor, but got one of shape ", self.sizes());
  const Tensor lengths = tealight::sum(n->valid, DimVector{1});
  const int64_t longest =
      lengths.numel() ? tealight::amax(lengths, DimVector{}).item().toLong() : 0;
  const Tensor filled =
      tealight::where(tealight::unsqueeze(n->valid, -1), n->padded, Scalar(padding));
  const Tensor r = tealight::narrow(filled, 1, 0, longest).contiguous();
  if (!size) return r;
  TL_CHECK(size->size() == 3, "to_padded_tensor: output_size must have 3 elements, but got ",
           *size);
  DimVector pad;  // from the last dimension on
  for (size_t d = 3; d-- > 0;) {
    TL_CHECK(
        (*size)[d] >= r.sizes()[d],
        "Value in output_size is less than NestedTensor padded size. Truncation is not supported.");
    pad.push_back(0), pad.push_back((*size)[d] - r.sizes()[d]);
  }
  return tealight::constant_pad_nd(r, pad, padding);
}

std::vector<Sample> mask_samples() {
  const Tensor t = sample({2, 3, 4});
  return {{{t, tealight::lt(tealight::arange(3), tealight::full({2, 1}, 2))}},
          {{t, tealight::ge(tealight::arange(3), tealight::full({2, 1}, 2))}}};
}

}  // namespace

TL_OP(nested_tensor_from_mask_left_aligned){
    .schemas = {"aten::_nested_tensor_from_mask_left_aligned(Tensor t, Tensor mask) -> bool"},
    .function = function<is_left_aligned>,
    .traits = Trait::nograd,
    .samples = TL_TEST(mask_samples),
};
TL_OP(nested_tensor_from_mask){
    .schemas =
        {"aten::_nested_tensor_from_mask(Tensor t, Tensor mask, bool mask_check=True) -> Tensor"},
    .function = function<from_mask>,
    .traits = Trait::nograd,
};
TL_OP(to_padded_tensor){
    .schemas =
        {"aten::to_padded_tensor(Tensor self, float padding, int[]? output_size=None) -> Tensor"},
    .function = function<to_padded>,
    .traits = Trait::nograd | Trait::copied_out,
};
}  // namespace ops
}  // namespace tealight
