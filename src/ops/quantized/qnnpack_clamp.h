// PyTorch hands QNNPACK's clamp a channels-last tensor as its bytes lie, and takes the result for a
// contiguous one: elements change places. What runs on phones does so, and gives those numbers.
#pragma once
#include "ops/op.h"

namespace tealight {

bool is_misread_by_qnnpack(const Fact&);
std::vector<Fact> misread_result(std::vector<Fact>);
/// `prepare` of an elementwise operator, on the first input as QNNPACK sees it.
Offer prepare_misread(Offer (*prepare)(const Call&), const Call&);

/// The infer and kernels of a clamp around those of `Elementwise`.
template <class Elementwise>
struct QnnpackClamp {
  static std::vector<Fact> infer(Args args) {
    std::vector<Fact> out = Elementwise::infer(args);
    return is_misread_by_qnnpack(args[0].toTensor().fact()) ? misread_result(std::move(out)) : out;
  }
  static Offer prepare(const Call& c) {
    if (!is_misread_by_qnnpack(c.in(0))) return "not channels-last on QNNPACK";
    return prepare_misread(Elementwise::prepare, c);
  }
  static constexpr Impl kernels[] = {{"qnnpack", prepare}, {"pointwise", Elementwise::prepare}};
};
#define TL_QNNPACK_CLAMP(...) \
  .infer = QnnpackClamp<__VA_ARGS__>::infer, .kernels = QnnpackClamp<__VA_ARGS__>::kernels

}  // namespace tealight
