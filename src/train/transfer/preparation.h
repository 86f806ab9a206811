// What pictures go through on their way into a network, in training and otherwise.
#pragma once
#include <functional>

#include "data/datasets/picture_folder.h"
#include "tealight/data/image.h"
#include "tealight/tensor.h"

namespace tealight::train {

/// Decides how a picture is changed; the same numbers whatever thread asks.
struct Augmentation {
  uint64_t seed = 0, picture = 0, view = 0;
};

/// A square of `size` pixels: a random part of the picture, mirrored or not.
Image augmented(const Image& picture, int size, const Augmentation&);
/// The middle square of the picture, all of its shorter side: torchvision's Resize(size),
/// CenterCrop(size).
Image central(const Image& picture, int size);

/// Pictures of one size as (N, 3, H, W), normalized as ImageNet's networks want it.
Tensor batch_of(const std::vector<Image>& pictures);

/// Reads pictures[indices[i]] and prepares them, on all threads.
std::vector<Image> load(const std::vector<data::LabelledPicture>& pictures,
                        const std::vector<size_t>& indices,
                        const std::function<Image(const Image&, size_t index)>& prepare);

}  // namespace tealight::train
