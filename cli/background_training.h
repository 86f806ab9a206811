// Transfer learning in a thread of its own, for those who must not wait.
#pragma once
#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "tealight/transfer.h"

namespace tealight::cli {

/// What train_classifier() says of itself, for programs.
nlohmann::json as_json(const TransferResult&);

/// Any thread may call it.
class BackgroundTraining {
 public:
  /// Ends a training that runs at its next step.
  ~BackgroundTraining();
  /// False if one runs. `done` is called in the training's thread.
  bool start(TransferOptions, std::function<void(const TransferResult&)> done);
  /// {"state": "idle" | "running" | "done" | "failed", "text": what it does, "share": of that,
  /// "epochs": [{"epoch", "accuracy", "loss"}], "result": as_json, "error": text}
  nlohmann::json state() const;

 private:
  void run(TransferOptions, const std::function<void(const TransferResult&)>& done);
  template <class F>
  void change(F f) {
    std::lock_guard lock(mutex_);
    f(state_);
  }
  mutable std::mutex mutex_;
  nlohmann::json state_ = {{"state", "idle"}};
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace tealight::cli
