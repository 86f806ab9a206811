#include "core/cpu.h"

#include <gtest/gtest.h>

namespace tealight {
namespace {

TEST(Cpu, ForcedSetIsUsedAndNeverAboveTheBest) {
  const unsigned before = force_isa_for_testing(kIsaBaseline);
  EXPECT_EQ(current_isa(), unsigned(kIsaBaseline));
  force_isa_for_testing(99);
  EXPECT_EQ(current_isa(), best_isa());
  force_isa_for_testing(before);
  EXPECT_EQ(current_isa(), before);
}

TEST(Cpu, EverySetHasAName) {
  for (unsigned isa = 0; isa <= best_isa(); ++isa) EXPECT_STRNE(isa_name(isa), "unknown");
}

}  // namespace
}  // namespace tealight
