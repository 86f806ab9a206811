// Parameters, names and shapes of every network of the zoo against those that reference.py counted.
// Networks of more than 30 million parameters only with TEALIGHT_ZOO_ALL set, and none of more than
// 6 million where TEALIGHT_ZOO names a few for the other tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "networks.h"
#include "train/models/sha256.h"

namespace tealight::models {
namespace {

std::string digest(const nn::Module& net) {
  std::vector<std::string> lines;
  auto add = [&](const std::string& name, const Tensor& value) {
    std::ostringstream line;
    line << name << " " << value.sizes();
    lines.push_back(line.str());
  };
  for (const auto& item : net.named_parameters()) add(item.key(), item.value());
  for (const auto& item : net.named_buffers()) add(item.key(), item.value());
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
  return sha256({reinterpret_cast<const uint8_t*>(text.data()), text.size()}).substr(0, 16);
}

int64_t parameters(const nn::Module& net) {
  int64_t count = 0;
  for (const auto& parameter : net.parameters()) count += parameter.numel();
  return count;
}

TEST(ZooTable, EveryNetworkHasThePublishedParameters) {
  std::ifstream file("tests/models_zoo/networks.tsv");
  ASSERT_TRUE(file);
  std::set<std::string> listed;
  const bool few = std::getenv("TEALIGHT_ZOO");
  const int64_t large = few ? 6'000'000 : 30'000'000;
  size_t compared = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    std::istringstream words(line);
    std::string name, wanted;
    int64_t count = 0;
    words >> name >> count >> wanted;
    SCOPED_TRACE(name);
    listed.insert(name);
    if (count > large && !std::getenv("TEALIGHT_ZOO_ALL")) continue;
    Network net = make_network(name);
    EXPECT_EQ(parameters(*net.module), count);
    EXPECT_EQ(digest(*net.module), wanted);
    ++compared;
  }
  EXPECT_GE(compared, few ? 20u : 50u);
  for (const auto& name : names()) EXPECT_TRUE(listed.count(name)) << name;
  for (const auto& name : segmenter_names()) EXPECT_TRUE(listed.count(name)) << name;
}

}  // namespace
}  // namespace tealight::models
