// What classify, detect, segment and stylize share.
#pragma once
#include "command.h"
#include "tealight/data/image.h"

namespace tealight::cli {

/// Class names: a table on board, a text file with a name a line, or the model's own extra file.
class Names {
 public:
  void load(const std::string& source);
  /// The class that the first name stands for is not 0.
  void shift(int64_t first) { names_.insert(names_.begin(), size_t(first), ""); }
  /// labels.txt or classes.json among the files saved with the model.
  void load_from(const Module&);
  std::string at(int64_t i) const;  // "class 7" when it has no name
  std::vector<std::string_view> views() const { return {names_.begin(), names_.end()}; }

 private:
  void read_text(const std::string& text);
  std::vector<std::string> names_;
};

struct PictureCommand {
  std::string model, method = "forward", label_source, out;
  int first_class = 0;
  std::vector<std::string> pictures;
  bool json_output = false;
  PictureFlags flags;
  RunFlags limits;
  Names names;

  enum class Pictures { none, one, many };  // on the command line
  void add_common(CLI::App&, Pictures);
  void add_labels(CLI::App&);
  Module load_model();

  /// The picture as the options make it, ready for the model.
  Tensor tensor_of(const Image&) const;
  /// The same for people to look at: resized and cropped, not normalized.
  Image as_seen(const Image&) const;
  /// Where the drawing of a picture goes: --out, or a file in it when there are several pictures.
  std::string out_for(const std::string& picture) const;
};

/// A picture for the terminal, in its colours.
std::string drawn(const Image&, int columns, int rows);
/// "dog.jpg  12.3 ms"
void print_heading(const std::string& picture, double ms);

}  // namespace tealight::cli
