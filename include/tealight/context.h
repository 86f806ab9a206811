// Settings of the process: threads, and the quantized engine that PyTorch programs choose (every
// engine's weights run here whatever is set).
#pragma once
#include <atomic>
#include <vector>

#include "tealight/error.h"
#include "tealight/threads.h"

namespace tealight {

enum class QEngine : uint8_t { NoQEngine, FBGEMM, QNNPACK, ONEDNN, X86 };
constexpr QEngine kNoQEngine = QEngine::NoQEngine, kFBGEMM = QEngine::FBGEMM,
                  kQNNPACK = QEngine::QNNPACK, kONEDNN = QEngine::ONEDNN, kX86 = QEngine::X86;

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
  static bool hasMKL() { return false; }
  static bool hasCUDA() { return false; }
  static bool isXNNPACKAvailable() { return true; }

 private:
  std::atomic<QEngine> engine_{QEngine::QNNPACK};
  std::atomic<bool> release_weights_{true}, deterministic_{false};
};
TL_API Context& globalContext();

}  // namespace tealight
