// What the page of `tealight collect --serve` asks for, as answers to requests; no network here.
#pragma once
#include <memory>
#include <mutex>

#include "background_training.h"
#include "classifier.h"
#include "samples.h"
#include "web_server.h"

namespace tealight::cli {

///   GET  /                     the page
///   GET  /api/state            classes with counts, the training, whether there is a model
///   POST /api/classes          {"name": "up"}: adds a class
///   POST /api/samples?class=up a picture (image/jpeg ...), which becomes a sample
///   POST /api/undo             {"class": "up"}: removes its last sample
///   POST /api/train            {}: trains on all samples
///   POST /api/classify         a picture; what the model takes it for
/// Any thread may call answer().
class CollectPage {
 public:
  CollectPage(SampleFolder samples, TransferOptions training);
  WebAnswer answer(const WebRequest&);

 private:
  nlohmann::json state() const;
  nlohmann::json add_class(const WebRequest&);
  nlohmann::json add_sample(const WebRequest&);
  nlohmann::json undo(const WebRequest&);
  nlohmann::json train();
  nlohmann::json classify(const WebRequest&) const;
  std::shared_ptr<const PictureClassifier> model() const;

  mutable std::mutex mutex_;  // of the samples and the model
  SampleFolder samples_;
  TransferOptions options_;
  std::shared_ptr<const PictureClassifier> model_;
  BackgroundTraining training_;  // last, so that it ends first
};

}  // namespace tealight::cli
