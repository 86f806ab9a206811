// What tests of kernels share: a run on each instruction set of this machine, and made-up numbers.
#pragma once
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/cpu.h"
#include "core/parallel.h"

namespace tealight::kernels {

/// Runs on the instruction set that is its parameter; takes back that and the number of threads.
struct IsaTest : testing::TestWithParam<unsigned> {
  unsigned before = 0;
  int threads = get_num_threads();
  void SetUp() override { before = force_isa_for_testing(GetParam()); }
  void TearDown() override {
    force_isa_for_testing(before);
    set_num_threads(threads);
  }
};
/// A suite for TEST_P(Name, ...), run on every instruction set.
#define TL_TEST_EACH_ISA(Name)                                            \
  struct Name : ::tealight::kernels::IsaTest {};                          \
  INSTANTIATE_TEST_SUITE_P(Isa, Name, testing::Range(0u, best_isa() + 1), \
                           [](const auto& info) { return std::string(isa_name(info.param)); })

/// n numbers from -most to most.
inline std::vector<float> noise(int64_t n, unsigned seed, float most = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-most, most);
  std::vector<float> x(static_cast<size_t>(n));
  for (float& v : x) v = uniform(random);
  return x;
}

}  // namespace tealight::kernels
