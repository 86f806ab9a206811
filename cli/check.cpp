// tealight check: what is wrong with a model, and which releases of PyTorch cannot run it.
#include <algorithm>

#include "command.h"
#include "findings.h"
#include "inputs.h"
#include "releases.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

using nlohmann::json;
using Weight = Finding::Weight;

constexpr const char* kWeights[] = {"note", "warning", "error"};

std::string text_of(const std::vector<std::string>& items, size_t most) {
  std::string text;
  for (size_t i = 0; i < std::min(items.size(), most); ++i) text += (i ? "; " : "") + items[i];
  return items.size() > most ? text + str("; and ", items.size() - most, " more") : text;
}

struct CheckCommand {
  std::string model, original, method = "forward", release;
  std::vector<std::string> inputs;
  PlanFlags plans;
  bool as_json = false;

  void add_to(CLI::App& app) {
    app.add_option("MODEL", model, "model file")->required()->type_name("FILE");
    app.add_option("INPUT", inputs,
                   "as for run: the method is tried on these, and on twice as many")
        ->type_name("VALUE");
    app.add_option("--original", original, "the model that it was optimized from")
        ->type_name("FILE");
    app.add_option("--method", method, "what INPUT is for")->capture_default_str();
    app.add_option("--for", release, "a release of PyTorch that must be able to run it, as 1.9")
        ->check(CLI::IsMember(known_releases()));
    app.add_flag("--json", as_json, "as JSON");
    plans.add_to(app);
  }

  int operator()() const {
    const Module m = load(model);
    std::optional<Module> before;
    if (!original.empty()) before = load(original);
    std::vector<Finding> found = findings_of(m, model, before ? &*before : nullptr);
    if (const auto example = examples(m); !example.empty())
      if (auto f = batch_finding(m, method, example)) found.push_back(std::move(*f));
    const std::vector<ReleaseVerdict> releases = releases_for(m);
    const bool bad = failed(found, releases);
    if (as_json)
      print_json(as_object(found, releases, bad));
    else
      print(found, releases);
    return bad ? 1 : 0;
  }

 private:
  Module load(const std::string& path) const {
    LoadOptions options;
    plans.apply_to(options);
    options.check_operators = false;
    options.keep_program = true;
    return Module::load(path, options);
  }

  std::vector<Value> examples(const Module& m) const {
    if (!inputs.empty()) return parse_arguments(find_method(m, method), inputs, {}, m);
    try {
      const auto bundled = m.bundled_inputs(method);
      return bundled.empty() ? std::vector<Value>() : bundled[0];
    } catch (const Error&) {
      return {};
    }
  }

  bool failed(const std::vector<Finding>& found,
              const std::vector<ReleaseVerdict>& releases) const {
    return std::any_of(found.begin(), found.end(),
                       [](const Finding& f) { return f.weight != Weight::note; }) ||
           std::any_of(releases.begin(), releases.end(), [&](const ReleaseVerdict& v) {
             return v.release == release && !v.reasons.empty();
           });
  }

  json as_object(const std::vector<Finding>& found, const std::vector<ReleaseVerdict>& releases,
                 bool bad) const {
    json j{
        {"model", model}, {"ok", !bad}, {"findings", json::array()}, {"releases", json::array()}};
    for (const Finding& f : found)
      j["findings"].push_back({{"id", f.id},
                               {"weight", kWeights[size_t(f.weight)]},
                               {"certain", f.certain},
                               {"what", f.what},
                               {"where", f.where},
                               {"fix", f.fix}});
    for (const ReleaseVerdict& v : releases)
      j["releases"].push_back({{"release", v.release}, {"reasons", v.reasons}});
    return j;
  }

  void print(const std::vector<Finding>& found, const std::vector<ReleaseVerdict>& releases) const {
    for (const Finding& f : found) {
      const std::string weight = kWeights[size_t(f.weight)];
      std::cout << (f.weight == Weight::note ? dim(weight) : red(weight)) << "  "
                << (f.certain ? "" : "likely: ") << f.what << "\n";
      if (!f.where.empty()) std::cout << "    " << text_of(f.where, 8) << "\n";
      if (!f.fix.empty()) std::cout << "    fix: " << f.fix << "\n";
    }
    if (found.empty()) std::cout << green("nothing wrong was found") << "\n";
    // Neighbours that fail for the same reasons share a line.
    std::cout << bold("PyTorch") << "\n";
    for (size_t i = 0; i < releases.size();) {
      size_t end = i + 1;
      while (end < releases.size() && releases[end].reasons == releases[i].reasons) ++end;
      const std::string names =
          releases[i].release + (end - i > 1 ? " to " + releases[end - 1].release : "");
      const auto& reasons = releases[i].reasons;
      std::cout << "  " << names << std::string(names.size() < 12 ? 12 - names.size() : 1, ' ')
                << (reasons.empty() ? green("nothing known against it")
                                    : red("fails: ") + text_of(reasons, 3))
                << "\n";
      i = end;
    }
  }
};

}  // namespace

void add_check(CLI::App& app) {
  add_command<CheckCommand>(app, "check", "Look for what is wrong, and where it would fail",
                            "  tealight check model.ptl\n"
                            "  tealight check model.ptl rand:1,3,224,224 --for 1.9\n"
                            "  tealight check phone.ptl --original traced.pt\n"
                            "  tealight check model.ptl --json | jq '.findings[].id'\n");
}

}  // namespace tealight::cli
