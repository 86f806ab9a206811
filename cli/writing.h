// Writing a model in the form that the file's name says, for commands that make one.
#pragma once
#include "command.h"
#include "tealight/save.h"

namespace tealight::cli {

/// Throws UsageError unless the name ends with .pt, .ptl or .ff.ptl.
void check_form(const std::string& out);
void write_model(const Module&, const std::string& out, const SaveOptions&);
/// Of a model that was made and not run; what it lacks for bytecode is looked up, which changes it.
void write_model(ModelFile&, const std::string& out, const SaveOptions&);

/// --extra NAME=FILE
void add_extra_option(CLI::App&, std::vector<std::string>& extra);
void read_extra_files(SaveOptions&, const std::vector<std::string>& extra);

}  // namespace tealight::cli
