// Layout of a zip file: docs/formats.md. Sizes and checksums stand in each record's header, so that
// it can be read without the directory.
#include "format/ptl_zip/zip_writer.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "tealight/error.h"

namespace tealight {
namespace {

constexpr uint64_t kAlignment = 64;
constexpr uint64_t kIn64 = 0xffffffff;  // "look at the zip64 field"
constexpr uint16_t kDeflated = 8, kUtf8 = 0x0800;
constexpr uint16_t kVersion = 20, kVersion64 = 45;
constexpr uint64_t kLocalHeaderSize = 30;

class Fields {
 public:
  Fields& u16(uint64_t v) { return number(v, 2); }
  Fields& u32(uint64_t v) { return number(v, 4); }
  Fields& u64(uint64_t v) { return number(v, 8); }
  Fields& text(std::string_view s) {
    out += s;
    return *this;
  }
  std::string out;

 private:
  Fields& number(uint64_t v, int bytes) {
    for (int i = 0; i < bytes; ++i) out += char(v >> (8 * i));
    return *this;
  }
};

uint64_t capped(uint64_t v) { return std::min(v, kIn64); }

// Deflate data without a header; nothing when it would be no smaller.
std::string deflate_raw(std::span<const uint8_t> bytes) {
  if (bytes.size() > std::numeric_limits<uInt>::max() / 2) return {};
  z_stream z{};
  TL_CHECK(deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) ==
               Z_OK,
           "not enough memory to deflate a record");
  std::string out(bytes.size(), '\0');
  z.next_in = const_cast<Bytef*>(bytes.data());
  z.avail_in = uInt(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = uInt(out.size());
  const bool fits = deflate(&z, Z_FINISH) == Z_STREAM_END;
  out.resize(fits ? z.total_out : 0);
  deflateEnd(&z);
  return out;
}

}  // namespace

ZipWriter::ZipWriter(ByteSink& sink, std::string root) : sink_(sink), root_(std::move(root)) {}

void ZipWriter::put(std::string_view bytes) {
  sink_.write(bytes);
  position_ += bytes.size();
}

void ZipWriter::add(const std::string& name, std::span<const uint8_t> bytes, Packing packing) {
  TL_CHECK(!name.empty() && names_.insert(name).second, "the archive has two records '", name, "'");
  Entry e{root_.empty() ? name : root_ + "/" + name, position_, bytes.size(), bytes.size()};
  TL_CHECK(e.name.size() <= UINT16_MAX, "the name of a record has ", e.name.size(),
           " bytes; a zip archive takes up to ", UINT16_MAX);
  e.crc = uint32_t(crc32_z(0, bytes.data(), bytes.size()));
  const std::string deflated = packing == Packing::deflated ? deflate_raw(bytes) : "";
  if (!deflated.empty()) {
    bytes = {reinterpret_cast<const uint8_t*>(deflated.data()), deflated.size()};
    e.method = kDeflated;
    e.stored_size = deflated.size();
  }
  Fields extra;
  const bool large = e.size >= kIn64;
  if (large) extra.u16(1).u16(16).u64(e.size).u64(e.stored_size);
  const uint64_t end = position_ + kLocalHeaderSize + e.name.size() + extra.out.size() + 4;
  const uint64_t padding = (kAlignment - end % kAlignment) % kAlignment;
  extra.text("FB").u16(padding).text(std::string(padding, 'Z'));
  Fields header;
  header.text("PK\3\4").u16(large ? kVersion64 : kVersion).u16(kUtf8).u16(e.method).u32(0);
  header.u32(e.crc).u32(large ? kIn64 : e.stored_size).u32(large ? kIn64 : e.size);
  header.u16(e.name.size()).u16(extra.out.size()).text(e.name).text(extra.out);
  put(header.out);
  sink_.write(bytes);
  position_ += bytes.size();
  entries_.push_back(std::move(e));
}

void ZipWriter::finish() {
  const uint64_t start = position_;
  for (const Entry& e : entries_) {
    Fields extra;
    if (e.size >= kIn64) extra.u64(e.size).u64(e.stored_size);
    if (e.offset >= kIn64) extra.u64(e.offset);
    const bool large = !extra.out.empty();
    const uint16_t version = large ? kVersion64 : kVersion;
    Fields f;
    f.text("PK\1\2").u16(version).u16(version).u16(kUtf8).u16(e.method).u32(0).u32(e.crc);
    f.u32(e.size >= kIn64 ? kIn64 : e.stored_size).u32(capped(e.size)).u16(e.name.size());
    f.u16(large ? extra.out.size() + 4 : 0).u16(0).u16(0).u16(0).u32(0).u32(capped(e.offset));
    f.text(e.name);
    if (large) f.u16(1).u16(extra.out.size()).text(extra.out);
    put(f.out);
  }
  const uint64_t end = position_, size = end - start, count = entries_.size();
  Fields f;
  f.text("PK\6\6").u64(44).u16(kVersion64).u16(kVersion64).u32(0).u32(0);
  f.u64(count).u64(count).u64(size).u64(start);
  f.text("PK\6\7").u32(0).u64(end).u32(1);
  const uint64_t few = std::min<uint64_t>(count, UINT16_MAX);
  f.text("PK\5\6").u32(0).u16(few).u16(few).u32(capped(size)).u32(capped(start)).u16(0);
  put(f.out);
}

std::string archive_root(const std::filesystem::path& path) {
  const std::string stem = path.stem().string();
  return stem.empty() ? "archive" : stem;
}

}  // namespace tealight
