// tealight ops: what the build can run.
#include "command.h"
#include "ops/registry.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

const char* kind_of(const Overload& o) {
  if (!o.op) return "function";
  if (o.op->infer) return "kernels";
  if (has(o.op->traits, Trait::view)) return "view";
  return has(o.op->traits, Trait::composite) ? "composite" : "function";
}

// Of a Markdown table.
std::string cell(std::string text) {
  for (size_t i = 0; (i = text.find('|', i)) != text.npos; i += 2) text.insert(i, "\\");
  return text;
}

struct OpsCommand {
  std::vector<std::string> parts;
  bool as_json = false, markdown = false;

  void add_to(CLI::App& app) {
    app.add_option("PART", parts, "only operators whose names hold one of these")
        ->type_name("NAME");
    app.add_flag("--json", as_json, "as JSON");
    app.add_flag("--markdown", markdown, "as docs/operators.md");
  }

  int operator()() const {
    const json all = overloads();
    if (as_json) {
      print_json(all);
    } else if (markdown) {
      print_markdown(all);
    } else {
      for (const json& o : all) std::cout << o["schema"].get<std::string>() << '\n';
      note(str(all.size(), " overloads"));
    }
    return all.empty() ? 1 : 0;
  }

  json overloads() const {
    json all = json::array();
    for (std::string_view name : operator_names()) {
      if (!wanted(name)) continue;
      const Overload& o = find_overload(name);
      all.push_back(
          {{"name", name},
           {"schema", o.schema.str()},
           {"kind", kind_of(o)},
           {"gradient", o.op && (o.op->backward || has(o.op->traits, Trait::composite))}});
    }
    return all;
  }
  bool wanted(std::string_view name) const {
    return parts.empty() || std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
             return name.find(part) != std::string_view::npos;
           });
  }

  static void print_markdown(const json& all) {
    std::cout << "# Operators\n\nWritten by `tealight ops --markdown`. " << all.size()
              << " overloads.\n\n| schema | kind | gradient |\n| --- | --- | --- |\n";
    for (const json& o : all)
      std::cout << "| `" << cell(o["schema"]) << "` | " << o["kind"].get<std::string>() << " | "
                << (o["gradient"] ? "yes" : "") << " |\n";
  }
};

}  // namespace

void add_ops(CLI::App& app) {
  add_command<OpsCommand>(app, "ops", "List the operators of this build",
                          "  tealight ops conv\n"
                          "  tealight ops --json | jq -r '.[].name'\n");
}

}  // namespace tealight::cli
