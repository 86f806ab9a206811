// Where pretrained weights lie, and how they come into a network.
#pragma once
#include <filesystem>
#include <string>

#include "tealight/nn.h"
#include "tealight/nn/state_dict.h"

namespace tealight::models {

struct PretrainedFile {
  std::filesystem::path path;
  bool of_imagenet = false;  // the hash in the name was checked
};
/// What Options::weights means for the network `name`, whose published files are `known` (apart by
/// spaces). Throws an Error that says how to fetch the file where there is none.
PretrainedFile find_pretrained(const std::string& name, const std::string& known,
                               const std::string& weights);

/// Parameters and buffers by name, from any file that read_weights() takes; every name must be
/// there, with the same shape. Other dtypes are converted.
void load_weights(nn::Module& net, const std::filesystem::path& file);
/// `source` is for messages.
void load_weights(nn::Module& net, const StateDict& weights, const std::string& source);
/// With the names of today: files of older networks have others.
StateDict read_published(const std::filesystem::path& file);

}  // namespace tealight::models
