#include "tealight/grad_mode.h"
#include "tealight/ops.h"
#include "tealight/save.h"
#include "tealight/trace.h"
#include "tealight/transfer.h"

namespace tealight {

void export_classifier(models::Classifier& net, const std::string& path,
                       const std::vector<std::string>& classes) {
  NoGradGuard no_grad;
  const bool was_training = net.is_training();
  net.eval();
  const int64_t side = net.input_size();
  const std::shared_ptr<models::Classifier> handle(std::shared_ptr<void>(), &net);  // not an owner
  const ScriptModule traced = trace(handle, {zeros({1, 3, side, side})});
  net.train(was_training);
  SaveOptions options;
  std::string& labels = options.extra_files["labels.txt"];
  for (const std::string& name : classes) labels += name + "\n";
  options.extra_files["picture_options.txt"] =
      str("size ", side, "\ncrop ", side, "\nmean 0.485,0.456,0.406\nstd 0.229,0.224,0.225\n");
  save_mobile(traced, path, options);
}

}  // namespace tealight
