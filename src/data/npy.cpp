#include "tealight/data/npy.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>

#include "tealight/data/file_io.h"
#include "tealight/error.h"

namespace tealight {
namespace {

static_assert(std::endian::native == std::endian::little, ".npy elements are copied as they are");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMaxDims = 64;  // NumPy's own limit, since 2.0

// The header's Python literal. Only what numpy.save can write is taken.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  struct Header {
    std::optional<std::string> descr;
    std::optional<bool> fortran_order;
    std::optional<std::vector<int64_t>> shape;
  };

  Header parse() {
    expect('{');
    while (!take('}')) {
      read_entry();
      if (take('}')) break;
      expect(',');
    }
    skip_space();
    if (at_ != text_.size()) bad("text after the closing brace");
    if (!header_.descr || !header_.fortran_order || !header_.shape) bad("a key is missing");
    return header_;
  }

 private:
  void read_entry() {
    std::string key = read_string();
    expect(':');
    if (key == "descr" && !header_.descr)
      header_.descr = read_descr();
    else if (key == "fortran_order" && !header_.fortran_order)
      header_.fortran_order = read_bool();
    else if (key == "shape" && !header_.shape)
      header_.shape = read_shape();
    else
      bad("unknown or repeated key '" + key.substr(0, 40) + "'");
  }

  std::string read_descr() {
    skip_space();
    if (at_ < text_.size() && text_[at_] == '[') {
      throw Error(str(name_, ": .npy with a structured dtype"), ErrorKind::unsupported)
          .fix("save each field as an array of its own");
    }
    return read_string();
  }

  std::string read_string() {
    skip_space();
    char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') bad("a string is expected");
    size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) bad("a string does not end");
    std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }

  bool read_bool() {
    skip_space();
    for (auto [word, value] : {std::pair{std::string_view("True"), true}, {"False", false}}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return value;
      }
    }
    bad("True or False is expected");
  }

  std::vector<int64_t> read_shape() {
    std::vector<int64_t> shape;
    bool comma = true;
    expect('(');
    while (!take(')')) {
      if (!comma) bad("a comma is missing in the shape");
      shape.push_back(read_size());
      if (shape.size() > kMaxDims) bad("more than 64 dimensions");
      comma = take(',');
    }
    if (shape.size() == 1 && !comma) bad("the shape is no tuple");
    return shape;
  }

  int64_t read_size() {
    skip_space();
    int64_t value = 0;
    const char* end = text_.data() + text_.size();
    auto [next, error] = std::from_chars(text_.data() + at_, end, value);
    if (error != std::errc() || value < 0) bad("a size is expected in the shape");
    at_ = static_cast<size_t>(next - text_.data());
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // written by Python 2
    return value;
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }

  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!take(c)) bad(str("'", c, "' is expected"));
  }

  [[noreturn]] void bad(const std::string& what) const {
    corrupt(str(name_, ": .npy header: ", what, " (at character ", at_, ")"));
  }

  std::string_view text_, name_;
  size_t at_ = 0;
  Header header_;
};

size_t little_endian(std::span<const std::byte> bytes) {
  size_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | std::to_integer<size_t>(bytes[i]);
  return value;
}

// Big-endian numbers are reversed; a complex one is two numbers.
void swap_bytes(NpyArray& array, size_t item_size) {
  size_t number = array.dtype[0] == 'c' ? item_size / 2 : item_size;
  for (size_t at = 0; at < array.bytes.size(); at += number) {
    std::reverse(array.bytes.begin() + at, array.bytes.begin() + at + number);
  }
}

// Fortran order (first index fastest) to C order: walk the target, step through the source by its
// strides.
void to_c_order(NpyArray& array, size_t item_size) {
  size_t dims = array.shape.size();
  if (dims < 2 || array.bytes.empty()) return;
  std::vector<size_t> strides(dims, item_size);
  for (size_t d = 1; d < dims; ++d) strides[d] = strides[d - 1] * array.shape[d - 1];
  std::vector<std::byte> out(array.bytes.size());
  std::vector<int64_t> index(dims, 0);
  size_t source = 0;
  for (size_t target = 0; target < out.size(); target += item_size) {
    std::memcpy(out.data() + target, array.bytes.data() + source, item_size);
    for (size_t d = dims; d-- > 0;) {
      source += strides[d];
      if (++index[d] < array.shape[d]) break;
      source -= strides[d] * array.shape[d];
      index[d] = 0;
    }
  }
  array.bytes = std::move(out);
}

std::string_view read_header_text(std::span<const std::byte> file, std::string_view name) {
  std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with(kMagic))
    corrupt(str(name, ": no .npy file: it does not begin with \\x93NUMPY"));
  if (file.size() < 10) corrupt(str(name, ": .npy file of ", file.size(), " bytes is cut off"));
  int major = std::to_integer<int>(file[6]);
  if (major < 1 || major > 3) corrupt(str(name, ": .npy format version ", major, " is unknown"));
  size_t start = major == 1 ? 10 : 12;
  size_t length = file.size() < start ? SIZE_MAX : little_endian(file.subspan(8, start - 8));
  if (file.size() < start || length > file.size() - start) {
    corrupt(str(name, ": .npy file of ", file.size(), " bytes is cut off in its header"));
  }
  return text.substr(start, length);
}

std::string format_header(const NpyArray& array) {
  char order = npy_item_size(array.dtype) == 1 ? '|' : '<';
  std::string text =
      str("{'descr': '", order, array.dtype, "', 'fortran_order': False, 'shape': (");
  for (size_t d = 0; d < array.shape.size(); ++d) {
    text += str(array.shape[d], d + 1 < array.shape.size() ? ", " : "");
  }
  return text + (array.shape.size() == 1 ? ",), }" : "), }");
}

}  // namespace

size_t npy_item_size(std::string_view dtype) {
  constexpr std::pair<std::string_view, size_t> kSizes[] = {
      {"f2", 2}, {"f4", 4}, {"f8", 8}, {"i1", 1}, {"i2", 2}, {"i4", 4}, {"i8", 8},
      {"u1", 1}, {"u2", 2}, {"u4", 4}, {"u8", 8}, {"b1", 1}, {"c8", 8}, {"c16", 16}};
  for (auto [known, size] : kSizes) {
    if (dtype == known) return size;
  }
  return 0;
}

size_t npy_byte_count(std::span<const int64_t> shape, size_t item_size, std::string_view what) {
  // Sizes of an empty array count too: no product of some of them may overflow later on.
  uint64_t count = item_size;
  for (int64_t size : shape) {
    if (size < 0 ||
        __builtin_mul_overflow(count, static_cast<uint64_t>(std::max<int64_t>(size, 1)), &count) ||
        count > static_cast<uint64_t>(PTRDIFF_MAX)) {
      corrupt(str(what, ": an array with these sizes has no memory of its own"));
    }
  }
  bool empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
  return empty ? 0 : static_cast<size_t>(count);
}

NpyArray parse_npy(std::span<const std::byte> file, std::string_view name) {
  std::string_view text = read_header_text(file, name);
  auto header = HeaderParser(text, name).parse();
  const std::string& descr = *header.descr;
  bool has_order =
      !descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos;
  NpyArray array{descr.substr(has_order ? 1 : 0), std::move(*header.shape), {}};
  size_t item_size = npy_item_size(array.dtype);
  if (item_size == 0) {
    throw Error(str(name, ": .npy with dtype '", descr.substr(0, 40), "'"), ErrorKind::unsupported)
        .fix("save it as numbers: array.astype('float32')");
  }
  size_t needed = npy_byte_count(array.shape, item_size, name);
  auto body = file.subspan(
      static_cast<size_t>(text.data() + text.size() - reinterpret_cast<const char*>(file.data())));
  if (body.size() != needed) {
    corrupt(str(name, ": .npy array needs ", needed, " bytes, the file has ", body.size()));
  }
  array.bytes.assign(body.begin(), body.end());
  if (descr[0] == '>') swap_bytes(array, item_size);
  if (*header.fortran_order) to_c_order(array, item_size);
  return array;
}

NpyArray read_npy(const std::filesystem::path& path) {
  return parse_npy(read_file(path), path.string());
}

std::vector<std::byte> format_npy(const NpyArray& array) {
  size_t item_size = npy_item_size(array.dtype);
  TL_CHECK(item_size > 0, "write_npy: unknown dtype '", array.dtype, "'");
  TL_CHECK(npy_byte_count(array.shape, item_size, "write_npy") == array.bytes.size(),
           "write_npy: shape and ", array.bytes.size(), " bytes do not fit together");
  std::string header = format_header(array);
  size_t prefix = header.size() + 64 < 65536 ? 10 : 12;
  // Padded with spaces, and ended by a newline, so that the elements start at a multiple of 64.
  header.append(63 - (prefix + header.size()) % 64, ' ').push_back('\n');
  std::string text(kMagic);
  text += {static_cast<char>(prefix == 10 ? 1 : 2), '\0'};
  for (size_t i = 0; i < prefix - 8; ++i) text += static_cast<char>(header.size() >> 8 * i & 255);
  text += header;
  std::vector<std::byte> out(text.size() + array.bytes.size());
  std::memcpy(out.data(), text.data(), text.size());
  std::copy(array.bytes.begin(), array.bytes.end(),
            out.begin() + static_cast<ptrdiff_t>(text.size()));
  return out;
}

void write_npy(const std::filesystem::path& path, const NpyArray& array) {
  write_file(path, format_npy(array));
}

}  // namespace tealight
