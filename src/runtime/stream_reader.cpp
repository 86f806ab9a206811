#include "tealight/stream_reader.h"

#include "format/ptl_zip/ptl_zip.h"

namespace tealight {
namespace {

ByteSource whole(const ReadAdapterInterface& in) {
  std::vector<uint8_t> bytes(in.size());
  const size_t got = in.read(0, bytes.data(), bytes.size(), "reading the archive");
  TL_CHECK(got == bytes.size(), "the reader gave ", got, " of ", bytes.size(), " bytes");
  return ByteSource::bytes(std::move(bytes));
}
const ReadAdapterInterface& checked(const std::shared_ptr<ReadAdapterInterface>& in) {
  TL_CHECK(in, "the reader is null");
  return *in;
}

}  // namespace

PyTorchStreamReader::PyTorchStreamReader(const std::string& file)
    : zip_(std::make_unique<ZipFile>(ByteSource::file(file))) {}
PyTorchStreamReader::PyTorchStreamReader(std::istream* in)
    : zip_(std::make_unique<ZipFile>(whole(IStreamAdapter(in)))) {}
PyTorchStreamReader::PyTorchStreamReader(std::shared_ptr<ReadAdapterInterface> in)
    : zip_(std::make_unique<ZipFile>(whole(checked(in)))) {}
PyTorchStreamReader::~PyTorchStreamReader() = default;

bool PyTorchStreamReader::hasRecord(const std::string& name) const { return zip_->has(name); }

std::tuple<DataPtr, size_t> PyTorchStreamReader::getRecord(const std::string& name) const {
  const Bytes bytes = zip_->read(zip_->get(name));
  return {DataPtr(bytes.data, bytes.owner), bytes.size};
}

size_t PyTorchStreamReader::getRecordOffset(const std::string& name) const {
  return zip_->get(name).offset;
}

std::vector<std::string> PyTorchStreamReader::getAllRecords() const {
  std::vector<std::string> names;
  for (const ZipRecord& r : zip_->records()) names.push_back(r.name);
  return names;
}

uint64_t PyTorchStreamReader::version() const { return uint64_t(read_archive_version(*zip_)); }

}  // namespace tealight
