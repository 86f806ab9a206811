#include "runtime/debug.h"

namespace tealight {
namespace {

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view trimmed(std::string_view line) {
  const size_t first = line.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  line.remove_prefix(first);
  return line.substr(0, line.find('\n'));
}

// "features.0.0.forward (mobilenetv2.py:62): return self.conv(x)"
std::string describe(const SourceFrame& f) {
  std::string out = f.module;
  if (!f.function.empty()) out += (out.empty() ? "" : ".") + f.function;
  if (!f.file.empty() || f.line > 0) out += str(" (", base_name(f.file), ":", f.line, ")");
  if (const std::string_view text = trimmed(f.text); !text.empty()) out += ": " + std::string(text);
  return out;
}

}  // namespace

std::span<const SourceFrame> source_of(const ModelFile* model, const Function& f,
                                       size_t instruction) {
  if (!model || instruction >= f.code.debug_handles.size()) return {};
  const auto frames = model->debug.find(f.code.debug_handles[instruction]);
  if (frames == model->debug.end()) return {};
  return frames->second;
}

std::string describe(const Code& code, size_t instruction) {
  if (instruction >= code.instructions.size()) return "?";
  const Instruction& i = code.instructions[instruction];
  std::string out(opcode_name(i.op));
  if ((i.op == OpCode::OP || i.op == OpCode::OPN) && size_t(i.x) < code.operators.size())
    out += " " + code.operators[size_t(i.x)].qualified();
  return out;
}

void add_places(Error& e, const ModelFile* model, const Function& f, size_t instruction) {
  for (const SourceFrame& frame : source_of(model, f, instruction)) e.at(describe(frame));
  e.at(str(f.qualified_name, ", instruction ", instruction, " (", describe(f.code, instruction),
           ")"));
}

std::string describe_hierarchy(std::span<const SourceFrame> frames) {
  std::string out, module;
  for (size_t i = frames.size(); i-- > 0;) {
    const SourceFrame& f = frames[i];
    // The method that was called has no name in the records.
    const bool outermost = i + 1 == frames.size();
    const std::string function = outermost || f.function.empty() ? "<unknown>" : f.function;
    const bool inside = f.module.starts_with(module);
    out += (inside ? f.module.substr(module.size()) : "." + f.module) + "::" + function;
    module = f.module;
  }
  return frames.empty() || frames[0].node.empty() ? out : out + "." + frames[0].node;
}

std::string describe_traceback(std::span<const SourceFrame> frames) {
  std::string out = "Traceback of TorchScript (most recent call last):\n";
  for (size_t i = frames.size(); i-- > 0;) {
    const SourceFrame& f = frames[i];
    out += str("  File \"", f.file, "\", line ", f.line, ", in ",
               i + 1 == frames.size() || f.function.empty() ? "<unknown>" : f.function, "\n");
    out += str("    ", f.text, " <--- HERE\n");
  }
  return out;
}

}  // namespace tealight
