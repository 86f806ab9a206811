#include "core/processors.h"

#include <algorithm>
#include <cstdio>
#include <memory>

#if defined(__linux__)
#include <sched.h>
#endif

namespace tealight {
namespace {

// The number that a file of one line holds; 0: no such file, or no number.
long number_in(const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "r"), std::fclose);
  long number = 0;
  return file && std::fscanf(file.get(), "%ld", &number) == 1 ? number : 0;
}

// Of each processor; empty unless all have the file.
std::vector<long> numbers_in(std::span<const int> processors, const std::string& directory,
                             const char* file) {
  std::vector<long> numbers;
  for (int p : processors) {
    numbers.push_back(number_in(directory + "/cpu" + std::to_string(p) + "/" + file));
    if (numbers.back() <= 0) return {};
  }
  return numbers;
}

}  // namespace

std::vector<int> allowed_processors() {
  std::vector<int> allowed;
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return {};
  for (int p = 0; p < CPU_SETSIZE; ++p)
    if (CPU_ISSET(p, &set)) allowed.push_back(p);
#endif
  return allowed;
}

int count_large_processors(std::span<const int> processors, const std::string& directory) {
  std::vector<long> capacity = numbers_in(processors, directory, "cpu_capacity");
  if (capacity.empty()) capacity = numbers_in(processors, directory, "cpufreq/cpuinfo_max_freq");
  if (capacity.empty()) return int(processors.size());
  const long most = *std::max_element(capacity.begin(), capacity.end());
  return int(
      std::count_if(capacity.begin(), capacity.end(), [&](long c) { return 2 * c >= most; }));
}

}  // namespace tealight
