// IDX: a magic number (0, 0, type 8 = bytes, dimensions), the sizes, then the bytes; all numbers
// big-endian of 32 bits.
#include "tealight/loader/mnist.h"

#include <fstream>

#include "core/base.h"

namespace torch::data::datasets {
namespace {

uint32_t read_number(std::istream& file, const std::string& path) {
  unsigned char bytes[4];
  TL_CHECK(file.read(reinterpret_cast<char*>(bytes), 4), path, ": ends within its header");
  return uint32_t(bytes[0]) << 24 | uint32_t(bytes[1]) << 16 | uint32_t(bytes[2]) << 8 | bytes[3];
}

// The sizes are checked against the length of the file before memory is asked for.
Tensor read_idx(const std::string& path, const char* what, uint32_t magic) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  TL_CHECK(file, "Error opening ", what, " file at ", path);
  const auto length = uint64_t(file.tellg());
  file.seekg(0);
  const uint32_t found = read_number(file, path);
  TL_CHECK(found == magic, path, ": Expected to read number ", magic, " but found ", found,
           " instead: is this the unzipped IDX file?");
  const size_t dims = magic & 255;
  DimVector sizes;
  uint64_t numel = 1;
  for (size_t i = 0; i < dims; ++i) {
    sizes.push_back(read_number(file, path));
    if (__builtin_mul_overflow(numel, uint64_t(sizes.back()), &numel)) numel = UINT64_MAX;
  }
  TL_CHECK(numel == length - 4 * (1 + dims), path, ": its header says ", IntArrayRef(sizes),
           ", which does not fit its length of ", length, " bytes");
  Tensor bytes(Fact(kByte, sizes));
  TL_CHECK(file.read(bytes.as<char>(), std::streamsize(numel)), path, ": could not be read whole");
  return bytes;
}

std::string path_of(const std::string& root, MNIST::Mode mode, const char* rest) {
  const char* const prefix = mode == MNIST::Mode::kTrain ? "train-" : "t10k-";
  return root + (root.ends_with('/') ? "" : "/") + prefix + rest;
}

}  // namespace

MNIST::MNIST(const std::string& root, Mode mode)
    : mode_(mode),
      images_(read_idx(path_of(root, mode, "images-idx3-ubyte"), "images", 2051)),
      targets_(read_idx(path_of(root, mode, "labels-idx1-ubyte"), "targets", 2049).to(kLong)) {
  TL_CHECK(images_.size(0) == targets_.size(0), root, ": ", images_.size(0), " pictures but ",
           targets_.size(0), " labels");
  images_ = images_.unsqueeze(1).to(kFloat).div_(255);
}
Example<> MNIST::get(size_t index) { return {images_[int64_t(index)], targets_[int64_t(index)]}; }
std::optional<size_t> MNIST::size() const { return size_t(images_.size(0)); }

}  // namespace torch::data::datasets
