// tealight completion: scripts that let a shell complete command lines, written from the very
// options that the command parses. What a value may be stands in its type name, as --help shows it:
// "{imagenet,yolov5,none}" are choices, FILE and DIR are paths.
#include "command.h"

namespace tealight::cli {
namespace {

struct Values {
  bool taken = false;  // the option takes a value
  std::vector<std::string> choices;
  bool files = false, folders = false;

  explicit Values(const CLI::Option& o)
      : taken(o.get_type_size() != 0 && o.get_expected_max() != 0) {
    const std::string type = o.get_type_name();
    files = type.find("FILE") != std::string::npos;
    folders = !files && type.find("DIR") != std::string::npos;
    const size_t open = type.find('{'), close = type.find('}');
    if (open == std::string::npos || close == std::string::npos) return;
    choices = CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
  }
  std::string words() const { return CLI::detail::join(choices, " "); }
};

std::vector<const CLI::Option*> flags_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* o) { return !o->get_positional(); });
}
std::vector<const CLI::Option*> positionals_of(const CLI::App& app) {
  return app.get_options([](const CLI::Option* o) { return o->get_positional(); });
}
std::vector<std::string> names_of(const CLI::Option& o) {
  std::vector<std::string> names;
  for (const std::string& n : o.get_lnames()) names.push_back("--" + n);
  for (const std::string& n : o.get_snames()) names.push_back("-" + n);
  return names;
}
std::vector<std::string> all_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* o : flags_of(app))
    for (const std::string& n : names_of(*o)) names.push_back(n);
  return names;
}
std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

// Within single quotes; `marks` get a backslash.
std::string quoted(const std::string& text, std::string_view marks = {}) {
  std::string out;
  for (char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += (marks.find(c) != std::string_view::npos ? "\\" : "") + std::string(1, c);
  }
  return "'" + out + "'";
}

// ---- bash

std::string bash_values(const Values& v) {
  std::string out;
  if (!v.choices.empty()) out += " words " + quoted(v.words()) + ";";
  if (v.files) out += " paths -f;";
  if (v.folders) out += " paths -d;";
  return out.empty() ? " :;" : out;
}

void write_bash(const CLI::App& app, std::ostream& out) {
  std::vector<std::string> first = all_names(app);
  for (const CLI::App* c : commands_of(app)) first.push_back(c->get_name());
  out << "# Completion of tealight for bash: source <(tealight completion bash)\n"
         "_tealight() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
         "  local command=${COMP_WORDS[1]} found\n"
         "  COMPREPLY=()\n"
         "  words() { while IFS= read -r found; do COMPREPLY+=(\"$found\"); done"
         " < <(compgen -W \"$1\" -- \"$current\"); }\n"
         "  paths() { compopt -o filenames 2>/dev/null; while IFS= read -r found; do"
         " COMPREPLY+=(\"$found\"); done < <(compgen \"$1\" -- \"$current\"); }\n"
         "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
         "    words "
      << quoted(CLI::detail::join(first, " "))
      << "\n    return\n  fi\n"
         "  case \"$command $previous\" in\n";
  for (const CLI::App* c : commands_of(app))
    for (const CLI::Option* o : flags_of(*c)) {
      const Values v(*o);
      if (!v.taken) continue;
      for (const std::string& name : names_of(*o))
        out << "    " << quoted(c->get_name() + " " + name) << ")" << bash_values(v)
            << " return ;;\n";
    }
  out << "  esac\n  case \"$command\" in\n";
  for (const CLI::App* c : commands_of(app)) {
    out << "    " << c->get_name() << ")\n      if [[ $current == -* ]]; then words "
        << quoted(CLI::detail::join(all_names(*c), " ")) << "; return; fi\n     ";
    bool any = false;
    for (const CLI::Option* o : positionals_of(*c)) {
      const Values v(*o);
      if (any && v.files) continue;  // the same paths again
      any = any || v.files;
      out << bash_values(v);
    }
    out << " : ;;\n";
  }
  out << "  esac\n}\ncomplete -F _tealight tealight\n";
}

// ---- zsh

std::string zsh_values(const Values& v) {
  std::string out;
  if (!v.choices.empty()) out += "compadd " + v.words() + "; ";
  if (v.files) out += "_files";
  if (v.folders) out += "_files -/";
  return v.choices.empty() ? out : "{ " + out + " }";
}

void write_zsh(const CLI::App& app, std::ostream& out) {
  constexpr std::string_view kMarks = "[]:";
  out << "#compdef tealight\n"
         "# Completion of tealight for zsh: source <(tealight completion zsh)\n"
         "_tealight() {\n"
         "  local -a commands=(\n";
  for (const CLI::App* c : commands_of(app))
    out << "    " << quoted(c->get_name() + ":" + c->get_description()) << "\n";
  out << "  )\n"
         "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
         "  local command=$words[2]\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case $command in\n";
  for (const CLI::App* c : commands_of(app)) {
    out << "    " << c->get_name() << ") _arguments";
    for (const CLI::Option* o : flags_of(*c))
      for (const std::string& name : names_of(*o)) {
        const Values v(*o);
        std::string what = quoted(o->get_description(), kMarks);
        what = what.substr(1, what.size() - 2);
        out << " \\\n      '" << name << "[" << what << "]"
            << (v.taken ? ":value:" + zsh_values(v) : "") << "'";
      }
    int position = 0;
    for (const CLI::Option* o : positionals_of(*c)) {
      ++position;
      const std::string where = o->get_expected_max() > 1 ? "*" : std::to_string(position);
      out << " \\\n      '" << where << ":" << o->get_name() << ":" << zsh_values(Values(*o))
          << "'";
    }
    out << " ;;\n";
  }
  out << "  esac\n}\n"
         "if [ \"$funcstack[1]\" = _tealight ]; then _tealight \"$@\"; else compdef _tealight "
         "tealight; fi\n";
}

// ---- fish

std::string fish_values(const Values& v) {
  std::string out;
  if (!v.choices.empty()) out += " -a " + quoted(v.words());
  if (v.folders) out += " -a '(__fish_complete_directories)'";
  return (v.files ? " -r" : " -x") + out;
}

void write_fish(const CLI::App& app, std::ostream& out) {
  out << "# Completion of tealight for fish: tealight completion fish | source\n";
  for (const CLI::App* c : commands_of(app)) {
    const std::string here =
        "complete -c tealight -n '__fish_seen_subcommand_from " + c->get_name() + "'";
    out << "complete -c tealight -n __fish_use_subcommand -f -a " << c->get_name() << " -d "
        << quoted(c->get_description()) << "\n";
    for (const CLI::Option* o : flags_of(*c)) {
      const Values v(*o);
      out << here;
      for (const std::string& n : o->get_lnames()) out << " -l " << n;
      for (const std::string& n : o->get_snames()) out << " -s " << n;
      out << " -d " << quoted(o->get_description()) << (v.taken ? fish_values(v) : "") << "\n";
    }
    bool files = false;
    for (const CLI::Option* o : positionals_of(*c)) {
      const Values v(*o);
      files = files || v.files;
      if (!v.choices.empty()) out << here << " -a " << quoted(v.words()) << "\n";
    }
    if (!files) out << here << " -f\n";
  }
}

struct CompletionCommand {
  std::string shell;
  const CLI::App* app = nullptr;

  void add_to(CLI::App& sub) {
    app = sub.get_parent();
    sub.add_option("SHELL", shell, "which shell it is for")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  }
  int operator()() const {
    if (shell == "bash") write_bash(*app, std::cout);
    if (shell == "zsh") write_zsh(*app, std::cout);
    if (shell == "fish") write_fish(*app, std::cout);
    return 0;
  }
};

}  // namespace

void add_completion(CLI::App& app) {
  add_command<CompletionCommand>(app, "completion", "Print a script that lets a shell complete",
                                 "  source <(tealight completion bash)     in ~/.bashrc\n"
                                 "  source <(tealight completion zsh)      in ~/.zshrc\n"
                                 "  tealight completion fish | source      in config.fish\n");
}

}  // namespace tealight::cli
