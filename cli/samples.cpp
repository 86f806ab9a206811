#include "samples.h"

#include <algorithm>
#include <charconv>

#include "tealight/data/decode.h"
#include "tealight/data/encode.h"
#include "tealight/data/file_io.h"

namespace tealight::cli {
namespace fs = std::filesystem;
namespace {

constexpr size_t kLongestName = 64;

bool allowed(unsigned char c) {
  return std::isalnum(c) || c >= 0x80 || c == ' ' || c == '-' || c == '_' || c == '.';
}

const char* extension(PictureFormat format) {
  switch (format) {
    case PictureFormat::jpeg:
      return ".jpg";
    case PictureFormat::png:
      return ".png";
    case PictureFormat::webp:
      return ".webp";
    case PictureFormat::gif:
      return ".gif";
    case PictureFormat::bmp:
      return ".bmp";
    case PictureFormat::pnm:
      return ".ppm";
    case PictureFormat::unknown:
      break;
  }
  return nullptr;
}

std::string numbered(const std::string& name, int number) {
  const std::string digits = std::to_string(number);
  return name + "_" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

// 12 of "up_0012", 0 of other names.
int number_of(const std::string& stem, const std::string& name) {
  int number = 0;
  if (!stem.starts_with(name + "_")) return 0;
  const char *begin = stem.data() + name.size() + 1, *end = stem.data() + stem.size();
  const auto [rest, error] = std::from_chars(begin, end, number);
  return error == std::errc() && rest == end && number > 0 ? number : 0;
}

bool same_bytes(const fs::path& file, std::span<const std::byte> bytes) {
  if (fs::file_size(file) != bytes.size()) return false;
  const std::vector<std::byte> other = read_file(file);
  return std::equal(bytes.begin(), bytes.end(), other.begin(), other.end());
}

}  // namespace

void check_class_name(const std::string& name) {
  const auto refuse = [&](const std::string& why) {
    TL_CHECK(false, "'", name.substr(0, kLongestName), "' cannot be the name of a class: ", why,
             "; it becomes a folder: letters, digits, spaces, '-', '_' and '.'");
  };
  if (name.empty()) refuse("it is empty");
  if (name.size() > kLongestName) refuse(str("it is longer than ", kLongestName, " bytes"));
  if (!std::all_of(name.begin(), name.end(), [](char c) { return allowed((unsigned char)c); }))
    refuse("it holds other characters");
  if (name[0] == '.' || name[0] == '_' || name[0] == ' ' || name[0] == '-' || name.back() == ' ' ||
      name.back() == '.')
    refuse("it begins or ends with one of these signs");
  if (name == "train" || name == "val") refuse("folders of that name hold the classes");
}

SampleFolder::SampleFolder(fs::path folder) : folder_(std::move(folder)) {
  TL_CHECK(!fs::exists(folder_) || fs::is_directory(folder_), folder_.string(), ": is no folder");
  if (fs::is_directory(folder_ / "train")) folder_ /= "train";
}

SampleFolder::Samples SampleFolder::samples(const std::string& name) const {
  Samples all;
  if (!fs::is_directory(folder_ / name)) return all;
  for (const auto& entry : fs::directory_iterator(folder_ / name)) {
    if (!entry.is_regular_file() || entry.path().filename().string().starts_with('.')) continue;
    all.files.push_back(entry.path());
    const int number = number_of(entry.path().stem().string(), name);
    if (number > all.number) {
      all.number = number;
      all.last = entry.path();
    }
  }
  return all;
}

std::map<std::string, size_t> SampleFolder::counts() const {
  std::map<std::string, size_t> counts;
  if (!fs::is_directory(folder_)) return counts;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && !name.starts_with('.')) counts[name] = samples(name).files.size();
  }
  return counts;
}

void SampleFolder::add_class(const std::string& name) {
  check_class_name(name);
  fs::create_directories(folder_ / name);
}

fs::path SampleFolder::add(const std::string& name, const Frame& frame) {
  const char* end = extension(picture_format(frame.encoded));
  const std::vector<std::byte> drawn = end ? std::vector<std::byte>() : encode_png(frame.picture);
  const std::vector<std::byte>& bytes = end ? frame.encoded : drawn;
  add_class(name);
  const Samples present = samples(name);
  for (const fs::path& file : present.files)
    if (same_bytes(file, bytes)) return {};
  const fs::path to = folder_ / name / (numbered(name, present.number + 1) + (end ? end : ".png"));
  write_file(to, bytes);
  return to;
}

bool SampleFolder::remove_last(const std::string& name) {
  check_class_name(name);
  const fs::path last = samples(name).last;
  return !last.empty() && fs::remove(last);
}

}  // namespace tealight::cli
