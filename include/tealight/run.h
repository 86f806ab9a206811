// Run: what a training used and reached, in a folder that `tealight runs` tabulates and draws.
//   tealight::Run run("digits", {.config = {{"lr", 1e-3}}});
//   run.log({{"accuracy", acc}}, step);
// The folder, digits/<name>, holds run.json (settings, seed, machine) and metrics.jsonl, a line for
// each log(). Nothing leaves this machine.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "tealight/value.h"

namespace tealight {

struct RunOptions {
  /// Settings: numbers, strings and bools.
  std::map<std::string, Value> config = {};
  std::optional<uint64_t> seed = {};
  /// Of the folder in the project's; empty: by date and process.
  std::string name = {};
  /// Goes on with the run of that name: its metrics stay.
  bool resume = false;
};

/// Any thread may log.
class TL_API Run {
 public:
  explicit Run(const std::string& project, const RunOptions& = {});
  ~Run();
  Run(Run&&) noexcept;
  Run& operator=(Run&&) noexcept;
  /// In the file when it returns. A step that is logged again replaces what it had of that metric.
  void log(const std::map<std::string, double>& metrics, int64_t step);
  const std::string& folder() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tealight
