#include "ops/quantized/qnnpack_clamp.h"

#include "tealight/context.h"

namespace tealight {
namespace {

Fact as_contiguous(Fact f) {
  f.strides = contiguous_strides(f.sizes);
  return f;
}

}  // namespace

bool is_misread_by_qnnpack(const Fact& f) {
  return f.dtype == kQUInt8 && globalContext().qEngine() == QEngine::QNNPACK &&
         f.is_non_overlapping_and_dense() && f.suggest_memory_format() != MemoryFormat::Contiguous;
}

std::vector<Fact> misread_result(std::vector<Fact> facts) {
  facts[0] = as_contiguous(std::move(facts[0]));
  return facts;
}

Offer prepare_misread(Offer (*prepare)(const Call&), const Call& c) {
  const Tensor seen = Tensor::meta(as_contiguous(c.in(0)));
  std::vector<const Tensor*> inputs(c.inputs.begin(), c.inputs.end());
  inputs[0] = &seen;
  return prepare({c.op, c.args, inputs, c.outs});
}

}  // namespace tealight
