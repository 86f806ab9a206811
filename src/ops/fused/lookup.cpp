// tealight::lookup: a function of 8-bit numbers one by one, as a table: what dequantize, pointwise
// operators and quantize become together (graph/passes/fuse_tables.cpp).
#include "ops/quantized/by_table.h"

namespace tealight::ops {
namespace {

bool is_8bit(ScalarType t) { return t == kQUInt8 || t == kQInt8; }

Fact infer_lookup(const Fact& self, const Fact& table, double scale, int64_t zero_point,
                  ScalarType dtype) {
  TL_CHECK(is_8bit(self.dtype) && is_8bit(dtype), "lookup: from ", self.dtype, " to ", dtype);
  TL_CHECK(table.dtype == kByte && table.numel() == 256, "lookup: a table ", table.dtype,
           table.sizes, " where 256 bytes are wanted");
  Fact y(dtype, self.sizes);
  if (self.is_non_overlapping_and_dense()) y.strides = self.strides;
  y.quantizer = make_quantizer(scale, zero_point);
  return y;
}

Offer prepare_lookup(const Call& c) {
  if (!c.inputs[1]->has_elements()) return "the table is not known";
  if (!c.in(0).is_non_overlapping_and_dense()) return "elements with gaps";
  ByteTable table;
  std::memcpy(table.data(), c.inputs[1]->as<uint8_t>(), table.size());
  return lookup_kernel(table, c.in(0).numel());
}
constexpr Impl kernels[] = {{"bytes", prepare_lookup}};

}  // namespace

TL_OP(lookup){
    .schemas =
        {"tealight::lookup(Tensor self, Tensor table, float scale, int zero_point, ScalarType dtype) -> Tensor"},
    .infer = infer<infer_lookup>,
    .kernels = kernels,
    .traits = Trait::strided | Trait::nograd,
};
}  // namespace tealight::ops
