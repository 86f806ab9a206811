// A folder of labelled pictures that grows: DIR/<class>/<class>_0001.jpg, as tealight train
// classify reads it.
#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "camera.h"

namespace tealight::cli {

/// Throws Error, which says what a name may be, unless it can be a folder anywhere: letters,
/// digits, spaces, '-', '_' and '.', at most 64 of them, and beginning with none of the last two.
void check_class_name(const std::string& name);

/// One thread uses it.
class SampleFolder {
 public:
  /// Made when the first sample comes. Where `folder` holds train/, samples go there.
  explicit SampleFolder(std::filesystem::path folder);

  const std::filesystem::path& path() const { return folder_; }
  /// Pictures of each class, those without any too.
  std::map<std::string, size_t> counts() const;
  void add_class(const std::string& name);
  /// Writes the frame, as it came where it came as a file; where to. Empty: the class has the very
  /// same picture.
  std::filesystem::path add(const std::string& name, const Frame&);
  /// Removes the picture of that class with the highest number; false if there is none.
  bool remove_last(const std::string& name);

 private:
  struct Samples {
    std::vector<std::filesystem::path> files;
    std::filesystem::path last;  // of the highest number
    int number = 0;              // that one's
  };
  Samples samples(const std::string& name) const;
  std::filesystem::path folder_;
};

}  // namespace tealight::cli
