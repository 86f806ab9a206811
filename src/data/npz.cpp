#include "data/npz.h"

#include "format/ptl_zip/zip.h"
#include "format/ptl_zip/zip_writer.h"
#include "tealight/data/arrays.h"

namespace tealight {
namespace {
constexpr std::string_view kEnding = ".npy";
}

StateDict read_npz(const ByteSource& source) {
  const ZipFile zip(source);
  const std::string folder = zip.root().empty() ? "" : zip.root() + "/";
  StateDict out;
  for (const ZipRecord& record : zip.records()) {
    if (!record.name.ends_with(kEnding)) continue;
    const std::string name = folder + record.name;
    const Bytes bytes = zip.read(record);
    out.emplace_back(name.substr(0, name.size() - kEnding.size()),
                     to_tensor(parse_npy(std::as_bytes(bytes.span()), name)));
  }
  return out;
}

void write_npz(const StateDict& tensors, ByteSink& sink) {
  ZipWriter zip(sink, "");
  for (const auto& [name, tensor] : tensors) {
    const std::vector<std::byte> bytes = format_npy(to_npy(tensor.variable_data()));
    zip.add(name + std::string(kEnding),
            {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  }
  zip.finish();
}

}  // namespace tealight
