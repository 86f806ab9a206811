// tealight convert: a model in another form, or of another version.
#include <fstream>
#include <iterator>

#include "command.h"
#include "format/load.h"
#include "tealight/save.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

std::string contents_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  TL_CHECK(in, "cannot read '", path, "'");
  return text;
}

struct ConvertCommand {
  std::string in, out;
  SaveOptions options;
  std::vector<std::string> extra;
  bool as_json = false;

  void add_to(CLI::App& app) {
    app.add_option("IN", in, "the model: .ptl of any version, zip or flatbuffer, or .pt")
        ->required();
    app.add_option("OUT", out,
                   "the new file; its name says what it becomes: .ptl (zip), .ff.ptl (flatbuffer), "
                   ".pt (TorchScript)")
        ->required();
    app.add_option("--bytecode-version", options.bytecode_version,
                   "of a zip: 4 to 8; older apps want older ones")
        ->check(CLI::Range(4, 8))
        ->capture_default_str();
    app.add_flag("--flatbuffer", options.flatbuffer, "a .ptl as flatbuffer, bytecode version 9");
    app.add_flag("--debug-info", options.debug_info,
                 "keep where in the author's program instructions come from");
    app.add_option("--extra", extra, "a file to put beside the model")->type_name("NAME=FILE");
    app.add_flag("--json", as_json, "what was written, as JSON");
  }

  int operator()() {
    add_extra_files();
    write();
    report();
    return 0;
  }

  void add_extra_files() {
    for (const std::string& e : extra) {
      const size_t sign = e.find('=');
      if (sign == e.npos || sign == 0)
        throw UsageError("--extra " + e + ": no name",
                         "write NAME=FILE, as labels.txt=my/labels.txt");
      options.extra_files[e.substr(0, sign)] = contents_of(e.substr(sign + 1));
    }
  }

  void write() {
    if (!out.ends_with(".ptl") && !is_torchscript())
      throw UsageError("'" + out + "' does not say what to write",
                       "end the name with .ptl, .ff.ptl or .pt");
    if (out.ends_with(".ff.ptl")) options.flatbuffer = true;
    ReadOptions read;
    read.keep_program = true;
    read.allow_unknown_classes = true;  // they stay as they are
    read.debug_info = options.debug_info;
    ModelFile file = read_model(ByteSource::file(in), read);
    if (is_torchscript())
      save_torchscript(file, out, options);
    else
      save_mobile(file, out, options);
  }

  bool is_torchscript() const { return out.ends_with(".pt"); }

  void report() const {
    const uint64_t bytes = std::filesystem::file_size(out);
    json j = {{"in", in}, {"out", out}, {"bytes", bytes}};
    j["form"] = is_torchscript() ? "torchscript" : options.flatbuffer ? "flatbuffer" : "zip";
    std::string what = "TorchScript";
    if (!is_torchscript()) {
      const int64_t version = options.flatbuffer ? 9 : options.bytecode_version;
      j["bytecode_version"] = version;
      what = str("bytecode version ", version);
    }
    if (as_json) return print_json(j);
    note(str(out, ": ", what, ", ", bytes_text(bytes)));
  }
};

}  // namespace

void add_convert(CLI::App& app) {
  add_command<ConvertCommand>(
      app, "convert", "Write a model in another form or version",
      "  tealight convert old.ptl new.ptl\n"
      "  tealight convert new.ptl old.ptl --bytecode-version 5\n"
      "  tealight convert model.ptl model.ff.ptl\n"
      "  tealight convert old.pt new.pt\n"
      "  tealight convert model.ptl out.ptl --extra labels.txt=labels.txt\n");
}

}  // namespace tealight::cli
