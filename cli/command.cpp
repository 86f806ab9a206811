#include "command.h"

#include <iomanip>

#include "core/parallel.h"
#include "inputs.h"

namespace tealight::cli {

void PictureFlags::add_to(CLI::App& app) {
  const auto option = [&](const char* name, const char* values, const char* help) {
    app.add_option_function<std::string>(
           std::string("--") + name,
           [this, name](const std::string& v) {
             try {
               set_picture_option(options, name, unprotected(v));
               given_.emplace_back(name, unprotected(v));
             } catch (const Error& e) {
               throw UsageError(e);
             }
           },
           help)
        ->type_name(values)
        ->group("Pictures");
  };
  option("preset", "{imagenet,yolov5,none}", "sets all of these");
  option("size", "SIZE", "shorter side (256) or width x height (640x480)");
  option("letterbox", "SIZE", "fit into 640 or 640x384 with grey borders; or none");
  option("crop", "SIZE", "middle of that size: 224 or 200x100; or none");
  option("filter", "{nearest,box,bilinear,hamming,bicubic,lanczos}", "how pictures are resized");
  option("color", "{rgb,bgr,gray,rgba}", "channels");
  option("mean", "NUMBERS", "0.5 or 0.485,0.456,0.406");
  option("std", "NUMBERS", "0.5 or 0.229,0.224,0.225");
  option("scale", "NUMBER", "255: floats from 0 to 1; 1: from 0 to 255");
  option("layout", "{nchw,nhwc,chw,hwc}", "order of the dimensions");
  option("dtype", "{float32,uint8}", "of the tensor");
}

void PictureFlags::take_defaults_from(const Module& m) {
  const std::optional<PictureOptions> own = picture_options_of(m);
  if (!own) return;
  options = *own;
  for (const auto& [name, value] : given_) set_picture_option(options, name, value);
}

void PlanFlags::add_to(CLI::App& app) {
  static const std::map<std::string, Precision> kPrecisions = {{"exact", Precision::exact},
                                                               {"fp32", Precision::fp32}};
  app.add_option_function<std::string>(
         "--precision", [this](const std::string& v) { precision = kPrecisions.at(v); },
         "exact: every operator by itself, the same bits on one machine; fp32: operators folded and "
         "fused (default: fp32)")
      ->check(CLI::IsMember(kPrecisions))
      ->type_name("{exact,fp32}");
  app.add_flag("--no-plans", no_plans, "instruction by instruction, nothing compiled");
}

void PlanFlags::apply_to(LoadOptions& options) const {
  options.precision = precision;
  options.plans = !no_plans;
}

void RunFlags::add_to(CLI::App& app) {
  app.add_option("--threads", threads, "threads to use (default: all processors)")
      ->check(CLI::PositiveNumber);
  app.add_option("--deadline-ms", deadline_ms, "end a run that takes longer")
      ->check(CLI::PositiveNumber);
  app.add_option("--memory-mb", memory_mb, "end a run whose tensors take more")
      ->check(CLI::PositiveNumber);
  plans.add_to(app);
}

RunLimits RunFlags::apply() const {
  if (threads > 0) set_num_threads(threads);
  RunLimits limits;
  limits.time = std::chrono::milliseconds(deadline_ms);
  limits.memory_bytes = size_t(memory_mb) << 20;
  return limits;
}

LoadOptions RunFlags::load_options() const {
  LoadOptions options;
  options.limits = apply();
  plans.apply_to(options);
  return options;
}

void CallFlags::add_to(CLI::App& app) {
  app.add_option("MODEL", model, ".ptl file")->required()->type_name("FILE");
  app.add_option("INPUT", inputs, kInputHelp)->type_name("FILE|VALUE");
  add_options_to(app);
}

void CallFlags::add_options_to(CLI::App& app) {
  app.add_option("--method", method, "method to run")->capture_default_str()->type_name("NAME");
  app.add_flag("--bundled", bundled,
               "run on the first example saved with the model; --bundled=2 on the second")
      ->type_name("");
  limits.add_to(app);
  pictures.add_to(app);
}

Module CallFlags::load() const { return load(model); }

Module CallFlags::load(const std::string& path) const {
  return Module::load(path, limits.load_options());
}

std::vector<Value> CallFlags::arguments(const Module& m) const {
  const Method target = find_method(m, method);
  if (!bundled) return parse_arguments(target, inputs, pictures.options, m);
  const auto examples = m.bundled_inputs(method);
  if (bundled < 1 || size_t(bundled) > examples.size())
    throw UsageError(str("there is no bundled input ", bundled, " of ", method,
                         "(): the model holds ", examples.size()),
                     "give an INPUT for each argument of " + signature(target));
  return examples[size_t(bundled) - 1];
}

void print_json(const nlohmann::json& j) {
  std::cout << j.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

std::string bytes_text(uint64_t n) {
  if (n >= 1 << 20) return fixed(double(n) / (1 << 20), 1) + " MB";
  if (n >= 1 << 10) return fixed(double(n) / (1 << 10), 1) + " KB";
  return str(n, " bytes");
}

std::string counted(size_t n, const std::string& what) {
  return str(n, " ", what, n == 1 ? "" : "s");
}

std::string fixed(double v, int digits) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(digits) << v;
  return out.str();
}

}  // namespace tealight::cli
