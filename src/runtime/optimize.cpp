// Modules optimized: their files are, and become modules.
#include "tealight/optimize.h"

#include "script/optimize.h"

namespace tealight {

Module freeze(const Module& m, const std::vector<std::string>& preserved, bool optimize_numerics) {
  return Module::make(script::freeze(m.file(), preserved, optimize_numerics));
}

Module optimize_for_inference(const Module& m, const std::vector<std::string>& other_methods) {
  return Module::make(script::optimize_for_inference(m.file(), other_methods));
}

Module optimize_for_mobile(const Module& m, const MobileOptimizerOptions& options) {
  return Module::make(script::optimize_for_mobile(m.file(), options));
}

}  // namespace tealight
