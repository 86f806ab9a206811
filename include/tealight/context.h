// Settings of the process: threads, and the quantized engine that PyTorch programs choose (every
// engine's weights run here whatever is set).
#pragma once
#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tealight/error.h"
#include "tealight/generator.h"
#include "tealight/threads.h"
#include "tealight/warning.h"

namespace tealight {

enum class QEngine : uint8_t { NoQEngine, FBGEMM, QNNPACK, ONEDNN, X86 };
constexpr QEngine kNoQEngine = QEngine::NoQEngine, kFBGEMM = QEngine::FBGEMM,
                  kQNNPACK = QEngine::QNNPACK, kONEDNN = QEngine::ONEDNN, kX86 = QEngine::X86;

TL_API std::string toString(QEngine);

/// Any thread may read and write it.
class TL_API Context {
 public:
  static const std::vector<QEngine>& supportedQEngines();
  QEngine qEngine() const { return engine_.load(std::memory_order_relaxed); }
  /// Throws when the engine is not among the supported ones.
  void setQEngine(QEngine e);
  bool releaseWeightsWhenPrepacking() const {
    return release_weights_.load(std::memory_order_relaxed);
  }
  void setReleaseWeightsWhenPrepacking(bool r) { release_weights_ = r; }
  bool deterministicAlgorithms() const { return deterministic_.load(std::memory_order_relaxed); }
  /// Results never depend on the thread count here; kept for programs that set it.
  void setDeterministicAlgorithms(bool d, bool = false) { deterministic_ = d; }
  const Generator& defaultGenerator(Device) const { return default_generator(); }
  static bool hasMKL() { return false; }
  static bool hasMKLDNN() { return false; }
  static bool hasLAPACK() { return true; }
  static bool hasOpenMP() { return false; }
  static bool hasCUDA() { return false; }
  static bool hasMPS() { return false; }
  static bool isXNNPACKAvailable() { return true; }

 private:
  std::atomic<QEngine> engine_{QEngine::QNNPACK};
  std::atomic<bool> release_weights_{true}, deterministic_{false};
};
TL_API Context& globalContext();

/// What models print and warn of goes to a function of the program's instead of the standard output
/// and the standard error; an empty one restores these. Any thread.
using TextHandler = std::function<void(const std::string&)>;
using PrintHandler = TextHandler;
TL_API void setPrintHandler(PrintHandler);
TL_API PrintHandler getPrintHandler();                // empty: the default
TL_API PrintHandler getDefaultPrintHandler();         // to the standard output
TL_API TextHandler set_warning_handler(TextHandler);  // gives the one before
TL_API void warn(std::string_view text);              // to that handler

}  // namespace tealight
