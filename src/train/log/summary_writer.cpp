#include "tealight/summary_writer.h"

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <fstream>

#include "graph/ir.h"
#include "tealight/data/decode.h"
#include "tealight/data/encode.h"
#include "tealight/data/file_io.h"
#include "tealight/ops.h"
#include "tealight/script_module.h"
#include "train/log/event_file.h"
#include "train/log/pictures.h"
#include "train/log/summaries.h"

namespace tealight {
namespace fs = std::filesystem;
using train::EventFile;
using train::Message;

namespace {

constexpr int kSummaryField = 5, kGraphField = 4;

std::string default_folder(const std::string& comment) {
  char date[64], host[256] = "localhost";
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  std::strftime(date, sizeof date, "%b%d_%H-%M-%S", localtime_r(&now, &local));
  gethostname(host, sizeof host - 1);
  return str("runs/", date, "_", host, comment);
}

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_text(const fs::path& path, const std::string& text) {
  write_file(path, std::as_bytes(std::span(text)));
}

std::string five_digits(int64_t n) {
  const std::string digits = std::to_string(n);
  return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

// A tag as a folder's name.
std::string file_name(std::string tag) {
  for (char& c : tag)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '.') c = '_';
  return tag;
}

}  // namespace

struct SummaryWriter::State {
  std::string folder;
  SummaryWriterOptions options;
  std::mutex mutex;
  std::unique_ptr<EventFile> file;
  std::map<std::string, std::unique_ptr<SummaryWriter>> curves;  // of add_scalars
  std::chrono::steady_clock::time_point flushed = std::chrono::steady_clock::now();
  std::string projector;  // projector_config.pbtxt so far

  void add(int field, const Message& m, int64_t step, WallTime time) {
    std::lock_guard lock(mutex);
    if (!file) file = std::make_unique<EventFile>(folder, options.filename_suffix);
    file->add(field, m, step, time);
    const auto now = std::chrono::steady_clock::now();
    if (std::chrono::duration<double>(now - flushed).count() < options.flush_seconds) return;
    file->flush();
    flushed = now;
  }
};

SummaryWriter::SummaryWriter(const std::string& log_dir, const SummaryWriterOptions& options)
    : state_(std::make_unique<State>()) {
  state_->folder = log_dir.empty() ? default_folder(options.comment) : log_dir;
  state_->options = options;
  state_->file = std::make_unique<EventFile>(state_->folder, options.filename_suffix);
}
SummaryWriter::~SummaryWriter() = default;
SummaryWriter::SummaryWriter(SummaryWriter&&) noexcept = default;
SummaryWriter& SummaryWriter::operator=(SummaryWriter&&) noexcept = default;

const std::string& SummaryWriter::get_logdir() const { return state_->folder; }

void SummaryWriter::flush() {
  std::lock_guard lock(state_->mutex);
  if (state_->file) state_->file->flush();
  for (auto& [tag, writer] : state_->curves) writer->flush();
}

void SummaryWriter::close() {
  flush();
  std::lock_guard lock(state_->mutex);
  state_->file.reset();
  state_->curves.clear();
}

void SummaryWriter::add_scalar(const std::string& tag, double value, int64_t step, WallTime time) {
  state_->add(kSummaryField, train::scalar_summary(tag, value), step, time);
}

void SummaryWriter::add_scalars(const std::string& tag, const std::map<std::string, double>& values,
                                int64_t step, WallTime time) {
  for (const auto& [name, value] : values) {
    const std::string folder = state_->folder + "/" + file_name(tag) + "_" + name;
    auto& curve = state_->curves[folder];
    if (!curve) curve = std::make_unique<SummaryWriter>(folder);
    curve->add_scalar(tag, value, step, time);
  }
}

void SummaryWriter::add_image(const std::string& tag, const Tensor& t, int64_t step,
                              const std::string& dataformats, WallTime time) {
  const Image picture = train::picture_of(t, dataformats);
  state_->add(kSummaryField, train::image_summary(tag, picture, text_of(encode_png(picture))), step,
              time);
}

void SummaryWriter::add_images(const std::string& tag, const Tensor& pictures, int64_t step,
                               const std::string& dataformats, WallTime time) {
  add_image(tag, pictures, step, dataformats, time);
}

void SummaryWriter::add_figure(const std::string& tag, std::string png, int64_t step,
                               WallTime time) {
  const Image picture = decode_image(std::as_bytes(std::span(png)), tag);
  state_->add(kSummaryField, train::image_summary(tag, picture, png), step, time);
}

void SummaryWriter::add_histogram(const std::string& tag, const Tensor& values, int64_t step,
                                  WallTime time) {
  state_->add(kSummaryField, train::histogram_summary(tag, values), step, time);
}

void SummaryWriter::add_text(const std::string& tag, const std::string& text, int64_t step,
                             WallTime time) {
  state_->add(kSummaryField, train::text_summary(tag, text), step, time);
}

void SummaryWriter::add_audio(const std::string& tag, const Tensor& samples, int64_t step,
                              int64_t sample_rate, WallTime time) {
  state_->add(kSummaryField, train::audio_summary(tag, samples, sample_rate), step, time);
}

void SummaryWriter::add_graph(const ScriptModule& module, WallTime time) {
  state_->add(kGraphField, train::graph_def(module.graph()->ir()), 0, time);
}

void SummaryWriter::add_pr_curve(const std::string& tag, const Tensor& labels,
                                 const Tensor& predictions, int64_t step, int64_t num_thresholds,
                                 WallTime time) {
  state_->add(kSummaryField, train::pr_curve_summary(tag, labels, predictions, num_thresholds),
              step, time);
}

// A row of TensorBoard's table is a run, so the settings go to a folder of their own.
void SummaryWriter::add_hparams(const std::map<std::string, Value>& hparams,
                                const std::map<std::string, double>& metrics, int64_t step) {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
  SummaryWriter run(state_->folder + "/" + std::to_string(us));
  for (const Message& m : train::hparams_summaries(hparams, metrics))
    run.state_->add(kSummaryField, m, step, {});
  for (const auto& [name, value] : metrics) run.add_scalar(name, value, step);
}

void SummaryWriter::add_embedding(const Tensor& points, const std::vector<std::string>& metadata,
                                  const Tensor& pictures, int64_t step, const std::string& tag) {
  TL_CHECK(points.dim() == 2, "add_embedding: points are of sizes ", points.sizes(),
           "; a row is one point");
  const size_t n = size_t(points.size(0));
  TL_CHECK(metadata.empty() || metadata.size() == n, "add_embedding: ", metadata.size(),
           " labels for ", n, " points");
  TL_CHECK(!pictures.defined() || size_t(pictures.size(0)) == n,
           "add_embedding: ", pictures.size(0), " pictures for ", n, " points");
  const std::string inner = five_digits(step) + "/" + file_name(tag);
  const fs::path folder = fs::path(state_->folder) / inner;
  fs::create_directories(folder);

  const Tensor values = points.detach().to(kFloat).contiguous();
  const float* v = values.const_data_ptr<float>();
  std::string table, lines, info;
  for (int64_t i = 0; i < values.numel(); ++i)
    table += str(v[i], (i + 1) % values.size(1) ? "\t" : "\n");
  write_text(folder / "tensors.tsv", table);
  info = str("embeddings {\n  tensor_name: \"", tag, ":", five_digits(step),
             "\"\n  tensor_path: \"", inner, "/tensors.tsv\"\n");
  if (!metadata.empty()) {
    for (const std::string& m : metadata) lines += m + "\n";
    write_text(folder / "metadata.tsv", lines);
    info += str("  metadata_path: \"", inner, "/metadata.tsv\"\n");
  }
  if (pictures.defined()) {  // one square picture of them all
    const int64_t side = int64_t(std::ceil(std::sqrt(double(n))));
    write_png(folder / "sprite.png", train::picture_of(train::tiled(pictures, side, side), "CHW"));
    info += str("  sprite {\n    image_path: \"", inner,
                "/sprite.png\"\n    single_image_dim: ", pictures.size(3),
                "\n    single_image_dim: ", pictures.size(2), "\n  }\n");
  }
  state_->projector += info + "}\n";
  write_text(fs::path(state_->folder) / "projector_config.pbtxt", state_->projector);
}

}  // namespace tealight
