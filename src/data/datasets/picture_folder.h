// Folders of pictures, a class each, as image_folder() and transfer learning take them.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tealight/error.h"

namespace tealight::data {

struct LabelledPicture {
  std::filesystem::path path;
  int64_t label;
};

struct PictureFolder {
  std::vector<std::string> classes;  // in alphabetical order
  std::vector<LabelledPicture> train, val;
  std::vector<std::string> skipped;  // "a.jpg: why"
  bool was_split = false;            // the folder had no val/
};

/// Every picture is decoded once, and what cannot be is left out. Throws Error when there are fewer
/// than two classes, or one has too few pictures.
TL_API PictureFolder read_picture_folder(const std::filesystem::path& folder, double val_share,
                                         uint64_t seed);

}  // namespace tealight::data
