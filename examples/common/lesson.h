// What the lessons share: where they write, and what must be true for them to pass.
#pragma once
#include <tealight/save.h>
#include <torch/script.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace lesson {

namespace fs = std::filesystem;

/// The folder for files, from the command line; `--short` asks for the small form.
struct Run {
  Run(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
      if (std::string(argv[i]) == "--short")
        brief = true;
      else
        folder = argv[i];
    fs::create_directories(folder);
    torch::manual_seed(1);
  }
  std::string file(const std::string& name) const { return (folder / name).string(); }
  fs::path folder = "out";
  bool brief = false;
};

/// Says what holds, and ends the lesson where it does not.
inline void check(bool holds, const std::string& what) {
  std::cout << (holds ? "ok   " : "FAIL ") << what << std::endl;
  if (!holds) std::exit(1);
}

/// The largest difference, of the largest number.
inline double difference(const torch::Tensor& a, const torch::Tensor& b) {
  if (a.sizes() != b.sizes()) return INFINITY;
  return ((a - b).abs().max() / b.abs().max()).item().toDouble();
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The message of the error that it ends in; empty: it does not.
template <class F>
std::string error_of(F f) {
  try {
    f();
  } catch (const std::exception& e) {
    return e.what();
  }
  return {};
}

/// Warnings while it lives, printed too.
class Warnings {
 public:
  Warnings()
      : before_(tealight::set_warning_handler([this](const std::string& w) {
          std::cout << "warning: " << w << "\n";
          text += w + "\n";
        })) {}
  ~Warnings() { tealight::set_warning_handler(before_); }
  Warnings(const Warnings&) = delete;
  std::string text;

 private:
  tealight::TextHandler before_;
};

/// The module's tensors and the lesson's, for twin.py.
inline void save_for_twin(const Run& run, const tealight::StateDict& weights,
                          const tealight::StateDict& tensors) {
  tealight::save_state_dict(weights, run.file("weights.pth"));
  tealight::save_state_dict(tensors, run.file("tensors.pth"));
}

}  // namespace lesson
