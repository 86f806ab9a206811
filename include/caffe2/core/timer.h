// libtorch: a stopwatch.
#pragma once
#include <chrono>

namespace caffe2 {

class Timer {
 public:
  Timer() { Start(); }
  void Start() { start_ = std::chrono::steady_clock::now(); }
  float NanoSeconds() const {
    return float(std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start_)
                     .count());
  }
  float MicroSeconds() const { return NanoSeconds() / 1000.f; }
  float MilliSeconds() const { return NanoSeconds() / 1e6f; }
  float Seconds() const { return NanoSeconds() / 1e9f; }

 private:
  std::chrono::steady_clock::time_point start_;
};

}  // namespace caffe2
