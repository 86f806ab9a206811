// Networks of text, sound and video in the manner of well-known ones, small enough for demos.
#pragma once
#include <tuple>

#include "tealight/nn.h"

namespace tealight::models {

struct DistilBertOptions {
  int64_t vocabulary = 30522, positions = 512, features = 768, heads = 12, hidden = 3072,
          layers = 6;
};
/// DistilBERT (Sanh et al. 2019) that answers questions, with Hugging Face's names.
class TL_API QuestionAnswering : public nn::Module {
 public:
  /// Logits (N, S) of the answer's first and last token, of tokens (N, S); mask: 1 where there is a
  /// token, 0 where there is padding.
  virtual std::tuple<Tensor, Tensor> forward(Tensor tokens, Tensor mask) = 0;
};
TL_API std::shared_ptr<QuestionAnswering> distilbert_qa(const DistilBertOptions& = {},
                                                        const std::string& weights = {});

struct TranslatorOptions {
  int64_t source_words, target_words;
  int64_t features = 256;
  int64_t first_word = 0, last_word = 1;  // of a sentence
};
/// Translation of sentences (N, S) by recurrent networks with attention (Bahdanau et al. 2014).
class TL_API Translator : public nn::Module {
 public:
  /// Log probabilities (N, T, target words), where the words before each are those of `target`.
  virtual Tensor forward(Tensor source, Tensor target) = 0;
  /// The most probable words one after another: (N, at most `longest`), and how much each looked at
  /// each word of the source: (N, words, S).
  virtual std::tuple<Tensor, Tensor> translate(Tensor source, int64_t longest = 50) = 0;
};
TL_API std::shared_ptr<Translator> translator(const TranslatorOptions&);

struct SpeechOptions {
  int64_t letters = 32, features = 768, heads = 12, hidden = 3072, layers = 12, channels = 512;
};
/// Speech to letters in the manner of wav2vec 2.0 (Baevski et al. 2020), for CTC.
class TL_API SpeechRecognizer : public nn::Module {
 public:
  /// Logits (N, frames, letters) of sound (N, samples) at 16 kHz; a frame is 320 samples.
  virtual Tensor forward(Tensor sound) = 0;
};
TL_API std::shared_ptr<SpeechRecognizer> speech_recognizer(const SpeechOptions& = {});

/// Residual 3-D convolutions: scores (N, classes) of clips (N, 3, frames, H, W).
class TL_API VideoNet : public nn::Module {
 public:
  virtual Tensor forward(Tensor clips) = 0;
};
TL_API std::shared_ptr<VideoNet> video_net(int64_t classes = 400, int64_t width = 32);

}  // namespace tealight::models
