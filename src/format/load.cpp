#include "format/load.h"

#include "core/parts.h"
#include "format/file_error.h"
#include "format/ptl_flatbuffer/ptl_flatbuffer.h"
#include "format/ptl_zip/ptl_zip.h"
#include "format/torchscript/torchscript.h"

namespace tealight {
namespace {

void attach_methods(ModelFile& file) {
  std::unordered_map<std::string, std::vector<const Function*>> by_class;
  for (const auto& f : file.functions) by_class[f->class_name()].push_back(f.get());
  for (auto& cls : file.classes) {
    const auto at = by_class.find(cls->name);
    if (at != by_class.end()) cls->methods = at->second;
  }
}

ModelFile read_known([[maybe_unused]] const ByteSource& source, const SniffedFile& file,
                     [[maybe_unused]] const ReadOptions& options) {
  switch (file.kind) {
#if !TL_WITHOUT_ZIP
    case FileKind::ptl_zip:
      return read_ptl_zip(*file.zip);
#endif
#if !TL_WITHOUT_FLATBUFFER
    case FileKind::ptl_flatbuffer:
      return read_ptl_flatbuffer(source, options);
#endif
#if !TL_WITHOUT_TORCHSCRIPT
    case FileKind::torchscript_zip:
      return read_torchscript(*file.zip);
    case FileKind::torchscript_old_zip:
      return read_old_torchscript(*file.zip);
#endif
    default:
      fail_not_built_in(str("it is ", describe(file.kind)));
  }
}

}  // namespace

ModelFile read_model(const ByteSource& source, const ReadOptions& options) {
  const SniffedFile sniffed = sniff_file(source, options);
  if (!is_model(sniffed.kind)) refuse(sniffed.kind, source.name());
  try {
    ModelFile file = read_known(source, sniffed, options);
    file.path = source.name();
    attach_methods(file);
    return file;
  } catch (const Error& e) {
    rethrow_as_corrupt(e, source.name());
  } catch (const std::bad_alloc&) {
    fail(str(source.name(), ": not enough memory to read it"), ErrorKind::cancelled);
  }
}

std::map<std::string, std::string> read_extra_files(const ByteSource& source,
                                                    const ReadOptions& options) {
  const SniffedFile file = sniff_file(source, options);
  switch (file.kind) {
    case FileKind::ptl_zip:
    case FileKind::torchscript_zip:
    case FileKind::torchscript_old_zip:
      return read_extra_files(*file.zip);
#if !TL_WITHOUT_FLATBUFFER
    case FileKind::ptl_flatbuffer:
      return read_flatbuffer_extra_files(source);
#endif
    default:
      refuse(file.kind, source.name());
  }
}

}  // namespace tealight
