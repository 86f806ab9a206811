#include "train/transfer/report.h"

#include <algorithm>

#include "data/font.h"
#include "tealight/data/draw.h"

namespace tealight::train {
namespace {

constexpr int kCell = 72, kScale = 2, kLetter = (kGlyphWidth + 1) * kScale,
              kLine = (kGlyphHeight + 2) * kScale;
constexpr Color kBlack{20, 20, 20}, kWhite{255, 255, 255}, kGreen{0, 128, 0}, kRed{200, 0, 0};

std::string shortened(const std::string& text, int pixels) {
  const size_t letters = size_t(std::max(pixels / kLetter, 1));
  return text.size() <= letters ? text : text.substr(0, letters - 1) + ".";
}

void centred(Image& image, int x, int y, int width, const std::string& text, Color color) {
  const std::string shown = shortened(text, width);
  draw_text(image, x + (width - int(shown.size()) * kLetter) / 2, y, shown, color, kScale);
}

// White to blue.
Color shade(double share) {
  const auto mix = [&](int to) { return uint8_t(255 + (to - 255) * share); };
  return {mix(8), mix(81), mix(156)};
}

void copy_into(Image& canvas, const Image& picture, int x, int y) {
  for (int row = 0; row < picture.height; ++row)
    std::copy_n(picture.row(row), picture.row_bytes(), canvas.row(y + row) + size_t(x) * 3);
}

}  // namespace

Image confusion_picture(const std::vector<std::vector<int64_t>>& confusion,
                        const std::vector<std::string>& classes) {
  const int n = int(classes.size());
  size_t longest = 4;
  for (const std::string& name : classes) longest = std::max(longest, name.size());
  const int margin = std::min(int(longest), 16) * kLetter + 24, top = 2 * kLine + 20;
  Image image = make_image(margin + n * kCell + 12, top + n * kCell + 12, 3, 255);
  centred(image, margin, 6, n * kCell, "taken for", kBlack);
  draw_text(image, 8, 6 + kLine, "true", kBlack, kScale);
  for (int row = 0; row < n; ++row) {
    int64_t total = 0;
    for (const int64_t count : confusion[size_t(row)]) total += count;
    const int y = top + row * kCell, text_y = y + (kCell - kGlyphHeight * kScale) / 2;
    draw_text(image, 8, text_y, shortened(classes[size_t(row)], margin - 16), kBlack, kScale);
    centred(image, margin + row * kCell, 10 + kLine, kCell - 4, classes[size_t(row)], kBlack);
    for (int column = 0; column < n; ++column) {
      const int64_t count = confusion[size_t(row)][size_t(column)];
      const double share = total ? double(count) / double(total) : 0;
      const int x = margin + column * kCell;
      fill_rectangle(image, x, y, x + kCell - 2, y + kCell - 2, shade(share));
      centred(image, x, text_y, kCell - 2, std::to_string(count), share > 0.5 ? kWhite : kBlack);
    }
  }
  return image;
}

Image prediction_grid(const std::vector<Prediction>& predictions) {
  TL_CHECK(!predictions.empty(), "no predictions to show");
  constexpr int kColumns = 4, kGap = 8;
  const int w = predictions[0].picture.width, h = predictions[0].picture.height + kLine + kGap;
  const int columns = std::min(kColumns, int(predictions.size()));
  const int rows = (int(predictions.size()) + columns - 1) / columns;
  Image image = make_image(columns * (w + kGap) + kGap, rows * h + kGap, 3, 255);
  for (size_t i = 0; i < predictions.size(); ++i) {
    const Prediction& p = predictions[i];
    const int x = kGap + int(i) % columns * (w + kGap), y = kGap + int(i) / columns * h;
    const std::string text = str(p.named, " ", int(p.probability * 100 + 0.5), "%");
    centred(image, x, y, w, text, p.named == p.truth ? kGreen : kRed);
    copy_into(image, p.picture, x, y + kLine);
  }
  return image;
}

}  // namespace tealight::train
