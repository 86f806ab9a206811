// torch::jit::_load_for_mobile and its kin: where bytes come from, and what goes to the caller's
// map of extra files.
#include "runtime/libtorch_mobile.h"

#include <cstring>
#include <fstream>

#include "format/load.h"
#include "runtime/module_state.h"

namespace tealight {

ReadAdapterInterface::~ReadAdapterInterface() = default;
IStreamAdapter::~IStreamAdapter() = default;
FileAdapter::~FileAdapter() = default;

IStreamAdapter::IStreamAdapter(std::istream* stream) : stream_(stream), start_(stream->tellg()) {
  stream_->seekg(0, std::ios::end);
  const std::streamoff size = stream_->tellg() - start_;
  TL_CHECK(*stream_ && start_ >= 0 && size >= 0, "IStreamAdapter: the stream cannot be read");
  size_ = size_t(size);
  stream_->seekg(start_);
}

size_t IStreamAdapter::read(uint64_t pos, void* buf, size_t n, const char* what) const {
  if (pos >= size_) return 0;
  n = std::min(n, size_ - size_t(pos));
  stream_->clear();
  stream_->seekg(start_ + std::streamoff(pos));
  stream_->read(static_cast<char*>(buf), std::streamsize(n));
  TL_CHECK(size_t(stream_->gcount()) == n, "istream reader failed: ", what);
  return n;
}

FileAdapter::FileAdapter(const std::string& path)
    : file_(std::make_unique<std::ifstream>(path, std::ios::binary)) {
  TL_CHECK(
      *file_,
      "open file failed because of errno 2 on fopen: No such file or directory, file path: ", path);
  stream_ = std::make_unique<IStreamAdapter>(file_.get());
}

namespace libtorch {

void check_device(const std::optional<Device>& device) {
  TL_CHECK(!device || device->is_cpu(), "supported devices include CPU, CUDA and HPU, however got ",
           device->str(), "; Tealight computes on the CPU");
}

ByteSource source_of(std::shared_ptr<const ReadAdapterInterface> adapter) {
  TL_CHECK(adapter, "the reader is null");
  const auto read = [adapter](uint64_t offset, void* to, size_t n) {
    size_t done = 0;
    while (done < n) {
      const size_t got =
          adapter->read(offset + done, static_cast<char*>(to) + done, n - done, "model");
      TL_CHECK(got > 0 && got <= n - done, "the reader gave ", got, " of ", n - done, " bytes at ",
               offset + done);
      done += got;
    }
  };
  return ByteSource::callback(adapter->size(), read);
}
ByteSource source_of(std::istream& stream) {
  return source_of(std::make_shared<IStreamAdapter>(&stream));
}
ByteSource source_of(const std::string& file) { return ByteSource::file(file); }

namespace {

Module load_mobile(const ByteSource& source, std::optional<Device> device, ExtraFilesMap* extra,
                   uint64_t options) {
  check_device(device);
  LoadOptions load;
  load.check_operators = options & OPERATOR_CHECK;
  const bool all =
      (options & PARSE_ALL_EXTRA_FILE_MAPS) || (extra && sniff(source) == FileKind::ptl_flatbuffer);
  return load_module(source, load, extra, all ? ExtraFiles::all : ExtraFiles::named);
}

Module load_full(const ByteSource& source, std::optional<Device> device, ExtraFilesMap* extra,
                 bool debug) {
  check_device(device);
  LoadOptions options;
  options.debug_info = debug;
  options.keep_program = true;
  if (extra)
    for (auto& [name, text] : *extra) text.clear();
  return load_module(source, options, extra);
}

Module load_flatbuffer(const ByteSource& source, std::optional<Device> device,
                       ExtraFilesMap* extra) {
  if (sniff(source) != FileKind::ptl_flatbuffer) corrupt("Malformed Flatbuffer module");
  return load_mobile(source, device, extra, OPERATOR_CHECK);
}

}  // namespace

Module _load_for_mobile(const std::string& file, std::optional<Device> device) {
  return load_mobile(source_of(file), device, nullptr, kDefaultMobileLoadOptions);
}
Module _load_for_mobile(std::istream& in, std::optional<Device> device) {
  return load_mobile(source_of(in), device, nullptr, kDefaultMobileLoadOptions);
}
Module _load_for_mobile(std::unique_ptr<ReadAdapterInterface> in, std::optional<Device> device) {
  return load_mobile(source_of(std::move(in)), device, nullptr, kDefaultMobileLoadOptions);
}
Module _load_for_mobile(const std::string& file, std::optional<Device> device,
                        ExtraFilesMap& extra) {
  return load_mobile(source_of(file), device, &extra, kDefaultMobileLoadOptions);
}
Module _load_for_mobile(std::istream& in, std::optional<Device> device, ExtraFilesMap& extra) {
  return load_mobile(source_of(in), device, &extra, kDefaultMobileLoadOptions);
}
Module _load_for_mobile(std::unique_ptr<ReadAdapterInterface> in, std::optional<Device> device,
                        ExtraFilesMap& extra) {
  return load_mobile(source_of(std::move(in)), device, &extra, kDefaultMobileLoadOptions);
}
Module _load_for_mobile(const std::string& file, std::optional<Device> device, ExtraFilesMap& extra,
                        uint64_t options) {
  return load_mobile(source_of(file), device, &extra, options);
}
Module _load_for_mobile(std::istream& in, std::optional<Device> device, ExtraFilesMap& extra,
                        uint64_t options) {
  return load_mobile(source_of(in), device, &extra, options);
}
Module _load_for_mobile(std::unique_ptr<ReadAdapterInterface> in, std::optional<Device> device,
                        ExtraFilesMap& extra, uint64_t options) {
  return load_mobile(source_of(std::move(in)), device, &extra, options);
}
void _load_extra_only_for_mobile(const std::string& file, std::optional<Device> device,
                                 ExtraFilesMap& extra) {
  check_device(device);
  const ByteSource source = source_of(file);
  const bool all = sniff(source) == FileKind::ptl_flatbuffer;
  give_extra_files(read_extra_files(source), extra, all ? ExtraFiles::all : ExtraFiles::named);
}

ScriptModule load(const std::string& file, std::optional<Device> device, bool debug) {
  return load_full(source_of(file), device, nullptr, debug);
}
ScriptModule load(std::istream& in, std::optional<Device> device, bool debug) {
  return load_full(source_of(in), device, nullptr, debug);
}
ScriptModule load(std::unique_ptr<ReadAdapterInterface> in, std::optional<Device> device, bool debug) {
  return load_full(source_of(std::move(in)), device, nullptr, debug);
}
ScriptModule load(std::shared_ptr<ReadAdapterInterface> in, std::optional<Device> device, bool debug) {
  return load_full(source_of(std::move(in)), device, nullptr, debug);
}
ScriptModule load(const std::string& file, std::optional<Device> device, ExtraFilesMap& extra,
            bool debug) {
  return load_full(source_of(file), device, &extra, debug);
}
ScriptModule load(std::istream& in, std::optional<Device> device, ExtraFilesMap& extra, bool debug) {
  return load_full(source_of(in), device, &extra, debug);
}
ScriptModule load(std::unique_ptr<ReadAdapterInterface> in, std::optional<Device> device,
            ExtraFilesMap& extra, bool debug) {
  return load_full(source_of(std::move(in)), device, &extra, debug);
}

FileFormat getFileFormat(const char* first) {
  if (std::memcmp(first + 4, "PTMF", 4) == 0) return FileFormat::FlatbufferFileFormat;
  if (std::memcmp(first, "PK\3\4", 4) == 0) return FileFormat::ZipFileFormat;
  return FileFormat::UnknownFileFormat;
}
FileFormat getFileFormat(std::istream& in) {
  const std::streampos start = in.tellg();
  char first[kFileFormatHeaderSize] = {};
  const bool read = bool(in.read(first, sizeof first));
  in.clear();
  in.seekg(start);
  return read ? getFileFormat(first) : FileFormat::UnknownFileFormat;
}
FileFormat getFileFormat(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return getFileFormat(in);
}

Module parse_and_initialize_mobile_module(void* data, size_t size, std::optional<Device> device,
                                          ExtraFilesMap* extra, bool) {
  return load_flatbuffer(ByteSource::memory(data, size), device, extra);
}
Module parse_and_initialize_mobile_module(std::shared_ptr<char> data, size_t size,
                                          std::optional<Device> device, ExtraFilesMap* extra) {
  return load_flatbuffer(ByteSource::memory(data.get(), size), device, extra);
}
Module load_mobile_module_from_file(const std::string& file, std::optional<Device> device,
                                    ExtraFilesMap* extra) {
  return load_flatbuffer(source_of(file), device, extra);
}
Module load_mobile_module_from_stream_with_copy(std::istream& in, std::optional<Device> device,
                                                ExtraFilesMap* extra) {
  return load_flatbuffer(source_of(in), device, extra);
}

}  // namespace libtorch
}  // namespace tealight
