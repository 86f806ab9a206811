#include "core/processors.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace tealight {
namespace {

namespace fs = std::filesystem;

// A directory like /sys/devices/system/cpu, with one file for each processor.
class Machine {
 public:
  Machine(const std::string& file, const std::vector<long>& values)
      : root_(testing::TempDir() + "tealight_processors") {
    for (size_t i = 0; i < values.size(); ++i) {
      const fs::path path = fs::path(root_) / ("cpu" + std::to_string(i)) / file;
      fs::create_directories(path.parent_path());
      std::ofstream(path) << values[i] << "\n";
    }
  }
  ~Machine() { fs::remove_all(root_); }
  int large(const std::vector<int>& processors) const {
    return count_large_processors(processors, root_);
  }

 private:
  std::string root_;
};

TEST(Processors, SmallCoresDoNotCount) {
  const Machine phone("cpu_capacity", {160, 160, 160, 160, 498, 498, 498, 1024});
  EXPECT_EQ(phone.large({0, 1, 2, 3, 4, 5, 6, 7}), 1);
  EXPECT_EQ(phone.large({0, 1, 2, 3, 4}), 1);
  EXPECT_EQ(phone.large({0, 1, 2, 3}), 4);
}

TEST(Processors, MiddleCoresCount) {
  const Machine phone("cpu_capacity", {250, 250, 250, 250, 762, 762, 762, 1024});
  EXPECT_EQ(phone.large({0, 1, 2, 3, 4, 5, 6, 7}), 4);
}

TEST(Processors, FrequenciesTellWhereCapacitiesDoNot) {
  const Machine phone("cpufreq/cpuinfo_max_freq", {1000000, 1000000, 2400000, 2400000});
  EXPECT_EQ(phone.large({0, 1, 2, 3}), 2);
}

TEST(Processors, AllCountWhereNothingIsKnown) {
  const Machine half("cpu_capacity", {1024, 160});
  EXPECT_EQ(half.large({0, 1, 2}), 3);
  EXPECT_EQ(half.large({5}), 1);
}

#if defined(__linux__)
TEST(Processors, ThisProcessMayRunSomewhere) {
  const std::vector<int> allowed = allowed_processors();
  ASSERT_FALSE(allowed.empty());
  EXPECT_GE(count_large_processors(allowed), 1);
}
#endif

}  // namespace
}  // namespace tealight
