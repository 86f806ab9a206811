// See grid.h.
#include "tealight/data/grid.h"

#include <algorithm>

#include "tealight/data/encode.h"
#include "tealight/data/functional.h"
#include "tealight/grad_mode.h"
#include "tealight/ops.h"

namespace tealight {
namespace {

// (N, C, H, W) with three channels where there was one.
Tensor as_batch(Tensor t) {
  TL_CHECK(t.dim() >= 2 && t.dim() <= 4, "make_grid: a tensor of sizes ", t.sizes(),
           "; pictures are (N, C, H, W), (C, H, W) or (H, W)");
  if (t.dim() == 2) t = t.unsqueeze(0);
  if (t.dim() == 3) t = t.unsqueeze(0);
  TL_CHECK(t.size(0) > 0, "make_grid: no pictures");
  return t.size(1) == 1 ? cat({t, t, t}, 1) : t;
}

Tensor to_unit_range(const Tensor& t, const GridOptions& options) {
  const auto [low, high] =
      options.value_range.value_or(std::pair(t.min().item().toDouble(), t.max().item().toDouble()));
  return clamp(t, low, high).sub_(low).div_(std::max(high - low, 1e-5));
}

Tensor normalized(const Tensor& batch, const GridOptions& options) {
  if (!options.scale_each) return to_unit_range(batch, options);
  std::vector<Tensor> pictures;
  for (const Tensor& picture : batch.unbind(0)) pictures.push_back(to_unit_range(picture, options));
  return stack(pictures, 0);
}

}  // namespace

Tensor make_grid(const Tensor& pictures, const GridOptions& options) {
  TL_CHECK(options.nrow > 0 && options.padding >= 0, "make_grid: nrow ", options.nrow, ", padding ",
           options.padding, "; a row holds one picture at least");
  const NoGradGuard no_grad;
  Tensor batch = as_batch(pictures);
  if (options.normalize) batch = normalized(batch, options);
  const int64_t n = batch.size(0), padding = options.padding;
  if (n == 1) return batch.squeeze(0);
  const int64_t columns = std::min(options.nrow, n), rows = (n + columns - 1) / columns;
  const int64_t height = batch.size(2) + padding, width = batch.size(3) + padding;
  Tensor grid = full({batch.size(1), height * rows + padding, width * columns + padding},
                     options.pad_value, batch.options());
  for (int64_t i = 0; i < n; ++i)
    grid.narrow(1, i / columns * height + padding, height - padding)
        .narrow(2, i % columns * width + padding, width - padding)
        .copy_(batch.select(0, i));
  return grid;
}

Tensor make_grid(const std::vector<Tensor>& pictures, const GridOptions& options) {
  TL_CHECK(!pictures.empty(), "make_grid: no pictures");
  return make_grid(stack(pictures, 0), options);
}

void save_image(const Tensor& pictures, const std::filesystem::path& file,
                const GridOptions& options) {
  const Tensor grid = make_grid(pictures.to(kFloat), options);
  write_image(
      file, transforms::functional::to_pil_image(grid.mul(255).add_(0.5).clamp_(0, 255).to(kByte)));
}

}  // namespace tealight
