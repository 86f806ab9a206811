#include "collect_page.h"

#include "tealight/data/decode.h"
#include "tealight/grad_mode.h"

namespace tealight::cli {
using nlohmann::json;
namespace {

constexpr const char kPage[] =
#include "collect_page.inc"
    ;
constexpr uint64_t kMaxPixels = uint64_t{1} << 24;

WebAnswer json_answer(const json& j, int status = 200) {
  return {status, "application/json",
          j.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"};
}

std::string text_in(const WebRequest& r, const char* key) {
  const json j = json::parse(r.body.begin(), r.body.end(), nullptr, false);
  TL_CHECK(j.is_object() && j.contains(key) && j[key].is_string(), "send JSON: {\"", key,
           "\": \"...\"}");
  return j[key];
}

Image picture_in(const WebRequest& r, ColorMode color = ColorMode::rgb) {
  TL_CHECK(r.type.starts_with("image/"), "send a picture, as image/jpeg or image/png");
  return decode_image(r.body, "the picture", {.color = color, .max_pixels = kMaxPixels});
}

}  // namespace

CollectPage::CollectPage(SampleFolder samples, TransferOptions training)
    : samples_(std::move(samples)), options_(std::move(training)) {
  const auto earlier = options_.out / "model.ptl";
  if (std::filesystem::exists(earlier))
    model_ = std::make_shared<PictureClassifier>(PictureClassifier::load(earlier.string()));
}

WebAnswer CollectPage::answer(const WebRequest& r) {
  const bool get = r.method == "GET";
  if (r.path == "/")
    return get ? WebAnswer{200, "text/html; charset=utf-8", kPage}
               : WebAnswer{405, "text/plain", "the page is for GET\n"};
  const std::string what = r.method + " " + r.path;
  if (what == "GET /api/state") return json_answer(state());
  if (what == "POST /api/classes") return json_answer(add_class(r));
  if (what == "POST /api/samples") return json_answer(add_sample(r));
  if (what == "POST /api/undo") return json_answer(undo(r));
  if (what == "POST /api/train") return json_answer(train());
  if (what == "POST /api/classify") return json_answer(classify(r));
  return {404, "text/plain; charset=utf-8", "there is no " + what + "\n"};
}

json CollectPage::state() const {
  json classes = json::array();
  {
    std::lock_guard lock(mutex_);
    for (const auto& [name, n] : samples_.counts())
      classes.push_back({{"name", name}, {"count", n}});
  }
  return {{"folder", samples_.path().string()},
          {"classes", classes},
          {"model", model() != nullptr},
          {"training", training_.state()}};
}

json CollectPage::add_class(const WebRequest& r) {
  const std::string name = text_in(r, "name");
  std::lock_guard lock(mutex_);
  samples_.add_class(name);
  return {{"name", name}, {"count", samples_.counts()[name]}};
}

json CollectPage::add_sample(const WebRequest& r) {
  const std::string name = r.argument("class");
  check_class_name(name);
  Frame frame;
  frame.picture = picture_in(r);
  frame.encoded = r.body;
  std::lock_guard lock(mutex_);
  const bool added = !samples_.add(name, frame).empty();
  return {{"name", name}, {"count", samples_.counts()[name]}, {"added", added}};
}

json CollectPage::undo(const WebRequest& r) {
  const std::string name = text_in(r, "class");
  std::lock_guard lock(mutex_);
  const bool removed = samples_.remove_last(name);
  return {{"name", name}, {"count", samples_.counts()[name]}, {"removed", removed}};
}

json CollectPage::train() {
  const bool started = training_.start(options_, [this](const TransferResult& result) {
    auto model =
        std::make_shared<PictureClassifier>(PictureClassifier::load(result.model.string()));
    std::lock_guard lock(mutex_);
    model_ = std::move(model);
  });
  TL_CHECK(started, "a training is running; wait for its end");
  return training_.state();
}

json CollectPage::classify(const WebRequest& r) const {
  const NoGradGuard no_graph;
  const auto model = this->model();
  TL_CHECK(model, "there is no model yet; train one");
  const Tensor p = model->probabilities(picture_in(r, model->color()));
  return ranked_json(*model, p, ranked(p, size_t(p.numel())));
}

std::shared_ptr<const PictureClassifier> CollectPage::model() const {
  std::lock_guard lock(mutex_);
  return model_;
}

}  // namespace tealight::cli
