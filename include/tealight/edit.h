// Changing finished models, without the program that made them: what they are called with, what
// they give, and repairs. Of any file, bytecode too; the old module stays as it is.
//   tealight::Editor edit(tealight::Module::load("old.ptl"));
//   edit.transform_input({.bytes = true, .scale = 1 / 255., .mean = {0.5}, .std = {0.5}});
//   edit.transform_output({.function = "softmax"});
//   tealight::save_mobile(edit.module(), "new.ptl");
#pragma once
#include <memory>

#include "tealight/module.h"

namespace tealight {

/// What is done to a picture before the model sees it: resized, and (x * scale - mean) / std.
struct InputTransform {
  std::string input = {};                   // empty: the first tensor
  bool bytes = false;                       // the input is uint8, 0 to 255; the model gets float32
  std::vector<int64_t> size = {};           // height and width to resize to; empty: as it comes
  std::string mode = "bilinear";            // of resizing: nearest, bilinear, bicubic
  double scale = 1;                         // 1 / 255. divides by 255
  std::vector<double> mean = {}, std = {};  // one number, or one for each channel
};

/// A function of one of the results.
struct OutputTransform {
  std::string function;     // softmax, log_softmax, sigmoid, argmax
  int64_t dim = 1;          // of all but sigmoid
  std::string output = {};  // "0", "out", "0.out"; empty: the result itself
};

/// Changes one method of a copy of a module. Each change throws when it cannot be made.
class TL_API Editor {
 public:
  explicit Editor(const Module&, const std::string& method = "forward");
  ~Editor();
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  void rename_input(const std::string& from, const std::string& to);
  /// A later one comes before an earlier one.
  void transform_input(const InputTransform&);
  void transform_output(const OutputTransform&);
  /// One output becomes the result itself; several a dict, list or tuple, as the result was. What
  /// only the others needed is no longer computed.
  void select_outputs(const std::vector<std::string>&);
  /// For models traced with a batch of one size: what was baked in becomes the size of the input's
  /// first dimension. `example` are inputs of that old size. Throws when the changed method does
  /// not give for `wanted` examples at once what it gives for each.
  void free_batch_size(std::vector<Value> example, int64_t wanted);
  /// What training left behind, in all methods: `training` of every submodule, and the flags that a
  /// trace baked in. remaining_training() tells what could not be repaired.
  void evaluation_mode();
  void strip_debug();

  /// What was done, a line each.
  const std::vector<std::string>& changes() const;
  /// Operators that give random numbers by themselves, after evaluation_mode().
  std::vector<std::string> remaining_training() const;

  /// The changed module, made anew; the editor goes on with its own copy.
  Module module() const;
  /// What the changed method must give for these inputs: the old one's results, with the changes to
  /// inputs and outputs made outside of the model. Not for what evaluation_mode() changes.
  Value expected(std::vector<Value> inputs) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tealight
