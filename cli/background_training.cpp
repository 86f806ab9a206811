#include "background_training.h"

#include "tealight/error.h"
#include "tealight/grad_mode.h"

namespace tealight::cli {
using nlohmann::json;

json as_json(const TransferResult& r) {
  return {{"val_accuracy", r.val_accuracy}, {"best_val_accuracy", r.best_val_accuracy},
          {"best_epoch", r.best_epoch},     {"seconds", r.seconds},
          {"classes", r.classes},           {"confusion", r.confusion},
          {"skipped", r.skipped},           {"model", r.model.string()}};
}

BackgroundTraining::~BackgroundTraining() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

bool BackgroundTraining::start(TransferOptions options,
                               std::function<void(const TransferResult&)> done) {
  std::lock_guard lock(mutex_);
  if (state_["state"] == "running") return false;
  if (thread_.joinable()) thread_.join();  // it has ended
  state_ = {{"state", "running"},
            {"text", "reading the pictures"},
            {"share", 0.0},
            {"epochs", json::array()}};
  thread_ = std::thread(
      [this, options = std::move(options), done = std::move(done)] { run(options, done); });
  return true;
}

void BackgroundTraining::run(TransferOptions options,
                             const std::function<void(const TransferResult&)>& done) {
  const AutoGradMode on(true);
  options.on_progress = [&](const std::string& what, size_t n, size_t of) {
    TL_CHECK(!stop_, "the training was ended");
    change([&](json& s) {
      s["text"] = what;
      s["share"] = of ? double(n) / double(of) : 0.0;
    });
  };
  options.on_epoch = [&](const TransferEpoch& e) {
    TL_CHECK(!stop_, "the training was ended");
    change([&](json& s) {
      s["epochs"].push_back(
          {{"epoch", e.epoch}, {"accuracy", e.val_accuracy}, {"loss", e.train_loss}});
    });
  };
  try {
    const TransferResult result = train_classifier(options);
    done(result);
    change([&](json& s) {
      s["state"] = "done";
      s["result"] = as_json(result);
    });
  } catch (const std::exception& e) {
    change([&](json& s) {
      s["state"] = "failed";
      s["error"] = e.what();
    });
  }
}

json BackgroundTraining::state() const {
  std::lock_guard lock(mutex_);
  return state_;
}

}  // namespace tealight::cli
