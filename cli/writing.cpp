#include "writing.h"

#include "text_file.h"

namespace tealight::cli {
namespace {

// A Module, or a ModelFile.
template <class Model>
void write_by_name(Model& m, const std::string& out, SaveOptions options) {
  check_form(out);
  options.flatbuffer = out.ends_with(".ff.ptl");
  if (out.ends_with(".pt"))
    save_torchscript(m, out, options);
  else
    save_mobile(m, out, options);
}

}  // namespace

void check_form(const std::string& out) {
  if (!out.ends_with(".ptl") && !out.ends_with(".pt"))
    throw UsageError("'" + out + "' does not say what to write",
                     "end the name with .ptl, .ff.ptl or .pt");
}

void write_model(const Module& m, const std::string& out, const SaveOptions& options) {
  write_by_name(m, out, options);
}
void write_model(ModelFile& m, const std::string& out, const SaveOptions& options) {
  write_by_name(m, out, options);
}

void add_extra_option(CLI::App& app, std::vector<std::string>& extra) {
  app.add_option("--extra", extra, "a file to put beside the model")->type_name("NAME=FILE");
}

void read_extra_files(SaveOptions& options, const std::vector<std::string>& extra) {
  for (const std::string& e : extra) {
    const size_t sign = e.find('=');
    if (sign == e.npos || sign == 0)
      throw UsageError("--extra " + e + ": no name",
                       "write NAME=FILE, as labels.txt=my/labels.txt");
    options.extra_files[e.substr(0, sign)] = text_file(e.substr(sign + 1));
  }
}

}  // namespace tealight::cli
