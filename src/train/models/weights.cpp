// See weights.h.
#include "train/models/weights.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "format/byte_source.h"
#include "train/models/sha256.h"

namespace tealight::models {
namespace {

namespace fs = std::filesystem;

fs::path cache_folder() {
  if (const char* home = std::getenv("TORCH_HOME")) return fs::path(home) / "hub/checkpoints";
  if (const char* cache = std::getenv("XDG_CACHE_HOME")) {
    return fs::path(cache) / "torch/hub/checkpoints";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home ? home : ".") / ".cache/torch/hub/checkpoints";
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream words(text);
  std::vector<std::string> all;
  for (std::string word; words >> word;) all.push_back(word);
  return all;
}

/// resnet18-f37072fd.pth: f37072fd
std::string hash_in_name(const std::string& file) {
  size_t dash = file.rfind('-'), dot = file.rfind('.');
  return dash == std::string::npos || dot < dash ? "" : file.substr(dash + 1, dot - dash - 1);
}

void check_hash(const fs::path& path) {
  std::string wanted = hash_in_name(path.filename().string());
  std::string found = sha256(ByteSource::file(path).all().span());
  TL_CHECK(found.starts_with(wanted), "models: ", path.string(), " has the SHA-256 ", found,
           ", but its name says ", wanted, "...: it is damaged or not whole. Fetch it again");
}

std::string fetch_command(const std::string& file, const fs::path& folder) {
  return "curl --create-dirs -fLo " + (folder / file).string() +
         " https://download.pytorch.org/models/" + file;
}

PretrainedFile in_folder(const std::string& name, const std::vector<std::string>& files,
                         const fs::path& folder) {
  for (const auto& file : files) {
    fs::path path = folder / file;
    if (!fs::is_regular_file(path)) continue;
    check_hash(path);
    return {path, true};
  }
  TL_CHECK(false, "models: no weights of ", name, " in ", folder.string(), ". Fetch them by\n  ",
           fetch_command(files.front(), folder));
}

/// torchvision's own names of older files.
std::string renamed(std::string key) {
  auto replace = [&](const char* from, const char* to) {
    if (size_t at = key.find(from); at != std::string::npos) {
      key.replace(at, std::strlen(from), to);
    }
  };
  if (key.find("denselayer") != std::string::npos) {
    for (const char* kind : {"norm", "relu", "conv"}) {
      for (const char* nr : {"1", "2"}) {
        replace((std::string(".") + kind + "." + nr + ".").c_str(),
                (std::string(".") + kind + nr + ".").c_str());
      }
    }
  }
  replace(".mlp.linear_1.", ".mlp.0.");
  replace(".mlp.linear_2.", ".mlp.3.");
  return key;
}

}  // namespace

PretrainedFile find_pretrained(const std::string& name, const std::string& known,
                               const std::string& weights) {
  auto files = split(known);
  if (weights == "imagenet" || weights == "coco") {
    TL_CHECK(!files.empty(), "models: nobody publishes weights of ", name,
             " under torchvision's names; give a file");
    return in_folder(name, files, cache_folder());
  }
  TL_CHECK(!weights.starts_with("http:") && !weights.starts_with("https:"),
           "models: weights are read from files; fetch them by\n  curl -fLO ", weights);
  if (fs::is_directory(weights)) {
    TL_CHECK(!files.empty(), "models: ", name, " has no file name that is known; give a file");
    return in_folder(name, files, weights);
  }
  TL_CHECK(
      fs::is_regular_file(weights), "models: there is no file or folder ", weights,
      " with weights of ", name,
      files.empty() ? std::string() : ". Fetch them by\n  " + fetch_command(files.front(), "."));
  std::string file = fs::path(weights).filename().string();
  bool published = std::find(files.begin(), files.end(), file) != files.end();
  if (published) check_hash(weights);
  return {weights, published};
}

StateDict read_published(const fs::path& file) {
  StateDict all = read_weights(file.string());
  for (auto& [name, value] : all) name = renamed(name);
  return all;
}

void load_weights(nn::Module& net, const fs::path& file) {
  load_weights(net, read_published(file), file.string());
}
void load_weights(nn::Module& net, const StateDict& weights, const std::string& from) try {
  load_state_dict(net, weights);
} catch (Error& e) {
  throw e.at(from).fix("make the network with the file's number of classes, then reset_head()");
}

}  // namespace tealight::models
