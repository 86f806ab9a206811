// What models of real apps do for their recorded calls, traced: the traced module gives the same
// for these and other sizes (the tracer's own check warns otherwise), where ../shared has them.
#include "tealight/context.h"
#include "tealight/trace.h"
#include "testing.h"
#include "trees.h"

namespace tealight::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// An input of a trace: tensors, and tuples, lists and dicts of these.
bool can_vary(const Value& v) {
  const auto all = [](const std::vector<Value>& items) {
    return !items.empty() && std::all_of(items.begin(), items.end(), can_vary);
  };
  if (v.isTuple()) return all(v.toTupleRef().items);
  if (v.isList()) return all(v.toListRef().items);
  return v.isTensor() && v.toTensor().defined();
}

struct Traces {
  int done = 0, of = 0;
  std::string failures;

  void add(const fs::path& folder, const std::string& file) {
    const bool app = fs::exists(folder / "meta.json");
    const json about = read_json(folder / (app ? "meta.json" : "case.json"));
    if (!about.contains("calls") || about["calls"].empty() || !fs::exists(folder / file)) return;
    const json& call = about["calls"][0];
    std::vector<Value> args;
    for (const json& a : call["args"]) args.push_back(read_tree(a, folder));
    if (args.empty() || !std::all_of(args.begin(), args.end(), can_vary)) return;
    ++of;
    const std::string path = (folder / file).string();
    const TextHandler before = set_warning_handler([&](const std::string& w) {
      if (w.find("another result") != w.npos || w.find("fails") != w.npos)
        failures += path + ": " + w + "\n";
    });
    try {
      trace(Module::load(path), args, call["method"].get<std::string>());
      ++done;
    } catch (const std::exception& e) {
      failures += path + ": " + e.what() + "\n";
    }
    set_warning_handler(before);
  }
};

TEST(SharedTraces, OfManyKindsOfModels) {
  const fs::path folder = "../shared/models_by_version/1.13.1";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not there";
  Traces traces;
  for (const auto& f : fs::directory_iterator(folder)) {
    const std::string name = f.path().filename();
    for (const char* file : {"script.pt", "traced.pt", "lite.ptl"}) traces.add(f.path(), file);
  }
  EXPECT_EQ(traces.failures, "");
  EXPECT_EQ(traces.done, traces.of);
  EXPECT_GT(traces.done, 30);
}

TEST(SharedTraces, OfApps) {
  const fs::path folder = "../shared/models";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not there";
  Traces traces;
  for (const char* model : {"digits_scripted", "chess_cnn", "eeg_tiny", "conv_same", "asl_cnn",
                            "vit4mnist", "depth_convnet", "lstm_autoencoder"})
    for (const char* file : {"model.pt", "model.ptl"}) traces.add(folder / model, file);
  EXPECT_EQ(traces.failures, "");
  EXPECT_GE(traces.done, 8);
}

}  // namespace
}  // namespace tealight::cli
