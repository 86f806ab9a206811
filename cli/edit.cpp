// tealight edit: a finished model changed, checked against what it was, and written anew.
#include "tealight/edit.h"

#include "command.h"
#include "compare.h"
#include "inputs.h"
#include "tealight/factories.h"
#include "tealight/save.h"
#include "terminal.h"
#include "writing.h"

namespace tealight::cli {
namespace {

using nlohmann::json;

// "0.25", or "1/255".
double fraction(const std::string& text) {
  const size_t bar = text.find('/');
  try {
    const double above = std::stod(text);
    return bar == text.npos ? above : above / std::stod(text.substr(bar + 1));
  } catch (const std::exception&) {
    throw UsageError("--scale " + text + " is no number", "write 0.5 or 1/255");
  }
}

std::vector<int64_t> height_and_width(const std::string& text) {
  try {
    const size_t by = text.find('x');
    if (by != text.npos) return {std::stoll(text), std::stoll(text.substr(by + 1))};
  } catch (const std::exception&) {
  }
  throw UsageError("--resize " + text + " is no height and width", "write 224x224");
}

struct EditCommand {
  std::string in, out, method = "forward", scale, resize;
  std::vector<std::string> inputs, renames, outputs, extra;
  InputTransform input;
  std::vector<OutputTransform> functions;
  int64_t dim = 1, batch = 0;
  bool eval = false, strip_debug = false, as_json = false;
  SaveOptions options;
  Tolerance tolerance;

  void add_to(CLI::App& app) {
    app.add_option("IN", in, "the model: .pt, or .ptl of any version")
        ->required()
        ->type_name("FILE");
    app.add_option("OUT", out, "the new file: .pt (TorchScript), .ptl (zip), .ff.ptl (flatbuffer)")
        ->required()
        ->type_name("FILE");
    app.add_option("INPUT", inputs,
                   "what to check the new model with, as for run (default: the model's bundled "
                   "inputs, or numbers of their shapes)")
        ->type_name("VALUE");
    app.add_option("--method", method, "what is changed")->capture_default_str();
    add_input_options(app);
    add_output_options(app);
    app.add_option("--batch", batch,
                   "make a model that was traced for one batch size serve any, and check it with "
                   "this one")
        ->check(CLI::PositiveNumber);
    app.add_flag("--eval", eval,
                 "repair what training left in a trace: dropout, batch norms of the batch");
    app.add_flag("--strip-debug", strip_debug, "without the author's file names and lines");
    add_extra_option(app, extra);
    app.add_option("--bytecode-version", options.bytecode_version, "of a .ptl: 4 to 8")
        ->check(CLI::Range(4, 8))
        ->capture_default_str();
    app.add_option("--atol", tolerance.atol, "of the check")->capture_default_str();
    app.add_option("--rtol", tolerance.rtol, "of the check")->capture_default_str();
    app.add_flag("--json", as_json, "what was done, as JSON");
  }

  void add_input_options(CLI::App& app) {
    app.add_option("--rename", renames, "another name for an input")->type_name("OLD=NEW");
    app.add_option("--input", input.input, "the one that is normalized (default: the first tensor)")
        ->type_name("NAME");
    app.add_flag("--bytes", input.bytes, "it becomes uint8, 0 to 255; mostly with --scale 1/255");
    app.add_option("--scale", scale, "it is multiplied by this: 0.5, 1/255");
    app.add_option("--mean", input.mean, "this is taken off, a number for each channel")
        ->delimiter(',');
    app.add_option("--std", input.std, "then it is divided by this")->delimiter(',');
    app.add_option("--resize", resize, "before all that: to this height and width")
        ->type_name("HxW");
    app.add_option("--resize-mode", input.mode, "nearest, bilinear or bicubic")
        ->capture_default_str();
  }

  void add_output_options(CLI::App& app) {
    app.add_option("--outputs", outputs, "those to keep, in this order: 0, out, 1.boxes")
        ->delimiter(',');
    for (const char* function : {"softmax", "log_softmax", "sigmoid", "argmax"}) {
      std::string option = function;
      std::replace(option.begin(), option.end(), '_', '-');
      app.add_option_function<std::string>(
             "--" + option,
             [this, function](const std::string& of) { functions.push_back({function, 1, of}); },
             "of the result, or of this output")
          ->expected(0, 1)
          ->type_name("OUTPUT");
    }
    app.add_option("--dim", dim, "of these")->capture_default_str();
  }

  int operator()() {
    check_form(out);
    read_extra_files(options, extra);
    LoadOptions load;
    load.keep_program = true;
    const Module before = Module::load(in, load);
    Editor edit(before, method);
    change(edit, before);
    for (const auto& [name, text] : options.extra_files) done.push_back("file " + name + " added");
    if (done.empty() && !eval) throw UsageError("nothing to change", "see tealight edit --help");
    const Module after = edit.module();
    check(edit, before, after);
    options.debug_info = !strip_debug && !before.file().debug.empty();
    write_model(after, out, options);
    report();
    return 0;
  }

  void change(Editor& edit, const Module& before) {
    if (eval) edit.evaluation_mode();
    if (!scale.empty()) input.scale = fraction(scale);
    if (!resize.empty()) input.size = height_and_width(resize);
    if (changes_input()) edit.transform_input(input);
    if (!outputs.empty()) edit.select_outputs(outputs);
    for (OutputTransform& f : functions) {
      f.dim = dim;
      edit.transform_output(f);
    }
    for (const std::string& r : renames) {
      const size_t sign = r.find('=');
      if (sign == r.npos || sign == 0)
        throw UsageError("--rename " + r + ": no new name", "write OLD=NEW, as x=image");
      edit.rename_input(r.substr(0, sign), r.substr(sign + 1));
    }
    if (batch) edit.free_batch_size(examples(before, edit.module()), batch);
    if (strip_debug) edit.strip_debug();
    done = edit.changes();
    left = eval ? edit.remaining_training() : std::vector<std::string>();
  }

  bool changes_input() const {
    return input.bytes || !input.size.empty() || input.scale != 1 || !input.mean.empty() ||
           !input.std.empty();
  }

  // What to try the changed model with: what is given, or else like the model's bundled inputs.
  std::vector<Value> examples(const Module& before, const Module& after) const {
    if (!inputs.empty()) return parse_arguments(find_method(after, method), inputs, {}, after);
    const auto bundled = before.bundled_inputs(method);
    if (bundled.empty()) return {};
    std::vector<Value> values = bundled[0];
    if (!changes_input()) return values;
    for (Value& v : values)
      if (v.isTensor() && v.toTensor().scalar_type() == kFloat)
        v = input.bytes ? Value(randint(0, 256, v.toTensor().sizes(), kByte))
                        : Value(rand(v.toTensor().sizes()));
    return values;
  }

  void check(const Editor& edit, const Module& before, const Module& after) {
    const std::vector<Value> given = examples(before, after);
    if (given.empty() && before.get_method(method).num_inputs() > 1) return;
    const auto copies = [&] {  // the model may write into its inputs
      return make_list(Type::get(TypeKind::Any), given).deepcopy().toListRef().items;
    };
    const Value got = after.get_method(method)(copies());
    // What training did was random: the repaired model must only agree with itself.
    const bool repaired = eval && !edit.changes().empty();
    const Value want = repaired ? after.get_method(method)(copies()) : edit.expected(copies());
    const Difference d = compare(got, want, tolerance);
    checked = true;
    largest = d.worst;
    if (d.same) return;
    Error e("the changed model does not give what it should: " + d.what);
    throw e.fix(repaired && !left.empty() ? "it gives random numbers: " + left[0]
                                          : "compare both with tealight diff, or raise --atol");
  }

  void report() const {
    if (as_json) {
      json j{{"out", out}, {"changes", done}, {"remaining", left}, {"checked", checked}};
      if (checked) j["largest_difference"] = largest;
      return print_json(j);
    }
    for (const std::string& change : done) std::cout << change << "\n";
    for (const std::string& l : left) note("random by itself, not changed: " + l);
    note(checked ? str(out, ": checked, largest difference ", float(largest))
                 : out + ": not checked, for want of an INPUT");
  }

  std::vector<std::string> done, left;
  bool checked = false;
  double largest = 0;
};

}  // namespace

void add_edit(CLI::App& app) {
  add_command<EditCommand>(app, "edit",
                           "Change a finished model: inputs, outputs, batch size, training mode",
                           "  tealight edit in.ptl out.ptl --rename x=image --bytes --scale 1/255 "
                           "--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --softmax\n"
                           "  tealight edit segment.pt out.ptl --outputs out --argmax\n"
                           "  tealight edit traced.pt out.pt rand:1,3,224,224 --batch 8\n"
                           "  tealight edit trained.pt out.pt --eval\n");
}

}  // namespace tealight::cli
