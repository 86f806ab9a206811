// How many of the machine's processors are worth computing on.
#pragma once
#include <span>
#include <string>
#include <vector>

namespace tealight {

/// The numbers of the processors that this process may run on; empty where the system does not
/// tell.
std::vector<int> allowed_processors();

/// Those of `processors` with at least half the capacity of the largest: phones join few large
/// cores with many small ones, which would keep the large ones waiting. All, where the files
/// cpu<N>/cpu_capacity and cpu<N>/cpufreq/cpuinfo_max_freq under `directory` do not tell.
int count_large_processors(std::span<const int> processors,
                           const std::string& directory = "/sys/devices/system/cpu");

}  // namespace tealight
