// where of a condition alone: the places that are true.
#include "ops/samples.h"
#include "tealight/ops.h"

namespace tealight::ops {
namespace {

std::vector<Tensor> where_places(const Tensor& condition) {
  return tealight::unbind(
      tealight::nonzero(condition.dim() ? condition : tealight::unsqueeze(condition, 0)), 1);
}
std::vector<Sample> places_samples() { return {{{sample({3, 4}, kBool)}}, {{sample({5}, kInt)}}}; }

}  // namespace

TL_OP(where_nonzero){
    .schemas = {"aten::where(Tensor condition) -> Tensor[]"},
    .function = function<where_places>,
    .traits = Trait::composite,
    .samples = TL_TEST(places_samples),
};
}  // namespace tealight::ops
