#include "format/inspect.h"

#include "format/bytecode.h"
#include "format/ptl_flatbuffer/ptl_flatbuffer.h"
#include "format/ptl_zip/ptl_zip.h"
#include "format/reader.h"

namespace tealight {
namespace {

// bytecode.pkl begins with PROTO 2, perhaps MARK, and a number. PyTorch 1.5 and 1.6 wrote none.
int64_t peek_bytecode_version(const ZipFile& zip) {
  const Bytes bytes = zip.read(zip.get("bytecode.pkl"));
  Reader r(bytes.span(), "bytecode.pkl");
  r.skip(2);
  uint8_t op = r.u8();
  if (op == '(') op = r.u8();
  switch (op) {
    case 'K':
      return r.u8();
    case 'M':
      return r.u16();
    case 'J':
      return r.number<int32_t>();
    default:
      return kOldestBytecode;
  }
}

void inspect_zip(const ByteSource& source, FileInfo& info) {
  ReadOptions options;
  options.checksums = Checksums::ignore;
  const ZipFile zip(source, options);
  info.root = zip.root();
  for (const ZipRecord& r : zip.records()) info.records.emplace_back(r.name, r.size);
  info.operator_version = read_archive_version(zip);
  if (info.kind == FileKind::ptl_zip) info.bytecode_version = peek_bytecode_version(zip);
}

bool is_zip(FileKind kind) {
  switch (kind) {
    case FileKind::ptl_zip:
    case FileKind::torchscript_zip:
    case FileKind::torchscript_old_zip:
    case FileKind::checkpoint_zip:
    case FileKind::exported_program:
    case FileKind::package:
    case FileKind::npz:
    case FileKind::keras_zip:
    case FileKind::coreml:
    case FileKind::zip:
      return true;
    default:
      return false;
  }
}

}  // namespace

FileInfo inspect(const ByteSource& source) {
  FileInfo info;
  info.path = source.name();
  info.size = source.size();
  try {
    info.kind = sniff(source);
    if (is_zip(info.kind)) inspect_zip(source, info);
    if (info.kind == FileKind::ptl_flatbuffer) {
      const ModelFile head = read_flatbuffer_head(source);
      info.bytecode_version = head.bytecode_version;
      info.operator_version = head.operator_version;
      info.records = head.records;
    }
  } catch (const Error& e) {
    info.problem = e.what();
  }
  return info;
}

}  // namespace tealight
