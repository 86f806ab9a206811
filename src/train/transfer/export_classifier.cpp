#include "tealight/grad_mode.h"
#include "tealight/ops.h"
#include "tealight/save.h"
#include "tealight/trace.h"
#include "tealight/transfer.h"

namespace tealight {
namespace {

// "mean 0.485,0.456,0.406\n"
std::string line(const char* name, const std::vector<float>& values) {
  std::string text;
  for (const float v : values) text += str(text.empty() ? "" : ",", v);
  return text.empty() ? "" : str(name, " ", text, "\n");
}

}  // namespace

void export_classifier(models::Classifier& net, const std::string& path,
                       const std::vector<std::string>& classes, const Normalization& normalization,
                       int64_t size) {
  TL_CHECK(int64_t(classes.size()) == net.num_classes(), "export_classifier: ", classes.size(),
           " names for a network of ", net.num_classes(), " classes");
  NoGradGuard no_grad;
  const bool was_training = net.is_training();
  net.eval();
  const int64_t side = size > 0 ? size : net.input_size();
  const std::shared_ptr<models::Classifier> handle(std::shared_ptr<void>(), &net);  // not an owner
  const ScriptModule traced = trace(handle, {zeros({1, 3, side, side})});
  net.train(was_training);
  SaveOptions options;
  std::string& labels = options.extra_files["labels.txt"];
  for (const std::string& name : classes) labels += name + "\n";
  options.extra_files["picture_options.txt"] =
      str("size ", side, "\ncrop ", side, "\n") + line("mean", normalization.mean) +
      line("std", normalization.std) + line("scale", {normalization.scale});
  save_mobile(traced, path, options);
}

}  // namespace tealight
