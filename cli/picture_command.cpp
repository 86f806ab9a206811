#include "picture_command.h"

#include <fstream>

#include "data/terminal.h"
#include "inputs.h"
#include "tealight/data/arrays.h"
#include "tealight/data/decode.h"
#include "tealight/data/labels.h"
#include "tealight/ops.h"
#include "terminal.h"

namespace tealight::cli {
namespace {

std::string tables(const char* between) {
  std::string all;
  for (const LabelTable& t : label_tables())
    all += (all.empty() ? "" : between) + std::string(t.name);
  return all;
}

}  // namespace

void Names::load(const std::string& source) {
  for (std::string_view name : labels(source)) names_.emplace_back(name);
  if (!names_.empty()) return;
  std::ifstream file(source);
  TL_CHECK(file, "labels '", source, "' are neither a table on board (", tables(", "),
           ") nor a file that can be read");
  read_text({std::istreambuf_iterator<char>(file), {}});
}

void Names::load_from(const Module& m) {
  for (const auto& [name, text] : m.extra_files()) {
    if (name.find("labels") == std::string::npos && name.find("classes") == std::string::npos)
      continue;
    return read_text(text);
  }
}

// A name a line, or a JSON list of them.
void Names::read_text(const std::string& text) {
  const nlohmann::json parsed = nlohmann::json::parse(text, nullptr, false);
  if (parsed.is_array()) {
    for (const auto& n : parsed) names_.push_back(n.is_string() ? n.get<std::string>() : n.dump());
    return;
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    names_.push_back(line);
  }
}

std::string Names::at(int64_t i) const {
  const bool named = i >= 0 && size_t(i) < names_.size() && !names_[size_t(i)].empty();
  return named ? names_[size_t(i)] : str("class ", i);
}

void PictureCommand::add_common(CLI::App& app, Pictures how_many) {
  app.add_option("MODEL", model, ".ptl file")->required()->type_name("FILE");
  if (how_many != Pictures::none) {
    auto* picture = app.add_option("PICTURE", pictures, "JPEG, PNG, WebP, GIF, BMP, PPM");
    picture->required()->type_name("FILE");
    if (how_many == Pictures::one) picture->expected(1);
  }
  app.add_option("--method", method, "method to run")->capture_default_str()->type_name("NAME");
  app.add_flag("--json", json_output, "as JSON");
  limits.add_to(app);
  flags.add_to(app);
}

void PictureCommand::add_labels(CLI::App& app) {
  app.add_option("--labels", label_source,
                 "names of the classes: a table on board, or a text file with a name a line "
                 "(default: the model's own)")
      ->type_name("{" + tables(",") + "}|FILE");
  app.add_option("--first-class", first_class, "the class that the first name stands for")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000));
}

Module PictureCommand::load_model() {
  Module m = Module::load(model, limits.load_options());
  find_method(m, method);
  flags.take_defaults_from(m);
  if (label_source.empty())
    names.load_from(m);
  else
    names.load(label_source);
  names.shift(first_class);
  return m;
}

Tensor PictureCommand::tensor_of(const Image& picture) const {
  return to_tensor(picture_array(picture, flags.options));
}

Image PictureCommand::as_seen(const Image& picture) const {
  PictureOptions options = flags.options;
  options.bytes = true;
  options.bgr = false;
  options.color = ColorMode::rgb;
  options.layout = PictureLayout::hwc;
  const NpyArray a = picture_array(picture, options);
  Image image = make_image(int(a.shape[1]), int(a.shape[0]), 3);
  std::copy_n(reinterpret_cast<const uint8_t*>(a.bytes.data()), a.bytes.size(),
              image.pixels.data());
  return image;
}

std::string PictureCommand::out_for(const std::string& picture) const {
  const std::filesystem::path folder(out);
  if (pictures.size() == 1 && !std::filesystem::is_directory(folder)) return out;
  std::filesystem::create_directories(folder);
  return (folder / std::filesystem::path(picture).stem()).string() + ".png";
}

std::string drawn(const Image& picture, int columns, int rows) {
  TerminalOptions options;
  options.columns = columns;
  options.rows = rows;
  options.colors = colours() ? terminal_colors_of_environment() : TerminalColors::none;
  return render_for_terminal(picture, options);
}

void print_heading(const std::string& picture, double ms) {
  std::cout << bold(picture) << dim("  " + fixed(ms, 1) + " ms") << '\n';
}

}  // namespace tealight::cli
