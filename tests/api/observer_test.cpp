// torch::MobileModuleObserver: told when models are loaded and run.
#include <torch/csrc/jit/mobile/import.h>
#include <torch/csrc/jit/mobile/observer.h>

#include "messages.h"
#include "models.h"

namespace {

using Strings = std::unordered_map<std::string, std::string>;

struct Log {
  std::string events;
  Strings loaded, run, failed;
  std::vector<int32_t> keys;
};
class LoggingObserver : public torch::MobileModuleObserver {
 public:
  explicit LoggingObserver(Log* log) : log_(log) {}
  void onEnterRunMethod(const int32_t key) override {
    log_->events += "enter ";
    log_->keys.push_back(key);
  }
  void onExitRunMethod(const Strings& metadata, const std::string& method,
                       const int32_t key) override {
    log_->events += "exit:" + method + " ";
    log_->run = metadata;
    log_->keys.push_back(key);
  }
  void onFailRunMethod(const Strings&, const std::string& method, const int32_t,
                       const char* message) override {
    log_->events += "fail:" + method;
    log_->events += contains(message, "x has 1 dimensions") ? "! " : "? ";
  }
  void onEnterLoadModel(const int32_t) override { log_->events += "load "; }
  void onExitLoadModel(const int32_t, const Strings& metadata) override {
    log_->events += "loaded ";
    log_->loaded = metadata;
  }
  void onFailLoadModel(const int32_t, const char* message) override {
    log_->events += "failed without metadata: " + std::string(message);
  }
  void onFailLoadModel(const int32_t, const char* message, const Strings& metadata) override {
    log_->events += std::strlen(message) ? "failed " : "failed? ";
    log_->failed = metadata;
  }
  std::vector<std::string> getDefaultExtraFiles() override { return {"labels.txt", "absent"}; }
  Strings processMetadataFromExtra(const Strings& extra) override {
    Strings all = extra;
    all["processed"] = "yes";
    return all;
  }

 private:
  Log* log_;
};

struct Observed {
  Log log;
  Observed() { torch::observerConfig().setModuleObserver(std::make_unique<LoggingObserver>(&log)); }
  ~Observed() { torch::observerConfig().setModuleObserver(nullptr); }
};

}  // namespace

TEST(ApiObserver, IsToldOfLoadsAndRuns) {
  Observed observed;
  EXPECT_NE(torch::observerConfig().getModuleObserver(), nullptr);
  torch::jit::mobile::Module m = torch::jit::_load_for_mobile(model_path("net.ptl"));
  m.forward({net_input()});
  EXPECT_THROW(m.forward({torch::ones({3})}), std::exception);
  EXPECT_THROW(torch::jit::_load_for_mobile("README.md"), c10::Error);
  EXPECT_EQ(observed.log.events, "load loaded enter exit:forward enter fail:forward! load failed ");
  EXPECT_EQ(observed.log.keys[0], observed.log.keys[1]);
}

TEST(ApiObserver, GetsTheExtraFilesItWants) {
  Observed observed;
  torch::jit::ExtraFilesMap extra{{"dir/x.bin", ""}};
  torch::jit::mobile::Module m =
      torch::jit::_load_for_mobile(model_path("net_extra.ptl"), c10::nullopt, extra);
  const Strings& loaded = observed.log.loaded;
  EXPECT_EQ(loaded.at("labels.txt"), "cat\ndog\n");
  EXPECT_EQ(loaded.at("dir/x.bin").size(), 2u);
  EXPECT_EQ(loaded.at("model_name"), "__torch__.Net");
  EXPECT_EQ(loaded.at("model_size"), std::to_string(bytes_of("net_extra.ptl").size()));
  EXPECT_EQ(loaded.at("processed"), "yes");
  EXPECT_EQ(loaded.count("absent"), 1u);
  EXPECT_EQ(m.getMetadata(), loaded);  // which every run hands on
  m.forward({net_input()});
  EXPECT_EQ(observed.log.run.at("labels.txt"), "cat\ndog\n");
  EXPECT_EQ(extra.at("labels.txt"), "cat\ndog\n");
}

TEST(ApiObserver, RunsWithoutMetadataNameTheModel) {
  torch::jit::mobile::Module m = torch::jit::_load_for_mobile(model_path("net.ptl"));
  Observed observed;
  m.run_method("describe", "one");
  EXPECT_EQ(observed.log.run.at("model_name"), "__torch__.Net");
  m.setMetadata({{"model_name", "mine"}});
  m.run_method("describe", "one");
  EXPECT_EQ(observed.log.run.at("model_name"), "mine");
}

TEST(ApiObserver, DebugInfoIsPlainData) {
  torch::MobileDebugInfo info;
  info.setModelName("net");
  info.setMethodName("forward");
  info.setOpIdx(3);
  EXPECT_EQ(info.getModelName(), "net");
  EXPECT_EQ(info.getMethodName(), "forward");
  EXPECT_EQ(info.getOpIdx(), 3u);
}
