// tealight convert: a model in another form, or of another version.
#include "command.h"
#include "format/load.h"
#include "runtime/with_program.h"
#include "script/optimize.h"
#include "tealight/ops.h"
#include "tealight/save.h"
#include "terminal.h"
#include "weights.h"
#include "writing.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

struct ConvertCommand;
void to_zip(ConvertCommand&);
void to_flatbuffer(ConvertCommand&);
void to_torchscript(ConvertCommand&);
void to_state_dict(ConvertCommand&);

// What the end of OUT's name stands for; the first that fits.
struct Form {
  std::string_view ending;
  const char* name;
  void (*write)(ConvertCommand&);
};
constexpr Form kForms[] = {
    {".ff.ptl", "flatbuffer", to_flatbuffer},
    {".ptl", "zip", to_zip},
    {".pt", "TorchScript", to_torchscript},
    {".pth", "state dict", to_state_dict},
};
const Form& form_of(const std::string& out) {
  for (const Form& f : kForms)
    if (out.ends_with(f.ending)) return f;
  throw UsageError("'" + out + "' does not say what to write",
                   "end the name with .ptl, .ff.ptl, .pt or .pth");
}

struct ConvertCommand {
  std::string in, out;
  SaveOptions options;
  std::vector<std::string> extra;
  bool plain = false, packed = false, as_json = false;

  void add_to(CLI::App& app) {
    app.add_option(
           "IN", in,
           "the model: .ptl of any version, zip or flatbuffer, or .pt; for a .pth a checkpoint, too")
        ->required()
        ->type_name("FILE");
    app.add_option("OUT", out,
                   "the new file; its name says what it becomes: .ptl (zip), .ff.ptl (flatbuffer), "
                   ".pt (TorchScript), .pth (state dict)")
        ->required()
        ->type_name("FILE");
    app.add_option("--bytecode-version", options.bytecode_version,
                   "of a zip: 4 to 8; older apps want older ones")
        ->check(CLI::Range(4, 8))
        ->capture_default_str();
    app.add_flag("--flatbuffer", options.flatbuffer, "a .ptl as flatbuffer, bytecode version 9");
    app.add_flag("--half", options.half,
                 "weights as 16-bit floats, half as large; a .ptl still computes with 32 bits");
    app.add_flag("--debug-info", options.debug_info,
                 "keep where in the author's program instructions come from");
    app.add_flag("--plain", plain,
                 "layers packed for XNNPACK, Vulkan or Metal become plain ones, for a PyTorch "
                 "without these; a .pt has them so unless --packed");
    app.add_flag("--packed", packed, "a .pt keeps packed layers")->excludes("--plain");
    add_extra_option(app, extra);
    app.add_flag("--json", as_json, "what was written, as JSON");
  }

  int operator()() {
    const Form& form = form_of(out);
    read_extra_files(options, extra);
    form.write(*this);
    report(form);
    return 0;
  }

  ModelFile read() const {
    ReadOptions read;
    read.keep_program = true;
    read.allow_unknown_classes = true;  // they stay as they are
    read.debug_info = options.debug_info;
    return tealight::read_model(ByteSource::file(in), read);
  }

  // Graphs are made of code, and packed layers replaced, once the objects are whole.
  ModelFile read_model(bool needs_program) const {
    ModelFile file = read();
    const bool unpack = (plain || needs_program) && !packed && script::has_packed_layers(file);
    if (!unpack && (file.program || !needs_program)) return file;
    file = with_program(Module::make(std::move(file)));
    return unpack ? script::unpack_prepacked(file) : std::move(file);
  }

  void report(const Form& form) const {
    json j = {{"in", in},
              {"out", out},
              {"form", options.flatbuffer ? "flatbuffer" : form.name},
              {"bytes", std::filesystem::file_size(out)}};
    if (form.write == to_zip || form.write == to_flatbuffer)
      j["bytecode_version"] = options.flatbuffer ? 9 : options.bytecode_version;
    if (as_json) return print_json(j);
    note(
        str(out, ": ", j["form"].get<std::string>(), ", ", bytes_text(j["bytes"].get<uint64_t>())));
  }
};

void to_zip(ConvertCommand& c) {
  ModelFile file = c.read_model(false);
  save_mobile(file, c.out, c.options);
}
void to_flatbuffer(ConvertCommand& c) {
  c.options.flatbuffer = true;
  to_zip(c);
}
void to_torchscript(ConvertCommand& c) { save_torchscript(c.read_model(true), c.out, c.options); }
// Of a model by loading it: objects that restore themselves have their tensors only then.
void to_state_dict(ConvertCommand& c) {
  StateDict tensors = weights_of_file(c.in);
  if (tensors.empty()) {
    Error e("'" + c.in + "' has no tensors among its attributes");
    throw e.fix("its weights are constants of its code: it was frozen or optimized");
  }
  if (c.options.half)
    for (auto& [name, tensor] : tensors)
      if (tensor.scalar_type() == kFloat) tensor = tensor.detach().to(kHalf);
  save_state_dict(tensors, c.out);
}

}  // namespace

void add_convert(CLI::App& app) {
  add_command<ConvertCommand>(
      app, "convert", "Write a model in another form or version",
      "  tealight convert old.ptl new.ptl\n"
      "  tealight convert new.ptl old.ptl --bytecode-version 5\n"
      "  tealight convert model.ptl model.ff.ptl\n"
      "  tealight convert model.ptl model.pt\n"
      "  tealight convert model.ptl out.ptl --extra labels.txt=labels.txt\n");
}

}  // namespace tealight::cli
