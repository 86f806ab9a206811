// Small files made by the tests themselves: zip archives, pickles, lite models. Not part of the
// library.
#pragma once
#include <zlib.h>

#include <cstring>
#include <string>
#include <vector>

#include "format/byte_source.h"

namespace tealight::testing {

inline void put(std::string& out, uint64_t v, int bytes) {
  for (int i = 0; i < bytes; ++i) out += char(v >> (8 * i));
}

inline std::string deflate_raw(const std::string& data) {
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(compressBound(data.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  z.avail_in = uInt(data.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = uInt(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

/// One record as the zip directory tells of it. Tests change what should be a lie.
struct Entry {
  std::string name, stored;
  uint64_t size = 0, local_offset = 0;
  uint32_t crc = 0;
  uint16_t method = 0, flags = 0;
  uint64_t stored_size = 0;
};

class ZipBuilder {
 public:
  struct How {
    bool deflated = false, descriptor = false;
    size_t alignment = 0;
  };
  ZipBuilder& add(const std::string& name, const std::string& data) {
    return add(name, data, How());
  }
  ZipBuilder& add(const std::string& name, const std::string& data, How how) {
    Entry e{name, how.deflated ? deflate_raw(data) : data};
    e.size = data.size();
    e.stored_size = e.stored.size();
    e.crc = uint32_t(crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()));
    e.method = how.deflated ? 8 : 0;
    e.flags = how.descriptor ? 8 : 0;
    write_local(e, how);
    entries.push_back(e);
    return *this;
  }
  /// The archive's bytes; with the zip64 records that PyTorch always writes, or without.
  std::string finish(bool zip64 = false) const {
    std::string out = bytes;
    const uint64_t start = out.size();
    for (const Entry& e : entries) write_central(out, e);
    const uint64_t size = out.size() - start;
    if (zip64) write_end64(out, start, size);
    out += "PK\5\6";
    put(out, 0, 4);
    put(out, zip64 ? 0xffff : entries.size(), 2);
    put(out, zip64 ? 0xffff : entries.size(), 2);
    put(out, zip64 ? 0xffffffff : size, 4);
    put(out, zip64 ? 0xffffffff : start, 4);
    put(out, 0, 2);
    return out;
  }

  std::string bytes;
  std::vector<Entry> entries;

 private:
  void write_local(Entry& e, How how) {
    e.local_offset = bytes.size();
    bytes += "PK\3\4";
    put(bytes, 20, 2), put(bytes, e.flags, 2), put(bytes, e.method, 2), put(bytes, 0, 4);
    put(bytes, how.descriptor ? 0 : e.crc, 4);
    put(bytes, how.descriptor ? 0 : e.stored_size, 4), put(bytes, how.descriptor ? 0 : e.size, 4);
    size_t extra = 0;
    const size_t plain_end = bytes.size() + 4 + e.name.size();
    if (how.alignment)
      extra = 4 + (how.alignment - (plain_end + 4) % how.alignment) % how.alignment;
    put(bytes, e.name.size(), 2), put(bytes, extra, 2);
    bytes += e.name;
    if (extra) bytes += "FB", put(bytes, extra - 4, 2), bytes += std::string(extra - 4, 'Z');
    bytes += e.stored;
    if (how.descriptor)
      bytes += "PK\7\10", put(bytes, e.crc, 4), put(bytes, e.stored_size, 4), put(bytes, e.size, 4);
  }
  static void write_central(std::string& out, const Entry& e) {
    out += "PK\1\2";
    put(out, 20, 2), put(out, 20, 2), put(out, e.flags, 2), put(out, e.method, 2), put(out, 0, 4),
        put(out, e.crc, 4);
    put(out, e.stored_size, 4), put(out, e.size, 4), put(out, e.name.size(), 2), put(out, 0, 8),
        put(out, 0, 4);
    put(out, e.local_offset, 4);
    out += e.name;
  }
  void write_end64(std::string& out, uint64_t start, uint64_t size) const {
    const uint64_t at = out.size();
    out += "PK\6\6";
    put(out, 44, 8), put(out, 45, 2), put(out, 45, 2), put(out, 0, 4), put(out, 0, 4);
    put(out, entries.size(), 8), put(out, entries.size(), 8), put(out, size, 8), put(out, start, 8);
    out += "PK\6\7";
    put(out, 0, 4), put(out, at, 8), put(out, 1, 4);
  }
};

inline ByteSource source_of(const std::string& s) {
  return ByteSource::bytes(std::vector<uint8_t>(s.begin(), s.end()));
}

/// Pieces of pickles, to be put together like expressions.
namespace pickle {
inline std::string text(const std::string& s) {
  std::string out = "X";
  put(out, s.size(), 4);
  return out + s;
}
inline std::string number(int64_t v) {
  std::string out = "\x8a\x08";
  put(out, uint64_t(v), 8);
  return out;
}
inline std::string real(double v) {
  uint64_t bits;
  std::memcpy(&bits, &v, sizeof v);
  std::string out = "G";
  put(out, __builtin_bswap64(bits), 8);
  return out;
}
inline const std::string kNone = "N", kTrue = "\x88", kFalse = "\x89";
inline std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& s : items) out += s;
  return out;
}
inline std::string tuple(const std::vector<std::string>& items) {
  return "(" + joined(items) + "t";
}
inline std::string list(const std::vector<std::string>& items) {
  return "](" + joined(items) + "e";
}
inline std::string dict(const std::vector<std::string>& keys_and_values) {
  return "}(" + joined(keys_and_values) + "u";
}
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string call(const std::string& module, const std::string& name,
                        const std::vector<std::string>& args) {
  return global(module, name) + tuple(args) + "R";
}
inline std::string object(const std::string& module, const std::string& name,
                          const std::string& state) {
  return global(module, name) + ")\x81" + state + "b";
}
inline std::string storage(const std::string& type, const std::string& key, int64_t numel) {
  return tuple({text("storage"), global("torch", type), text(key), text("cpu"), number(numel)}) +
         "Q";
}
inline std::string numbers(const std::vector<int64_t>& values) {
  std::string out = "(";
  for (int64_t v : values) out += number(v);
  return out + "t";
}
inline std::string tensor(const std::string& storage, int64_t offset,
                          const std::vector<int64_t>& sizes, const std::vector<int64_t>& strides) {
  return call("torch._utils", "_rebuild_tensor_v2",
              {storage, number(offset), numbers(sizes), numbers(strides), kFalse,
               global("collections", "OrderedDict") + ")R"});
}
inline std::string whole(const std::string& value) { return "\x80\x02" + value + "."; }
inline std::string field(const std::string& name, const std::string& value) {
  return tuple({text(name), value});
}
}  // namespace pickle

/// A lite model with one method, forward(self, x) -> x, and one weight.
struct SmallModel {
  int64_t version = 8;
  bool numbered = true;
  std::string operators, constants, types, schema;
  std::string instructions = pickle::tuple(
      {instruction("STOREN", 1, 2), instruction("MOVE", 2, 0), instruction("RET", 0, 0)});
  std::string registers = pickle::number(2);
  std::string root;

  static std::string instruction(const std::string& name, int64_t x, int64_t n) {
    return pickle::tuple({pickle::text(name), pickle::number(x), pickle::number(n)});
  }
  std::string bytecode() const {
    using namespace pickle;
    const auto or_empty = [](const std::string& s) { return s.empty() ? ")" : s; };
    const std::string code =
        tuple({field("instructions", instructions), field("operators", or_empty(operators)),
               field("constants", or_empty(constants)), field("types", or_empty(types)),
               field("register_size", registers)});
    const std::string function = "(" + text("__torch__.M.forward") + code + schema + "t";
    return whole("(" + (numbered ? number(version) : "") + function + "t");
  }
  std::string data() const {
    using namespace pickle;
    return whole(root.empty()
                     ? object("__torch__", "M",
                              dict({text("w"), tensor(storage("FloatStorage", "0", 3), 0, {3}, {1}),
                                    text("training"), kFalse}))
                     : root);
  }
  ZipBuilder zip(const std::string& folder = "archive/") const {
    ZipBuilder z;
    const float w[] = {1, 2, 3};
    z.add(folder + "data/0", std::string(reinterpret_cast<const char*>(w), sizeof w),
          {false, true, 64});
    z.add(folder + "data.pkl", data())
        .add(folder + "bytecode.pkl", bytecode())
        .add(folder + "version", "3\n");
    return z;
  }
};

}  // namespace tealight::testing
