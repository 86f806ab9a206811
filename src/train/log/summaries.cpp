#include "train/log/summaries.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tealight/ops.h"
#include "tealight/view.h"

namespace tealight::train {
namespace {

// Field numbers of summary.proto and tensor.proto.
enum Summary { kValue = 1 };
enum SummaryValue {
  kTag = 1,
  kSimple = 2,
  kImage = 4,
  kHisto = 5,
  kAudio = 6,
  kTensor = 8,
  kMetadata = 9
};
enum TensorProto { kDtype = 1, kShape = 2, kFloats = 5, kStrings = 8 };
constexpr int kFloatType = 1, kStringType = 7;

Message summary(const Message& value) { return Message().message(kValue, value); }

// How a value says which of TensorBoard's pages shows it.
Message metadata(std::string_view plugin, const Message& content = {}) {
  return Message().message(1, Message().text(1, plugin).message(2, content));
}

Message shape_proto(std::initializer_list<int64_t> sizes) {
  Message shape;
  for (const int64_t n : sizes) shape.message(2, Message().integer(1, n));
  return shape;
}

std::vector<double> doubles(const Tensor& t) {
  const Tensor flat = t.detach().to(kDouble).flatten().contiguous();
  const auto v = view<double>(flat);
  return {v.begin(), v.end()};
}

// TensorFlow's limits: powers of 1.1 from 1e-12 to 1e20, mirrored.
const std::vector<double>& histogram_limits() {
  static const std::vector<double> limits = [] {
    std::vector<double> positive, all;
    for (double v = 1e-12; v < 1e20; v *= 1.1) positive.push_back(v);
    for (auto v = positive.rbegin(); v != positive.rend(); ++v) all.push_back(-*v);
    all.push_back(0);
    all.insert(all.end(), positive.begin(), positive.end());
    return all;
  }();
  return limits;
}

std::string wav_file(const std::vector<double>& samples, int64_t rate) {
  std::string wav = "RIFF";
  const auto put = [&](uint64_t v, int bytes) {
    for (; bytes > 0; --bytes, v >>= 8) wav += char(v & 255);
  };
  const size_t data = samples.size() * 2;
  put(36 + data, 4);
  wav += "WAVEfmt ";
  put(16, 4), put(1, 2), put(1, 2);  // PCM, mono
  put(uint64_t(rate), 4), put(uint64_t(rate) * 2, 4), put(2, 2), put(16, 2);
  wav += "data";
  put(data, 4);
  for (const double s : samples) put(uint16_t(int16_t(std::clamp(s, -1.0, 1.0) * 32767)), 2);
  return wav;
}

}  // namespace

Message scalar_summary(const std::string& tag, double value) {
  return summary(Message().text(kTag, tag).single(kSimple, float(value)));
}

Message image_summary(const std::string& tag, const Image& picture, std::string_view png) {
  Message image;
  image.integer(1, picture.height).integer(2, picture.width).integer(3, picture.channels);
  return summary(Message().text(kTag, tag).message(kImage, image.text(4, png)));
}

Message histogram_summary(const std::string& tag, const Tensor& t) {
  std::vector<double> values = doubles(t);
  TL_CHECK(!values.empty(), "add_histogram: '", tag, "' has no values");
  double sum = 0, squares = 0;
  const std::vector<double>& limits = histogram_limits();
  std::vector<double> counts(limits.size() + 1,
                             0);  // [i]: below limits[i], not below the one before
  for (const double v : values) {
    TL_CHECK(std::isfinite(v), "add_histogram: '", tag, "' holds ", v);
    sum += v, squares += v * v;
    ++counts[size_t(std::upper_bound(limits.begin(), limits.end(), v) - limits.begin())];
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  std::vector<double> shown_limits, shown_counts;
  const auto used = [](double n) { return n > 0; };
  size_t first = size_t(std::find_if(counts.begin(), counts.end(), used) - counts.begin());
  const size_t last = counts.size() - 1 -
                      size_t(std::find_if(counts.rbegin(), counts.rend(), used) - counts.rbegin());
  if (first > 0) --first;  // an empty bin before the first shows where that begins
  for (size_t i = first; i <= last; ++i) {
    shown_limits.push_back(i < limits.size() ? limits[i] : *high);
    shown_counts.push_back(counts[i]);
  }
  Message histo;
  histo.real(1, *low).real(2, *high).real(3, double(values.size())).real(4, sum).real(5, squares);
  histo.reals(6, shown_limits).reals(7, shown_counts);
  return summary(Message().text(kTag, tag).message(kHisto, histo));
}

Message text_summary(const std::string& tag, const std::string& text) {
  Message tensor;
  tensor.integer(kDtype, kStringType).message(kShape, shape_proto({1})).text(kStrings, text);
  return summary(Message()
                     .text(kTag, tag + "/text_summary")
                     .message(kTensor, tensor)
                     .message(kMetadata, metadata("text")));
}

Message audio_summary(const std::string& tag, const Tensor& t, int64_t sample_rate) {
  const std::vector<double> samples = doubles(t);
  Message audio;
  audio.single(1, float(sample_rate)).integer(2, 1).integer(3, int64_t(samples.size()));
  audio.text(4, wav_file(samples, sample_rate)).text(5, "audio/wav");
  return summary(Message().text(kTag, tag).message(kAudio, audio));
}

Message pr_curve_summary(const std::string& tag, const Tensor& labels, const Tensor& predictions,
                         int64_t num_thresholds) {
  const std::vector<double> is_true = doubles(labels), probability = doubles(predictions);
  TL_CHECK(is_true.size() == probability.size(), "add_pr_curve: ", is_true.size(), " labels, but ",
           probability.size(), " predictions");
  const size_t n = size_t(std::clamp<int64_t>(num_thresholds, 2, 127));
  std::vector<double> tp(n, 0), fp(n, 0);
  for (size_t i = 0; i < is_true.size(); ++i) {
    TL_CHECK(probability[i] >= 0 && probability[i] <= 1, "add_pr_curve: prediction ",
             probability[i], " is no probability; pass the model's results through a sigmoid");
    const size_t bin = size_t(probability[i] * double(n - 1));
    tp[bin] += is_true[i];
    fp[bin] += 1 - is_true[i];
  }
  for (size_t i = n - 1; i-- > 0;)
    tp[i] += tp[i + 1], fp[i] += fp[i + 1];  // at or above threshold i
  std::vector<float> rows(6 * n);
  for (size_t i = 0; i < n; ++i) {
    const double fn = tp[0] - tp[i];
    const double row[] = {tp[i],
                          fp[i],
                          fp[0] - fp[i],
                          fn,
                          tp[i] / std::max(1e-7, tp[i] + fp[i]),
                          tp[i] / std::max(1e-7, tp[i] + fn)};
    for (size_t r = 0; r < 6; ++r) rows[r * n + i] = float(row[r]);
  }
  Message tensor;
  tensor.integer(kDtype, kFloatType).message(kShape, shape_proto({6, int64_t(n)}));
  tensor.singles(kFloats, rows);
  return summary(Message()
                     .text(kTag, tag)
                     .message(kTensor, tensor)
                     .message(kMetadata, metadata("pr_curves", Message().integer(2, int64_t(n)))));
}

std::vector<Message> hparams_summaries(const std::map<std::string, Value>& hparams,
                                       const std::map<std::string, double>& metrics) {
  enum DataType { kStringData = 1, kBoolData = 2, kFloat64Data = 3 };
  Message experiment, start;
  for (const auto& [name, v] : hparams) {
    Message value;  // google.protobuf.Value
    DataType type = kFloat64Data;
    if (v.isString())
      value.text(3, v.toStringRef()), type = kStringData;
    else if (v.isBool())
      value.present_integer(4, v.toBool()), type = kBoolData;
    else
      value.present_real(2, v.toScalar().toDouble());
    start.message(1, Message().text(1, name).message(2, value));
    experiment.message(4, Message().text(1, name).integer(4, type));
  }
  for (const auto& [name, v] : metrics)
    experiment.message(5, Message().message(1, Message().text(2, name)));
  const Message success = Message().integer(1, 1);
  const auto value = [](const char* tag, const Message& content) {
    return summary(Message()
                       .text(kTag, std::string("_hparams_/") + tag)
                       .message(kMetadata, metadata("hparams", content)));
  };
  return {value("experiment", Message().message(2, experiment)),
          value("session_start_info", Message().message(3, start)),
          value("session_end_info", Message().message(4, success))};
}

}  // namespace tealight::train
