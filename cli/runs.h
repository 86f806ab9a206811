// Folders that trainings logged to (tealight/run.h), read back.
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace tealight::cli {

struct LoggedRun {
  std::string name, folder, started, seed;  // of its place below the folder that was asked for
  nlohmann::json config, machine;
  std::map<std::string, std::map<int64_t, double>> curves;  // metric → step → value

  /// Of the last step.
  std::map<std::string, double> metrics() const;
  /// The text of a column: "name", "seed", a setting or a metric; empty: it has none.
  std::string field(const std::string& key) const;
};

/// Every folder with a run.json in `folder` and below, by time.
std::vector<LoggedRun> read_runs(const std::string& folder);
/// "lr<0.01", "backbone=resnet18": whether the run is so. Throws UsageError unless it is such a
/// text.
bool matches(const LoggedRun&, const std::string& condition);
/// One page with everything in it: curves laid over each other, settings, machines.
std::string runs_page(const std::vector<LoggedRun>&, const std::string& title);

}  // namespace tealight::cli
