#include "data/datasets/picture_folder.h"

#include <algorithm>
#include <random>
#include <set>

#include "tealight/data/decode.h"
#include "tealight/error.h"
#include "tealight/threads.h"

namespace tealight::data {
namespace fs = std::filesystem;
namespace {

bool hidden(const fs::path& p) { return p.filename().string().starts_with('.'); }

std::vector<std::string> folders_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && !hidden(entry.path()))
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// Everything in it: a picture is told by its bytes, not by its name.
std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && !hidden(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<LabelledPicture> labelled(const fs::path& folder,
                                      const std::vector<std::string>& classes) {
  std::vector<LabelledPicture> all;
  for (size_t label = 0; label < classes.size(); ++label)
    if (fs::is_directory(folder / classes[label]))
      for (const fs::path& file : files_in(folder / classes[label]))
        all.push_back({file, int64_t(label)});
  return all;
}

void leave_out_broken(std::vector<LabelledPicture>& pictures, std::vector<std::string>& skipped) {
  std::vector<std::string> reasons(pictures.size());
  parallel_for_pieces(0, int64_t(pictures.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      try {
        read_image(pictures[size_t(i)].path);
      } catch (const std::exception& e) {
        reasons[size_t(i)] = e.what();
      }
    }
  });
  std::vector<LabelledPicture> whole;
  for (size_t i = 0; i < pictures.size(); ++i)
    reasons[i].empty() ? whole.push_back(pictures[i])
                       : skipped.push_back(reasons[i].substr(0, reasons[i].find('\n')));
  pictures = std::move(whole);
}

// Of each class `share`, drawn by the seed, at least one.
void split(PictureFolder& data, double share, uint64_t seed) {
  std::vector<LabelledPicture> all = std::move(data.train);
  data.train.clear();
  std::mt19937_64 random(seed);
  for (size_t label = 0; label < data.classes.size(); ++label) {
    std::vector<LabelledPicture> of_class;
    for (const LabelledPicture& p : all)
      if (p.label == int64_t(label)) of_class.push_back(p);
    for (size_t i = of_class.size(); i > 1; --i)
      std::swap(of_class[i - 1], of_class[size_t(random() % i)]);
    const size_t n =
        std::max<size_t>(of_class.empty() ? 0 : 1, size_t(double(of_class.size()) * share + 0.5));
    data.val.insert(data.val.end(), of_class.begin(), of_class.begin() + std::ptrdiff_t(n));
    data.train.insert(data.train.end(), of_class.begin() + std::ptrdiff_t(n), of_class.end());
  }
}

void check_counts(const PictureFolder& data, const fs::path& folder) {
  for (size_t label = 0; label < data.classes.size(); ++label) {
    const auto of_class = [&](const LabelledPicture& p) { return p.label == int64_t(label); };
    TL_CHECK(std::any_of(data.train.begin(), data.train.end(), of_class), folder.string(),
             ": class '", data.classes[label], "' has no picture to train with",
             data.was_split ? "; two are needed, one to train and one to validate" : "");
  }
  TL_CHECK(!data.val.empty(), folder.string(), ": val/ has no pictures");
}

}  // namespace

PictureFolder read_picture_folder(const fs::path& folder, double val_share, uint64_t seed) {
  TL_CHECK(fs::is_directory(folder), folder.string(), ": is no folder");
  PictureFolder data;
  data.was_split = !fs::is_directory(folder / "train");
  const fs::path train = data.was_split ? folder : folder / "train";
  data.classes = folders_in(train);
  TL_CHECK(!data.classes.empty(), train.string(),
           ": has no folders, and each class is one; put the pictures of a class into ",
           (train / "<class>").string());
  TL_CHECK(data.classes.size() > 1, train.string(), ": '", data.classes[0],
           "' is the only class, and a classifier tells several apart; add a folder");
  data.train = labelled(train, data.classes);
  if (!data.was_split) {
    TL_CHECK(fs::is_directory(folder / "val"), folder.string(),
             ": has train/, but no val/ with the same classes");
    for (const std::string& name : folders_in(folder / "val"))
      TL_CHECK(std::binary_search(data.classes.begin(), data.classes.end(), name), folder.string(),
               ": val/", name, " is no class of train/");
    data.val = labelled(folder / "val", data.classes);
  }
  leave_out_broken(data.train, data.skipped);
  leave_out_broken(data.val, data.skipped);
  if (data.was_split) split(data, val_share, seed);
  check_counts(data, folder);
  return data;
}

}  // namespace tealight::data
