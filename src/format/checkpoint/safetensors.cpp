#include "format/checkpoint/safetensors.h"

#include <algorithm>
#include <array>

#include "format/reader.h"
#include "format/torchscript/json.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

constexpr uint64_t kMaxHeader = 100'000'000;  // the format's own limit

struct DtypeName {
  std::string_view name;
  ScalarType dtype;
};
constexpr std::array<DtypeName, 10> kDtypes{{{"F32", kFloat},
                                             {"F16", kHalf},
                                             {"BF16", kBFloat16},
                                             {"F64", kDouble},
                                             {"I64", kLong},
                                             {"I32", kInt},
                                             {"I16", kShort},
                                             {"I8", kChar},
                                             {"U8", kByte},
                                             {"BOOL", kBool}}};

ScalarType dtype_named(const std::string& name, const std::string& tensor) {
  for (const DtypeName& d : kDtypes)
    if (d.name == name) return d.dtype;
  fail(
      str("safetensors: ", tensor, " has elements of type ", name, ", which there is no dtype for"),
      ErrorKind::unsupported);
}
std::string_view name_of(ScalarType dtype, const std::string& tensor) {
  for (const DtypeName& d : kDtypes)
    if (d.dtype == dtype) return d.name;
  fail(str("safetensors: ", tensor, " is of dtype ", dtype, ", which the format has no name for"),
       ErrorKind::unsupported);
}

struct Entry {
  std::string name;
  uint64_t begin, end;
  Fact fact;
};
Entry entry_of(const std::string& name, const Json& json, uint64_t available) {
  const Json &shape = json["shape"], &offsets = json["data_offsets"];
  if (offsets.items.size() != 2) corrupt(str("safetensors: ", name, " has no data_offsets"));
  DimVector sizes;
  for (const Json& n : shape.items) sizes.push_back(n.integer());
  const int64_t begin = offsets.items[0].integer(), end = offsets.items[1].integer();
  Entry e{name, uint64_t(begin), uint64_t(end), Fact(dtype_named(json["dtype"].text, name), sizes)};
  const size_t wanted = storage_bytes(e.fact.sizes, e.fact.strides, e.fact.itemsize());
  if (begin < 0 || end < begin || e.end > available || e.end - e.begin != wanted)
    corrupt(str("safetensors: ", name, " of ", wanted, " bytes lies at ", begin, " to ", end,
                " of ", available));
  return e;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (uint8_t(c) < 0x20)
      out += str("\\u00", "01"[uint8_t(c) >> 4], "0123456789abcdef"[c & 15]);
    else
      out += c;
  }
  return out + '"';
}

}  // namespace

StateDict read_safetensors(const ByteSource& source) {
  Reader start(source.head(8).span(), source.name());
  const uint64_t header = start.u64();
  if (header > kMaxHeader || header > source.size() - 8)
    corrupt(str(source.name(), ": a safetensors header of ", header, " bytes in a file of ",
                source.size()));
  const Json json = parse_json(source.read(8, header).text());
  const uint64_t data = 8 + header;
  std::vector<Entry> entries;
  for (const auto& [name, value] : json.members)
    if (name != "__metadata__") entries.push_back(entry_of(name, value, source.size() - data));
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.begin < b.begin; });
  StateDict out;
  for (const Entry& e : entries)
    out.emplace_back(e.name,
                     Tensor(storage_of(source.read(data + e.begin, e.end - e.begin)), e.fact, 0));
  return out;
}

void write_safetensors(const StateDict& tensors, ByteSink& sink) {
  std::string header = "{\"__metadata__\":{\"format\":\"pt\"}";
  std::vector<Tensor> packed;
  uint64_t at = 0;
  for (const auto& [name, tensor] : tensors) {
    packed.push_back(tensor.detach().contiguous());
    const uint64_t end = at + packed.back().nbytes();
    header += str(',', quoted(name), ":{\"dtype\":\"", name_of(tensor.scalar_type(), name),
                  "\",\"shape\":[");
    for (int64_t d = 0; d < tensor.dim(); ++d) header += str(d ? "," : "", tensor.size(d));
    header += str("],\"data_offsets\":[", at, ',', end, "]}");
    at = end;
  }
  header += '}';
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const uint64_t length = header.size();
  sink.write({reinterpret_cast<const uint8_t*>(&length), sizeof length});
  sink.write(header);
  for (const Tensor& t : packed)
    sink.write({static_cast<const uint8_t*>(t.data_ptr()), t.nbytes()});
}

}  // namespace tealight
