// What watches a training: the progress bar, early stopping, logs.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <set>

#include "tealight/data/file_io.h"
#include "tealight/run.h"
#include "tealight/summary_writer.h"
#include "tealight/trainer.h"

namespace tealight {

// ---- early stopping

void EarlyStopping::on_epoch_end(TrainerState& state) {
  const auto found = state.metrics.find(metric_);
  TL_CHECK(found != state.metrics.end(), "EarlyStopping: no metric is called '", metric_, "'");
  const double value = found->second;
  const bool better =
      !best_ || (larger_is_better_ ? value > *best_ + min_delta_ : value < *best_ - min_delta_);
  if (better) {
    best_ = value;
    waited_ = 0;
  } else if (++waited_ >= patience_) {
    state.stop = true;
  }
}
std::map<std::string, double> EarlyStopping::state() const {
  std::map<std::string, double> all{{"waited", double(waited_)}};
  if (best_) all["best"] = *best_;
  return all;
}
void EarlyStopping::load_state(const std::map<std::string, double>& all) {
  if (const auto waited = all.find("waited"); waited != all.end())
    waited_ = int64_t(waited->second);
  if (const auto best = all.find("best"); best != all.end()) best_ = best->second;
}

// ---- progress

struct ProgressBar::State {
  using Clock = std::chrono::steady_clock;
  Clock::time_point began = Clock::now(), shown{};
  int64_t first_batch = 0, batches_trained = 0;
  bool terminal = isatty(STDERR_FILENO) == 1;
};

namespace {

std::string short_text(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", v);
  return text;
}

std::string time_text(double seconds) {
  const int64_t s = int64_t(seconds + 0.5);
  return s < 60     ? str(s, " s")
         : s < 3600 ? str(s / 60, " min ", s % 60, " s")
                    : str(s / 3600, " h ", s / 60 % 60, " min");
}

std::string metrics_text(const std::map<std::string, double>& metrics) {
  std::string text;
  for (const auto& [name, value] : metrics) text += "  " + name + " " + short_text(value);
  return text;
}

}  // namespace

ProgressBar::ProgressBar() : state_(std::make_unique<State>()) {}
ProgressBar::~ProgressBar() = default;

void ProgressBar::on_fit_start(TrainerState&) { state_->began = State::Clock::now(); }

void ProgressBar::on_batch_end(TrainerState& s) {
  ++state_->batches_trained;
  const auto now = State::Clock::now();
  if (!state_->terminal || now - state_->shown < std::chrono::milliseconds(100)) return;
  state_->shown = now;
  std::string text = str("epoch ", s.epoch + 1, "/", s.max_epochs, "  ");
  if (s.batches > 0) {  // how many there are is known from the epoch before
    const size_t filled = size_t(20 * std::min(s.batch, s.batches) / s.batches);
    text += "[" + std::string(filled, '#') + std::string(20 - filled, '.') + "]  ";
  }
  text += str(s.batch) + (s.batches > 0 ? str("/", s.batches) : " batches");
  text += metrics_text(s.metrics);
  if (s.batches > 0) {
    const double spent = std::chrono::duration<double>(now - state_->began).count();
    const double left = double((s.max_epochs - s.epoch) * s.batches - s.batch);
    text += "  " + time_text(spent / double(state_->batches_trained) * left) + " left";
  }
  std::fprintf(stderr, "\r\033[K%s", text.c_str());
  std::fflush(stderr);
}

void ProgressBar::on_epoch_end(TrainerState& s) {
  std::fprintf(stderr, "%sepoch %lld/%lld%s\n", state_->terminal ? "\r\033[K" : "",
               (long long)(s.epoch + 1), (long long)s.max_epochs, metrics_text(s.metrics).c_str());
}

// ---- logs

void CsvLog::on_epoch_end(TrainerState& s) {
  std::set<std::string> names;
  for (const auto& row : s.history)
    for (const auto& [name, value] : row) names.insert(name);
  std::string text = "epoch";
  for (const std::string& name : names) text += "," + name;
  for (size_t i = 0; i < s.history.size(); ++i) {
    text += str("\n", i + 1);
    for (const std::string& name : names)
      text += "," + (s.history[i].count(name) ? str(s.history[i].at(name)) : std::string());
  }
  text += "\n";
  const auto folder = std::filesystem::path(file_).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  write_file(file_, std::as_bytes(std::span(text)));
}

struct RunLog::State {
  std::string folder;
  RunOptions options;
  std::optional<Run> run = {};
};
RunLog::RunLog(std::string folder, std::map<std::string, Value> config,
               std::optional<uint64_t> seed)
    : state_(new State{.folder = std::move(folder),
                       .options = {.config = std::move(config), .seed = seed}}) {}
RunLog::~RunLog() = default;
void RunLog::on_fit_start(TrainerState& s) {
  const auto folder = (std::filesystem::absolute(state_->folder) / "").parent_path();
  state_->options.name = folder.filename().string();
  state_->options.resume = s.step > 0;
  state_->run.emplace(folder.parent_path().string(), state_->options);
}
void RunLog::on_epoch_end(TrainerState& s) { state_->run->log(s.metrics, s.epoch + 1); }

struct LearningRateMonitor::State {
  SummaryWriter writer;
};
LearningRateMonitor::LearningRateMonitor(const std::string& folder)
    : state_(folder.empty() ? nullptr : new State{SummaryWriter(folder)}) {}
LearningRateMonitor::~LearningRateMonitor() = default;
void LearningRateMonitor::on_batch_end(TrainerState& s) {
  if (s.step == step_) return;  // gradients are being gathered
  step_ = s.step;
  std::vector<double> rates;
  for (const auto& group : s.optimizer.param_groups()) rates.push_back(group.options().get_lr());
  for (size_t i = 0; state_ && i < rates.size(); ++i)
    state_->writer.add_scalar(str("lr/group_", i), rates[i], s.step);
  rates_.push_back(std::move(rates));
}

struct TensorBoardLog::State {
  SummaryWriter writer;
};
TensorBoardLog::TensorBoardLog(const std::string& folder)
    : state_(new State{SummaryWriter(folder)}) {}
TensorBoardLog::~TensorBoardLog() = default;
void TensorBoardLog::on_epoch_end(TrainerState& s) {
  for (const auto& [name, value] : s.metrics) state_->writer.add_scalar(name, value, s.epoch + 1);
  state_->writer.flush();
}

}  // namespace tealight
