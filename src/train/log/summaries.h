// What TensorBoard calls summaries: one value each, as a message.
#pragma once
#include <map>

#include "tealight/data/image.h"
#include "tealight/tensor.h"
#include "tealight/value.h"
#include "train/log/protobuf.h"

namespace tealight::ir {
class Graph;
}

namespace tealight::train {

Message scalar_summary(const std::string& tag, double value);
Message image_summary(const std::string& tag, const Image& picture, std::string_view png);
Message histogram_summary(const std::string& tag, const Tensor& values);
Message text_summary(const std::string& tag, const std::string& text);
Message audio_summary(const std::string& tag, const Tensor& samples, int64_t sample_rate);
Message pr_curve_summary(const std::string& tag, const Tensor& labels, const Tensor& predictions,
                         int64_t num_thresholds);
/// Three summaries: the experiment's columns, this run's settings, and that it has ended.
std::vector<Message> hparams_summaries(const std::map<std::string, Value>& hparams,
                                       const std::map<std::string, double>& metrics);
/// A GraphDef: nodes named by the modules they were called in.
Message graph_def(const ir::Graph&);

}  // namespace tealight::train
