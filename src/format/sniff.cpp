#include "format/sniff.h"

#include <algorithm>

#include "format/ptl_zip/zip.h"
#include "format/reader.h"

namespace tealight {
namespace {

using namespace std::string_view_literals;

// ---- zip

bool all_end_with(const ZipFile& zip, std::string_view end) {
  const auto& all = zip.records();
  return !all.empty() && std::all_of(all.begin(), all.end(),
                                     [&](const ZipRecord& r) { return r.name.ends_with(end); });
}

bool starts_as_zip(std::string_view head) {
  return head.starts_with("PK\3\4") || head.starts_with("PK\5\6");
}

FileKind kind_of(const ZipFile& zip) {
  if (zip.has("bytecode.pkl")) return FileKind::ptl_zip;
  if (zip.has("archive_format") || zip.has_folder("models/") ||
      zip.has("serialized_exported_program.json"))
    return FileKind::exported_program;
  if (zip.has(".data/extern_modules") || zip.has(".data/python_version")) return FileKind::package;
  if (zip.has("model.json") && zip.has_folder("code/")) return FileKind::torchscript_old_zip;
  if (zip.has("model.json") && zip.has("version")) return FileKind::torchscript_old_zip;
  if (zip.has_folder("code/") || zip.has("constants.pkl")) return FileKind::torchscript_zip;
  if (zip.has("data.pkl")) return FileKind::checkpoint_zip;
  if (all_end_with(zip, ".npy")) return FileKind::npz;
  if (zip.has("model.weights.h5")) return FileKind::keras_zip;
  if (zip.has("Manifest.json") && zip.has_folder("Data/")) return FileKind::coreml;
  return FileKind::zip;
}

// ---- binary kinds with a mark

struct Mark {
  size_t offset;
  std::string_view bytes;
  FileKind kind;
};
constexpr Mark kMarks[] = {
    {4, "PTMF"sv, FileKind::ptl_flatbuffer},
    {4, "TFL3"sv, FileKind::tflite},
    {4, "ET1"sv, FileKind::executorch},
    {0, "\x93NUMPY"sv, FileKind::npy},
    {0, "\x89HDF\r\n"sv, FileKind::hdf5},
    {0, "GGUF"sv, FileKind::gguf},
    {0, "\x1f\x8b"sv, FileKind::compressed},
    {0, "BZh"sv, FileKind::compressed},
    {0,
     "\xfd"
     "7zXZ"sv,
     FileKind::compressed},
    {0, "\x28\xb5\x2f\xfd"sv, FileKind::compressed},
    {0, "\xff\xd8\xff"sv, FileKind::picture},
    {0, "\x89PNG"sv, FileKind::picture},
    {0, "GIF8"sv, FileKind::picture},
    {8, "WEBPVP8"sv, FileKind::picture},
};

std::optional<FileKind> sniff_mark(std::string_view head) {
  for (const Mark& m : kMarks) {
    if (head.size() >= m.offset && head.substr(m.offset).starts_with(m.bytes)) return m.kind;
  }
  return std::nullopt;
}

// torch.save before 1.6 begins with a pickle of the number 0x1950a86a20f9469cfc6c.
bool is_legacy_checkpoint(std::string_view head) {
  return head.size() > 14 && head[0] == '\x80' &&
         head.substr(2).starts_with("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."sv);
}

bool is_pickle(std::string_view head) {
  return head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5;
}

std::optional<FileKind> sniff_tar(std::string_view head) {
  constexpr size_t kMagic = 257;
  if (head.size() < 512 || !head.substr(kMagic).starts_with("ustar")) return std::nullopt;
  std::string_view name = head.substr(0, head.substr(0, 100).find('\0'));
  if (name.starts_with("./")) name.remove_prefix(2);
  for (std::string_view part : {"sys_info"sv, "pickle"sv, "storages"sv, "tensors"sv})
    if (name == part) return FileKind::checkpoint_tar;
  return FileKind::tar;
}

// The length of a JSON header, then the header.
bool is_safetensors(std::string_view head, uint64_t size) {
  if (head.size() < 10 || head[8] != '{' || (head[9] != '"' && head[9] != '}' && head[9] != ' '))
    return false;
  uint64_t n = 0;
  std::memcpy(&n, head.data(), sizeof n);
  return n >= 2 && n <= (uint64_t(100) << 20) && n <= size;
}

bool is_printable(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= ' ' && c != '\x7f') || c == '\n' || c == '\r' || c == '\t' || (c & 0x80);
  });
}

// A protobuf whose field 1 is a small number (the IR version), followed by the producer's name, the
// graph or the opset. Core ML's begin alike, but their field 2 is no text.
bool is_onnx(std::string_view head, uint64_t size) {
  if (head.size() < 8 || head[0] != '\x08' || head[1] < 1 || head[1] > 30) return false;
  const auto tag = uint8_t(head[2]), length = uint8_t(head[3]);
  if (tag == 0x12)
    return length > 0 && length < 64 && is_printable(head.substr(4, length)) &&
           head.size() > size_t(4) + length;
  if (tag == 0x3a || tag == 0x42) return size > 16;
  return false;
}

// ---- text

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c + 32);
  return out;
}

std::optional<FileKind> sniff_text(std::string_view head) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  if (!is_printable(head)) return std::nullopt;
  const size_t first = head.find_first_not_of(" \t\r\n");
  if (first == head.npos) return FileKind::text;
  const std::string text = lower(head.substr(first));
  if (text.starts_with("version https://git-lfs")) return FileKind::git_lfs_pointer;
  if (text.starts_with("<!doctype html") || text.find("<html") != text.npos) return FileKind::html;
  if (text.starts_with("<")) return FileKind::xml;
  if (text.starts_with("{") || text.starts_with("[")) return FileKind::json;
  return FileKind::text;
}

struct KindText {
  FileKind kind;
  std::string_view what, advice;
};
constexpr std::string_view kExportAdvice =
    "in Python: torch.jit.script(model)._save_for_lite_interpreter('model.ptl')";
constexpr std::string_view kAgain =
    "download it again: open the address in a browser, look at what it gives, and compare the size";
constexpr KindText kTexts[] = {
    {FileKind::ptl_zip, "a PyTorch Mobile model (zip)", ""},
    {FileKind::ptl_flatbuffer, "a PyTorch Mobile model (flatbuffer)", ""},
    {FileKind::torchscript_zip, "a TorchScript model (zip)", ""},
    {FileKind::torchscript_old_zip, "a TorchScript model of PyTorch 1.0 to 1.2 (zip)", ""},
    {FileKind::checkpoint_zip, "a checkpoint of torch.save: weights without the program",
     "load it into the Python model it came from, then "
     "torch.jit.script(model)._save_for_lite_interpreter('model.ptl')"},
    {FileKind::checkpoint_legacy,
     "a checkpoint of torch.save in the format before PyTorch 1.6: weights without the program",
     "load it into the Python model it came from, then "
     "torch.jit.script(model)._save_for_lite_interpreter('model.ptl')"},
    {FileKind::checkpoint_tar,
     "a checkpoint of torch.save in the tar format of 2016: weights without the program",
     "load it with PyTorch into the Python model it came from, then "
     "torch.jit.script(model)._save_for_lite_interpreter('model.ptl')"},
    {FileKind::exported_program, "a program of torch.export (.pt2)", kExportAdvice},
    {FileKind::package, "an archive of torch.package: Python code and pickles", kExportAdvice},
    {FileKind::safetensors, "a safetensors file: weights without the program", kExportAdvice},
    {FileKind::onnx, "an ONNX model", kExportAdvice},
    {FileKind::tflite, "a TensorFlow Lite model",
     "use the PyTorch model that it was converted from"},
    {FileKind::executorch, "an ExecuTorch program (.pte)", kExportAdvice},
    {FileKind::npy, "a NumPy array", "give it as an input, and a model as the model"},
    {FileKind::npz, "an archive of NumPy arrays", "give them as inputs, and a model as the model"},
    {FileKind::hdf5, "an HDF5 file, as Keras saves models and weights", "use a PyTorch model"},
    {FileKind::keras_zip, "a Keras model", "use a PyTorch model"},
    {FileKind::coreml, "a Core ML package", "use the PyTorch model that it was converted from"},
    {FileKind::gguf, "a GGUF file: weights of a language model", "use a PyTorch model"},
    {FileKind::pickle, "a Python pickle, but none of PyTorch's", kExportAdvice},
    {FileKind::zip, "a zip archive without a model in it",
     "if the model lies inside, unpack the archive first"},
    {FileKind::cut_zip, "a zip archive, probably a model, that is cut off: its end is missing",
     "download or copy the file again and compare its size; in an app, do not compress or truncate "
     "the asset"},
    {FileKind::tar, "a tar archive", "unpack it first"},
    {FileKind::compressed, "a compressed file", "unpack it first (gunzip, bunzip2, unxz, unzstd)"},
    {FileKind::git_lfs_pointer, "a Git LFS pointer: a short text in place of the real file",
     "run git lfs pull, or download the file itself"},
    {FileKind::html, "a web page, probably an error page in place of a download", kAgain},
    {FileKind::xml, "an XML text, probably an error message in place of a download", kAgain},
    {FileKind::json, "a JSON text", kAgain},
    {FileKind::picture, "a picture", "give it as an input, and a model as the model"},
    {FileKind::text, "a text", kAgain},
    {FileKind::empty, "empty", "download or copy the file again; check that the disk is not full"},
    {FileKind::unknown, "of a kind that is not known here", kExportAdvice},
};

const KindText& text_of(FileKind kind) {
  for (const KindText& t : kTexts)
    if (t.kind == kind) return t;
  return text_of(FileKind::unknown);
}

}  // namespace

SniffedFile sniff_file(const ByteSource& source, const ReadOptions& options) {
  if (!starts_as_zip(source.head(4).text()) || !has_zip_end(source))
    return {sniff(source), nullptr};
  auto zip = std::make_shared<const ZipFile>(source, options);
  return {kind_of(*zip), zip};
}

FileKind sniff(const ByteSource& source) {
  constexpr size_t kHead = 1024;
  if (source.size() == 0) return FileKind::empty;
  const Bytes bytes = source.head(kHead);
  const std::string_view head = bytes.text();
  if (starts_as_zip(head))
    return has_zip_end(source) ? kind_of(ZipFile(source)) : FileKind::cut_zip;
  if (auto kind = sniff_mark(head)) return *kind;
  if (is_legacy_checkpoint(head)) return FileKind::checkpoint_legacy;
  if (is_pickle(head)) return FileKind::pickle;
  if (auto kind = sniff_tar(head)) return *kind;
  if (is_safetensors(head, source.size())) return FileKind::safetensors;
  if (is_onnx(head, source.size())) return FileKind::onnx;
  return sniff_text(head).value_or(FileKind::unknown);
}

bool is_model(FileKind kind) {
  return kind == FileKind::ptl_zip || kind == FileKind::ptl_flatbuffer ||
         kind == FileKind::torchscript_zip || kind == FileKind::torchscript_old_zip;
}

std::string_view describe(FileKind kind) { return text_of(kind).what; }
std::string_view advice(FileKind kind) { return text_of(kind).advice; }

void refuse(FileKind kind, const std::string& name) {
  Error e(str("'", name, "' is ", describe(kind), ", not a PyTorch Mobile model"),
          kind == FileKind::cut_zip || kind == FileKind::empty ? ErrorKind::corrupt_file
                                                               : ErrorKind::unsupported);
  throw e.fix(std::string(advice(kind)));
}

}  // namespace tealight
