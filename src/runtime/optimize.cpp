// Modules optimized: their files are, and become modules.
#include "tealight/optimize.h"

#include "runtime/with_program.h"
#include "script/optimize.h"

namespace tealight {

Module freeze(const Module& m, const std::vector<std::string>& preserved, bool optimize_numerics) {
  return Module::make(script::freeze(with_program(m), preserved, optimize_numerics));
}

Module optimize_for_inference(const Module& m, const std::vector<std::string>& other_methods) {
  return Module::make(script::optimize_for_inference(with_program(m), other_methods));
}

Module optimize_for_mobile(const Module& m, const MobileOptimizerOptions& options) {
  return Module::make(script::optimize_for_mobile(with_program(m), options));
}

Module unpack_prepacked(const Module& m) {
  return Module::make(script::unpack_prepacked(with_program(m)));
}

}  // namespace tealight
