// Layout of a zip file: docs/formats.md.
#include "format/ptl_zip/zip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "core/log.h"
#include "format/reader.h"

namespace tealight {
namespace {

constexpr uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50;
constexpr uint32_t kEnd64 = 0x06064b50, kEnd64Locator = 0x07064b50;
constexpr size_t kLocalHeaderSize = 30, kCentralHeaderSize = 46, kEndSize = 22, kEnd64Size = 56,
                 kLocatorSize = 20;
constexpr uint32_t kIn64 = 0xffffffff;  // "look at the zip64 field"
constexpr uint16_t kEncrypted = 1, kSizesFollow = 8;

struct Directory {
  uint64_t offset = 0, size = 0, count = 0;
  uint64_t end = 0;  // where the directory and all records must have ended
};

struct Header {  // of the central directory
  ZipRecord record;
  uint64_t local_offset = 0;
  uint64_t end = 0;  // of its bytes
  uint16_t method = 0, flags = 0;
};

std::optional<uint64_t> find_end(const ByteSource& source, Bytes& tail, uint64_t& tail_offset) {
  constexpr uint64_t kLongestComment = 0xffff;
  const uint64_t n = std::min<uint64_t>(source.size(), kEndSize + kLongestComment);
  tail_offset = source.size() - n;
  tail = source.read(tail_offset, n);
  const std::string_view text = tail.text(), mark("PK\5\6", 4);
  for (size_t at = text.rfind(mark); at != text.npos;
       at = at ? text.rfind(mark, at - 1) : text.npos) {
    if (at + kEndSize > text.size()) continue;
    Reader r(tail.span().subspan(at), "zip end record");
    r.skip(kEndSize - 2);
    if (at + kEndSize + r.u16() <= text.size()) return tail_offset + at;
  }
  return std::nullopt;
}

// The zip64 end record, which stands before the end record of large files (and of all of
// PyTorch's).
std::optional<Directory> read_end64(const ByteSource& source, uint64_t end) {
  if (end < kLocatorSize) return std::nullopt;
  const Bytes located = source.read(end - kLocatorSize, kLocatorSize);
  Reader locator(located.span(), source.name(), end - kLocatorSize);
  if (locator.u32() != kEnd64Locator) return std::nullopt;
  locator.skip(4);
  const uint64_t at = locator.u64();
  if (at > end - kLocatorSize || end - kLocatorSize - at < kEnd64Size) {
    locator.fail(str("the zip64 locator points to ", at, ", where no zip64 end record fits"));
  }
  const Bytes record = source.read(at, kEnd64Size);
  Reader r(record.span(), source.name(), at);
  if (r.u32() != kEnd64) r.fail("no zip64 end record where the locator points");
  r.skip(8 + 2 + 2 + 4 + 4 + 8);
  Directory d;
  d.count = r.u64();
  d.size = r.u64();
  d.offset = r.u64();
  d.end = at;
  return d;
}

Directory read_end(const ByteSource& source) {
  Bytes tail;
  uint64_t tail_offset = 0;
  const std::optional<uint64_t> end = find_end(source, tail, tail_offset);
  if (!end) {
    Error e(str(source.name(), ": starts as a zip archive, but has no end record in its ",
                source.size(), " bytes"),
            ErrorKind::corrupt_file);
    throw e.fix("the file is cut off: download or copy it again and compare its size");
  }
  if (auto d = read_end64(source, *end)) return *d;
  Reader r(tail.span().subspan(size_t(*end - tail_offset)), source.name(), *end);
  r.skip(4);
  Directory d;
  const uint16_t disk = r.u16(), directory_disk = r.u16();
  if (disk != 0 || directory_disk != 0) r.fail("an archive in several parts");
  r.skip(2);
  d.count = r.u16();
  d.size = r.u32();
  d.offset = r.u32();
  d.end = *end;
  return d;
}

void check_directory(const ByteSource& source, const Directory& d) {
  if (d.offset > d.end || d.size > d.end - d.offset) {
    corrupt(str(source.name(), ": the zip directory of ", d.size, " bytes at ", d.offset,
                " reaches past its end at ", d.end));
  }
  if (d.count > d.size / kCentralHeaderSize) {
    corrupt(str(source.name(), ": the zip directory has ", d.size, " bytes, too few for ", d.count,
                " records"));
  }
}

// The zip64 extra field has those numbers, in this order, that did not fit where they belong.
void read_zip64(Reader extra, Header& h) {
  while (extra.remaining() >= 4) {
    const uint16_t id = extra.u16(), n = extra.u16();
    Reader field(extra.take(n), extra.what());
    if (id != 1) continue;
    for (uint64_t* number : {&h.record.size, &h.record.stored_size, &h.local_offset}) {
      if (*number == kIn64) *number = field.u64();
    }
    return;
  }
}

Header read_central(Reader& r) {
  Header h;
  if (r.u32() != kCentralHeader) r.fail("no directory entry where one must be");
  r.skip(4);
  h.flags = r.u16();
  h.method = r.u16();
  r.skip(4);
  h.record.crc = r.u32();
  h.record.stored_size = r.u32();
  h.record.size = r.u32();
  const uint16_t name_size = r.u16(), extra_size = r.u16(), comment_size = r.u16();
  r.skip(2 + 2 + 4);
  h.local_offset = r.u32();
  h.record.name = std::string(r.text(name_size));
  read_zip64(Reader(r.take(extra_size), r.what() + ", zip64 field of " + h.record.name), h);
  r.skip(comment_size);
  return h;
}

// Finds where the bytes begin, and refuses a record whose own header says other things than the
// directory.
void read_local(const ByteSource& source, const Directory& d, Header& h) {
  ZipRecord& record = h.record;
  const std::string what = source.name() + ", record " + record.name;
  const uint64_t header_size = kLocalHeaderSize + record.name.size();
  if (h.local_offset > d.offset || d.offset - h.local_offset < header_size) {
    corrupt(str(what, ": its header at offset ", h.local_offset, " is not before the directory"));
  }
  const Bytes header = source.read(h.local_offset, header_size);
  Reader r(header.span(), what, h.local_offset);
  if (r.u32() != kLocalHeader) r.fail("no record header");
  r.skip(2);
  const uint16_t flags = r.u16(), method = r.u16();
  r.skip(4 + 4);
  const uint32_t stored_size = r.u32(), size = r.u32();
  const uint16_t name_size = r.u16(), extra_size = r.u16();
  if (name_size != record.name.size() || r.text(name_size) != record.name)
    r.fail("another name in the record's header than in the directory");
  if (method != h.method)
    r.fail("another compression method in the record's header than in the directory");
  const auto differs = [&](uint32_t here, uint64_t there) {
    return !(flags & kSizesFollow) && here != kIn64 && here != there;
  };
  if (differs(stored_size, record.stored_size) || differs(size, record.size)) {
    r.fail("another size in the record's header than in the directory");
  }
  record.offset = h.local_offset + header_size + extra_size;
  if (record.offset > d.offset || record.stored_size > d.offset - record.offset)
    r.fail("its bytes reach into the directory");
  h.end = record.offset + record.stored_size;
}

void check_method(const ByteSource& source, Header& h) {
  ZipRecord& record = h.record;
  const auto refuse = [&](const std::string& why) {
    fail(str(source.name(), ", record ", record.name, ": ", why), ErrorKind::unsupported);
  };
  if (h.flags & kEncrypted) refuse("is encrypted");
  if (h.method != 0 && h.method != 8)
    refuse(str("compressed by method ", h.method, "; only stored (0) and deflated (8) are read"));
  record.deflated = h.method == 8;
  constexpr uint64_t kMostPerByte = 1032;  // deflate cannot do better
  if (record.deflated && record.size / kMostPerByte > record.stored_size) {
    corrupt(str(source.name(), ", record ", record.name, ": ", record.stored_size,
                " deflated bytes cannot hold the ", record.size, " that the directory promises"));
  }
  if (!record.deflated && record.size != record.stored_size) {
    corrupt(str(source.name(), ", record ", record.name, ": stored as it is, but with two sizes, ",
                record.size, " and ", record.stored_size));
  }
}

void check_overlaps(const ByteSource& source, std::vector<Header>& headers) {
  std::vector<const Header*> sorted;
  for (const Header& h : headers) sorted.push_back(&h);
  std::sort(sorted.begin(), sorted.end(),
            [](auto* a, auto* b) { return a->local_offset < b->local_offset; });
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i]->local_offset >= sorted[i - 1]->end) continue;
    corrupt(str(source.name(), ": the records ", sorted[i - 1]->record.name, " and ",
                sorted[i]->record.name, " overlap at offset ", sorted[i]->local_offset));
  }
}

std::vector<Header> read_headers(const ByteSource& source) {
  const Directory d = read_end(source);
  check_directory(source, d);
  const Bytes bytes = source.read(d.offset, d.size);
  Reader r(bytes.span(), source.name() + ", zip directory", d.offset);
  std::vector<Header> headers;
  headers.reserve(size_t(d.count));
  for (uint64_t i = 0; i < d.count; ++i) headers.push_back(read_central(r));
  for (Header& h : headers) check_method(source, h), read_local(source, d, h);
  check_overlaps(source, headers);
  return headers;
}

// PyTorch takes the first record's folder. Where other tools added files of their own, data.pkl
// shows the right one.
std::string find_root(const std::vector<ZipRecord>& records) {
  constexpr std::string_view kData = "data.pkl";
  const std::string* best = nullptr;
  for (const ZipRecord& r : records) {
    if (!r.name.ends_with(kData)) continue;
    if (r.name.size() > kData.size() && r.name[r.name.size() - kData.size() - 1] != '/') continue;
    if (!best || r.name.size() < best->size()) best = &r.name;
  }
  if (best) return best->substr(0, best->size() - kData.size());
  if (records.empty()) return "";
  const std::string first = records[0].name.substr(0, records[0].name.find('/') + 1);
  const bool shared = std::all_of(records.begin(), records.end(),
                                  [&](const ZipRecord& r) { return r.name.starts_with(first); });
  return shared ? first : "";
}

bool same_contents(const ZipRecord& a, const ZipRecord& b) {
  return a.crc == b.crc && a.size == b.size;
}

}  // namespace

bool has_zip_end(const ByteSource& source) {
  Bytes tail;
  uint64_t tail_offset = 0;
  return find_end(source, tail, tail_offset).has_value();
}

ZipFile::ZipFile(ByteSource source, const ReadOptions& options)
    : source_(std::move(source)), options_(options), memory_(options, source_.size()) {
  for (Header& h : read_headers(source_)) {
    if (!h.record.name.ends_with('/')) records_.push_back(std::move(h.record));  // else a folder
  }
  index();
}

void ZipFile::index() {
  root_ = find_root(records_);
  std::erase_if(records_, [&](const ZipRecord& r) {
    return !r.name.starts_with(root_) || r.name.size() == root_.size();
  });
  for (ZipRecord& r : records_) r.name.erase(0, root_.size());
  by_name_.reserve(records_.size());
  for (size_t i = 0; i < records_.size(); ++i) {
    const auto [at, fresh] = by_name_.try_emplace(records_[i].name, i);
    // Old versions of PyTorch wrote some records twice.
    if (!fresh && !same_contents(records_[at->second], records_[i])) {
      corrupt(str(source_.name(), ": two different records have the name ", records_[i].name));
    }
  }
  if (root_.ends_with('/')) root_.pop_back();
}

const ZipRecord* ZipFile::find(std::string_view name) const {
  const auto at = by_name_.find(name);
  return at == by_name_.end() ? nullptr : &records_[at->second];
}

const ZipRecord& ZipFile::get(std::string_view name) const {
  const ZipRecord* r = find(name);
  if (!r) corrupt(str(source_.name(), ": the archive has no record '", name, "'"));
  return *r;
}

bool ZipFile::has_folder(std::string_view folder) const {
  return std::any_of(records_.begin(), records_.end(),
                     [&](const ZipRecord& r) { return r.name.starts_with(folder); });
}

Bytes ZipFile::contents(const ZipRecord& r) const {
  if (!r.deflated) {
    if (!source_.is_mapped()) memory_.take(r.size, "reading a record");
    return source_.read(r.offset, r.stored_size);
  }
  memory_.take(r.size, "inflating a record");
  return inflate_exactly(source_.read(r.offset, r.stored_size), r.size,
                         source_.name() + ", record " + r.name);
}

Bytes ZipFile::read(const ZipRecord& r) const {
  Bytes b = contents(r);
  check_crc(r, b);
  return b;
}

Bytes ZipFile::read_weights(const ZipRecord& r) const {
  Bytes b = contents(r);
  if (r.deflated || options_.verify_weights) check_crc(r, b);
  return b;
}

void ZipFile::check_crc(const ZipRecord& r, const Bytes& b) const {
  if (options_.checksums == Checksums::ignore) return;
  const auto crc = uint32_t(crc32_z(0, b.data, b.size));
  if (crc == r.crc || (b.size == 0 && r.crc == 0)) return;
  const std::string message = str(source_.name(), ": record ", r.name,
                                  " is damaged: its checksum does not match its bytes");
  if (options_.checksums == Checksums::fail) corrupt(message);
  if (!warned_) warn(message + "; download or copy the file again");
  warned_ = true;
}

}  // namespace tealight
