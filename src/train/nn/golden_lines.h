// Golden files of tensors: a line each of case, name, sizes, values, with tabs between.
#pragma once
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tealight/ops.h"
#include "tealight/tensor_methods.h"

namespace tealight {

struct Entry {
  std::string name, sizes;
  std::vector<double> values;
};
using Case = std::vector<Entry>;

/// By name, in the file's order where one comes more often.
inline std::map<std::string, Case> golden_lines(const char* path) {
  std::map<std::string, Case> cases;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string name, values;
    Entry e;
    std::getline(fields, name, '\t');
    std::getline(fields, e.name, '\t');
    std::getline(fields, e.sizes, '\t');
    std::getline(fields, values);
    std::istringstream numbers(values);
    for (double v; numbers >> v;) e.values.push_back(v);
    cases[name].push_back(std::move(e));
  }
  return cases;
}

inline void expect_equal(const Tensor& ours, const Entry& wanted, const std::string& where,
                         double tolerance) {
  std::string sizes;
  for (const int64_t size : ours.sizes())
    sizes += (sizes.empty() ? "" : ",") + std::to_string(size);
  ASSERT_EQ(sizes, wanted.sizes) << where;
  const Tensor values = ours.detach().reshape(-1).to(kDouble);
  for (size_t i = 0; i < wanted.values.size(); ++i) {
    const double v = values.data_ptr<double>()[i];
    // The file has nine digits, which tell any two floats apart.
    ASSERT_NEAR(v, wanted.values[i], (tolerance + 1e-8) * std::max(1., std::abs(wanted.values[i])))
        << where << " " << wanted.name << "[" << i << "]";
  }
}

}  // namespace tealight
