// SummaryWriter: logs that TensorBoard shows, with the calls of torch.utils.tensorboard.
//   tealight::SummaryWriter log("runs/lenet");
//   log.add_scalar("loss/train", loss.item<float>(), step);
// Then: tensorboard --logdir runs
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tealight/tensor.h"
#include "tealight/value.h"

namespace tealight {

class ScriptModule;

struct SummaryWriterOptions {
  std::string comment;  // behind the default folder's name
  std::string filename_suffix;
  double flush_seconds = 5;  // what is older reaches the file with the next call
};

/// Writes one event file. Any thread may call; what was added is in the file after flush() or the
/// end of the object.
class TL_API SummaryWriter {
 public:
  /// `log_dir` empty: runs/<date>_<host><comment>, as PyTorch names it.
  explicit SummaryWriter(const std::string& log_dir = "", const SummaryWriterOptions& = {});
  ~SummaryWriter();
  SummaryWriter(SummaryWriter&&) noexcept;
  SummaryWriter& operator=(SummaryWriter&&) noexcept;

  using WallTime = std::optional<double>;  // seconds since 1970; none: now
  void add_scalar(const std::string& tag, double value, int64_t step = 0, WallTime = {});
  /// One curve each, in one diagram: runs of their own, <log_dir>/<tag>_<name>.
  void add_scalars(const std::string& tag, const std::map<std::string, double>& values,
                   int64_t step = 0, WallTime = {});
  /// A picture of floats from 0 to 1 or of bytes; `dataformats` says how it lies: CHW, HWC or HW.
  void add_image(const std::string& tag, const Tensor& picture, int64_t step = 0,
                 const std::string& dataformats = "CHW", WallTime = {});
  /// Several as one grid: NCHW or NHWC.
  void add_images(const std::string& tag, const Tensor& pictures, int64_t step = 0,
                  const std::string& dataformats = "NCHW", WallTime = {});
  /// A drawing: a PNG file's bytes, or pictures as add_image takes them.
  void add_figure(const std::string& tag, std::string png, int64_t step = 0, WallTime = {});
  /// In TensorFlow's exponential bins.
  void add_histogram(const std::string& tag, const Tensor& values, int64_t step = 0, WallTime = {});
  /// Markdown.
  void add_text(const std::string& tag, const std::string& text, int64_t step = 0, WallTime = {});
  /// 16-bit mono of samples from -1 to 1.
  void add_audio(const std::string& tag, const Tensor& samples, int64_t step = 0,
                 int64_t sample_rate = 44100, WallTime = {});
  /// Of a traced or scripted module:  log.add_graph(torch::jit::trace(net, {example}));
  void add_graph(const ScriptModule&, WallTime = {});
  /// Settings (numbers, strings, bools) beside what came of them; a row of the HPARAMS table.
  void add_hparams(const std::map<std::string, Value>& hparams,
                   const std::map<std::string, double>& metrics, int64_t step = 0);
  /// `labels` are 0 or 1, `predictions` probabilities, as many.
  void add_pr_curve(const std::string& tag, const Tensor& labels, const Tensor& predictions,
                    int64_t step = 0, int64_t num_thresholds = 127, WallTime = {});
  /// Points (N, D) for the projector, with a line of text and a picture (N, C, H, W) for each.
  void add_embedding(const Tensor& points, const std::vector<std::string>& metadata = {},
                     const Tensor& pictures = {}, int64_t step = 0,
                     const std::string& tag = "default");

  void flush();
  void close();  // flushes; adding afterwards opens another file
  const std::string& get_logdir() const;
  const std::string& log_dir() const { return get_logdir(); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tealight
