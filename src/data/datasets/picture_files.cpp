// Pictures in files: folders by class, and lists in CSV files.
#include <algorithm>
#include <charconv>
#include <set>

#include "data/datasets/visits.h"
#include "tealight/data/datasets.h"
#include "tealight/data/decode.h"
#include "tealight/data/file_io.h"

namespace tealight::data {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kExtensions[] = {".jpg", ".jpeg", ".png",  ".ppm", ".bmp",
                                            ".pgm", ".tif",  ".tiff", ".webp"};

std::string known_extensions() {
  std::string all;
  for (std::string_view extension : kExtensions) all += str(all.empty() ? "" : ", ", extension);
  return all;
}

bool is_picture(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::find(std::begin(kExtensions), std::end(kExtensions), extension) !=
         std::end(kExtensions);
}

std::vector<std::string> folders_in(const fs::path& root) {
  std::error_code error;
  TL_CHECK(fs::is_directory(root, error), root.string(), ": no such folder");
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(root))
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// By folder, then by name, as torchvision's walk orders them.
std::vector<fs::path> pictures_below(const fs::path& folder) {
  std::vector<fs::path> files;
  auto options = fs::directory_options::follow_directory_symlink;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, options))
    if (entry.is_regular_file() && is_picture(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    std::string folders[] = {a.parent_path().string(), b.parent_path().string()};
    return folders[0] != folders[1] ? folders[0] < folders[1]
                                    : a.filename().string() < b.filename().string();
  });
  return files;
}

std::vector<std::pair<fs::path, int64_t>> samples_of(const fs::path& root) {
  std::vector<std::string> classes = folders_in(root);
  TL_CHECK(!classes.empty(), "Couldn't find any class folder in ", root.string(), ".");
  std::vector<std::pair<fs::path, int64_t>> samples;
  std::string without;
  for (size_t label = 0; label < classes.size(); ++label) {
    std::vector<fs::path> files = pictures_below(root / classes[label]);
    if (files.empty()) without += (without.empty() ? "" : ", ") + classes[label];
    for (fs::path& file : files) samples.emplace_back(std::move(file), static_cast<int64_t>(label));
  }
  TL_CHECK(without.empty(), "Found no valid file for the classes ", without,
           ". Supported extensions are: ", known_extensions());
  return samples;
}

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Annotations {
  std::vector<std::pair<fs::path, int64_t>> samples;
  std::vector<std::string> classes;
};

Annotations read_annotations(const fs::path& csv, const fs::path& folder) {
  std::vector<std::byte> bytes = read_file(csv);
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  auto rows = parse_csv(text, csv.string());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() >= 2) continue;
    throw Error(
        str(csv.string(), ":", i + 1, ": a row of one cell; wanted are a file and a label"));
  }
  auto numbered = [](const std::vector<std::string>& row) { return bool(whole_number(row[1])); };
  bool numbers = rows.size() > 1 && std::all_of(rows.begin() + 1, rows.end(), numbered);
  // Of names, a first row whose file is not there is a header.
  std::error_code error;
  bool header =
      !rows.empty() && !numbered(rows[0]) && (numbers || !fs::exists(folder / rows[0][0], error));
  if (header) rows.erase(rows.begin());
  Annotations out;
  std::set<std::string> names;
  for (const auto& row : rows)
    if (!numbers) names.insert(row[1]);
  out.classes.assign(names.begin(), names.end());
  for (const auto& row : rows) {
    auto name = std::lower_bound(out.classes.begin(), out.classes.end(), row[1]);
    out.samples.emplace_back(folder / row[0],
                             numbers ? *whole_number(row[1]) : name - out.classes.begin());
  }
  TL_CHECK(!out.samples.empty(), csv.string(), ": names no pictures");
  return out;
}

}  // namespace

PictureFiles::PictureFiles(std::vector<std::pair<fs::path, int64_t>> s,
                           std::optional<transforms::Transform> transform,
                           PictureSetOptions options)
    : samples(std::move(s)),
      transform_(std::move(transform)),
      options_(std::move(options)),
      visits_(std::make_shared<detail::Visits>(samples.size())) {}

Image PictureFiles::picture(size_t i) const {
  TL_CHECK(i < samples.size(), "picture ", i, " of ", samples.size());
  return read_image(samples[i].first);
}

Example PictureFiles::get(size_t i) const {
  Image image = picture(i);
  RandomScope scope(visits_->next_seed(options_.seed, i));
  int64_t label = samples[i].second;
  if (options_.target_transform) label = options_.target_transform(label);
  if (!transform_) return {transforms::functional::to_tensor(image), label};
  try {
    return {(*transform_)(std::move(image)).tensor(), label};
  } catch (Error& e) {
    throw Error(e).at(samples[i].first.string());
  }
}

std::vector<std::string> PictureFiles::drop_broken() {
  std::vector<std::string> broken;
  std::erase_if(samples, [&](const auto& sample) {
    try {
      read_image(sample.first);
      return false;
    } catch (const Error& e) {
      broken.push_back(e.msg());
      return true;
    }
  });
  visits_ = std::make_shared<detail::Visits>(samples.size());
  return broken;
}

ImageFolder::ImageFolder(const fs::path& root, std::optional<transforms::Transform> transform,
                         PictureSetOptions options)
    : PictureFiles(samples_of(root), std::move(transform), std::move(options)),
      classes(folders_in(root)) {
  for (const std::string& name : classes)
    class_to_idx[name] = static_cast<int64_t>(class_to_idx.size());
}

CsvImages::CsvImages(const fs::path& csv, const fs::path& folder,
                     std::optional<transforms::Transform> transform, PictureSetOptions options)
    : PictureFiles({}) {
  Annotations read = read_annotations(csv, folder);
  static_cast<PictureFiles&>(*this) =
      PictureFiles(std::move(read.samples), std::move(transform), std::move(options));
  classes = std::move(read.classes);
}

std::vector<std::vector<std::string>> parse_csv(std::string_view text, std::string_view name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false;
  auto end_row = [&] {
    if (row.empty() && cell.empty()) return;  // an empty line
    row.push_back(std::move(cell));
    rows.push_back(std::move(row));
    row.clear(), cell.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (quoted) {
      bool doubled = c == '"' && i + 1 < text.size() && text[i + 1] == '"';
      if (c == '"' && !doubled)
        quoted = false;
      else
        cell += c;
      i += doubled;
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == ',') {
      row.push_back(std::move(cell));
      cell.clear();
    } else if (c == '\n') {
      end_row();
    } else if (c != '\r') {
      cell += c;
    }
  }
  if (quoted) corrupt(str(name, ": a quoted cell has no end"));
  end_row();
  return rows;
}

}  // namespace tealight::data
