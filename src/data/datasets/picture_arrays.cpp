// Pictures in memory, and the files that MNIST and CIFAR come as.
//
//   IDX (big-endian):  0 0 <type> <dimensions>   size of each dimension: 4 bytes   the elements
//   CIFAR record:      <label> (CIFAR-100: <coarse> <fine>)   3 planes of 32x32 bytes
#include <cstring>

#include "data/datasets/visits.h"
#include "format/ptl_zip/zip.h"
#include "tealight/data/arrays.h"
#include "tealight/data/datasets.h"
#include "tealight/data/file_io.h"
#include "tealight/ops.h"

namespace tealight::data {
namespace fs = std::filesystem;
namespace {

using ByteSpan = std::span<const uint8_t>;

// gzip: 1f 8b 8 <flags> <time 4> <2>, with flag 4 extra bytes, 8 a name, 16 a comment, 2 a
// checksum; deflated data; checksum and size, 4 bytes each.
std::vector<uint8_t> ungzip(ByteSpan file, const std::string& name) {
  if (file.size() < 18 || file[2] != 8) corrupt(name + ": a damaged gzip file");
  size_t at = 10, end = file.size() - 8;
  uint8_t flags = file[3];
  if (flags & 4) at += 2 + file[10] + size_t{256} * file[11];
  for (int flag : {8, 16}) {
    if (!(flags & flag)) continue;
    while (at < end && file[at]) ++at;
    ++at;
  }
  if (flags & 2) at += 2;
  uint64_t size = 0;
  for (int i = 3; i >= 0; --i) size = size << 8 | file[end + 4 + i];
  // Deflate gives at most 1032 bytes for one.
  if (at >= end || size > (end - at) * 1032) corrupt(name + ": a damaged gzip file");
  Bytes packed{const_cast<uint8_t*>(file.data()) + at, end - at, nullptr};
  Bytes plain = inflate_exactly(packed, size, name);
  return {plain.data, plain.data + plain.size};
}

std::vector<uint8_t> read_bytes(const fs::path& path) {
  std::vector<std::byte> bytes = read_file(path);
  ByteSpan file(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (file.size() > 2 && file[0] == 0x1f && file[1] == 0x8b) return ungzip(file, path.string());
  return {file.begin(), file.end()};
}

// NumPy's name of an IDX type.
const char* idx_dtype(uint8_t type) {
  switch (type) {
    case 8:
      return "u1";
    case 9:
      return "i1";
    case 11:
      return "i2";
    case 12:
      return "i4";
    case 13:
      return "f4";
    case 14:
      return "f8";
    default:
      return nullptr;
  }
}

std::string first_line_cut(std::string_view& text) {
  size_t end = std::min(text.find('\n'), text.size());
  std::string line(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::vector<uint8_t> bytes = read_bytes(path);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<std::string> lines;
  while (!text.empty())
    if (std::string line = first_line_cut(text); !line.empty()) lines.push_back(std::move(line));
  return lines;
}

// The first of these that is there, in any of the folders and with or without .gz.
fs::path find_file(const fs::path& root, std::initializer_list<const char*> folders,
                   const std::string& name) {
  std::error_code error;
  for (const char* folder : folders)
    for (const char* packed : {"", ".gz"})
      if (fs::path path = root / folder / (name + packed); fs::exists(path, error)) return path;
  throw Error(root.string() + ": has no " + name).fix("download the data set there first");
}

constexpr int64_t kSide = 32, kPixels = 3 * kSide * kSide;

// Appends the records of a CIFAR file; the label is the last of `labels` bytes before the pixels.
void read_cifar(const fs::path& path, size_t labels, std::vector<uint8_t>& pixels,
                std::vector<int64_t>& targets) {
  std::vector<uint8_t> bytes = read_bytes(path);
  size_t record = labels + kPixels;
  if (bytes.empty() || bytes.size() % record != 0)
    corrupt(str(path.string(), ": ", bytes.size(), " bytes are not whole records of ", record));
  for (size_t at = 0; at < bytes.size(); at += record) {
    targets.push_back(bytes[at + labels - 1]);
    pixels.insert(pixels.end(), bytes.begin() + static_cast<ptrdiff_t>(at + labels),
                  bytes.begin() + static_cast<ptrdiff_t>(at + record));
  }
}

PictureArray cifar_array(const std::vector<fs::path>& files, size_t labels, const fs::path& names,
                         std::optional<transforms::Transform> transform,
                         PictureSetOptions options) {
  std::vector<uint8_t> pixels;
  std::vector<int64_t> targets;
  for (const fs::path& file : files) read_cifar(file, labels, pixels, targets);
  auto count = static_cast<int64_t>(targets.size());
  Tensor images = empty({count, 3, kSide, kSide}, kByte), numbers = empty({count}, kLong);
  std::memcpy(images.mutable_data_ptr<uint8_t>(), pixels.data(), pixels.size());
  std::copy(targets.begin(), targets.end(), numbers.mutable_data_ptr<int64_t>());
  PictureArray array(images, numbers, std::move(transform), std::move(options));
  array.classes = lines_of(names);
  return array;
}

}  // namespace

PictureArray::PictureArray(Tensor i, Tensor t, std::optional<transforms::Transform> transform,
                           PictureSetOptions options)
    : images(std::move(i)),
      targets(std::move(t)),
      transform_(std::move(transform)),
      options_(std::move(options)) {
  TL_CHECK(images.dim() == 4 && images.scalar_type() == kByte,
           "PictureArray: images are bytes "
           "(N, C, H, W), not ",
           images.scalar_type(), " ", images.sizes());
  TL_CHECK(targets.dim() == 1 && targets.size(0) == images.size(0),
           "PictureArray: ", images.size(0), " images and targets of sizes ", targets.sizes());
  images = images.contiguous(), targets = targets.to(kLong).contiguous();
  visits_ = std::make_shared<detail::Visits>(size());
}

Image PictureArray::picture(size_t i) const {
  TL_CHECK(i < size(), "picture ", i, " of ", size());
  return transforms::functional::to_pil_image(images.select(0, static_cast<int64_t>(i)));
}

Example PictureArray::get(size_t i) const {
  Image image = picture(i);
  RandomScope scope(visits_->next_seed(options_.seed, i));
  int64_t label = targets.const_data_ptr<int64_t>()[i];
  if (options_.target_transform) label = options_.target_transform(label);
  if (!transform_) return {transforms::functional::to_tensor(image), label};
  return {(*transform_)(std::move(image)).tensor(), label};
}

Tensor read_idx(const fs::path& path) {
  std::vector<uint8_t> bytes = read_bytes(path);
  std::string name = path.string();
  const char* dtype = bytes.size() >= 4 ? idx_dtype(bytes[2]) : nullptr;
  size_t dims = bytes.size() >= 4 ? bytes[3] : 0, head = 4 + 4 * dims;
  if (!dtype || bytes[0] || bytes[1] || bytes.size() < head) corrupt(name + ": no IDX file");
  NpyArray array{dtype, {}, {}};
  for (size_t d = 0; d < dims; ++d) {
    const uint8_t* size = &bytes[4 + 4 * d];
    array.shape.push_back(int64_t{size[0]} << 24 | size[1] << 16 | size[2] << 8 | size[3]);
  }
  size_t item = npy_item_size(dtype), needed = npy_byte_count(array.shape, item, name);
  if (needed != bytes.size() - head)
    corrupt(str(name, ": the array needs ", needed, " bytes, the file has ", bytes.size() - head));
  for (size_t at = head; at < bytes.size(); at += item)
    std::reverse(bytes.begin() + static_cast<ptrdiff_t>(at),
                 bytes.begin() + static_cast<ptrdiff_t>(at + item));
  array.bytes.resize(needed);
  if (needed) std::memcpy(array.bytes.data(), &bytes[head], needed);
  return to_tensor(array);
}

PictureArray mnist(const fs::path& root, bool train, std::optional<transforms::Transform> transform,
                   PictureSetOptions options) {
  std::string part = train ? "train" : "t10k";
  auto find = [&](const char* rest) {
    return find_file(root, {"", "raw", "MNIST/raw"}, part + rest);
  };
  Tensor images = read_idx(find("-images-idx3-ubyte")),
         labels = read_idx(find("-labels-idx1-ubyte"));
  TL_CHECK(images.dim() == 3, root.string(), ": images of sizes ", images.sizes());
  PictureArray array(images.unsqueeze(1), labels, std::move(transform), std::move(options));
  for (int digit = 0; digit < 10; ++digit) array.classes.push_back(std::to_string(digit));
  return array;
}

PictureArray cifar10(const fs::path& root, bool train,
                     std::optional<transforms::Transform> transform, PictureSetOptions options) {
  auto find = [&](const std::string& name) {
    return find_file(root, {"", "cifar-10-batches-bin"}, name);
  };
  std::vector<fs::path> files;
  for (int i = 1; train && i <= 5; ++i) files.push_back(find(str("data_batch_", i, ".bin")));
  if (!train) files.push_back(find("test_batch.bin"));
  return cifar_array(files, 1, find("batches.meta.txt"), std::move(transform), std::move(options));
}

PictureArray cifar100(const fs::path& root, bool train,
                      std::optional<transforms::Transform> transform, PictureSetOptions options) {
  auto find = [&](const std::string& name) {
    return find_file(root, {"", "cifar-100-binary"}, name);
  };
  return cifar_array({find(train ? "train.bin" : "test.bin")}, 2, find("fine_label_names.txt"),
                     std::move(transform), std::move(options));
}

}  // namespace tealight::data
